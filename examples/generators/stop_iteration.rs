//! A generator that asks another: whose end is it?
//!
//! Run it: `cargo run --example stop_iteration`

use twin_generators::{Body, FallibleBody, Generator};

type Pair = (&'static str, &'static str);

struct NoShoe;

fn shelf() -> Generator<impl Body<&'static str>> {
    Generator::new(|mut co| async move {
        for shoe in ["left", "right", "left"] {
            co.yield_(shoe).await;
        }
        println!("  shelf: that was the last");
    })
}

fn pairs(
    mut shoes: Generator<impl Body<&'static str>>,
) -> Generator<impl FallibleBody<Pair, NoShoe>> {
    Generator::fallible(|mut co| async move {
        loop {
            // Here Rust's `next` gives `None` at the end. Whether
            // that is our end, too, is ours to say.
            let shoe = shoes.next().ok_or(NoShoe)?;
            co.yield_((shoe, shoes.next().ok_or(NoShoe)?)).await;
        }
    })
}

fn pairs_to_the_end(
    mut shoes: Generator<impl Body<&'static str>>,
) -> Generator<impl Body<Pair>> {
    Generator::new(|mut co| async move {
        while let Some(shoe) = shoes.next() {
            let Some(other) = shoes.next() else {
                println!("  packer: a {shoe} one is left over");
                return;
            };
            co.yield_((shoe, other)).await;
        }
    })
}

fn sell(pairs: impl Iterator<Item = Result<Pair, NoShoe>>) {
    for pair in pairs {
        let Ok((shoe, other)) = pair else {
            println!("seller: the packer has failed");
            return;
        };
        println!("seller: a {shoe} and a {other} one");
    }
    println!("seller: all are sold");
}

fn main() {
    println!("seller: a packer who counts on a full shelf");
    sell(pairs(shelf()));
    println!("seller: a packer who looks for the end");
    sell(pairs_to_the_end(shelf()).map(Ok));
}
