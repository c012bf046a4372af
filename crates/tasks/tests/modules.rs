//! The modules stand in an order, and each uses only those before it: no circle.

use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The modules in the order in which the page on the design lists them.
fn in_order() -> Vec<String> {
    let page = fs::read_to_string(Path::new(SOURCES).join("design.rs")).unwrap();
    let list = page.split("//! Each uses only those above it.").nth(1).unwrap();
    let list = list.split("```").nth(1).unwrap();
    let line = |line: &str| Some(line.strip_prefix("//! ")?.split_once(' ')?.0.to_owned());
    list.lines().filter_map(line).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The modules of this crate that a file names outside comments, and outside what stands for the
/// docs alone.
fn used(text: &str) -> Vec<&str> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let code = lines.iter().enumerate().filter(|(number, line)| {
        let for_docs = *number > 0 && lines[number - 1] == "#[cfg(doc)]";
        !line.starts_with("//") && !for_docs
    });
    let names = code.flat_map(|(_, line)| line.split("crate::").skip(1));
    names
        .map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap())
        .collect()
}

#[test]
fn each_module_uses_only_those_above_it() {
    let order = in_order();
    let place = |module: &str| order.iter().position(|name| name == module);
    assert!(order.len() >= 12, "{order:?}");
    let mut looked_at = 0;
    for path in files(Path::new(SOURCES)) {
        let below = path.strip_prefix(SOURCES).unwrap();
        let Some(own) = below.iter().next().and_then(|top| place(top.to_str().unwrap())) else {
            // The front page, and pages of docs.
            continue;
        };
        looked_at += 1;
        let text = fs::read_to_string(&path).unwrap();
        let later: Vec<_> =
            used(&text).into_iter().filter(|module| place(module) > Some(own)).collect();
        assert!(later.is_empty(), "{} uses what stands below it: {later:?}", below.display());
    }
    assert!(looked_at > 50, "{looked_at} files");
    let folders = fs::read_dir(SOURCES).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir() && path.join("mod.rs").exists());
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(place(name).is_some(), "`{name}` has no place in the list of `design.rs`");
    }
}
