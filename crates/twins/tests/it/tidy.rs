//! The rules of this repository.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use twins::{pair::Pair, project::Project};

use crate::pairs::root;

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn project() -> Project {
    Project::find(&root()).unwrap()
}

/// The paths of all Rust programs, the `_compile_fail` ones among them.
fn sources(pair: &Pair) -> Vec<String> {
    pair.variants.iter().map(|variant| pair.source(variant)).collect()
}

/// The fenced code blocks of a Markdown text in one language, without the fences.
fn blocks(markdown: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line.trim_start() == format!("```{language}") {
            let block: Vec<&str> =
                lines.by_ref().take_while(|line| line.trim_start() != "```").collect();
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}

#[test]
fn the_document_stands_in_the_pairs_word_for_word() {
    let programs: Vec<String> = project().pairs.iter().map(|pair| read(pair.path(".py"))).collect();
    for document in ["docs/document.ru.md", "docs/document.en.md"] {
        let blocks = blocks(&read(document), "python");
        assert_eq!(blocks.len(), 5, "{document} has five programs");
        for block in blocks {
            assert!(
                programs.iter().any(|program| program.contains(&block)),
                "{document}: no pair's .py has this block word for word:\n{block}"
            );
        }
    }
}

#[test]
fn both_documents_have_the_same_structure() {
    let headings = |path: &str| -> Vec<usize> {
        let text = read(path);
        let headings = text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| line.len() - line.trim_start_matches('#').len()).collect()
    };
    assert_eq!(headings("docs/document.ru.md"), headings("docs/document.en.md"));
}

#[test]
fn code_in_the_readme_is_code_that_runs() {
    let project = project();
    for readme in ["README.md", "README.ru.md"] {
        let text = read(readme);
        for (language, files) in [
            ("python", project.pairs.iter().map(|pair| pair.path(".py")).collect()),
            ("rust", project.pairs.iter().flat_map(sources).collect::<Vec<_>>()),
        ] {
            let blocks = blocks(&text, language);
            assert!(!blocks.is_empty(), "{readme} shows no {language}");
            for block in blocks {
                assert!(
                    files.iter().any(|file| read(file).contains(&block)),
                    "{readme}: no program has this block word for word:\n{block}"
                );
            }
        }
    }
}

#[test]
fn both_readmes_list_every_pair_and_the_same_commands() {
    let project = project();
    let texts = ["README.md", "README.ru.md"].map(read);
    for pair in &project.pairs {
        let link = format!("[`{}`]({})", pair.stem, pair.path(".rs"));
        for (text, name) in texts.iter().zip(["README.md", "README.ru.md"]) {
            assert!(text.contains(&link), "{name} does not list {link}");
        }
    }
    assert_eq!(blocks(&texts[0], "sh"), blocks(&texts[1], "sh"));
}

#[test]
fn examples_fit_a_projector() {
    let mut wrong = Vec::new();
    for pair in &project().pairs {
        for path in sources(pair) {
            let text = read(&path);
            let count = text.lines().count();
            if count > 65 {
                wrong.push(format!("{path} has {count} lines: one idea, 65 at most"));
            }
            for (number, line) in text.lines().enumerate() {
                let width = line.chars().count();
                if width > 68 {
                    wrong.push(format!("{path}:{}: {width} columns, 68 at most", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_example_says_how_it_is_run() {
    for pair in &project().pairs {
        for variant in pair.variants.iter().filter(|variant| variant.compiles()) {
            let path = pair.source(variant);
            let command = format!("cargo run --example {}", pair.variant_stem(variant));
            let header: Vec<String> = read(&path)
                .lines()
                .take_while(|line| line.starts_with("//!"))
                .map(str::to_owned)
                .collect();
            assert!(
                header.iter().any(|line| line.split('`').any(|code| code == command)),
                "{path}: its header does not name `{command}`"
            );
        }
    }
}

#[test]
fn a_difference_stands_in_both_programs_and_in_the_notes() {
    for pair in &project().pairs {
        let notes = pair.notes(&root()).unwrap();
        let programs = [pair.path(".py"), pair.path(".rs")].map(read);
        let remarks = |program: &str| {
            let is_remark = |line: &&str| {
                let line = line.trim_start().trim_start_matches(['#', '/']).trim_start();
                line.starts_with("Here Rust") || line.starts_with("Here Python")
            };
            program.lines().filter(is_remark).count()
        };
        let found = programs.each_ref().map(|program| remarks(program));
        assert!(
            found.iter().max() == Some(&notes.differences.len()),
            "{}: {} differences in the notes, {found:?} remarks in .py and .rs",
            pair.stem,
            notes.differences.len()
        );
    }
}

#[test]
fn no_crate_of_ours_is_unsafe() {
    let mut crates: BTreeSet<PathBuf> =
        fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()).collect();
    crates.insert(root().join("examples"));
    for folder in crates {
        let library = read(folder.join("src/lib.rs"));
        assert!(library.contains("#![forbid(unsafe_code)]"), "{}", folder.display());
    }
}
