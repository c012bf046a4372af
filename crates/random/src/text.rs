//! Program text, indented.

use std::fmt::Display;

/// A text that grows line by line.
#[derive(Debug, Default)]
pub struct Text {
    text: String,
    depth: usize,
}

impl Text {
    /// A line at the current depth.
    pub fn line(&mut self, line: impl Display) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
        self.text.push_str(&line.to_string());
        self.text.push('\n');
    }

    /// Deeper, from the next line on.
    pub fn indent(&mut self) {
        self.depth += 1;
    }

    /// Less deep, from the next line on.
    pub fn dedent(&mut self) {
        self.depth -= 1;
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// All of it.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }
}
