//! The pipeline with a line for each step, as Python writes it, on both engines.

use std::fs::File;
use std::io;
use std::path::Path;

use memchr::memmem::Finder;
use twin_generators::{FallibleBody, Generator};

use crate::PATTERN;
use crate::chunk::{Lines, Text};
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

/// Yields the lines of all files, one after the other.
fn cat(
    files: impl Iterator<Item = io::Result<File>>,
) -> Generator<impl FallibleBody<Text, io::Error>> {
    Generator::fallible(|mut co| async move {
        for file in files {
            for line in Lines::new(file?) {
                co.yield_(line?).await;
            }
        }
        Ok(())
    })
}

/// Yields the lines that hold the pattern.
fn grep(
    pattern: &str,
    lines: impl Iterator<Item = io::Result<Text>>,
) -> Generator<impl FallibleBody<Text, io::Error>> {
    Generator::fallible(|mut co| async move {
        let pattern = Finder::new(pattern);
        for line in lines {
            let line = line?;
            if pattern.find(&line).is_some() {
                co.yield_(line).await;
            }
        }
        Ok(())
    })
}

pub(crate) fn count_native(folder: &Path) -> io::Result<u64> {
    let files = open(find(folder));
    let matches = grep_native(PATTERN, cat_native(files));
    let mut count = 0;
    for line in matches {
        line?;
        count += 1;
    }
    Ok(count)
}

fn cat_native(
    files: impl Iterator<Item = io::Result<File>>,
) -> Generator<impl FallibleBody<Text, io::Error>> {
    Generator::fallible_native(
        #[coroutine]
        move |_| {
            for file in files {
                for line in Lines::new(file?) {
                    (yield line?)?;
                }
            }
            Ok(())
        },
    )
}

fn grep_native(
    pattern: &str,
    lines: impl Iterator<Item = io::Result<Text>>,
) -> Generator<impl FallibleBody<Text, io::Error>> {
    Generator::fallible_native(
        #[coroutine]
        move |_| {
            let pattern = Finder::new(pattern);
            for line in lines {
                let line = line?;
                if pattern.find(&line).is_some() {
                    (yield line)?;
                }
            }
            Ok(())
        },
    )
}
