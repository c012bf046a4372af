//! Programs that showed a difference once: they are run ever after.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::program::Program;

/// Grows when what can stand in a program changes its meaning.
const FORMAT: u64 = 1;

/// A program that was saved.
#[derive(Debug, Serialize, Deserialize)]
pub struct Saved {
    format: u64,
    /// What it showed.
    pub why: String,
    /// The program.
    #[serde(flatten)]
    pub program: Program,
}

/// Where they lie.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("saved")
}

/// Saves a program under a name.
///
/// # Errors
///
/// If the name is taken, or no word of letters, digits and `-`; if it can't be written.
pub fn save(name: &str, why: &str, program: &Program) -> Result<PathBuf> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    ensure!(
        !name.is_empty() && name.chars().all(is_word),
        "`{name}` is no name for a program: use letters, digits and `-`"
    );
    let path = folder().join(name).with_extension("json");
    ensure!(!path.exists(), "{} exists: choose another name", path.display());
    let saved = Saved { format: FORMAT, why: why.to_owned(), program: program.clone() };
    let text = serde_json::to_string_pretty(&saved)? + "\n";
    fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    Ok(path)
}

/// Reads a saved program.
///
/// # Errors
///
/// If it can't be read, is of another format, or is no program.
pub fn read(path: &Path) -> Result<Saved> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("can't read {shown}"))?;
    let data: Value =
        serde_json::from_str(&text).with_context(|| format!("{shown} is no JSON: save it anew"))?;
    match data["format"].as_u64() {
        Some(FORMAT) => {}
        Some(format) => bail!(
            "{shown} is of format {format}, and this is {FORMAT}: make the program again from its \
             seed and save it anew"
        ),
        None => bail!("{shown} is no saved program: it has no `format`"),
    }
    let saved: Saved = serde_json::from_value(data)
        .with_context(|| format!("{shown} is no program of format {FORMAT}: save it anew"))?;
    ensure!(saved.program.is_valid(), "{shown} is no valid program: save it anew");
    Ok(saved)
}

/// The files of all saved programs.
///
/// # Errors
///
/// If there is no folder of them.
pub fn paths() -> Result<Vec<PathBuf>> {
    let folder = folder();
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("can't read the saved programs in {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// All saved programs, by their names.
///
/// # Errors
///
/// See [`read`].
pub fn all() -> Result<Vec<(String, Saved)>> {
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    paths()?.iter().map(|path| Ok((name(path), read(path)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, words: &str) {
        let folder = std::env::temp_dir().join(format!("twins-random-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{}.json", words.replace(' ', "-")));
        fs::write(&path, text).unwrap();
        let error = format!("{:#}", read(&path).unwrap_err());
        fs::remove_file(&path).unwrap();
        assert!(error.contains(words) && !error.contains('\n'), "{error}");
    }

    #[test]
    fn what_is_no_program_is_refused_in_one_line() {
        refused("{", "is no JSON");
        refused("{}", "is no saved program");
        refused(r#"{"format": 0}"#, "is of format 0");
        refused(r#"{"format": 1, "why": "", "kind": "tasks", "program": 1}"#, "is no program");
        let empty = r#"{"scripts": [], "ends": "run"}"#;
        let text = format!(r#"{{"format": 1, "why": "", "kind": "tasks", "program": {empty}}}"#);
        refused(&text, "is no valid program");
    }
}
