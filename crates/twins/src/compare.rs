//! Comparing what two programs printed: takes text, gives text.

use std::fmt;

/// The first place where an output is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted in characters from 1.
    pub column: usize,
    /// The expected line; `None` where the expected text had ended already.
    pub expected: Option<String>,
    /// The line that stands there; `None` where the output had ended already.
    pub found: Option<String>,
}

/// The first difference between two texts, if there is one.
pub fn compare(expected: &str, found: &str) -> Option<Difference> {
    if expected == found {
        return None;
    }
    // With their ends, so that a missing last end of line is a difference, too.
    let mut expected = expected.split_inclusive('\n');
    let mut found = found.split_inclusive('\n');
    for line in 1.. {
        let (left, right) = (expected.next(), found.next());
        if left == right {
            continue;
        }
        let same = left
            .unwrap_or_default()
            .chars()
            .zip(right.unwrap_or_default().chars())
            .take_while(|(left, right)| left == right)
            .count();
        // The end of a line shows where one of the two lacks it.
        let ends = |line: Option<&str>| line.map(|line| line.ends_with('\n'));
        let with_end = left.is_some() && right.is_some() && ends(left) != ends(right);
        return Some(Difference {
            line,
            column: same + 1,
            expected: left.map(|line| show(line, with_end)),
            found: right.map(|line| show(line, with_end)),
        });
    }
    unreachable!("texts that differ have a line that differs")
}

/// A line as it can be told apart from another one: with what can't be seen as escapes.
fn show(line: &str, with_end: bool) -> String {
    let line = if with_end { line } else { line.strip_suffix('\n').unwrap_or(line) };
    let mut shown = String::new();
    for c in line.chars() {
        if c.is_control() { shown.extend(c.escape_debug()) } else { shown.push(c) }
    }
    shown
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |line: &Option<String>| match line {
            Some(line) => format!("`{line}`"),
            None => "nothing".to_owned(),
        };
        let Self { line, column, expected, found } = self;
        write!(
            f,
            "line {line}, column {column}: expected {}, found {}",
            text(expected),
            text(found)
        )
    }
}

/// Where bytes stop being UTF-8: line and column from 1, and the byte.
pub fn not_utf8(bytes: &[u8]) -> Option<(usize, usize, u8)> {
    let error = std::str::from_utf8(bytes).err()?;
    let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
    let line = good.matches('\n').count() + 1;
    let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Some((line, column, bytes[error.valid_up_to()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: &str, found: &str, message: &str) {
        let difference = compare(expected, found).map(|difference| difference.to_string());
        assert_eq!(difference.unwrap_or_default(), message);
    }

    #[test]
    fn equal_texts_have_no_difference() {
        check("", "", "");
        check("чай\nкофе\n", "чай\nкофе\n", "");
    }

    #[test]
    fn the_first_differing_character_is_named() {
        check("tea\nmilk\n", "tea\nmild\n", "line 2, column 4: expected `milk`, found `mild`");
        check("чай", "чаи", "line 1, column 3: expected `чай`, found `чаи`");
    }

    #[test]
    fn a_missing_or_surplus_line_is_a_difference() {
        check("a\nb\n", "a\n", "line 2, column 1: expected `b`, found nothing");
        check("a\n", "a\nb\n", "line 2, column 1: expected nothing, found `b`");
    }

    #[test]
    fn a_missing_end_of_line_is_a_difference() {
        check("a\n", "a", "line 1, column 2: expected `a\\n`, found `a`");
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        check("a\n", "a\r\n", "line 1, column 2: expected `a`, found `a\\r`");
    }

    #[test]
    fn the_byte_that_is_not_utf8_is_found() {
        assert_eq!(not_utf8("чай".as_bytes()), None);
        assert_eq!(not_utf8(b"a\n\xd1\x87\xff"), Some((2, 2, 0xff)));
    }
}
