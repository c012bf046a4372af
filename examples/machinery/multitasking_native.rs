//! The same in nightly's syntax: each task a `gen` block.
//!
//! Run it: `cargo run --example multitasking_native`

#![feature(gen_blocks)]

use std::collections::VecDeque;

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
    let mut agenda = VecDeque::from([(clock, task)]);
    while let Some((minute, mut task)) = agenda.pop_front() {
        if minute > clock {
            clock = minute;
            println!("clock: minute {clock}");
        }
        match task.next() {
            Some(Sleep(minutes)) => {
                agenda.push_back((clock + minutes, task));
            }
            Some(Spawn(child)) => {
                agenda.extend([(clock, child), (clock, task)]);
            }
            None => {} // the task has ended
        }
        // Stable: of the same minute, first come is first served.
        agenda.make_contiguous().sort_by_key(|&(minute, _)| minute);
    }
}

fn main() {
    run(cook());
    println!("main: every task has ended");
}
