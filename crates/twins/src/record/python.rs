//! Recording a Python program: unmodified, under `sys.settrace`.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};

use super::events::{self, MAX_EVENTS, Raw};
use crate::{
    process::{self, End},
    python::{Interpreter, flags, isolated},
};

/// What the interpreter runs around the program.
const RECORDER: &str = include_str!("python.py");

/// The recorder's last line.
const END: &str = r#"{"event": "end"}"#;

/// Runs a program and gives its events; `source` is a path from `root`.
///
/// # Errors
///
/// When the program can't be started, does not end well, or runs longer than the `limit`.
pub fn record(
    python: &Interpreter,
    source: &Path,
    root: &Path,
    limit: Duration,
) -> Result<Vec<Raw>> {
    // As a program of a pair is run: see `Interpreter::command`.
    let mut command = isolated(python.path.as_os_str());
    command.args(flags(root, source)).args(["-c", RECORDER]).arg(source);
    command.arg(MAX_EVENTS.to_string()).current_dir(root);
    let output = process::run(command, limit, |_| {})?;
    match output.end {
        End::Exit(0) => {}
        End::TimedOut(limit) => bail!(
            "it ran longer than {} s under the tracer (a longer limit: --timeout SECONDS)",
            limit.as_secs_f64()
        ),
        _ => bail!("it does not end well under the tracer:\n{}", output.stderr().trim_end()),
    }
    let stdout = String::from_utf8(output.stdout()).context("the tracer wrote no UTF-8")?;
    let mut lines: Vec<&str> = stdout.lines().collect();
    ensure!(lines.pop() == Some(END), "the tracer did not come to its end");
    events::read(lines)
}
