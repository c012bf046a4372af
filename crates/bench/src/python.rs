//! The CPythons of this machine, and the fastest of them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::rounds::{Run, order};
use crate::spread::Spread;

/// What an interpreter is asked. A launcher that stands in front of it gives way to the program.
const QUESTION: &str = "import sys, platform; \
    print('%s %d.%d.%d' % ((platform.python_implementation(),) + sys.version_info[:3])); \
    print(sys.executable)";

/// The variable that allows to install uvloop.
const WITH_UVLOOP: &str = "TWINS_UVLOOP";
/// The variable that allows to install other packages.
pub const WITH_PACKAGES: &str = "TWINS_PACKAGES";

/// A CPython that can run the loops: 3.11 or newer. Its event loop is asyncio's, or uvloop's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interpreter {
    version: [u32; 3],
    path: PathBuf,
    /// uvloop's version, where its loop goes round.
    uvloop: Option<String>,
}

impl Interpreter {
    /// All CPythons that can be found: `python3` and `python3.N` on the path and in pyenv's
    /// folder, or only the one that `TWINS_PYTHON` names.
    pub fn all() -> Vec<Self> {
        if let Some(named) = env::var_os("TWINS_PYTHON").filter(|named| !named.is_empty()) {
            return Self::ask(Path::new(&named)).into_iter().collect();
        }
        let mut folders: Vec<PathBuf> =
            env::var_os("PATH").iter().flat_map(env::split_paths).collect();
        let home = env::home_dir().map(|home| home.join(".pyenv"));
        let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from).or(home).unwrap_or_default();
        for version in fs::read_dir(pyenv.join("versions")).into_iter().flatten().flatten() {
            folders.push(version.path().join("bin"));
        }
        let mut programs = Vec::new();
        for folder in folders {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let number = name.strip_prefix("python3").map(|rest| rest.trim_start_matches('.'));
                if number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
                    programs.push(entry.path());
                }
            }
        }
        // A set: several names of one program count once.
        let found: BTreeSet<Self> = programs.iter().filter_map(|path| Self::ask(path)).collect();
        found.into_iter().collect()
    }

    fn ask(program: &Path) -> Option<Self> {
        let output = Command::new(program).args(["-E", "-c", QUESTION]).output().ok()?;
        let answer = String::from_utf8(output.stdout).ok()?;
        let (version, path) = answer.trim().split_once('\n')?;
        let mut parts = version.strip_prefix("CPython ")?.split('.').map(|part| part.parse().ok());
        let version = [parts.next()??, parts.next()??, parts.next()??];
        let path = fs::canonicalize(path).ok()?;
        (version >= [3, 11, 0]).then_some(Self { version, path, uvloop: None })
    }

    /// The same CPython with uvloop's event loop, if that is in `target/uvloop`: there a virtual
    /// environment is made, and uvloop installed in it, when `TWINS_UVLOOP` is set.
    ///
    /// # Errors
    ///
    /// When it can't be installed.
    pub fn with_uvloop(&self) -> Result<Option<Self>> {
        let uvloop = self.installed("uvloop", WITH_UVLOOP)?;
        Ok(uvloop.map(|(path, version)| Self { path, uvloop: Some(version), ..self.clone() }))
    }

    /// The same CPython with a package, and the version of that, if it is in the folder of its name
    /// in `target`, where it is installed when [`WITH_PACKAGES`] is set.
    ///
    /// # Errors
    ///
    /// When it can't be installed.
    pub fn with_package(&self, package: &str) -> Result<Option<(Self, String)>> {
        let installed = self.installed(package, WITH_PACKAGES)?;
        Ok(installed.map(|(path, version)| (Self { path, ..self.clone() }, version)))
    }

    /// The interpreter of a virtual environment that has this package, and the package's version.
    fn installed(&self, package: &str, allowed: &str) -> Result<Option<(PathBuf, String)>> {
        let built = env::current_exe()?;
        // target/release/deps/a_bench
        let target = built.ancestors().nth(3).context("a bench has no target folder")?;
        let folder = target.join(package).join(self.digits());
        let path = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        let question = format!("import {package}; print({package}.__version__)");
        let version = || output(Command::new(&path).args(["-E", "-c", &question]));
        let version = match version() {
            Ok(version) => version,
            Err(_) if env::var_os(allowed).is_none_or(|asked| asked.is_empty()) => {
                return Ok(None);
            }
            Err(_) => {
                output(Command::new(&self.path).args(["-E", "-m", "venv"]).arg(&folder))?;
                output(Command::new(&path).args(["-E", "-m", "pip", "install", "-q", package]))?;
                version()?
            }
        };
        Ok(Some((path, version.trim().to_owned())))
    }

    /// Its name and version, such as `CPython 3.13.0` or `uvloop 0.22.1`.
    pub fn name(&self) -> String {
        match &self.uvloop {
            Some(version) => format!("uvloop {version}"),
            None => format!("CPython {}", self.digits()),
        }
    }

    fn digits(&self) -> String {
        let [major, minor, patch] = self.version;
        format!("{major}.{minor}.{patch}")
    }

    /// The command that runs a program, out of reach of the user's Python environment.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command.arg("-E");
        if self.uvloop.is_some() {
            command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/on_uvloop.py"));
        }
        command.arg(program);
        command
    }

    /// The fastest of all CPythons at the given loops, compared in interleaved rounds; and what
    /// there was to choose from.
    ///
    /// # Errors
    ///
    /// When there is none, or one can't run the loops.
    pub fn fastest(program: &Path, loops: &[&str], units: u64) -> Result<(Self, Vec<String>)> {
        const ROUNDS: usize = 9;
        let all = Self::all();
        let mut workers = all.iter().map(|one| one.start(program)).collect::<Result<Vec<_>>>()?;
        Self::choose(&all, ROUNDS, |index| {
            loops.iter().map(|what| Ok(workers[index].run(what, units)?.time)).sum()
        })
    }

    /// As [`fastest`](Self::fastest), at programs of which each run is a process of its own: `time`
    /// tells how long one takes.
    ///
    /// # Errors
    ///
    /// When there is none, or one can't run the program.
    pub fn fastest_by(
        rounds: usize,
        mut time: impl FnMut(&Self) -> Result<Duration>,
    ) -> Result<(Self, Vec<String>)> {
        let all = Self::all();
        Self::choose(&all, rounds, |index| time(&all[index]))
    }

    /// Of all, that with the least median time; and the names of all.
    fn choose(
        all: &[Self],
        rounds: usize,
        mut time: impl FnMut(usize) -> Result<Duration>,
    ) -> Result<(Self, Vec<String>)> {
        ensure!(!all.is_empty(), "no CPython: install 3.11 or newer, or name it in TWINS_PYTHON");
        let mut times = vec![Vec::new(); all.len()];
        for round in 0..rounds {
            for index in order(all.len(), round) {
                times[index].push(time(index)?.as_secs_f64());
            }
        }
        let medians = times.into_iter().map(|times| Spread::of(times).median);
        let fastest = medians.zip(all).min_by(|left, right| left.0.total_cmp(&right.0));
        let (_, fastest) = fastest.expect("there is at least one");
        Ok((fastest.clone(), all.iter().map(Self::name).collect()))
    }

    /// Starts a worker that runs the loops of a file on demand: its functions, or coroutine
    /// functions, of a number of units.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub fn start(&self, loops: &Path) -> Result<Worker> {
        let mut child = self
            .command(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/worker.py"))
            .arg(loops)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("can't start {}", self.path.display()))?;
        let asks = child.stdin.take();
        let answers = child.stdout.take().map(BufReader::new);
        Ok(Worker { name: self.name(), child, asks, answers })
    }
}

/// The lines of a report that tell which CPython was chosen from which, and where uvloop is.
pub fn facts(python: &Interpreter, found: &[String], uvloop: Option<&Interpreter>) -> String {
    let uvloop = match uvloop {
        Some(uvloop) => format!("{} on {}", uvloop.name(), python.name()),
        None => "no uvloop: TWINS_UVLOOP=1 installs it in target/uvloop".to_owned(),
    };
    format!("- {}, the fastest of: {}\n- {uvloop}", python.name(), found.join(", "))
}

/// What a command prints that ends well.
fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("can't start {command:?}"))?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {}", error.trim());
    Ok(String::from_utf8(output.stdout)?)
}

/// A Python process that is told a loop and a number of units, and tells how long they took.
///
/// It lives as long as the measurement, so that a round of Python stands beside a round of Rust.
pub struct Worker {
    name: String,
    child: Child,
    asks: Option<ChildStdin>,
    answers: Option<BufReader<ChildStdout>>,
}

impl Worker {
    /// Runs a loop.
    ///
    /// # Errors
    ///
    /// When the process has died, or doesn't answer with two numbers.
    pub fn run(&mut self, what: &str, units: u64) -> Result<Run> {
        let answer = self
            .talk(&format!("{what} {units}\n"))
            .with_context(|| format!("asking {} for `{what}`", self.name))?;
        Run::read(&answer).with_context(|| format!("{} answers {answer:?} to `{what}`", self.name))
    }

    fn talk(&mut self, question: &str) -> Result<String> {
        let mut answer = String::new();
        self.asks.as_mut().context("no way in")?.write_all(question.as_bytes())?;
        self.answers.as_mut().context("no way out")?.read_line(&mut answer)?;
        Ok(answer)
    }

    /// Shares the process among several loops.
    pub fn shared(self) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(self))
    }
}

impl Drop for Worker {
    /// The process ends where its input ends.
    fn drop(&mut self) {
        self.asks = None;
        let _ = self.child.wait();
    }
}
