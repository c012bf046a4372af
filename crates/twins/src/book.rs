//! The book: the document and every pair on one page that needs no network and steps both programs
//! together.
//!
//! - `gather` collects what the page says: the document's words, the pairs' notes and sources.
//! - [`document`] cuts the document at its programs.
//! - [`code`] colours a source, line by line.
//! - [`playback`] is what the player reads: the recordings, and the rows that step both together.
//! - [`remarks`] finds the steps that the words speak of.
//! - [`talk`] reads what a speaker shows, in which order.
//! - [`glossary`] takes the words and names from where they stand.
//! - [`costs`] draws what was measured.
//! - [`random`] reads what random programs show.
//! - [`transcript`] writes the steps for readers without scripts.
//! - [`page`] fills the templates; `page/` beside the sources holds the style and the script.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

pub mod code;
pub mod costs;
pub mod document;
pub mod glossary;
pub mod playback;
pub mod random;
pub mod remarks;
pub mod talk;
pub mod transcript;

mod gather;
pub mod page;

pub use gather::{Book, ByDesign, Chapter, Difference, Page, Program};

use crate::{
    cargo::target_folder,
    file::{remedy, write_whole},
    language::Lang,
    project::Project,
};

/// Writes the book of a project, which opens in this language, or in the reader's, and at the talk of
/// a file, if one is given; gives the line that says where it is.
///
/// # Errors
///
/// When it lacks something, or can't be written: one line that names the remedy.
pub fn write(
    project: &Project,
    out: Option<PathBuf>,
    talk: Option<&Path>,
    lang: Option<Lang>,
) -> Result<String> {
    let html = page::render(&Book::read(project, talk)?, lang)?;
    let out = match out {
        Some(out) => out,
        None => {
            let target = target_folder(&project.root);
            fs::create_dir_all(&target).with_context(|| {
                format!(
                    "can't make the folder {}: give --out a file, or CARGO_TARGET_DIR a folder that you may write to",
                    target.display()
                )
            })?;
            target.join("twins.html")
        }
    };
    if out.is_dir() {
        bail!("{} is a folder: give --out the name of a file", out.display());
    }
    // A rename over a device, such as /dev/null, would take it from everyone.
    if out.exists() && !out.is_file() {
        bail!("{} is no ordinary file: give --out the name of one", out.display());
    }
    if let Ok(text) = fs::read(&out)
        && !text.is_empty()
        && !text.starts_with(b"<!doctype html>")
    {
        bail!("{} is there already, and is no book: give --out another name", out.display());
    }
    write_whole(&out, &html).map_err(|error| {
        let remedy = remedy(&error, "give --out a file in a folder that you may write to");
        anyhow::Error::new(error).context(format!("can't write {}: {remedy}", out.display()))
    })?;
    let shown = fs::canonicalize(&out).unwrap_or(out);
    let megabytes = html.len() as f64 / 1e6;
    Ok(format!("{} ({megabytes:.1} MB): open it in a browser", shown.display()))
}
