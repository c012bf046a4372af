//! A case: what a program of a pair is started with.

use std::{fs, process::Command};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::{pair::Pair, project::Project, rules::Case};

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
    if case.files.is_empty() {
        return Ok((case.stdin.clone(), None));
    }
    let folder = tempfile::tempdir().context("can't make a folder to run a case in")?;
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
    Ok((case.stdin.clone(), Some(folder)))
}
