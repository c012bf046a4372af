//! The same work without generators: what the pipelines are held against.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use memchr::memmem::Finder;

use crate::PATTERN;
use crate::chunk::{CHUNK, Chunks, Lines};

/// Calls `each` with every log file in the folder.
fn for_each_file(folder: &Path, each: &mut dyn FnMut(File) -> io::Result<()>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            for_each_file(&path, each)?;
        } else if path.extension() == Some(OsStr::new("log")) {
            each(File::open(path)?)?;
        }
    }
    Ok(())
}

/// The standard library's way: `read_until` into one buffer, and a search in it.
pub(crate) fn read_until(folder: &Path) -> io::Result<u64> {
    let pattern = Finder::new(PATTERN);
    let mut count = 0;
    for_each_file(folder, &mut |file| {
        let mut file = BufReader::with_capacity(CHUNK, file);
        let mut line = Vec::new();
        while file.read_until(b'\n', &mut line)? > 0 {
            count += u64::from(pattern.find(&line).is_some());
            line.clear();
        }
        Ok(())
    })?;
    Ok(count)
}

/// The lines of the pipeline by line.
pub(crate) fn lines(folder: &Path) -> io::Result<u64> {
    let pattern = Finder::new(PATTERN);
    let mut count = 0;
    for_each_file(folder, &mut |file| {
        for line in Lines::new(file) {
            count += u64::from(pattern.find(&line?).is_some());
        }
        Ok(())
    })?;
    Ok(count)
}

/// The chunks of the pipeline by chunk.
pub(crate) fn chunks(folder: &Path) -> io::Result<u64> {
    let pattern = Finder::new(PATTERN);
    let mut count = 0;
    for_each_file(folder, &mut |file| {
        for chunk in Chunks::new(file) {
            let chunk = chunk?;
            let mut from = 0;
            while let Some(line) = chunk.find_line(&pattern, from) {
                from = line.end;
                count += 1;
            }
        }
        Ok(())
    })?;
    Ok(count)
}
