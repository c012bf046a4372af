//! The line that moves while `check` works; on a terminal only.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

/// One line on standard error that is written over and over.
#[derive(Debug)]
pub struct Progress {
    on: bool,
    shown: String,
}

impl Progress {
    /// A line that shows only where standard error is a terminal.
    pub fn new() -> Self {
        Self { on: io::stderr().is_terminal(), shown: String::new() }
    }

    /// Shows how many programs have ended, and how many run.
    pub fn show(&mut self, done: usize, total: usize, elapsed: Duration, running: usize) {
        if !self.on {
            return;
        }
        let width = 24;
        let bar = "━".repeat(width * done / total.max(1));
        let line = format!(
            "{bar:<width$} {done}/{total} ended, {running} running, {:.1} s",
            elapsed.as_secs_f64()
        );
        if line != self.shown {
            // A terminal that is gone is no reason to stop the check.
            drop(write!(io::stderr(), "\r\x1b[2K{line}"));
            self.shown = line;
        }
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.on && !self.shown.is_empty() {
            drop(write!(io::stderr(), "\r\x1b[2K"));
            self.shown.clear();
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
