//! Recording a Python program: unmodified, under `sys.settrace`; and running it alone.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use rustix::time::{ClockId, clock_gettime};
use tempfile::TempDir;

use super::raw::{self, MAX_EVENTS, Raw};
use crate::{
    process::{self, End},
    python::{Interpreter, flags, isolated},
};

/// What the interpreter runs around the program.
const RECORDER: &str = concat!(
    include_str!("python/program.py"),
    include_str!("python/reasons.py"),
    include_str!("python/recorder.py"),
);

/// What it runs around a program that no tracer slows down.
const UNTRACED: &str =
    concat!(include_str!("python/program.py"), include_str!("python/untraced.py"));

/// The recorder's last line.
const END: &str = r#"{"event": "end"}"#;

/// What the lines begin with that stand before and after what a program prints where it runs
/// [`untraced`]; the nanoseconds follow since it was started.
pub(super) const MARK: u8 = 0;

/// Runs a program and gives its events; `source` is a path from `root`. It must end with this `exit`
/// code; `set` gives it what its case says.
///
/// # Errors
///
/// When the program can't be started, does not end well, or runs longer than the `limit`.
pub fn record(
    python: &Interpreter,
    source: &Path,
    root: &Path,
    limit: Duration,
    exit: i32,
    set: impl FnOnce(&mut Command) -> Result<(Option<String>, Option<TempDir>)>,
) -> Result<Vec<Raw>> {
    let mut command = interpreter(python, RECORDER, source, root);
    command.arg(MAX_EVENTS.to_string());
    let (input, _folder) = set(&mut command)?;
    let output = process::run_with(command, input.as_deref(), limit, |_| {})?;
    match output.end {
        End::Exit(code) if code == exit => {}
        End::TimedOut(limit) => bail!(
            "it ran longer than {} s under the tracer (a longer limit: --timeout SECONDS)",
            limit.as_secs_f64()
        ),
        End::TooMuch => bail!("it prints without end: `cargo twins check` says more"),
        _ => {
            let stderr = output.stderr();
            let why = stderr.trim_end().lines().next_back().unwrap_or("it does not say why");
            bail!("it does not end well under the tracer: {why}; `cargo twins check` says more")
        }
    }
    let stdout = String::from_utf8(output.stdout()).context("the tracer wrote no UTF-8")?;
    let mut lines: Vec<&str> = stdout.lines().collect();
    ensure!(lines.pop() == Some(END), "the tracer did not come to its end");
    raw::read(lines)
}

/// A program that runs without a tracer from its first step on, and marks its begin and its end.
pub(super) fn untraced(python: &Interpreter, source: &Path, root: &Path) -> Command {
    let now = clock_gettime(ClockId::Monotonic);
    let mut command = interpreter(python, UNTRACED, source, root);
    command.arg((i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec)).to_string());
    command
}

/// As a program of a pair is run: see `Interpreter::command`.
fn interpreter(python: &Interpreter, code: &str, source: &Path, root: &Path) -> Command {
    let mut command = isolated(python.path.as_os_str());
    command.args(flags(root, source)).args(["-c", code]).arg(source).current_dir(root);
    command
}
