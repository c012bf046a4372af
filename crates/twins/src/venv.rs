//! Python packages that a pair needs: a virtual environment below `target/`, made once, and only
//! where the pair's own `.toml` asks for it.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    cargo::target_folder,
    interrupt,
    process::{self, End},
    python::{Interpreter, isolated},
    recording::fingerprint,
};

/// How long packages may take to come.
const PATIENCE: Duration = Duration::from_secs(600);

/// What tells that an environment is whole.
const WHOLE: &str = "twins-requirements.txt";

/// The interpreter that runs a pair with these requirements: the given one where there are none.
///
/// # Errors
///
/// When they can't be installed: one line that says why. What is half-made is removed.
pub fn with_requirements(
    python: &Interpreter,
    requirements: &[String],
    root: &Path,
) -> Result<Interpreter> {
    if requirements.is_empty() {
        return Ok(python.clone());
    }
    let Place { folder, inside, text } = Place::of(python, requirements, root);
    if folder.join(WHOLE).is_file() {
        return Ok(inside);
    }
    // What an earlier try left behind.
    let _ = fs::remove_dir_all(&folder);
    let list = requirements.join(", ");
    writeln!(io::stderr(), "installing {list} into {}", folder.display())?;
    // What pip unpacks goes there, too, and away with it.
    let aside = folder.with_extension("tmp");
    let _ = fs::remove_dir_all(&aside);
    let made = fs::create_dir_all(&aside)
        .with_context(|| format!("can't make {}", aside.display()))
        .and_then(|()| make(python, &folder, &inside.path, requirements, &aside));
    let _ = fs::remove_dir_all(&aside);
    made.and_then(|()| {
        fs::write(folder.join(WHOLE), text).context("can't write into the environment")
    })
    .inspect_err(|_| drop(fs::remove_dir_all(&folder)))
    .with_context(|| format!("can't install {list}"))?;
    Ok(inside)
}

/// Whether nothing is to be installed for these requirements.
pub fn is_there(python: &Interpreter, requirements: &[String], root: &Path) -> bool {
    requirements.is_empty() || Place::of(python, requirements, root).folder.join(WHOLE).is_file()
}

/// Where an environment stands.
struct Place {
    folder: PathBuf,
    /// Its interpreter.
    inside: Interpreter,
    /// The requirements, a line each.
    text: String,
}

impl Place {
    fn of(python: &Interpreter, requirements: &[String], root: &Path) -> Self {
        let mut sorted = requirements.to_vec();
        sorted.sort();
        let text = sorted.join("\n") + "\n";
        let key = fingerprint(&format!("{}\n{}\n{text}", python.path.display(), python.version));
        let folder = target_folder(root).join("twins").join(format!("venv-{key}"));
        let inside =
            Interpreter { path: folder.join("bin/python"), version: python.version.clone() };
        Self { folder, inside, text }
    }
}

/// By `uv` where it is, else by the interpreter's own `venv` and `pip`.
fn make(
    python: &Interpreter,
    folder: &Path,
    inside: &Path,
    requirements: &[String],
    aside: &Path,
) -> Result<()> {
    let must = |mut command: Command| must(command.env("TMPDIR", aside));
    let has_uv = Command::new("uv").arg("--version").output().is_ok_and(|o| o.status.success());
    if has_uv {
        let mut venv = isolated("uv".as_ref());
        venv.args(["venv", "--quiet", "--python"]).arg(&python.path).arg(folder);
        must(venv)?;
        let mut install = isolated("uv".as_ref());
        install.args(["pip", "install", "--quiet", "--python"]).arg(inside).args(requirements);
        return must(install);
    }
    let mut venv = isolated(python.path.as_os_str());
    venv.args(["-m", "venv"]).arg(folder);
    must(venv)?;
    let mut install = isolated(inside.as_os_str());
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    install.args(requirements);
    must(install)
}

/// Runs a command that must end well; otherwise its last line says why.
fn must(command: &mut Command) -> Result<()> {
    let name = PathBuf::from(command.get_program());
    let command = std::mem::replace(command, Command::new(""));
    let output = process::run(command, PATIENCE, |_| {})?;
    interrupt::check()?;
    if output.end == End::Exit(0) {
        return Ok(());
    }
    let said = output.stderr();
    let errors = said.lines().rfind(|line| line.starts_with("ERROR") || line.contains("error"));
    let why = errors.or_else(|| said.lines().rfind(|line| !line.trim().is_empty()));
    let why = why.unwrap_or("it does not say why").trim();
    bail!("{} says: {why}; is there a network, and a package of this name?", name.display())
}
