//! Chunks of a file that end at the end of a line, and lines that share them.
//!
//! ```text
//! file   ──read──▶ [INFO cart…⏎WARN login…⏎ERROR sto]     the buffer
//!                   └────── a chunk ──────┘└─ rest ─┘     moved to the front before the next read
//! ```
//!
//! A chunk is read straight into its buffer, and a line is a range of it: no byte is copied. The
//! buffer is reference-counted. If nobody holds a line of it any more, the next read goes into the
//! same one; else into a new one, and what was handed out stays as it is.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::ops::{Deref, Range};
use std::rc::Rc;

use memchr::{memchr, memmem::Finder, memrchr};

/// How much is read at once, here and in the loop with `read_until`, which gets slower with more:
/// the system copies worse into the page-aligned buffers that large allocations give.
pub(crate) const CHUNK: usize = 64 * 1024;

/// A part of a buffer: a line, or a chunk of whole lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    buffer: Rc<Vec<u8>>,
    range: Range<usize>,
}

impl Text {
    /// A part of this part.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        let start = self.range.start;
        Self { buffer: self.buffer.clone(), range: start + range.start..start + range.end }
    }

    /// Finds the next line that holds the needle: where it begins and ends, without its `\n`.
    ///
    /// The needle is looked for in all of the text at once, and only then the line around it.
    pub(crate) fn find_line(&self, needle: &Finder<'_>, from: usize) -> Option<Range<usize>> {
        let at = from + needle.find(&self[from..])?;
        let start = memrchr(b'\n', &self[from..at]).map_or(from, |newline| from + newline + 1);
        let end = memchr(b'\n', &self[at..]).map_or(self.len(), |newline| at + newline);
        Some(start..end)
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }
}

/// The chunks of a file.
pub(crate) struct Chunks {
    file: File,
    buffer: Rc<Vec<u8>>,
    /// What was read beyond the last chunk: the beginning of a line.
    rest: Range<usize>,
}

impl Chunks {
    pub(crate) fn new(file: File) -> Self {
        Self { file, buffer: Rc::default(), rest: 0..0 }
    }

    fn read(&mut self) -> io::Result<Option<Text>> {
        loop {
            let filled = self.rest.len();
            let buffer = make_room(&mut self.buffer, self.rest.clone());
            self.rest = 0..filled;
            let count = match self.file.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                result => result?,
            };
            let end = filled + count;
            self.rest = 0..end;
            let chunk = match memrchr(b'\n', &buffer[filled..end]) {
                Some(newline) => 0..filled + newline + 1,
                // The last line has no `\n`.
                None if count == 0 => 0..end,
                None => continue,
            };
            self.rest = chunk.end..end;
            let is_end = chunk.is_empty();
            return Ok((!is_end).then(|| Text { buffer: self.buffer.clone(), range: chunk }));
        }
    }
}

/// Brings the rest to the front of a buffer that nobody else holds, with room behind it.
fn make_room(buffer: &mut Rc<Vec<u8>>, rest: Range<usize>) -> &mut Vec<u8> {
    let filled = rest.len();
    match Rc::get_mut(buffer) {
        Some(buffer) => buffer.copy_within(rest, 0),
        None => *buffer = Rc::new(buffer[rest].to_vec()),
    }
    let buffer = Rc::get_mut(buffer).expect("a new buffer has one owner");
    // A line that fills the buffer makes it grow.
    buffer.resize(buffer.len().max(CHUNK).max(2 * filled), 0);
    buffer
}

impl Iterator for Chunks {
    type Item = io::Result<Text>;

    fn next(&mut self) -> Option<io::Result<Text>> {
        self.read().transpose()
    }
}

/// The lines of a file, without their `\n`.
pub(crate) struct Lines {
    chunks: Chunks,
    chunk: Text,
    /// Where in the chunk the next line begins.
    start: usize,
}

impl Lines {
    pub(crate) fn new(file: File) -> Self {
        Self { chunks: Chunks::new(file), chunk: Text::default(), start: 0 }
    }
}

impl Iterator for Lines {
    type Item = io::Result<Text>;

    #[inline]
    fn next(&mut self) -> Option<io::Result<Text>> {
        if self.start == self.chunk.len() {
            // Nobody may hold the old chunk, so that its buffer can be used again.
            self.chunk = Text::default();
            self.start = 0;
            match self.chunks.next()? {
                Ok(chunk) => self.chunk = chunk,
                Err(error) => return Some(Err(error)),
            }
        }
        let start = self.start;
        let line = match memchr(b'\n', &self.chunk[start..]) {
            Some(newline) => {
                self.start += newline + 1;
                start..start + newline
            }
            None => {
                self.start = self.chunk.len();
                start..self.start
            }
        };
        Some(Ok(self.chunk.slice(line)))
    }
}
