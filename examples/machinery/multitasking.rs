//! A scheduler: `yield` is the system call of cooperating tasks.
//!
//! Run it: `cargo run --example multitasking`

use std::collections::BTreeMap;

use twin_generators::Generator;

use crate::Call::{Sleep, Spawn};

// Here Rust boxes a task: in one list, all have one type.
type Task = Box<dyn Iterator<Item = Call>>;

enum Call {
    Sleep(u32),
    Spawn(Task),
}

fn heat(name: &'static str, minutes: u32) -> Task {
    Box::new(Generator::new(move |mut co| async move {
        println!("  {name}: on");
        co.yield_(Sleep(minutes)).await;
        println!("  {name}: done");
    }))
}

fn cook() -> Task {
    Box::new(Generator::new(|mut co| async move {
        println!("  cook: starts the kettle and the toaster");
        co.yield_(Spawn(heat("kettle", 3))).await;
        co.yield_(Spawn(heat("toaster", 2))).await;
        println!("  cook: fries an egg");
        co.yield_(Sleep(4)).await;
        println!("  cook: serves");
    }))
}

/// Runs tasks until none is left; its clock skips the waits.
fn run(task: Task) {
    let mut clock = 0;
    let mut numbers = 1..; // of one minute, first come goes first
    // Here Rust has a map in order: a heap would compare tasks.
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
