//! The line that tells how far a measurement is; where nobody looks, nothing.

use std::io::{self, IsTerminal, Write};

/// Shows how far it is, in place of what was shown before.
pub fn show(how_far: &str) {
    if io::stderr().is_terminal() {
        // A terminal that is gone is no reason to stop measuring.
        drop(write!(io::stderr(), "\r\x1b[2K{how_far}"));
    }
}

/// Ends the line.
pub fn end() {
    if io::stderr().is_terminal() {
        drop(writeln!(io::stderr()));
    }
}
