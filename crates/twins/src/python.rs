//! The Python interpreter: a CPython that is new enough for the pairs.

use std::{
    env,
    ffi::{OsStr, OsString},
    iter,
    os::unix::ffi::OsStrExt,
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

    /// The interpreter that records: the one that the user names, else a CPython 3.13 where there
    /// is one, in the `PATH` or among pyenv's, else `python3`.
    ///
    /// # Errors
    ///
    /// As [`Interpreter::find`].
    pub fn find_recorder(named: Option<&Path>) -> Result<Self> {
        let is_named =
            named.is_some() || env::var_os("TWINS_PYTHON").is_some_and(|v| !v.is_empty());
        if is_named {
            return Self::find(named);
        }
        let versions = env::home_dir().map(|home| home.join(".pyenv/versions"));
        let pyenv = versions.and_then(|folder| folder.read_dir().ok()).into_iter().flatten();
        let mut pyenv: Vec<PathBuf> = pyenv
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                path.file_name().is_some_and(|name| name.as_bytes().starts_with(b"3.13."))
            })
            .map(|path| path.join("bin/python3"))
            .collect();
        pyenv.sort();
        // pyenv leaves a `python3.13` in the PATH that only says where it is not.
        let candidates = iter::once("python3.13".into()).chain(pyenv.into_iter().rev());
        let found = candidates.filter_map(|path| Self::ask(path.as_os_str()).ok());
        let mut found = found.filter(|python| python.version.starts_with("3.13."));
        found.next().map_or_else(|| Self::find(None), Ok)
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
