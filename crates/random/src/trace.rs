//! What a program does, line by line.

use std::cell::RefCell;
use std::fmt::Display;
use std::mem;

/// What one side did.
pub type Trace = Vec<String>;

/// A trace that is longer is cut here, on both sides: no program is meant to come near.
pub const LONGEST: usize = 4000;

thread_local! {
    static TRACE: RefCell<Trace> = const { RefCell::new(Vec::new()) };
}

/// Adds a line to the trace of the program that this thread interprets.
pub fn say(line: impl Display) {
    let line = line.to_string();
    TRACE.with_borrow_mut(|trace| {
        if trace.len() < LONGEST {
            trace.push(line);
        }
    });
}

/// The trace of what `run` does. A panic that comes out of it is its last line.
pub fn trace_of(run: impl FnOnce()) -> Trace {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    TRACE.take();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        say(format!("PANIC {}", text.unwrap_or("of another type")));
    }
    TRACE.with_borrow_mut(mem::take)
}
