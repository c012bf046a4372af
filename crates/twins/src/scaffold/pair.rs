//! `new` and `pair`: one more pair in a project.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use super::Files;
use crate::{
    file::write_whole,
    modules,
    pair::suffixes,
    project::{NO_CHAPTERS, Project, is_course},
    python::Interpreter,
};

const MANIFEST: &str = "examples/Cargo.toml";

/// Names that cargo keeps for itself.
const OF_CARGO: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// Makes a pair `CHAPTER/NAME` of two skeletons. Gives the files that it wrote.
///
/// # Errors
///
/// When the name can't be one, or breaks others, or a file can't be written; then nothing is made.
pub fn new(project: &Project, name: &str, python: &Interpreter) -> Result<Vec<String>> {
    let (chapter, stem) = place(project, name, python, "take another name")?;
    let mut files = Files::default();
    let path = |suffix: &str| format!("examples/{chapter}/{stem}{suffix}");
    files.add(
        path(".py"),
        format!("\"\"\"What {stem} shows, in a sentence.\"\"\"\n\n\ndef main():\n    print(\"{stem}: hello\")\n\n\nmain()\n"),
    );
    files.add(
        path(".rs"),
        format!(
            "//! What {stem} shows, in a sentence.\n//!\n//! Run it: `cargo run --example {stem}`\n\n\
             fn main() {{\n    println!(\"{stem}: hello\");\n}}\n"
        ),
    );
    files.add(path(".stdout"), format!("{stem}: hello\n"));
    files.add(path(".toml"), notes(&stem, is_course(&project.root)));
    add(project, &files, &chapter, &stem)?;
    Ok([".py", ".rs", ".stdout", ".toml"].map(path).to_vec())
}

/// Makes a pair of two programs that exist: links to them, so that they stay where they are. Gives the
/// pair's name.
///
/// # Errors
///
/// As [`new`], and when one of the two is not there.
pub fn pair(
    project: &Project,
    python_source: &Path,
    rust_source: &Path,
    name: Option<&str>,
    python: &Interpreter,
) -> Result<String> {
    let find = |path: &Path, extension: &str| -> Result<PathBuf> {
        let found = fs::canonicalize(path)
            .ok()
            .filter(|path| path.is_file())
            .with_context(|| format!("no {}: name a program that exists", path.display()))?;
        ensure!(
            path.extension().is_some_and(|found| found == extension),
            "{} does not end in .{extension}: name the Python program first, then the Rust program",
            path.display()
        );
        Ok(found)
    };
    let sources = [find(python_source, "py")?, find(rust_source, "rs")?];
    let by_itself = || {
        let stem = python_source.file_stem().unwrap_or_default().to_string_lossy();
        format!("ported/{}", stem.to_lowercase().replace(['-', ' ', '.'], "_"))
    };
    let name = name.map_or_else(by_itself, str::to_owned);
    let other = "--as CHAPTER/NAME gives it another name";
    let (chapter, stem) = place(project, &name, python, other)?;
    let root = fs::canonicalize(&project.root).context("can't read the project's folder")?;
    let folder = root.join("examples").join(&chapter);
    let mut files = Files::default();
    for (source, extension) in sources.iter().zip(["py", "rs"]) {
        let link = format!("examples/{chapter}/{stem}.{extension}");
        // What lies there already needs no link.
        if *source != root.join(&link) {
            files.link(link, relative(&folder, source));
        }
    }
    // Cargo looks for a program's modules beside the link. Python looks beside what it leads to.
    let beside = modules::folder(&sources[1]);
    let of_program = modules::of(&sources[1]);
    let entries = of_program.iter().filter_map(|file| file.components().next());
    for entry in entries.collect::<BTreeSet<_>>() {
        if beside != folder {
            let link = Path::new("examples").join(&chapter).join(entry);
            files.link(link, relative(&folder, &beside.join(entry)));
        }
    }
    add(project, &files, &chapter, &stem)?;
    Ok(format!("{chapter}/{stem}"))
}

/// Chapter and stem of a new pair, if they can be; the remedy is what gives it `other` ones.
fn place(
    project: &Project,
    name: &str,
    python: &Interpreter,
    other: &str,
) -> Result<(String, String)> {
    let Some((chapter, stem)) = name.split_once('/') else {
        bail!("`{name}` names no chapter: write CHAPTER/{name}");
    };
    let word = |text: &str, also: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || also.contains(c))
    };
    ensure!(
        word(stem, "_"),
        "`{stem}` can't be a pair's name, which is a lower-case letter, then letters, digits and _: {other}"
    );
    ensure!(
        word(chapter, "_-"),
        "`{chapter}` can't be a chapter's name, which is a lower-case letter, then letters, digits, _ and -: {other}"
    );
    ensure!(
        !NO_CHAPTERS.contains(&chapter),
        "`{chapter}` can't be a chapter's name, as that folder is for something else: {other}"
    );
    ensure!(!OF_CARGO.contains(&stem), "`{stem}` is a name that cargo keeps for itself: {other}");
    if let Some(suffix) = suffixes().find(|suffix| stem.ends_with(suffix)) {
        bail!("`{stem}` would be a variant, by its `{suffix}`: {other}");
    }
    if let Some(pair) = project.pairs.iter().find(|pair| pair.stem == stem) {
        bail!("there is a pair {}/{stem} already: {other}", pair.chapter);
    }
    let is_new = project.chapters.iter().all(|known| known.folder != chapter);
    ensure!(
        !(is_course(&project.root) && is_new),
        "`{chapter}` is no chapter of this course: add it to examples/chapters.toml"
    );
    // Its neighbours, run by hand, would import it instead.
    ensure!(
        !python.standard_library()?.iter().any(|module| module == stem),
        "`{stem}` is a module of Python's standard library, and its neighbours could not import that any more: {other}"
    );
    Ok((chapter.to_owned(), stem.to_owned()))
}

/// Writes the files and lists the pair, right behind those of its chapter.
fn add(project: &Project, files: &Files, chapter: &str, stem: &str) -> Result<()> {
    let path = project.root.join(MANIFEST);
    let text = fs::read_to_string(&path).with_context(|| format!("can't read {MANIFEST}"))?;
    let entry = format!("[[example]]\nname = \"{stem}\"\npath = \"{chapter}/{stem}.rs\"\n");
    let last = project.pairs.iter().rfind(|pair| pair.chapter == chapter);
    let last = last.and_then(|pair| {
        // A variant may be listed elsewhere.
        let places = pair.variants.iter().rev().map(|variant| pair.variant_stem(variant));
        places.filter_map(|stem| text.find(&format!("\"{chapter}/{stem}.rs\""))).next()
    });
    let text = match last.and_then(|at| Some(at + text[at..].find('\n')? + 1)) {
        Some(at) => format!("{}\n{entry}{}", &text[..at], &text[at..]),
        None => format!("{}\n\n{entry}", text.trim_end()),
    };
    let made = files.write(&project.root)?;
    write_whole(&path, &text)
        .with_context(|| format!("can't write {MANIFEST}: make it writable"))?;
    made.keep();
    Ok(())
}

/// The notes of a new pair: all keys of a course, or what one may want elsewhere.
fn notes(stem: &str, is_course: bool) -> String {
    if is_course {
        return format!(
            "seconds = 0\nminutes = 2\n\n\
             [title]\nen = \"{stem}\"\nru = \"{stem}\"\n\n\
             [lesson]\nen = \"What one learns.\"\nru = \"Чему это учит.\"\n\n\
             [notes]\nen = \"What a speaker says.\"\nru = \"Что говорит докладчик.\"\n"
        );
    }
    "# All of it may be left out.\n\
     # seconds = 2              # what the programs' waits add up to: none can end sooner\n\
     # exit = 1                 # the exit code that both must end with\n\
     # requirements = [\"httpx\"] # Python packages\n\
     # [title]\n# en = \"…\"\n\
     # [[case]]                 # a run with an output of its own; as many as you like\n\
     # name = \"two_cups\"\n# arguments = [\"--cups\", \"2\"]\n# stdin = \"tea\\n\"\n\
     # environment = { UNIT = \"cups\" }\n# files = [\"orders.csv\"]\n\
     # [[filter]]               # what is not compared\n\
     # name = \"address\"\n# pattern = \"0x[0-9a-f]+\"\n\
     # [[unordered]]            # lines that may come in any order, between two others (or one, twice)\n\
     # after = \"^begin\"\n# before = \"^end\"\n"
        .to_owned()
}

/// The way from a folder to a file, both absolute.
fn relative(folder: &Path, file: &Path) -> PathBuf {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), file.components().collect());
    let common = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let up = from[common..].iter().map(|_| Component::ParentDir);
    up.chain(to[common..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_goes_up_and_down_again() {
        let way = |folder, file| relative(Path::new(folder), Path::new(file));
        assert_eq!(way("/a/b/c", "/a/d/e.py"), Path::new("../../d/e.py"));
        assert_eq!(way("/a", "/a/e.py"), Path::new("e.py"));
    }

    #[test]
    fn no_variant_is_a_pair_s_name() {
        assert!(suffixes().any(|suffix| suffix == "_compile_fail"));
        assert!(suffixes().all(|suffix| !suffix.is_empty()));
    }
}
