//! Programs and traces, side by side.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use twins::screen::Screen;

use crate::compare::Traces;
use crate::program::Program;

/// The width of a column where standard output is no terminal.
const COLUMN: usize = 76;

/// Shows the two texts of a program in two columns.
///
/// # Errors
///
/// When `out` can't be written.
pub fn sources(out: &mut impl Write, program: &Program, screen: Screen) -> Result<()> {
    columns(out, screen, ["Python", "Rust"], &program.python(), &program.rust(), |_| Style::new())
}

/// Shows what both did, in two columns, as far as it is the same, and some lines more.
///
/// # Errors
///
/// When `out` can't be written.
pub fn traces(out: &mut impl Write, traces: &Traces, screen: Screen) -> Result<()> {
    let difference = traces.difference();
    let end = difference.map_or(usize::MAX, |line| line + 12);
    let some = |trace: &[String]| trace[..trace.len().min(end)].join("\n");
    let style = |line| match difference {
        Some(from) if line >= from => AnsiColor::Red.on_default().bold(),
        _ => Style::new(),
    };
    columns(
        out,
        screen,
        ["CPython did", "Rust did"],
        &some(&traces.python),
        &some(&traces.rust),
        style,
    )
}

fn columns(
    out: &mut impl Write,
    screen: Screen,
    heads: [&str; 2],
    left: &str,
    right: &str,
    style: impl Fn(usize) -> Style,
) -> Result<()> {
    let width = screen.two_columns().unwrap_or(COLUMN);
    let bold = Style::new().bold();
    row(out, screen, width, heads[0], heads[1], bold)?;
    let (mut left, mut right) = (left.lines(), right.lines());
    for line in 0.. {
        let (left, right) = (left.next(), right.next());
        if left.is_none() && right.is_none() {
            break;
        }
        row(out, screen, width, left.unwrap_or_default(), right.unwrap_or_default(), style(line))?;
    }
    writeln!(out)?;
    Ok(())
}

fn row(
    out: &mut impl Write,
    screen: Screen,
    width: usize,
    left: &str,
    right: &str,
    style: Style,
) -> Result<()> {
    let filled = left.chars().count();
    let gap = " ".repeat(width.saturating_sub(filled));
    let (left, right) = (screen.paint(style, left), screen.paint(style, right));
    writeln!(out, "{}", format_args!("{left}{gap} │ {right}").to_string().trim_end())?;
    Ok(())
}
