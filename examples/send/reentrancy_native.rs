//! The same in nightly's syntax: a coroutine with two handles.
//!
//! Run it: `cargo run --example reentrancy_native`

#![feature(coroutines)]

use std::rc::Rc;

use twin_generators::{
    AlreadyExecuting, Body, Generator, Shared, State, Step,
};

type Switch = Rc<dyn Fn() -> Result<(), AlreadyExecuting>>;

fn kettle() -> Generator<impl Body<&'static str, Switch>> {
    Generator::native(
        #[coroutine]
        |_| {
            let switch_off: Switch = (yield "cold")?;
            println!("  kettle: boils, and presses its own switch");
            if let Err(error) = switch_off() {
                println!("  kettle: {error}");
            }
            (yield "hot")?;
            Ok(())
        },
    )
}

fn main() {
    let shared = Shared::new(kettle());
    _ = shared.enter().unwrap().start().unwrap();
    let handle = shared.clone();
    let switch_off: Switch = Rc::new(move || {
        handle.enter()?.close().unwrap();
        Ok(())
    });
    println!("cook: gives the kettle its own switch");
    let step = shared.enter().unwrap().send(switch_off.clone());
    if let Ok(Step::Yielded(water)) = step {
        println!("cook: the water is {water}, I press the switch");
        switch_off().unwrap();
    }
    if shared.state() == State::Closed {
        println!("cook: the kettle is off");
    }
}
