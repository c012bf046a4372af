//! The line that tells how far a measurement is; where nobody looks, nothing.

use std::io::{self, IsTerminal, Write};

/// Shows how far it is, in place of what was shown before.
pub fn show(how_far: &str) {
    let stderr = io::stderr();
    // A terminal that is gone is no reason to stop measuring.
    drop(replace(&stderr, stderr.is_terminal(), how_far));
}

/// Ends the line.
pub fn end() {
    if io::stderr().is_terminal() {
        drop(writeln!(io::stderr()));
    }
}

fn replace(mut to: impl Write, is_terminal: bool, how_far: &str) -> io::Result<()> {
    if is_terminal {
        write!(to, "\r\x1b[2K{how_far}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_is_told_and_each_line_takes_the_place_of_the_last() {
        let mut shown = Vec::new();
        for round in ["round 1 of 2", "round 2 of 2"] {
            replace(&mut shown, true, round).unwrap();
        }
        assert_eq!(shown, b"\r\x1b[2Kround 1 of 2\r\x1b[2Kround 2 of 2");
        let mut file = Vec::new();
        replace(&mut file, false, "round 1 of 2").unwrap();
        assert!(file.is_empty());
    }
}
