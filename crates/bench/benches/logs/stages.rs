//! The stages that all pipelines share: find and open.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use twin_generators::{FallibleBody, Generator};

/// Yields the log files in a folder and the folders below it.
pub(crate) fn find(top: &Path) -> Generator<impl FallibleBody<PathBuf, io::Error>> {
    Generator::fallible(|mut co| async move {
        let mut folders = vec![top.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "log") {
                    co.yield_(path).await;
                }
            }
        }
        Ok(())
    })
}

/// Opens the files that it gets, one after the other.
pub(crate) fn open(
    paths: impl Iterator<Item = io::Result<PathBuf>>,
) -> Generator<impl FallibleBody<File, io::Error>> {
    Generator::fallible(|mut co| async move {
        for path in paths {
            co.yield_(File::open(path?)?).await;
        }
        Ok(())
    })
}
