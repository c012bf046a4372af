//! The pipeline with a chunk of many lines for each step, and grep's way of searching: the whole
//! chunk at once. Only the lines that match are told apart.

use std::fs::File;
use std::io;
use std::path::Path;

use memchr::memmem::Finder;
use twin_generators::{FallibleBody, Generator};

use crate::PATTERN;
use crate::chunk::{Chunks, Text};
use crate::stages::{find, open};

pub(crate) fn count(folder: &Path) -> io::Result<u64> {
    let files = open(find(folder));
    let matches = grep(PATTERN, cat(files));
    let mut count = 0;
    for line in matches {
        line?;
        count += 1;
    }
    Ok(count)
}

/// Yields the chunks of all files, one after the other.
fn cat(
    files: impl Iterator<Item = io::Result<File>>,
) -> Generator<impl FallibleBody<Text, io::Error>> {
    Generator::fallible(|mut co| async move {
        for file in files {
            for chunk in Chunks::new(file?) {
                co.yield_(chunk?).await;
            }
        }
        Ok(())
    })
}

/// Yields the lines that hold the pattern, which must be part of one line.
fn grep(
    pattern: &str,
    chunks: impl Iterator<Item = io::Result<Text>>,
) -> Generator<impl FallibleBody<Text, io::Error>> {
    Generator::fallible(|mut co| async move {
        let pattern = Finder::new(pattern);
        for chunk in chunks {
            let chunk = chunk?;
            let mut from = 0;
            while let Some(line) = chunk.find_line(&pattern, from) {
                from = line.end;
                co.yield_(chunk.slice(line)).await;
            }
        }
        Ok(())
    })
}
