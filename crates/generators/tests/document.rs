//! The document's two programs with generators, on both engines.

#![cfg_attr(feature = "nightly", feature(coroutines, gen_blocks))]

#[macro_use]
mod conformance;

use std::cell::RefCell;

use twin_generators::{Generator, Step};
native! {
    use twin_generators::Body;
}

const LOGS: [&str; 2] = ["Log 1: user1 login", "Log 2: user2 upload file"];

#[test]
fn log_generator() {
    fn log_generator() -> impl Iterator<Item = &'static str> {
        Generator::new(|mut co| async move {
            for log in LOGS {
                co.yield_(log).await;
            }
        })
    }
    assert_eq!(log_generator().collect::<Vec<_>>(), LOGS);
}

native! {
    #[test]
    fn log_generator_native() {
        fn log_generator() -> impl Iterator<Item = &'static str> {
            gen {
                for log in LOGS {
                    yield log;
                }
            }
        }
        assert_eq!(log_generator().collect::<Vec<_>>(), LOGS);
    }
}

#[test]
fn simple_coroutine() {
    let printed = RefCell::new(Vec::new());
    let print = |line: String| printed.borrow_mut().push(line);

    let simple_coroutine = || {
        Generator::new(|mut co| async move {
            print("started".to_owned());
            let value = co.yield_(()).await;
            print(format!("received: {value}"));
            co.yield_(()).await;
        })
    };
    let mut generator = simple_coroutine();
    assert_eq!(generator.start(), Ok(Step::Yielded(())));
    assert_eq!(generator.send(42), Ok(Step::Yielded(())));
    assert_eq!(*printed.borrow(), ["started", "received: 42"]);
}

native! {
    #[test]
    fn simple_coroutine_native() {
        fn simple_coroutine(print: impl Fn(String)) -> Generator<impl Body<(), i32>> {
            Generator::native(
                #[coroutine]
                move |_| {
                    print("started".to_owned());
                    let value = (yield)?;
                    print(format!("received: {value}"));
                    (yield)?;
                    Ok(())
                },
            )
        }
        let printed = RefCell::new(Vec::new());
        let mut generator = simple_coroutine(|line| printed.borrow_mut().push(line));
        assert_eq!(generator.start(), Ok(Step::Yielded(())));
        assert_eq!(generator.send(42), Ok(Step::Yielded(())));
        assert_eq!(*printed.borrow(), ["started", "received: 42"]);
    }
}
