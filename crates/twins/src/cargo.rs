//! Building the Rust programs: once, only what is asked for, and what fails stops nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsString,
    io::{BufRead, BufReader, IsTerminal},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, de::IgnoredAny};

#[cfg(not(feature = "book"))]
use crate::language::Lang;
use crate::{
    interrupt,
    process::{End, Running},
    project::Project,
};

/// What a build gave.
#[derive(Debug, Default)]
pub struct Build {
    /// The program of each example that was built, by the example's name.
    pub executables: BTreeMap<String, PathBuf>,
    /// What the compiler said of each example that it refused.
    pub refusals: BTreeMap<String, Refusal>,
    /// The compiled packages, by the name that a program uses: for [`compile_fail`].
    libraries: BTreeMap<String, PathBuf>,
    edition: String,
    /// The manifest of the examples' package.
    manifest: PathBuf,
}

/// The compiler's answer to a program that it does not accept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The codes of its errors, such as `E0277`; of a lint, its name, such as `unused_must_use`; the
    /// message of an error that the compiler gives no code.
    pub codes: BTreeSet<String>,
    /// Its messages as the user would see them.
    pub rendered: String,
}

/// Builds the examples with these names, as far as they build.
///
/// # Errors
///
/// When cargo can't be started, or fails for a reason that lies in none of the examples; cargo has
/// then told the reason on standard error.
pub fn build(root: &Path, names: &[String]) -> Result<Build> {
    let mut build = Build::default();
    if names.is_empty() {
        return Ok(build);
    }
    let format = match std::io::stderr().is_terminal() {
        true => "--message-format=json-diagnostic-rendered-ansi",
        false => "--message-format=json",
    };
    let mut command = Command::new(env_or("CARGO", "cargo"));
    command.current_dir(root).args(["build", "--keep-going", format]);
    for name in names {
        command.args(["--example", name]);
    }
    // Cargo's progress goes to the terminal; its messages come to us.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
    let child = command
        .spawn()
        .context("can't start cargo: install rustup, whose cargo builds the pairs")?;
    let mut running = Running::of(child);
    let stdout = running.child.stdout.take().expect("stdout is piped");
    // What is not one of our examples: a library of ours, for example.
    let mut others = String::new();
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.context("can't read cargo's messages")?;
        // Cargo passes on what build scripts and macros print, too: no message of the format, nor
        // text at all for sure.
        match serde_json::from_slice(&line) {
            Ok(Message::Artifact { target, manifest_path, filenames, executable }) => {
                build.add_artifact(target, manifest_path, &filenames, executable);
            }
            Ok(Message::Diagnostic { target, message }) if message.level.starts_with("error") => {
                let rendered = message.rendered.unwrap_or_default();
                if target.kind.iter().any(|kind| kind == "example") {
                    let refusal = build.refusals.entry(target.name).or_default();
                    refusal.add(message.code, message.message, &message.spans, &rendered);
                } else {
                    others.push_str(&rendered);
                }
            }
            _ => {}
        }
    }
    let end = running.wait();
    interrupt::check()?;
    if end != End::Exit(0) && build.refusals.is_empty() {
        anstream::eprint!("{others}");
        if others.contains("E0554") {
            bail!(
                "these programs need a nightly compiler, and this one is stable: `rustup toolchain install nightly`, then `cargo +nightly twins`"
            );
        }
        bail!("cargo could not build the examples: mend what it says above, then try again");
    }
    Ok(build)
}

/// Becomes the tool with its book, which the repository's own first build leaves out: the tour needs
/// none. Comes back only with an error.
///
/// # Errors
///
/// When there is nothing to build it from, or no cargo.
#[cfg(not(feature = "book"))]
pub fn build_book(
    root: &Path,
    out: Option<&Path>,
    talk: Option<&Path>,
    lang: Option<Lang>,
) -> Result<()> {
    if !root.join("crates/twins/Cargo.toml").is_file() {
        bail!(
            "this cargo-twins was built without its book: `cargo install --path crates/twins` in a clone of Twins builds it whole"
        );
    }
    let mut command = Command::new(env_or("CARGO", "cargo"));
    command.args(["run", "--package", "twins", "--features", "book", "--manifest-path"]);
    command.arg(root.join("Cargo.toml")).args(["--", "book"]);
    if let Some(out) = out {
        command.arg("--out").arg(out);
    }
    if let Some(talk) = talk {
        command.arg("--talk").arg(talk);
    }
    if let Some(lang) = lang {
        command.args(["--lang", lang.pick("en", "ru")]);
    }
    let error = anyhow::Error::new(command.exec());
    Err(error.context("can't start cargo: install rustup, whose cargo builds the book"))
}

/// Becomes the harness of the random programs, which is a package of its own so that the tool need
/// not build it. Comes back only with an error.
///
/// # Errors
///
/// When there is none, or no cargo.
pub fn show_random(
    root: &Path,
    seed: u64,
    kind: Option<&str>,
    python: Option<&Path>,
) -> Result<()> {
    if !root.join("crates/random/Cargo.toml").is_file() {
        bail!("random programs are run by the repository of Twins alone: try it in a clone of it");
    }
    let mut command = Command::new(env_or("CARGO", "cargo"));
    command.args(["run", "--quiet", "--package", "twins-random", "--manifest-path"]);
    command.arg(root.join("Cargo.toml")).args(["--", "show", &seed.to_string()]);
    if let Some(kind) = kind {
        command.args(["--kind", kind]);
    }
    if let Some(python) = python {
        command.arg("--python").arg(python);
    }
    let error = anyhow::Error::new(command.exec());
    Err(error.context("can't start cargo: install rustup, whose cargo builds the programs"))
}

impl Build {
    fn add_artifact(
        &mut self,
        target: Target,
        manifest: PathBuf,
        files: &[PathBuf],
        executable: Option<PathBuf>,
    ) {
        if target.kind.iter().any(|kind| kind == "example") {
            (self.edition, self.manifest) = (target.edition, manifest);
            self.executables.extend(executable.map(|path| (target.name, path)));
        } else if let Some(file) =
            files.iter().find(|file| file.extension() == Some("rlib".as_ref()))
        {
            self.libraries.insert(target.name.replace('-', "_"), file.clone());
        }
    }
}

/// The command that compiles a program which Rust must refuse, against the packages of a build
/// that was made before. Its messages come in the `format` "json", for [`Refusal::of`], or "human".
pub fn compile_fail(project: &Project, source: &str, build: &Build, format: &str) -> Command {
    // Where a program that should not compile, and does, leaves its metadata: beside the others.
    // (Not /dev/null: rustc renames its output into place, over the device, if it is let.)
    let out = match build.executables.values().next().and_then(|path| path.parent()) {
        Some(folder) => folder.to_owned(),
        None => env::temp_dir(),
    };
    let mut command = rustc_with(project, build);
    command
        .args(["--crate-type=bin", "--emit=metadata", "--error-format", format, "--out-dir"])
        .arg(out)
        .arg(source);
    command
}

/// The command that compiles a program into `out`, against the packages of a build that was made
/// before, with debug info where it is `traced`. What it warns of is left for later: it is being
/// written.
pub fn compile(
    project: &Project,
    source: &Path,
    build: &Build,
    out: &Path,
    traced: bool,
) -> Command {
    let mut command = rustc_with(project, build);
    let debug = if traced { "debuginfo=2" } else { "debuginfo=0" };
    command.args(["--crate-type=bin", "--emit=link", "--cap-lints=allow", "-C", debug]);
    command.arg("-o").arg(out).arg(source);
    command
}

/// The compiler, with the packages that an example can name.
fn rustc_with(project: &Project, build: &Build) -> Command {
    let mut command = Command::new(env_or("RUSTC", "rustc"));
    command.current_dir(&project.root).args(["--edition", &build.edition]);
    // As Cargo tells it to a program.
    command.env("CARGO_MANIFEST_DIR", build.manifest.parent().unwrap_or(&project.root));
    let mut folders = BTreeSet::new();
    for (name, file) in build.libraries.iter().filter(|(name, _)| project.externs.contains(*name)) {
        command.arg("--extern").arg(format!("{name}={}", file.display()));
        // A package of the workspace lies one folder above what it depends on.
        let folder = file.parent().unwrap_or(&project.root);
        folders.extend([folder.to_owned(), folder.join("deps")]);
    }
    for folder in folders {
        command.arg("-L").arg(format!("dependency={}", folder.display()));
    }
    command
}

impl Refusal {
    /// What rustc said on standard error, in its JSON format.
    pub fn of(stderr: &str) -> Self {
        let mut refusal = Self::default();
        for line in stderr.lines() {
            let Ok(message) = serde_json::from_str::<Diagnostic>(line) else { continue };
            if message.level.starts_with("error") {
                let rendered = message.rendered.unwrap_or_default();
                refusal.add(message.code, message.message, &message.spans, &rendered);
            }
        }
        refusal
    }

    fn add(&mut self, code: Option<Code>, message: String, spans: &[IgnoredAny], rendered: &str) {
        // What is nowhere in the program sums up: "aborting due to 1 previous error".
        let message = (!spans.is_empty()).then_some(message);
        self.codes.extend(code.map(|code| code.code).or(message));
        self.rendered.push_str(rendered);
    }

    /// The messages as they can be recorded: without the folder in which cargo keeps the sources of
    /// packages, which is another one on each machine.
    pub fn to_record(&self) -> String {
        let place = |line: &str| {
            let (arrow, path) = line.split_once("--> ")?;
            let (_, path) = path.split_once("/registry/src/")?;
            let (_index, path) = path.split_once('/')?;
            Some(format!("{arrow}--> {path}"))
        };
        let lines =
            self.rendered.lines().map(|line| place(line).unwrap_or_else(|| line.to_owned()));
        lines.map(|line| line + "\n").collect()
    }
}

/// The compiler at hand: its version line and the date of its sources, `2026-05-19`.
///
/// # Errors
///
/// When there is none.
pub fn rustc(root: &Path) -> Result<(String, String)> {
    let output = Command::new(env_or("RUSTC", "rustc"))
        .current_dir(root)
        .arg("--version")
        .output()
        .context("can't start rustc: install rustup, which brings nightly at the first build")?;
    // rustc 1.97.0-nightly (e50aa6fba 2026-05-19)
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let version = line.split(' ').nth(1).unwrap_or("unknown").to_owned();
    let date = line.trim_end_matches(')').rsplit(' ').next().unwrap_or_default().to_owned();
    Ok((version, date))
}

/// The folder that builds go into, and what else can be made again.
pub fn target_folder(root: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}

fn env_or(name: &str, default: &str) -> OsString {
    env::var_os(name).unwrap_or_else(|| default.into())
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        target: Target,
        manifest_path: PathBuf,
        filenames: Vec<PathBuf>,
        executable: Option<PathBuf>,
    },
    #[serde(rename = "compiler-message")]
    Diagnostic { target: Target, message: Diagnostic },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    edition: String,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    spans: Vec<IgnoredAny>,
    code: Option<Code>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    #[test]
    fn a_recorded_message_names_no_folder_of_this_machine() {
        let rendered = "\
error: not `Send`
  --> examples/tea.rs:1:1
note: required by a bound in `spawn`
   --> /home/anna/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/async-task-4.7.1/src/lib.rs:3:5
";
        let refusal = Refusal { rendered: rendered.to_owned(), ..Refusal::default() };
        let recorded = refusal.to_record();
        assert!(recorded.contains("\n   --> async-task-4.7.1/src/lib.rs:3:5\n"), "{recorded}");
        assert!(recorded.contains("\n  --> examples/tea.rs:1:1\n"), "{recorded}");
    }
}
