//! What a pair is made of: the files whose change may change what its programs do.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cargo, file,
    pair::{Pair, Variant},
    project::Project,
};

/// The programs and the notes, the files of the cases, the modules that the Python program imports
/// from beside it, and all sources that Cargo built the twin from, as far as they are the user's. Of
/// several pairs that are watched `among` each other, without what they share: a save there would run
/// them all.
pub(super) fn of(project: &Project, pair: &Pair, variant: &Variant, among: bool) -> Vec<PathBuf> {
    let root = &project.root;
    let full = |path: String| root.join(path);
    let python = full(pair.path(".py"));
    let mut files = BTreeSet::from([python.clone(), full(pair.source(variant))]);
    files.insert(full(pair.path(".toml")));
    let chapter = root.join("examples").join(&pair.chapter);
    let cases = pair.notes(root).map(|notes| notes.cases).unwrap_or_default();
    files.extend(cases.iter().flat_map(|case| &case.files).map(|file| chapter.join(file)));
    let mut sources = imported(&python);
    let dep_info = format!("debug/examples/{}.d", pair.variant_stem(variant));
    sources.extend(compiled(&cargo::target_folder(root).join(dep_info)));
    let examples = root.join("examples");
    let shared = examples.join("src");
    sources.retain(|file| !among || (file.starts_with(&examples) && !file.starts_with(&shared)));
    files.extend(sources);
    files.into_iter().collect()
}

/// The modules beside a program that it imports, and those that they import.
fn imported(program: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    // A program that is linked to lies among its own modules.
    let real = fs::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    let mut left = vec![real.clone()];
    while let Some(file) = left.pop() {
        let folder = file.parent().unwrap_or(Path::new("."));
        for name in modules(&file::read(&file).unwrap_or_default()) {
            let module = folder.join(&name);
            let inside = fs::read_dir(&module).into_iter().flatten().flatten();
            let inside = inside.map(|entry| entry.path());
            for file in inside.chain([module.with_extension("py")]) {
                let is_python = file.extension().is_some_and(|end| end == "py");
                if is_python && file.is_file() && file != real && found.insert(file.clone()) {
                    left.push(file);
                }
            }
        }
    }
    found
}

/// The first parts of the modules that a Python program imports: of `a.b`, `a`.
fn modules(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let names = match (line.strip_prefix("import "), line.strip_prefix("from ")) {
            (Some(names), _) => names.split(',').collect(),
            (_, Some(from)) => match from.trim_start_matches('.').split_once(" import ") {
                // `from . import a, b`
                Some(("", names)) => names.split(',').collect(),
                Some((module, _)) => vec![module],
                None => continue,
            },
            _ => continue,
        };
        for name in names {
            let part = |c: char| !(c.is_alphanumeric() || c == '_');
            let first = name.trim_start().split(part).next().unwrap_or_default();
            if !first.is_empty() {
                found.push(first.to_owned());
            }
        }
    }
    found
}

/// The sources that a program was built from, as Cargo's file beside it tells; none before it is
/// built.
fn compiled(dep_info: &Path) -> Vec<PathBuf> {
    let text = file::read(dep_info).unwrap_or_default();
    let Some((_, sources)) = text.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    // A space that belongs to a name has a backslash before it.
    let sources = sources.replace("\\ ", "\0");
    sources.split(' ').map(|source| PathBuf::from(source.replace('\0', " "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_imports_is_found_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::canonicalize(path).unwrap()
        };
        let program = write("tea.py", "import asyncio, stove as hot\nfrom web.page import show\n");
        let stove = write("stove.py", "    from . import fire\nimport tea\n");
        let found = [
            stove,
            write("fire.py", ""),
            write("web/page.py", ""),
            write("web/__init__.py", "from .page import show\n"),
        ];
        write("other.py", "");
        write("web/note.txt", "");
        assert_eq!(imported(&program), BTreeSet::from(found));
    }

    #[test]
    fn cargo_tells_what_a_program_was_built_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tea.d");
        assert!(compiled(&path).is_empty());
        fs::write(&path, "/a/tea: /a/tea.rs /my\\ own/lib.rs\n").unwrap();
        assert_eq!(compiled(&path), ["/a/tea.rs", "/my own/lib.rs"].map(PathBuf::from));
    }
}
