//! The Python interpreter: a CPython that is new enough for the pairs.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{self, Write},
    iter,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use anyhow::{Result, bail};

use crate::{
    interrupt,
    process::{self, End, Output},
};

/// The variable that names the interpreter: to the tool, and by the tool to the Rust programs that
/// it runs.
const VARIABLE: &str = "TWINS_PYTHON";

/// The oldest CPython that runs the pairs: `asyncio.TaskGroup` and `asyncio.timeout` came with it.
const OLDEST: (u32, u32) = (3, 11);

/// What every interpreter is asked before it runs a pair. Python 2 understands it, too. The folder
/// that it is asked in may have a `platform.py` of its own.
const QUESTION: &str = "import sys; sys.path[:1] = []; import platform; \
    print('%s %d.%d.%d' % ((platform.python_implementation(),) + sys.version_info[:3])); \
    print(sys.executable)";

/// How long an interpreter may take to answer, and when we say that we wait for it.
const PATIENCE: Duration = Duration::from_secs(60);
const SILENCE: Duration = Duration::from_secs(2);

/// A CPython that was asked for its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program itself, past any launcher that stands in front of it.
    pub path: PathBuf,
    /// Its version, such as `3.13.0`.
    pub version: String,
}

impl Interpreter {
    /// The interpreters that the user names, each once.
    ///
    /// # Errors
    ///
    /// As [`Self::find`], and when two of them have one version: nobody could tell them apart.
    pub fn find_all(named: &[PathBuf]) -> Result<Vec<Self>> {
        let mut found: Vec<Self> = Vec::new();
        for path in named {
            let python = Self::find(Some(path))?;
            match found.iter().find(|other| other.version == python.version) {
                None => found.push(python),
                Some(other) if *other == python => {}
                Some(other) => bail!(
                    "{} and {} are both CPython {}: name one of them",
                    other.path.display(),
                    python.path.display(),
                    python.version
                ),
            }
        }
        Ok(found)
    }

    /// The interpreter that the user names; without a name `TWINS_PYTHON`, then `python3`.
    ///
    /// # Errors
    ///
    /// When there is none, when it is no CPython, or too old a one.
    pub fn find(named: Option<&Path>) -> Result<Self> {
        let from_env = env::var_os(VARIABLE).filter(|value| !value.is_empty());
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
        let is_named = named.is_some() || env::var_os(VARIABLE).is_some_and(|v| !v.is_empty());
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
        let mut command = isolated(program);
        command.args(["-c", QUESTION]);
        let Some(output) = ask(command, &name) else {
            bail!("can't start the Python interpreter `{name}`: {remedy}");
        };
        interrupt::check()?;
        let answer = String::from_utf8_lossy(&output.stdout()).into_owned();
        // The last two lines: what a `sitecustomize` prints stands before.
        let mut lines = answer.lines().rev();
        let (path, version) = (lines.next(), lines.next().and_then(|line| line.split_once(' ')));
        let (Some((kind, version)), Some(path), End::Exit(0)) = (version, path, output.end) else {
            match output.end {
                End::TimedOut(limit) => {
                    bail!("`{name}` did not answer within {} s: {remedy}", limit.as_secs())
                }
                _ => bail!("`{name}` does not answer as a Python interpreter does: {remedy}"),
            }
        };
        if kind != "CPython" {
            bail!("`{name}` is {kind} {version}, and the pairs are held against CPython: {remedy}");
        }
        if parse(version).is_none_or(|version| version < OLDEST) {
            bail!("`{name}` is CPython {version}, too old for the pairs: {remedy}");
        }
        // An embedded interpreter does not know itself.
        let path = if Path::new(path).is_file() { path.into() } else { PathBuf::from(program) };
        Ok(Self { path, version: version.to_owned() })
    }

    /// The modules of its standard library.
    ///
    /// # Errors
    ///
    /// When it does not name them.
    pub fn standard_library(&self) -> Result<Vec<String>> {
        let mut command = isolated(self.path.as_os_str());
        command.args(["-c", "import sys; print(*sys.stdlib_module_names, sep='\\n')"]);
        let output = process::run(command, PATIENCE, |_| {})?;
        interrupt::check()?;
        if output.end != End::Exit(0) {
            bail!("`{}` does not name the modules of its library", self.path.display());
        }
        Ok(String::from_utf8_lossy(&output.stdout()).lines().map(str::to_owned).collect())
    }

    /// The command that runs a program of a pair, a path from `root`, in `root`.
    ///
    /// Nothing of the user's Python environment reaches it, nor what it starts: no variable `PYTHON…`,
    /// no packages of the user's own. Its lines arrive as it prints them (`-u`), and they are
    /// UTF-8 whatever the locale (`-X utf8`). Where its folder holds nothing but programs of pairs,
    /// it is not searched for modules (`-P`): a pair may be called `queue`, and none imports another
    /// one. Where modules stand beside it, they are found as always.
    pub fn command(&self, root: &Path, source: &Path) -> Command {
        let mut command = isolated(self.path.as_os_str());
        command.args(flags(root, source)).arg(source).current_dir(root);
        command
    }

    /// The command that runs a built Rust program of a pair, in `root`. It finds this interpreter in
    /// `TWINS_PYTHON`, should it start a Python program itself.
    pub fn command_of_twin(&self, executable: &Path, root: &Path) -> Command {
        let mut command = Command::new(executable);
        self.tell(&mut command);
        command.current_dir(root);
        command
    }

    /// Names this interpreter to what a command starts, in `TWINS_PYTHON`.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env(VARIABLE, &self.path);
    }
}

/// The flags that a program of a pair runs with: see [`Interpreter::command`].
pub(crate) fn flags(root: &Path, source: &Path) -> Vec<&'static str> {
    let mut flags = vec!["-u", "-X", "utf8"];
    // A link stands for the file that it names, in Python's eyes, too.
    let source = root.join(source);
    let source = source.canonicalize().unwrap_or(source);
    if !has_modules(source.parent().unwrap_or(root)) {
        flags.push("-P");
    }
    flags
}

/// An interpreter that nothing in the environment reaches.
pub(crate) fn isolated(program: &OsStr) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.as_bytes().starts_with(b"PYTHON") {
            command.env_remove(name);
        }
    }
    command.env("PYTHONNOUSERSITE", "1");
    command
}

/// Whether something in a folder can be imported that is no program of a pair: a program has a twin
/// or notes beside it.
fn has_modules(folder: &Path) -> bool {
    let entries = folder.read_dir().into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).any(|path| {
        let is_program = || ["rs", "toml"].iter().any(|end| path.with_extension(end).is_file());
        match path.extension() {
            Some(extension) => extension == "py" && !is_program(),
            None => path.join("__init__.py").is_file(),
        }
    })
}

/// Asks an interpreter, and says so when the answer takes its time.
fn ask(command: Command, name: &str) -> Option<Output> {
    let (answered, waiting) = mpsc::channel::<()>();
    let said = format!(
        "waiting for `{name}` to tell its version, {} s at most (Ctrl-C ends)",
        PATIENCE.as_secs()
    );
    thread::spawn(move || {
        if waiting.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
            drop(writeln!(io::stderr(), "{said}"));
        }
    });
    let output = process::run(command, PATIENCE, |_| {}).ok();
    drop(answered);
    output
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

    #[test]
    fn a_folder_of_pairs_has_nothing_to_import() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| std::fs::write(folder.path().join(name), "").unwrap();
        ["queue.py", "queue.rs", "queue.stdout", "cup.py", "cup.toml"].into_iter().for_each(write);
        assert!(!has_modules(folder.path()));
        assert_eq!(flags(folder.path(), Path::new("queue.py")), ["-u", "-X", "utf8", "-P"]);
        write("kitchen.py");
        assert!(has_modules(folder.path()));
        assert_eq!(flags(folder.path(), Path::new("queue.py")), ["-u", "-X", "utf8"]);
    }
}
