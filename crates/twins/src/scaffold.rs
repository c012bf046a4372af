//! `init`, `new`, `pair`: projects and pairs made from nothing, or from programs that exist.

mod init;
mod pair;

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Error, Result, bail};

pub use self::{
    init::{Runtime, init},
    pair::{new, pair},
};
use crate::file::{Made, remedy, write_whole};

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
    /// before it are taken away again, and so are all unless what was [`Made`] is kept.
    fn write(&self, root: &Path) -> Result<Made> {
        let paths = self.texts.iter().map(|(path, _)| path);
        let paths = paths.chain(self.links.iter().map(|(path, _)| path));
        if let Some(taken) = paths.clone().find(|path| root.join(path).symlink_metadata().is_ok()) {
            bail!("{} is there already: rename or remove it", taken.display());
        }
        let mut made = Made::default();
        for (path, text) in &self.texts {
            let full = root.join(path);
            let write = made.folder_of(&full).and_then(|()| write_whole(&full, text));
            write.map_err(|error| cannot_write(path, error))?;
            made.file(full);
        }
        for (path, to) in &self.links {
            let full = root.join(path);
            let link = made.folder_of(&full).and_then(|()| std::os::unix::fs::symlink(to, &full));
            link.map_err(|error| cannot_write(path, error))?;
            made.file(full);
        }
        Ok(made)
    }
}

fn cannot_write(path: &Path, error: io::Error) -> Error {
    let remedy = remedy(&error, "go to a folder that you may write to");
    Error::new(error).context(format!("can't write {}: {remedy}", path.display()))
}
