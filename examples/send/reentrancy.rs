//! Re-entrancy: a generator can't be resumed while it runs.
//!
//! Run it: `cargo run --example reentrancy`

use std::rc::Rc;

use twin_generators::{
    AlreadyExecuting, Body, Generator, Shared, State, Step,
};

type Switch = Rc<dyn Fn() -> Result<(), AlreadyExecuting>>;

fn kettle() -> Generator<impl Body<&'static str, Switch>> {
    Generator::new(|mut co| async move {
        let switch_off: Switch = co.yield_("cold").await;
        println!("  kettle: boils, and presses its own switch");
        // Here Rust returns an error where the generator is in use.
        if let Err(error) = switch_off() {
            println!("  kettle: {error}");
        }
        co.yield_("hot").await;
    })
}

fn main() {
    let shared = Shared::new(kettle());
    _ = shared.start().unwrap().unwrap();
    // Here Rust's second handle is a clone of what is shared.
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
