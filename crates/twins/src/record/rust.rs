//! Recording a Rust program: its debug build, unmodified, under gdb.

use std::{
    io::ErrorKind,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use super::raw::{self, MAX_EVENTS, Raw};
use crate::process::{self, End};

/// What gdb's own Python runs.
const RECORDER: &str = concat!(
    include_str!("gdb/clock.py"),
    include_str!("gdb/values.py"),
    include_str!("gdb/variables.py"),
    include_str!("gdb/program.py"),
    include_str!("gdb/recorder.py"),
);

/// The recorder's last line.
const END: &str = r#"{"event": "end"}"#;

/// Runs an example's `executable` under gdb and gives its events, those of the functions that
/// stand in `source`, a path from `root`.
///
/// What is freed, and what is allocated and not written to, is filled with `filling`: two runs with
/// another one each show alike what is there, and not what is left of it.
///
/// # Errors
///
/// When gdb can't record: on a platform other than Linux on x86-64, in a
/// container that forbids tracing, or past the `limit`.
pub fn record(
    executable: &Path,
    source: &Path,
    root: &Path,
    limit: Duration,
    filling: u8,
) -> Result<Vec<Raw>> {
    let name = source.display();
    let mut gdb = Command::new("gdb");
    gdb.args(["-q", "-nx", "-batch", "-iex", "set auto-load off"])
        .args(["-ex", "python import os; exec(os.environ['TWINS_RECORDER'])"])
        .arg(executable)
        .current_dir(root)
        // The shell that gdb starts the program with, whatever the user's is.
        .env("SHELL", "/bin/sh")
        .env("MALLOC_PERTURB_", filling.to_string())
        .env("TWINS_RECORDER", RECORDER)
        .env("TWINS_SOURCE", source)
        .env("TWINS_EVENTS", MAX_EVENTS.to_string());
    let output = process::run(gdb, limit, |_| {}).context("gdb")?;
    if let End::TimedOut(limit) = output.end {
        bail!("{name} was not recorded within {} s: its program waits too long", limit.as_secs());
    }
    let stdout = output.stdout();
    let stdout = String::from_utf8_lossy(&stdout);
    let Some(lines) = events(&stdout) else {
        bail!("gdb can't record {name}: {}", reason(&output.stderr()));
    };
    raw::read(lines)
}

/// What gdb gives as its reason, among all that it says.
fn reason(stderr: &str) -> &str {
    let tells = |line: &&str| {
        let noise = ["warning: ", "Traceback", " ", "Error while executing Python code"];
        !line.is_empty() && !noise.iter().any(|noise| line.starts_with(noise))
    };
    let reason = stderr.lines().rfind(tells).unwrap_or("it does not say why");
    reason.trim_start_matches("gdb.GdbError: ").trim_start_matches("gdb.error: ")
}

/// The events among all that gdb said, if the recorder came to its end.
fn events(stdout: &str) -> Option<Vec<&str>> {
    let mut lines: Vec<&str> = stdout.lines().filter(|line| line.starts_with('{')).collect();
    (lines.pop() == Some(END)).then_some(lines)
}

/// Asks whether there is a gdb that can record.
///
/// # Errors
///
/// One line that says how to get one.
pub fn require_gdb(gdb: &str) -> Result<()> {
    let quiet = Stdio::null;
    let asked = Command::new(gdb)
        .args(["-nx", "-batch", "-ex", "python import json"])
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .status();
    match asked {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => bail!("this gdb has no Python in it, which recording needs: apt install gdb"),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "Rust programs are recorded under gdb, which is not here: apt install gdb; \
             all else works from the recordings as they are"
        ),
        Err(error) => Err(error).context("can't start gdb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gdb_says_is_no_event() {
        let start = r#"{"event": "start"}"#;
        let said = format!("[New Thread 1]\n{start}\n\n{END}\n[Inferior 1 exited]\n");
        assert_eq!(events(&said), Some(vec![start]));
    }

    #[test]
    fn a_recorder_that_breaks_off_has_recorded_nothing() {
        for said in ["", "{\"event\": \"start\"}\n", "gdb.error: no process\n"] {
            assert_eq!(events(said), None, "{said}");
        }
    }

    #[test]
    fn the_reason_is_found_in_what_gdb_says() {
        let said = "warning: Error disabling address space randomization\n\
            Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n\
            gdb.error: Function \"main\" not defined.\nError while executing Python code.\n";
        assert_eq!(reason(said), "Function \"main\" not defined.");
        assert_eq!(reason("warning: a\n"), "it does not say why");
    }

    #[test]
    fn a_missing_gdb_says_how_to_get_it() {
        let error = require_gdb("no-such-gdb").unwrap_err().to_string();
        assert!(error.contains("apt install gdb"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
