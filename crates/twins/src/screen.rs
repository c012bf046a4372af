//! Where the tool writes: how wide it is, and whether it may be coloured.

use std::{
    env,
    io::{self, IsTerminal},
};

use anstyle::Style;
use rustix::termios::tcgetwinsize;
use unicode_width::UnicodeWidthChar;

use crate::language::Lang;

/// The narrowest terminal on which two sources stand side by side.
pub(crate) const TWO_COLUMNS: usize = 100;

/// The narrowest terminal on which two programs run side by side: what they print is short.
pub(crate) const TWO_OUTPUTS: usize = 80;

/// Standard output, as far as layout goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns and rows; nothing where it is no terminal.
    pub size: Option<(usize, usize)>,
    /// Whether colours are wanted.
    pub color: bool,
}

impl Screen {
    /// Standard output as it is now.
    ///
    /// Colours only on a terminal, and `NO_COLOR` holds; `CLICOLOR_FORCE` asks for them elsewhere.
    pub fn stdout() -> Self {
        let stdout = io::stdout();
        let can_move =
            stdout.is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb");
        let size = can_move.then(|| tcgetwinsize(&stdout).ok()).flatten();
        let size = size.map(|size| (usize::from(size.ws_col), usize::from(size.ws_row)));
        Self {
            size: size.filter(|(columns, rows)| *columns > 0 && *rows > 0),
            color: anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        }
    }

    /// The width of one of two columns of sources, where there is room for two.
    pub fn two_columns(&self) -> Option<usize> {
        self.halves(TWO_COLUMNS)
    }

    /// The width of one of two columns of output, where there is room for two.
    pub fn two_outputs(&self) -> Option<usize> {
        self.halves(TWO_OUTPUTS)
    }

    fn halves(&self, least: usize) -> Option<usize> {
        let (columns, _) = self.size.filter(|(columns, _)| *columns >= least)?;
        Some((columns - SEPARATOR_WIDTH) / 2)
    }

    /// What says, on a terminal that is too narrow for two columns, how to get them.
    pub(crate) fn narrow(&self, least: usize, lang: Lang) -> Option<String> {
        let (columns, _) = self.size.filter(|(columns, _)| *columns < least)?;
        Some(lang.pick(
            format!(
                "This terminal has {columns} columns: from {least} on, both stand side by side."
            ),
            format!(
                "Здесь {columns} столбцов: когда их хотя бы {least}, обе программы стоят рядом."
            ),
        ))
    }

    /// The text in a style, where colours are wanted.
    pub fn paint(&self, style: Style, text: &str) -> String {
        match self.color {
            true if !text.is_empty() => format!("{style}{text}{style:#}"),
            _ => text.to_owned(),
        }
    }
}

/// What stands between two columns.
pub(crate) const SEPARATOR: &str = " │ ";
pub(crate) const SEPARATOR_WIDTH: usize = 3;

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// A line as it can be shown: tabs as spaces, control characters as pictures, so that no program
/// moves the cursor.
pub(crate) fn visible(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\t' => shown.push_str("    "),
            '\x7f' => shown.push('␡'),
            // U+2400 and on: the pictures of the control characters, in their order.
            c if u32::from(c) < 0x20 => {
                shown.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('␀'));
            }
            c if c.is_control() => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
    }
    shown
}

/// Breaks a visible line into pieces of at most `width` columns, after a space where there is one.
pub(crate) fn wrap(line: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(cut) = overflow(rest, width) {
        // A break in the first half would waste the line.
        let at = match rest[..cut].rfind(' ').map(|space| space + 1) {
            Some(space) if space > cut / 2 => space,
            _ => cut,
        };
        pieces.push(&rest[..at]);
        rest = &rest[at..];
    }
    pieces.push(rest);
    pieces
}

/// A text broken into lines of at most `width_wanted` columns, between words; a word that is longer
/// breaks anywhere.
pub(crate) fn words(text: &str, width_wanted: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| width(line) + 1 + width(word) <= width_wanted) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.extend(wrap(word, width_wanted).into_iter().map(str::to_owned)),
        }
    }
    lines
}

/// Where a line leaves a width; at least one character stays on it.
fn overflow(line: &str, width: usize) -> Option<usize> {
    let mut used = 0;
    for (index, c) in line.char_indices() {
        used += char_width(c);
        if used > width && index > 0 {
            return Some(index);
        }
    }
    None
}

/// The text and as many spaces as fill `width` columns.
pub(crate) fn pad(text: &str, width_wanted: usize) -> String {
    format!("{text}{}", " ".repeat(width_wanted.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, width: usize, pieces: &[&str]) {
        assert_eq!(wrap(line, width), pieces);
        assert_eq!(wrap(line, width).concat(), line);
    }

    #[test]
    fn two_columns_need_a_wide_terminal() {
        let two_columns = |size| Screen { size, color: false }.two_columns();
        assert_eq!(two_columns(None), None);
        assert_eq!(two_columns(Some((99, 24))), None);
        assert_eq!(two_columns(Some((100, 24))), Some(48));
        assert_eq!(two_columns(Some((120, 24))), Some(58));
        let two_outputs = |size| Screen { size, color: false }.two_outputs();
        assert_eq!(two_outputs(Some((79, 24))), None);
        assert_eq!(two_outputs(Some((80, 24))), Some(38));
    }

    #[test]
    fn a_line_that_fits_stays_whole() {
        check("", 5, &[""]);
        check("парус", 5, &["парус"]);
    }

    #[test]
    fn a_long_line_breaks_after_a_space() {
        check("one two three", 8, &["one two ", "three"]);
    }

    #[test]
    fn a_long_word_breaks_anywhere() {
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("a bcdefgh", 5, &["a bcd", "efgh"]);
    }

    #[test]
    fn a_text_breaks_between_words() {
        assert_eq!(words("a  longer\nway to go", 6), ["a", "longer", "way to", "go"]);
        assert_eq!(words("a breakable", 6), ["a", "breaka", "ble"]);
        assert_eq!(words(" ", 4), [""; 0]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        check("世界世界", 5, &["世界", "世界"]);
        check("世", 1, &["世"]);
    }

    #[test]
    fn no_program_moves_the_cursor() {
        assert_eq!(visible("a\tb\x1b[2Jc\u{9b}d"), "a    b␛[2Jc\u{fffd}d");
    }
}
