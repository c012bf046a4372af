//! The line that moves while `check` works; on a terminal only.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use rustix::termios::tcgetwinsize;

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
        let columns = tcgetwinsize(io::stderr()).map_or(0, |size| usize::from(size.ws_col));
        let line = line(done, total, elapsed, running, if columns == 0 { 80 } else { columns });
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

/// As much of it as a terminal of so many columns holds in one row.
fn line(done: usize, total: usize, elapsed: Duration, running: usize, columns: usize) -> String {
    const BAR: usize = 24;
    let seconds = elapsed.as_secs_f64();
    let said = format!("{done}/{total} ended, {running} running, {seconds:.1} s");
    // In the last column the cursor would be on the next row with some terminals.
    let room = columns.saturating_sub(1);
    if BAR + 1 + said.len() > room {
        return said.chars().take(room).collect();
    }
    let bar = "━".repeat(BAR * done / total.max(1));
    format!("{bar:<BAR$} {said}")
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_keeps_it_in_one_row() {
        let line = |columns| line(3, 4, Duration::from_millis(1500), 1, columns);
        assert_eq!(line(80), format!("{:<24} 3/4 ended, 1 running, 1.5 s", "━".repeat(18)));
        assert_eq!(line(52), "3/4 ended, 1 running, 1.5 s");
        assert_eq!(line(28), "3/4 ended, 1 running, 1.5 s");
        assert_eq!(line(10), "3/4 ended");
    }
}
