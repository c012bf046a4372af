//! What a pair needs beside the two languages: commands, which are the user's to install, and Python
//! packages, which come into an environment of the project's own.

use std::env;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use crate::{notes::Notes, pair::Pair, project::Project, python::Interpreter, venv};

/// A command that a pair's programs start: `[[needs]]` in its `.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// The command: `redis-server`.
    pub command: String,
    /// What installs it: `apt install redis-server`.
    pub install: String,
}

impl Need {
    /// Whether the command is there: a path, or a name in one of the folders of `PATH`.
    fn is_there(&self) -> bool {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|folder| folder.join(&self.command).is_file())
    }
}

/// When the Python packages of a pair are installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Install {
    /// When a program needs them first.
    #[default]
    WhenNeeded,
    /// By `check --install` alone: `install = "when-asked"` in `[package.metadata.twins]`.
    WhenAsked,
}

/// The Python packages that a pair's Python program needs, or one of its variants: the project's
/// first.
pub fn requirements(
    project: &Project,
    notes: Option<&Notes>,
    variant: Option<&str>,
) -> Vec<String> {
    let own = notes.map(|notes| &*notes.requirements).unwrap_or_default();
    let of_variant = notes.zip(variant).and_then(|(notes, variant)| notes.pythons.get(variant));
    let of_variant = of_variant.map(|variant| &*variant.requirements).unwrap_or_default();
    project.requirements.iter().chain(own).chain(of_variant).cloned().collect()
}

/// What a pair needs and this machine has not, or one of its Python variants, with what installs it,
/// in one line. The `command` is that which installs packages where it is `asked` to.
pub fn missing(
    command: &str,
    project: &Project,
    pair: &Pair,
    notes: Option<&Notes>,
    variant: Option<&str>,
    python: &Interpreter,
    asked: bool,
) -> Option<String> {
    let needs = notes.map(|notes| &*notes.needs).unwrap_or_default();
    let commands = needs.iter().filter(|need| !need.is_there());
    let mut missing: Vec<String> =
        commands.map(|need| format!("{} (`{}`)", need.command, need.install)).collect();
    let packages = requirements(project, notes, variant);
    let may = asked || project.install == Install::WhenNeeded;
    if !may && !venv::is_there(python, &packages, &project.root) {
        let packages = packages.join(", ");
        missing.push(format!(
            "the Python packages {packages} (`cargo twins {command} {} --install`)",
            pair.stem
        ));
    }
    (!missing.is_empty()).then(|| format!("needs {}", missing.join(" and ")))
}

/// The interpreter that runs a pair, with the packages that it needs.
///
/// # Errors
///
/// When something is missing that nobody may install here, or can't be installed: one line that
/// names it, and what installs it.
pub fn interpreter(project: &Project, pair: &Pair, python: &Interpreter) -> Result<Interpreter> {
    interpreter_for("check", project, pair, python, false)
}

/// As [`interpreter`], for a command that installs what is needed where it is `asked`.
///
/// # Errors
///
/// As there.
pub fn interpreter_for(
    command: &str,
    project: &Project,
    pair: &Pair,
    python: &Interpreter,
    asked: bool,
) -> Result<Interpreter> {
    // `check` tells what is wrong with the notes.
    let notes = pair.notes(&project.root).ok();
    if let Some(missing) = missing(command, project, pair, notes.as_ref(), None, python, asked) {
        bail!("{} {missing}", pair.stem);
    }
    venv::with_requirements(python, &requirements(project, notes.as_ref(), None), &project.root)
}
