//! The same by hand: an `enum` with a variant for each pause.
//!
//! Run it: `cargo run --example simple_coroutine_by_hand`

use twins_examples::repr::Repr;

enum SimpleCoroutine {
    Created,
    AtFirstYield,
    AtSecondYield,
    Closed,
}

fn simple_coroutine() -> SimpleCoroutine {
    SimpleCoroutine::Created
}

impl SimpleCoroutine {
    /// Runs from one `yield` to the next; `None` is the end.
    fn send(&mut self, value: Option<u32>) -> Option<()> {
        match self {
            Self::Created => {
                println!("Корутину запустили");
                *self = Self::AtFirstYield;
                Some(())
            }
            Self::AtFirstYield => {
                println!("Получено значение: {}", value.repr());
                *self = Self::AtSecondYield;
                Some(())
            }
            Self::AtSecondYield | Self::Closed => {
                *self = Self::Closed;
                None
            }
        }
    }

    fn next(&mut self) -> Option<()> {
        self.send(None)
    }
}

fn main() {
    let mut generator = simple_coroutine();
    generator.next();
    generator.send(Some(42));
}
