//! Recording a Rust program: its debug build, unmodified, under gdb.

use std::{
    io::ErrorKind,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use super::raw::{self, MAX_EVENTS, Raw};
use crate::{
    case::Held,
    process::{self, End},
};

/// What gdb's own Python runs.
const RECORDER: &str = concat!(
    include_str!("gdb/clock.py"),
    include_str!("gdb/values.py"),
    include_str!("gdb/variables.py"),
    include_str!("gdb/program.py"),
    include_str!("gdb/reasons.py"),
    include_str!("gdb/recorder.py"),
);

/// The oldest gdb that can record.
const OLDEST: u32 = 12;

/// The recorder's last line.
const END: &str = r#"{"event": "end"}"#;

/// Runs an example's `executable` under gdb and gives its events, those of the functions that
/// stand in `source`, a path from `root`; `set` gives it what its case says.
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
    set: impl FnOnce(&mut Command) -> Result<Held>,
) -> Result<Vec<Raw>> {
    let mut gdb = Command::new("gdb");
    gdb.args(["-q", "-nx", "-batch", "-iex", "set auto-load off"])
        .args(["-ex", "python import os; exec(os.environ['TWINS_RECORDER'])"])
        .arg(executable)
        .current_dir(root)
        // The shell that gdb starts the program with, whatever the user's is.
        .env("SHELL", "/bin/sh")
        .env("MALLOC_PERTURB_", filling.to_string())
        // It lies on the stack: no address there is the same, nor how much memory the program has.
        .env("TWINS_PADDING", "x".repeat(usize::from(filling) * 512))
        .env("TWINS_RECORDER", RECORDER)
        .env("TWINS_SOURCE", root.join(source))
        .env("TWINS_EVENTS", MAX_EVENTS.to_string());
    let _held = set(&mut gdb)?;
    let output = process::run(gdb, limit, |_| {}).context("gdb")?;
    match output.end {
        End::TimedOut(limit) => bail!(
            "it ran longer than {} s under the tracer (a longer limit: --timeout SECONDS)",
            limit.as_secs_f64()
        ),
        End::TooMuch => bail!("it prints without end: `cargo twins check` says more"),
        _ => {}
    }
    let stdout = output.stdout();
    let stdout = String::from_utf8_lossy(&stdout);
    let Some(lines) = events(&stdout) else {
        bail!("gdb can't record it: {}", reason(&output.stderr()));
    };
    raw::read(lines)
}

/// What gdb gives as its reason, among all that it says, and what helps.
fn reason(stderr: &str) -> String {
    if stderr.contains("ptrace: ") {
        return "the system forbids tracing: a container needs `--cap-add=SYS_PTRACE`, a machine \
                `sysctl kernel.yama.ptrace_scope=1`"
            .to_owned();
    }
    let tells = |line: &&str| {
        let noise = ["warning: ", "Traceback", " ", "Error while executing Python code"];
        !line.is_empty() && !noise.iter().any(|noise| line.starts_with(noise))
    };
    let reason = stderr.lines().rfind(tells).unwrap_or("it does not say why");
    let reason = reason.trim_start_matches("gdb.GdbError: ").trim_start_matches("gdb.error: ");
    match reason {
        "Function \"main\" not defined." => {
            "it is stripped: take `strip` out of the profile `dev`".to_owned()
        }
        reason => reason.to_owned(),
    }
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
/// One line that says how to get one, or where there is one.
pub fn require_gdb(gdb: &str) -> Result<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!(
            "programs are recorded on Linux on x86-64 alone; all else works from the recordings as \
             they are"
        );
    }
    let asked = Command::new(gdb)
        .args(["-nx", "-batch", "-ex", "python import json; print(gdb.VERSION)"])
        .stdin(Stdio::null())
        .output();
    match asked {
        Ok(said) if said.status.success() => new_enough(&String::from_utf8_lossy(&said.stdout)),
        Ok(_) => bail!("this gdb has no Python in it, which recording needs: apt install gdb"),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "Rust programs are recorded under gdb, which is not here: apt install gdb; \
             all else works from the recordings as they are"
        ),
        Err(error) => Err(error).context("can't start gdb"),
    }
}

/// Asks whether a gdb of this version has all that the recorder asks of it.
fn new_enough(version: &str) -> Result<()> {
    let version = version.trim();
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let major = digits.split(|c: char| !c.is_ascii_digit()).next().and_then(|it| it.parse().ok());
    match major {
        Some(0..OLDEST) => {
            bail!("gdb {version} is too old to record, {OLDEST} is not: apt install gdb")
        }
        _ => Ok(()),
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
            gdb.error: No symbol table.\nError while executing Python code.\n";
        assert_eq!(reason(said), "No symbol table.");
        let stripped = said.replace("No symbol table", "Function \"main\" not defined");
        assert!(reason(&stripped).contains("strip"), "{}", reason(&stripped));
        let refused = "warning: Could not trace the inferior process.\n\
            warning: ptrace: Operation not permitted\nDuring startup program exited with code 127.\n";
        assert!(reason(refused).contains("SYS_PTRACE"), "{}", reason(refused));
        assert_eq!(reason("warning: a\n"), "it does not say why");
    }

    #[test]
    fn a_gdb_that_is_too_old_is_told_by_its_version() {
        for version in ["12.1\n", "13.1", "15.0.50.20240403-git", "Fedora Linux 14.2-1"] {
            assert!(new_enough(version).is_ok(), "{version}");
        }
        let error = new_enough("9.2\n").unwrap_err().to_string();
        assert_eq!(error, "gdb 9.2 is too old to record, 12 is not: apt install gdb");
    }

    #[test]
    fn a_missing_gdb_says_how_to_get_it() {
        let error = require_gdb("no-such-gdb").unwrap_err().to_string();
        assert!(error.contains("apt install gdb"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
