//! Recording a Rust program: its debug build, unmodified, under gdb.

use std::{
    fs,
    io::ErrorKind,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use super::events::{self, MAX_EVENTS, Raw, Tag};
use crate::{
    process::{self, End},
    recording::{Kind, MAX_STEPS},
};

/// What gdb's own Python runs.
const RECORDER: &str = include_str!("gdb.py");

/// The recorder's last line.
const END: &str = r#"{"event": "end"}"#;

/// Runs an example's `executable` under gdb and gives its events, those of the functions that
/// stand in `source`, a path from `root`.
///
/// # Errors
///
/// When gdb can't record: on a platform other than Linux on x86-64, in a
/// container that forbids tracing, or past the `limit`.
pub fn record(executable: &Path, source: &Path, root: &Path, limit: Duration) -> Result<Vec<Raw>> {
    let name = source.display();
    let mut gdb = Command::new("gdb");
    gdb.args(["-q", "-nx", "-batch", "-iex", "set auto-load off"])
        .args(["-ex", "python import os; exec(os.environ['TWINS_RECORDER'])"])
        .arg(executable)
        .current_dir(root)
        // The shell that gdb starts the program with, whatever the user's is.
        .env("SHELL", "/bin/sh")
        .env("TWINS_RECORDER", RECORDER)
        .env("TWINS_SOURCE", source)
        .env("TWINS_STEPS", MAX_STEPS.to_string())
        .env("TWINS_EVENTS", MAX_EVENTS.to_string());
    let output = process::run(gdb, limit, |_| {}).context("gdb")?;
    if let End::TimedOut(limit) = output.end {
        bail!("{name} was not recorded within {} s: its program waits too long", limit.as_secs());
    }
    let stdout = output.stdout();
    let stdout = String::from_utf8_lossy(&stdout);
    let mut events = events(&stdout).with_context(|| {
        let said = output.stderr();
        let said = said.lines().filter(|line| !line.starts_with("warning: ("));
        format!("gdb can't record {name}:\n{}", said.collect::<Vec<_>>().join("\n"))
    })?;
    let text =
        fs::read_to_string(root.join(source)).with_context(|| format!("can't read {name}"))?;
    tell_yields(&mut events, &text);
    end_at_propagate(&mut events, &text);
    Ok(events)
}

/// Takes out the suspension of a task that passes its cancellation on: `propagate` never returns,
/// so that await is the end, as Python's `raise` is.
fn end_at_propagate(events: &mut Vec<Raw>, source: &str) {
    let lines: Vec<&str> = source.lines().collect();
    events.retain(|event| {
        let line = lines.get(event.line.wrapping_sub(1));
        event.event != Tag::Suspend || !line.is_some_and(|line| line.contains(".propagate()"))
    });
}

/// Tells the suspensions of async generators apart: the state has a number for each, and the line
/// where it stands says whether it is a `yield` or an `await`.
fn tell_yields(events: &mut [Raw], source: &str) {
    let lines: Vec<&str> = source.lines().collect();
    // A delegate's items are its own.
    for event in events {
        if event.event == Tag::Suspend && event.kind == Kind::AsyncGenerator {
            let line = lines.get(event.line.wrapping_sub(1));
            let yields = |line: &&str| line.contains("yield") && !line.contains("yield_from");
            event.yields = line.map(yields);
        }
    }
}

/// The events among all that gdb said.
///
/// # Errors
///
/// When a line is no event that we know, or the recorder did not come to its end.
fn events(stdout: &str) -> Result<Vec<Raw>> {
    let mut lines: Vec<&str> = stdout.lines().filter(|line| line.starts_with('{')).collect();
    ensure!(lines.pop() == Some(END), "its recorder did not come to its end");
    events::read(lines)
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

    const START: &str = r#"{"event":"start","id":1,"function":"main","kind":"function","thread":0,"line":3,"at":0}"#;

    #[test]
    fn the_line_tells_a_yield_from_an_await() {
        let suspend =
            START.replace("start", "suspend").replace("function\",\"th", "async-generator\",\"th");
        let rows = [3, 4].map(|line| suspend.replace(":3", &format!(":{line}")));
        let mut found = events(&format!("{}\n{}\n{END}", rows[0], rows[1])).unwrap();
        tell_yields(&mut found, "\n\nsleep(SECOND).await;\nco.yield_(1).await;\n");
        assert_eq!(
            found.iter().map(|event| event.yields).collect::<Vec<_>>(),
            [Some(false), Some(true)]
        );
    }

    #[test]
    fn a_cancellation_that_is_passed_on_is_the_end() {
        let [suspend, raise] = ["suspend", "raise"].map(|event| START.replace("start", event));
        let said = [START, &suspend, &raise, END].join("\n");
        for (source, count) in [("cancelled.propagate().await", 2), ("sleep(SECOND).await", 3)] {
            let mut found = events(&said).unwrap();
            end_at_propagate(&mut found, &format!("\n\n{source}\n"));
            assert_eq!(found.len(), count, "{source}");
        }
    }

    #[test]
    fn what_gdb_says_is_no_event() {
        let said = format!("[New Thread 1]\n{START}\n{START}\n\n{END}\n[Inferior 1 exited]\n");
        assert_eq!(events(&said).unwrap().len(), 2);
    }

    #[test]
    fn a_recorder_that_breaks_off_is_an_error() {
        for said in ["", START, "gdb.error: no process\n"] {
            let error = events(said).unwrap_err().to_string();
            assert_eq!(error, "its recorder did not come to its end", "{said}");
        }
    }

    #[test]
    fn a_missing_gdb_says_how_to_get_it() {
        let error = require_gdb("no-such-gdb").unwrap_err().to_string();
        assert!(error.contains("apt install gdb"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
