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
        let shown = |escaped| [left, right].map(|line| Some(show(line?, with_end, escaped)));
        let [mut expected, mut found] = shown(false);
        // A backslash and an n look like an end of line.
        if expected == found {
            [expected, found] = shown(true);
        }
        let around = |line: Option<String>| line.map(|line| around(line, same));
        let (expected, found) = (around(expected), around(found));
        return Some(Difference { line, column: same + 1, expected, found });
    }
    unreachable!("texts that differ have a line that differs")
}

/// A line as it can be told apart from another one: with what can't be seen as escapes, and
/// backslashes, too, where it is `escaped`.
fn show(line: &str, with_end: bool, escaped: bool) -> String {
    let line = if with_end { line } else { line.strip_suffix('\n').unwrap_or(line) };
    let mut shown = String::new();
    for c in line.chars() {
        match c {
            c if c.is_control() => shown.extend(c.escape_debug()),
            '\\' if escaped => shown.push_str("\\\\"),
            c => shown.push(c),
        }
    }
    shown
}

/// What of a long line is told: what stands around the place where it differs.
fn around(line: String, place: usize) -> String {
    const SIDE: usize = 60;
    let count = line.chars().count();
    if count <= 4 * SIDE {
        return line;
    }
    let first = place.min(count).saturating_sub(SIDE);
    let mut told: String = line.chars().skip(first).take(2 * SIDE).collect();
    if first > 0 {
        told.insert(0, '…');
    }
    if first + 2 * SIDE < count {
        told.push('…');
    }
    told
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
    fn what_looks_alike_is_told_apart() {
        let message = "line 1, column 2: expected `x\\\\n`, found `x\\n`";
        check("x\\n", "x\n", message);
    }

    #[test]
    fn of_a_long_line_the_place_is_told() {
        let long = |end: &str| "x".repeat(1000) + end + &"y".repeat(1000);
        let message = compare(&long("a"), &long("b")).unwrap().to_string();
        let side = |c: &str| c.repeat(60);
        let shown = |c: &str| format!("`…{}{c}{}…`", side("x"), "y".repeat(59));
        let expected = format!("expected {}, found {}", shown("a"), shown("b"));
        assert_eq!(message, format!("line 1, column 1001: {expected}"));
    }

    #[test]
    fn the_byte_that_is_not_utf8_is_found() {
        assert_eq!(not_utf8("чай".as_bytes()), None);
        assert_eq!(not_utf8(b"a\n\xd1\x87\xff"), Some((2, 2, 0xff)));
    }
}
