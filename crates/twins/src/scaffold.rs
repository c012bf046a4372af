//! `init`, `new`, `pair`: projects and pairs made from nothing, or from programs that exist.

mod init;
mod pair;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

pub use self::{
    init::{Runtime, init},
    pair::{new, pair},
};
use crate::file::write_whole;

/// Files that are written together: all of them, or none.
#[derive(Debug, Default)]
struct Files {
    texts: Vec<(PathBuf, String)>,
    links: Vec<(PathBuf, PathBuf)>,
}

impl Files {
    fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) {
        self.texts.push((path.into(), text.into()));
    }

    /// A link to a file, told from the folder of the link.
    fn link(&mut self, path: impl Into<PathBuf>, to: impl Into<PathBuf>) {
        self.links.push((path.into(), to.into()));
    }

    /// Writes them below `root`. Nothing that is there is written over; where one fails, those
    /// before it are taken away again.
    fn write(&self, root: &Path) -> Result<()> {
        let paths = self.texts.iter().map(|(path, _)| path);
        let paths = paths.chain(self.links.iter().map(|(path, _)| path));
        if let Some(taken) = paths.clone().find(|path| root.join(path).symlink_metadata().is_ok()) {
            bail!("{} is there already: rename or remove it", taken.display());
        }
        let mut made = Made::default();
        for (path, text) in &self.texts {
            let full = root.join(path);
            let write = made.folder_of(&full).and_then(|()| write_whole(&full, text));
            write.with_context(|| cannot_write(path))?;
            made.files.push(full);
        }
        for (path, to) in &self.links {
            let full = root.join(path);
            let link = made.folder_of(&full).and_then(|()| std::os::unix::fs::symlink(to, &full));
            link.with_context(|| cannot_write(path))?;
            made.files.push(full);
        }
        made.keep();
        Ok(())
    }
}

fn cannot_write(path: &Path) -> String {
    format!("can't write {}: go to a folder that you may write to", path.display())
}

/// What has been made so far; goes away again unless it is kept.
#[derive(Debug, Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Made {
    fn folder_of(&mut self, file: &Path) -> io::Result<()> {
        let folder = file.parent().expect("a file stands in a folder");
        let missing: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    fn keep(mut self) {
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
