//! A scheduler: `yield` is the system call of cooperating tasks.
//!
//! Run it: `cargo run --example multitasking`

use std::collections::VecDeque;

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
