//! A case: what a program of a pair is started with.

use std::{
    fs,
    io::Write,
    path::{Component, Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::{NamedTempFile, TempDir};

use crate::{
    file::plain,
    pair::Pair,
    process::{End, NO_ROOM_FOR_INPUT, Output},
    project::Project,
    rules::{Case, Rules},
};

/// The exit code of a program that ended with 0 where it should not have. Nothing else can end with
/// it: it is no byte.
pub(crate) const ENDED_WELL: i32 = i32::MIN;

/// What a pair's programs are run with where one run is shown, and how they are compared.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) case: Option<Case>,
    pub(crate) exit: i32,
    pub(crate) rules: Rules,
}

impl Shown {
    /// The case of this name; without a name the first one, where the pair has any.
    ///
    /// # Errors
    ///
    /// When there is no such case, or the notes that should name it can't be read.
    pub(crate) fn of(project: &Project, pair: &Pair, case: Option<&str>) -> Result<Self> {
        let mut all = Self::all(project, pair);
        let Some(case) = case else { return Ok(all.swap_remove(0)) };
        pair.notes(&project.root)?;
        let names: Vec<&str> = all.iter().filter_map(Self::name).collect();
        ensure!(!names.is_empty(), "{} has no cases: leave --case out", pair.stem);
        let place = names.iter().position(|name| *name == case);
        let place = place.with_context(|| {
            format!("{} has no case `{case}`: it has {}", pair.stem, names.join(", "))
        })?;
        Ok(all.swap_remove(place))
    }

    /// One for each case; one for a pair without any. They are read from the pair's notes; `check`
    /// tells what is wrong with these.
    pub(crate) fn all(project: &Project, pair: &Pair) -> Vec<Self> {
        let Ok(mut notes) = pair.notes(&project.root) else { return vec![Self::default()] };
        let rules = notes.rules();
        let shown = |case: Option<Case>| Self {
            exit: case.as_ref().and_then(|case| case.exit).unwrap_or(notes.exit),
            case,
            rules: rules.clone(),
        };
        match std::mem::take(&mut notes.cases) {
            cases if cases.is_empty() => vec![shown(None)],
            cases => cases.into_iter().map(|case| shown(Some(case))).collect(),
        }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.case.as_ref().map(|case| &*case.name)
    }

    /// `.two_cups`, of a case; nothing without one.
    pub(crate) fn suffix(&self) -> String {
        self.name().map_or_else(String::new, |name| format!(".{name}"))
    }

    /// An output as it is compared.
    pub(crate) fn prepare(&self, output: Output) -> Output {
        prepare(output, self.exit, &self.rules)
    }
}

/// An output as it is compared: after the rules, and with the exit code that is wanted for 0.
pub(crate) fn prepare(mut output: Output, exit: i32, rules: &Rules) -> Output {
    output.end = match output.end {
        End::Exit(code) if code == exit => End::Exit(0),
        End::Exit(0) => End::Exit(ENDED_WELL),
        end => end,
    };
    rules.apply_to_output(&mut output);
    output
}

/// Gives a program, whose command runs it in the project's root, what its case says: arguments,
/// environment, and files in a new folder to run in. Gives what it reads, and that folder.
///
/// # Errors
///
/// When a file can't be copied.
pub(crate) fn set(
    command: &mut Command,
    project: &Project,
    pair: &Pair,
    case: &Option<Case>,
) -> Result<(Option<String>, Option<TempDir>)> {
    let Some(case) = case else { return Ok((None, None)) };
    command.args(&case.arguments).envs(&case.environment);
    let folder = among_files(command, project, pair, case)?;
    Ok((case.stdin.clone(), folder))
}

/// What a program that runs under gdb needs until its end.
#[derive(Debug, Default)]
pub struct Held {
    _input: Option<NamedTempFile>,
    _folder: Option<TempDir>,
}

/// The same as [`set`] for a program that gdb starts. Its arguments and variables come to it by
/// variables of gdb's, which the shell in between puts in their places, whatever stands in them.
///
/// # Errors
///
/// When a file can't be copied, or what it reads not be written down.
pub(crate) fn set_under_gdb(
    gdb: &mut Command,
    project: &Project,
    pair: &Pair,
    case: &Option<Case>,
) -> Result<Held> {
    let Some(case) = case else { return Ok(Held::default()) };
    gdb.env("TWINS_ARGUMENTS", case.arguments.len().to_string());
    for (place, argument) in case.arguments.iter().enumerate() {
        gdb.env(format!("TWINS_ARGUMENT_{place}"), argument);
    }
    gdb.env("TWINS_VARIABLES", case.environment.len().to_string());
    for (place, (name, value)) in case.environment.iter().enumerate() {
        gdb.env(format!("TWINS_VARIABLE_{place}"), format!("{name}={value}"));
    }
    let written = |text: &String| {
        let mut file = NamedTempFile::new()?;
        file.write_all(text.as_bytes()).map(|()| file)
    };
    let input = case.stdin.as_ref().map(written).transpose();
    let input = input.map_err(plain).context(NO_ROOM_FOR_INPUT)?;
    if let Some(file) = &input {
        gdb.env("TWINS_INPUT", file.path());
    }
    let folder = among_files(gdb, project, pair, case)?;
    Ok(Held { _input: input, _folder: folder })
}

/// A source as a program that runs in the folder of its case finds it: by its whole path, where that
/// is not the project's root.
pub(crate) fn source(project: &Project, source: &str, case: &Option<Case>) -> PathBuf {
    match case.as_ref().is_some_and(|case| !case.files.is_empty()) {
        true => project.root.join(source),
        false => Path::new(source).to_owned(),
    }
}

/// Lets a program run in a new folder with the files of its case, if it has any.
fn among_files(
    command: &mut Command,
    project: &Project,
    pair: &Pair,
    case: &Case,
) -> Result<Option<TempDir>> {
    if case.files.is_empty() {
        return Ok(None);
    }
    let is_within = |file: &PathBuf| {
        file.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    };
    if let Some(file) = case.files.iter().find(|file| !is_within(file)) {
        let (notes, file) = (pair.path(".toml"), file.display());
        bail!(
            "{notes}: the case `{}` names {file}: put it beside the pair, no `..` in it",
            case.name
        );
    }
    let folder = tempfile::tempdir().map_err(plain);
    let folder = folder.context(
        "can't make a folder to run a case in: make room in the folder for temporary files, or name another one by TMPDIR",
    )?;
    let chapter = project.root.join("examples").join(&pair.chapter);
    for file in &case.files {
        let to = folder.path().join(file);
        let copy = || {
            fs::create_dir_all(to.parent().unwrap_or(folder.path()))?;
            fs::copy(chapter.join(file), &to).map(drop)
        };
        copy().with_context(|| {
            let (notes, file) = (pair.path(".toml"), file.display());
            format!(
                "{notes}: can't copy {file} for the case `{}`: put it beside the pair",
                case.name
            )
        })?;
    }
    command.current_dir(folder.path());
    Ok(Some(folder))
}
