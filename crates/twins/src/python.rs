//! The Python interpreter: a CPython that is new enough for the pairs.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Result, bail};

use crate::process::{self, End};

/// The oldest CPython that runs the pairs: `asyncio.TaskGroup` and `asyncio.timeout` came with it.
const OLDEST: (u32, u32) = (3, 11);

/// What every interpreter is asked before it runs a pair. Python 2 understands it, too.
const QUESTION: &str = "import sys, platform; \
    print('%s %d.%d.%d' % ((platform.python_implementation(),) + sys.version_info[:3])); \
    print(sys.executable)";

/// A CPython that was asked for its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program itself, past any launcher that stands in front of it.
    pub path: PathBuf,
    /// Its version, such as `3.13.0`.
    pub version: String,
}

impl Interpreter {
    /// The interpreter that the user names; without a name `TWINS_PYTHON`, then `python3`.
    ///
    /// # Errors
    ///
    /// When there is none, when it is no CPython, or too old a one.
    pub fn find(named: Option<&Path>) -> Result<Self> {
        let from_env = env::var_os("TWINS_PYTHON").filter(|value| !value.is_empty());
        let program: OsString = match (named, from_env) {
            (Some(path), _) => path.into(),
            (None, Some(path)) => path,
            (None, None) => "python3".into(),
        };
        Self::ask(&program)
    }

    fn ask(program: &OsStr) -> Result<Self> {
        let name = program.to_string_lossy();
        let remedy =
            "install CPython 3.11 or newer, or name one with --python PATH or TWINS_PYTHON";
        let mut command = Command::new(program);
        command.args(["-c", QUESTION]);
        let Ok(output) = process::run(command, Duration::from_secs(20), |_| {}) else {
            bail!("can't start the Python interpreter `{name}`: {remedy}");
        };
        let answer = String::from_utf8_lossy(&output.stdout()).into_owned();
        let mut lines = answer.lines();
        let (Some((kind, version)), Some(path), End::Exit(0)) =
            (lines.next().and_then(|line| line.split_once(' ')), lines.next(), output.end)
        else {
            bail!("`{name}` does not answer as a Python interpreter does: {remedy}");
        };
        if kind != "CPython" {
            bail!("`{name}` is {kind} {version}, and the pairs are held against CPython: {remedy}");
        }
        if parse(version).is_none_or(|version| version < OLDEST) {
            bail!("`{name}` is CPython {version}, too old for the pairs: {remedy}");
        }
        Ok(Self { path: path.into(), version: version.to_owned() })
    }

    /// The command that runs a program of a pair.
    ///
    /// Nothing of the user's Python environment reaches the program (`-E`), its lines arrive as it
    /// prints them (`-u`), and they are UTF-8 whatever the locale (`-X utf8`).
    pub fn command(&self, source: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command.args(["-E", "-u", "-X", "utf8"]).arg(source);
        command
    }
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(parse("3.9.18").unwrap() < OLDEST);
        assert!(parse("3.11.0").unwrap() >= OLDEST);
        assert!(parse("4.0.0").unwrap() >= OLDEST);
        assert_eq!(parse("three"), None);
    }
}
