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
    _ = shared.start().unwrap().unwrap();
    let handle = shared.clone();
    let switch_off: Switch = Rc::new(move || {
        handle.close()?.unwrap();
        Ok(())
    });
    println!("cook: gives the kettle its own switch");
    let step = shared.send(switch_off.clone()).unwrap();
    if let Ok(Step::Yielded(water)) = step {
        println!("cook: the water is {water}, I press the switch");
        switch_off().unwrap();
    }
    if shared.state() == State::Closed {
        println!("cook: the kettle is off");
    }
}
