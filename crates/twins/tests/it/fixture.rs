//! Small projects for the tests, and the tool run in them.

use std::{
    env, fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use rustix::process::{Pid, test_kill_process};

/// A project in a folder of its own, which goes away with it.
pub(crate) struct Fixture {
    pub(crate) root: PathBuf,
}

/// What a run of the tool gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

const NOTES: &str = "\
seconds = 0
minutes = 1
[title]
en = 'Tea'
ru = 'Чай'
[lesson]
en = 'How tea is made.'
ru = 'Как делают чай.'
[notes]
en = 'Pour.'
ru = 'Наливайте.'
";

/// A Python and a Rust program that print the same two lines.
pub(crate) const PYTHON: &str = "print('чай')\nprint('milk')\n";
pub(crate) const RUST: &str = "fn main() { println!(\"чай\\nmilk\"); }\n";
pub(crate) const STDOUT: &str = "чай\nmilk\n";

/// The same with a function in each, for the steps that both take.
pub(crate) const PLAIN_PYTHON: &str = "\
def pour(cup):
    print(cup)

def main():
    for cup in ['чай', 'milk']:
        pour(cup)

main()
";

pub(crate) const PLAIN_RUST: &str = "\
fn pour(cup: &str) {
    println!(\"{cup}\");
}

fn main() {
    for cup in [\"чай\", \"milk\"] {
        pour(cup);
    }
}
";

/// A project with the pair `tasks/tea` of these programs.
pub(crate) fn tea(python: &str, rust: &str) -> Fixture {
    let fixture = Fixture::new();
    fixture.pair("tasks", "tea", python, rust);
    fixture
}

impl Fixture {
    /// A project without pairs.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("project{number}"));
        let _ = fs::remove_dir_all(&root);
        let fixture = Self { root };
        fixture.write("Cargo.toml", "[workspace]\nresolver = '3'\nmembers = ['examples']\n");
        fixture.write(
            "examples/Cargo.toml",
            "[package]\nname = 'fixture'\nedition = '2024'\nautoexamples = false\n",
        );
        let chapters = ["tasks", "kitchen"].map(|folder| {
            format!("[[chapter]]\nfolder = '{folder}'\ntitle = {{ en = 'Tea', ru = 'Чай' }}\nlesson = {{ en = 'Pour.', ru = 'Налейте.' }}\n")
        });
        fixture.write("examples/chapters.toml", &chapters.concat());
        fixture.write("examples/src/lib.rs", "");
        fixture
    }

    /// A project with one good pair, `tasks/tea`.
    pub(crate) fn with_tea() -> Self {
        let fixture = Self::new();
        fixture.pair("tasks", "tea", PYTHON, RUST);
        fixture
    }

    /// Adds a pair whose recorded output is [`STDOUT`].
    pub(crate) fn pair(&self, chapter: &str, stem: &str, python: &str, rust: &str) {
        self.write(&format!("examples/{chapter}/{stem}.py"), python);
        self.write(&format!("examples/{chapter}/{stem}.toml"), NOTES);
        self.write(&format!("examples/{chapter}/{stem}.stdout"), STDOUT);
        self.variant(chapter, stem, rust);
    }

    /// Adds a Rust program and lists it.
    pub(crate) fn variant(&self, chapter: &str, name: &str, rust: &str) {
        self.write(&format!("examples/{chapter}/{name}.rs"), rust);
        self.list(chapter, name);
    }

    /// Lists a Rust program in the manifest.
    pub(crate) fn list(&self, chapter: &str, name: &str) {
        let entry = format!("[[example]]\nname = '{name}'\npath = '{chapter}/{name}.rs'\n");
        let path = "examples/Cargo.toml";
        self.write(path, &(self.read(path) + &entry));
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn append(&self, path: &str, text: &str) {
        self.write(path, &(self.read(path) + text));
    }

    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replacen(from, to, 1));
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    pub(crate) fn try_read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.root.join(path)).unwrap();
    }

    /// A script that stands for an interpreter; `sh` runs it.
    pub(crate) fn script(&self, name: &str, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt;
        self.write(name, &format!("#!/bin/sh\n{text}\n"));
        let path = self.root.join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }

    /// Runs the tool with this script in place of gdb.
    pub(crate) fn run_with_gdb(&self, arguments: &[&str], script: &str) -> Ran {
        self.script("bin/gdb", script);
        let mut folders = vec![self.root.join("bin")];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap()));
        let mut command = self.command(arguments);
        command.env("PATH", env::join_paths(folders).unwrap());
        run(command)
    }

    /// The tool, ready to run in the project.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        twins(&self.root, arguments)
    }

    /// Runs the tool to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(self.command(arguments))
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The tool in a folder, in English, with the settings of the machine out of the way.
pub(crate) fn twins(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-twins"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR_FORCE", "CARGO_TARGET_DIR"]
    {
        command.env_remove(name);
    }
    command
}

#[track_caller]
pub(crate) fn run(mut command: Command) -> Ran {
    finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

#[track_caller]
pub(crate) fn finish(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().expect("the tool is not ended by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Holds the exit code and asks for texts that must stand in what was printed, without a
    /// backtrace.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, texts: &[&str]) -> &Self {
        assert_eq!(self.code, code, "{self}");
        for text in texts {
            assert!(
                self.stdout.contains(text) || self.stderr.contains(text),
                "no {text:?} in:\n{self}"
            );
        }
        for stream in [&self.stdout, &self.stderr] {
            assert!(!stream.contains("panicked") && !stream.contains("stack backtrace"), "{self}");
        }
        self
    }

    /// The one line that begins with `error:`.
    #[track_caller]
    pub(crate) fn error(&self) -> &str {
        let mut errors = self.stderr.lines().filter_map(|line| line.strip_prefix("error: "));
        let error = errors.next().unwrap_or_else(|| panic!("no error in:\n{self}"));
        assert_eq!(errors.next(), None, "one line says it:\n{self}");
        error
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Reads from a pipe until a text has come.
#[track_caller]
pub(crate) fn read_until(pipe: &mut impl Read, text: &str) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while pipe.read(&mut byte).unwrap() == 1 {
        bytes.push(byte[0]);
        if bytes.ends_with(text.as_bytes()) {
            return String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    panic!("the tool ended without {text:?}:\n{}", String::from_utf8_lossy(&bytes));
}

/// Every process of this list has ended.
#[track_caller]
pub(crate) fn assert_gone(pids: &str) {
    for pid in pids.split_whitespace() {
        let pid: i32 = pid.parse().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        let zombie = |pid: i32| {
            // A process whose parent is gone may wait for init to collect it.
            fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
                stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'))
            })
        };
        while test_kill_process(Pid::from_raw(pid).unwrap()).is_ok() && !zombie(pid) {
            assert!(Instant::now() < deadline, "process {pid} still runs");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
