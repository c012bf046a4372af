//! Files that are there whole or not at all.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Writes a temporary file, then renames it, so readers never see half.
///
/// # Errors
///
/// When the folder or the file can't be written; the old file stays, and nothing beside it.
pub fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    // What a link leads to changes, and the link stays.
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut aside = tempfile::Builder::new()
        .prefix(".twins-")
        // As for any new file: what the user's mask leaves.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(plain)?;
    aside.write_all(text.as_bytes()).map_err(plain)?;
    aside.persist(path)?;
    Ok(())
}

/// An error without the name of the file aside, which tells nobody anything. It stands at the end of
/// the text, and nowhere else.
pub(crate) fn plain(error: io::Error) -> io::Error {
    let said = error.to_string();
    match said.rsplit_once(" at path ") {
        Some((said, _)) => io::Error::new(error.kind(), said.to_owned()),
        None => error,
    }
}

/// What helps where a file could not be written, be it the place or the room.
pub(crate) fn remedy<'a>(error: &io::Error, place: &'a str) -> &'a str {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        FileTooLarge | QuotaExceeded | StorageFull => "make room",
        _ => place,
    }
}

/// Reads a file of the project to its end; what has none, as a pipe, is an error.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file: put one there"));
    }
    fs::read_to_string(path)
}

/// Reads a text of the project, a path from its `root`.
///
/// # Errors
///
/// When it can't be read; what is not UTF-8 is told from what is missing.
pub fn read_text(root: &Path, path: &str) -> anyhow::Result<String> {
    read(&root.join(path)).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => anyhow::anyhow!("{path} is not UTF-8: save it as UTF-8"),
        io::ErrorKind::NotFound if path.ends_with(".stdout") => {
            anyhow::anyhow!("no {path}: `cargo twins check --bless` writes what all print alike")
        }
        io::ErrorKind::NotFound => anyhow::anyhow!("can't read {path}: write it"),
        _ => anyhow::Error::new(error).context(format!("can't read {path}")),
    })
}

/// What has been made so far; goes away again unless it is kept.
#[derive(Debug, Default)]
pub(crate) struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Made {
    /// Makes the folder that a file stands in.
    pub(crate) fn folder_of(&mut self, file: &Path) -> io::Result<()> {
        let folder = file.parent().expect("a file stands in a folder");
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    /// Takes note of a file that has been made.
    pub(crate) fn file(&mut self, file: PathBuf) {
        self.files.push(file);
    }

    pub(crate) fn keep(mut self) {
        self.files.clear();
        self.folders.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_nothing_aside() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        write_whole(&taken, "text").unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_link_leads_to_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let [link, file] = ["link", "file"].map(|name| folder.path().join(name));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(link.is_symlink());
    }

    #[test]
    fn the_new_text_replaces_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_whole(&path, "a long old text").unwrap();
        write_whole(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
