//! The same in nightly's syntax: each task a `gen` block.
//!
//! Run it: `cargo run --example multitasking_native`

#![feature(gen_blocks)]

use std::collections::BTreeMap;

use crate::Call::{Sleep, Spawn};

type Task = Box<dyn Iterator<Item = Call>>;

enum Call {
    Sleep(u32),
    Spawn(Task),
}

fn heat(name: &'static str, minutes: u32) -> Task {
    Box::new(gen move {
        println!("  {name}: on");
        yield Sleep(minutes);
        println!("  {name}: done");
    })
}

fn cook() -> Task {
    Box::new(gen {
        println!("  cook: starts the kettle and the toaster");
        yield Spawn(heat("kettle", 3));
        yield Spawn(heat("toaster", 2));
        println!("  cook: fries an egg");
        yield Sleep(4);
        println!("  cook: serves");
    })
}

/// Runs tasks until none is left; its clock skips the waits.
fn run(task: Task) {
    let mut clock = 0;
    let mut numbers = 1..; // of one minute, first come goes first
    let mut agenda = BTreeMap::from([((clock, 0), task)]);
    while let Some(((minute, _), mut task)) = agenda.pop_first() {
        if minute > clock {
            clock = minute;
            println!("clock: minute {clock}");
        }
        let due = match task.next() {
            Some(Sleep(minutes)) => vec![(clock + minutes, task)],
            Some(Spawn(child)) => {
                vec![(clock, child), (clock, task)]
            }
            None => vec![], // the task has ended
        };
        for ((at, task), n) in due.into_iter().zip(&mut numbers) {
            agenda.insert((at, n), task);
        }
    }
}

fn main() {
    run(cook());
    println!("main: every task has ended");
}
