//! Modules beside a program: what it is made of, and what is no pair.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::file;

/// The modules that a Python program imports: of `a.b`, `a`.
pub(crate) fn imported(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for statement in text.lines().flat_map(|line| line.split(';')).map(str::trim) {
        // What stands behind an `if True:`, too.
        let behind = statement.split_once(": ").map_or("", |(_, behind)| behind.trim_start());
        let find = |begin| [statement, behind].into_iter().find_map(|s| s.strip_prefix(begin));
        let names = match (find("import "), find("from ")) {
            (Some(names), _) => names,
            // Only a package imports by a dot, and of that all is taken.
            (_, Some(from)) => from.split(' ').next().unwrap_or_default(),
            _ => continue,
        };
        for name in names.split(',') {
            let end = |c: char| !(c.is_alphanumeric() || c == '_');
            let first = name.trim_start().split(end).next().unwrap_or_default();
            if !first.is_empty() {
                found.insert(first.to_owned());
            }
        }
    }
    found
}

/// The modules that a Rust program has in files of their own: `mod a;`.
pub(crate) fn declared(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter_map(|line| line.trim().strip_suffix(';'));
    let declared = lines.filter_map(|line| {
        let (before, name) = line.rsplit_once(' ')?;
        (before == "mod" || before.ends_with(" mod")).then(|| name.to_owned())
    });
    declared.collect()
}

/// What a source names beside it, by its own language.
fn named(source: &Path) -> BTreeSet<String> {
    let text = file::read(source).unwrap_or_default();
    if is_python(source) { imported(&text) } else { declared(&text) }
}

fn is_python(source: &Path) -> bool {
    source.extension().is_some_and(|end| end == "py")
}

/// Where a program's modules lie: beside what a link leads to.
pub(crate) fn folder(program: &Path) -> PathBuf {
    let real = fs::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    real.parent().unwrap_or(Path::new(".")).to_owned()
}

/// The files of a program's modules, by their way from [`folder`]: those that it names, those that
/// they name, and of a module that is a folder all.
pub(crate) fn of(program: &Path) -> BTreeSet<PathBuf> {
    let folder = folder(program);
    let end = if is_python(program) { "py" } else { "rs" };
    let own = PathBuf::from(program.file_name().unwrap_or_default());
    let mut found = BTreeSet::new();
    let mut left = named(program);
    let mut seen = BTreeSet::new();
    while let Some(name) = left.pop_first() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let file = PathBuf::from(&name).with_extension(end);
        if file != own && folder.join(&file).is_file() {
            // A Rust module has its own in a folder of its name.
            if end == "py" {
                left.extend(named(&folder.join(&file)));
            }
            found.insert(file);
        }
        walk(&folder, Path::new(&name), end, &mut found);
    }
    found
}

/// All sources in a folder `inside` another one, by their way from that; a link to a folder is not
/// followed.
pub(crate) fn walk(root: &Path, inside: &Path, end: &str, found: &mut BTreeSet<PathBuf>) {
    let entries = fs::read_dir(root.join(inside)).into_iter().flatten().flatten();
    for entry in entries {
        let path = inside.join(entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(root, &path, end, found),
            Ok(_) if path.extension().is_some_and(|found| found == end) => {
                found.insert(path);
            }
            _ => {}
        }
    }
}

/// Whether a file in the folder of a chapter is a module of a program there, and no program.
pub(crate) fn is_module(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let beside = fs::read_dir(folder(file)).into_iter().flatten().flatten();
    let beside = beside.map(|entry| entry.path());
    let mut beside = beside.filter(|other| other.extension() == file.extension() && other != file);
    beside.any(|other| named(&other).contains(&*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn what_a_program_imports_is_found_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name, text| write(folder.path(), name, text);
        let program = write(
            "tea.py",
            "import asyncio, stove as hot; import pot\nif True: from web.v1.page import show\n",
        );
        write("stove.py", "    from fire import warm\nimport tea\n");
        for file in ["fire.py", "pot.py", "web/v1/page.py", "web/__init__.py", "other.py"] {
            write(file, "");
        }
        write("web/note.txt", "");
        let expected = ["stove.py", "fire.py", "pot.py", "web/v1/page.py", "web/__init__.py"];
        assert_eq!(of(&program), expected.map(PathBuf::from).into());
        let module = |name: &str| is_module(&folder.path().join(name));
        assert!(module("fire.py") && module("stove.py") && !module("other.py"));
    }

    #[test]
    fn a_rust_program_has_its_modules_in_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name, text| write(folder.path(), name, text);
        let program = write("tea.rs", "mod stove;\npub(crate) mod web;\nuse mod_of::x;\n");
        write("stove.rs", "mod fire;\n");
        for file in ["stove/fire.rs", "web/mod.rs", "fire.rs"] {
            write(file, "");
        }
        let expected = ["stove.rs", "stove/fire.rs", "web/mod.rs"];
        assert_eq!(of(&program), expected.map(PathBuf::from).into());
        assert!(is_module(&folder.path().join("stove.rs")));
        assert!(!is_module(&program));
    }
}
