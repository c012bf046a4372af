//! What a pair is made of: the files whose change may change what its programs do.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    file, modules,
    pair::{Pair, Variant},
    project::Project,
};

/// The programs and the notes, the files of the cases, the modules that the Python program imports
/// from beside it, and all sources that Cargo built the twin from, as far as they are the user's. Of
/// several pairs that are watched `among` each other, without what they share: a save there would run
/// them all.
///
/// The `executable` is where Cargo put the twin.
pub(super) fn of(
    project: &Project,
    pair: &Pair,
    variant: &Variant,
    executable: &Path,
    among: bool,
) -> Vec<PathBuf> {
    let root = &project.root;
    let full = |path: String| root.join(path);
    let python = full(pair.path(".py"));
    let mut files = BTreeSet::from([python.clone(), full(pair.source(variant))]);
    files.insert(full(pair.path(".toml")));
    let chapter = root.join("examples").join(&pair.chapter);
    let cases = pair.notes(root).map(|notes| notes.cases).unwrap_or_default();
    files.extend(cases.iter().flat_map(|case| &case.files).map(|file| chapter.join(file)));
    let beside = modules::folder(&python);
    let mut shared_sources = BTreeSet::new();
    let mut sources: BTreeSet<PathBuf> =
        modules::of(&python).into_iter().map(|file| beside.join(file)).collect();
    sources.extend(compiled(&executable.with_extension("d")));
    let examples = root.join("examples");
    let shared = examples.join("src");
    // Also before they have built once.
    modules::walk(&examples, Path::new("src"), "rs", &mut shared_sources);
    sources.extend(shared_sources.into_iter().map(|file| examples.join(file)));
    sources.retain(|file| !among || (file.starts_with(&examples) && !file.starts_with(&shared)));
    files.extend(sources);
    files.into_iter().collect()
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
    use std::fs;

    use super::*;

    #[test]
    fn cargo_tells_what_a_program_was_built_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tea.d");
        assert!(compiled(&path).is_empty());
        fs::write(&path, "/a/tea: /a/tea.rs /my\\ own/lib.rs\n").unwrap();
        assert_eq!(compiled(&path), ["/a/tea.rs", "/my own/lib.rs"].map(PathBuf::from));
    }
}
