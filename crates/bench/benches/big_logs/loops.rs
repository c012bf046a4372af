//! The same counting without our crates: by `gen` blocks, by adaptors, by one loop; a scoped thread
//! for each core.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Result, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::thread;

use crate::web::counts::Counts;
use crate::web::lines::{parse, pieces};

/// Counts each piece on a thread of its own, the only one on this.
fn on(cores: usize, log: &Path, count: fn(&Path, Range<u64>) -> Result<Counts>) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut pieces = pieces(log, cores)?;
    let last = pieces.pop().expect("there is at least one");
    thread::scope(|scope| {
        let threads: Vec<_> =
            pieces.into_iter().map(|piece| scope.spawn(move || count(log, piece))).collect();
        counts.update(count(log, last)?);
        for thread in threads {
            counts.update(thread.join().expect("counting does not panic")?);
        }
        Ok(counts)
    })
}

fn opened(log: &Path, piece: &Range<u64>) -> Result<BufReader<File>> {
    let mut log = BufReader::new(File::open(log)?);
    log.seek(SeekFrom::Start(piece.start))?;
    Ok(log)
}

/// The standard library's way: `read_until` into one buffer.
pub(crate) fn read_until(log: &Path, cores: usize) -> Result<Counts> {
    on(cores, log, |log, piece| {
        let mut log = opened(log, &piece)?;
        let (mut counts, mut line, mut at) = (Counts::default(), Vec::new(), piece.start);
        while at < piece.end {
            line.clear();
            at += log.read_until(b'\n', &mut line)? as u64;
            line.pop_if(|&mut last| last == b'\n');
            let text = String::from_utf8_lossy(&line);
            let (status, page) = parse(&text);
            counts.add(status, page);
        }
        Ok(counts)
    })
}

/// The blocks of the pair, as a step and no generator.
fn next_block(log: &mut BufReader<File>, at: &mut u64, end: u64) -> Result<Option<String>> {
    if *at >= end {
        return Ok(None);
    }
    let size = 65_536.min(end - *at);
    let mut block = Vec::with_capacity(66_560);
    log.by_ref().take(size).read_to_end(&mut block)?;
    if !block.ends_with(b"\n") {
        log.read_until(b'\n', &mut block)?;
    }
    *at += block.len() as u64;
    block.pop_if(|&mut last| last == b'\n');
    let text = String::from_utf8(block)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(Some(text))
}

pub(crate) fn adaptors(log: &Path, cores: usize) -> Result<Counts> {
    on(cores, log, |log, piece| {
        let (mut log, mut at) = (opened(log, &piece)?, piece.start);
        let blocks = std::iter::from_fn(|| next_block(&mut log, &mut at, piece.end).transpose());
        let mut counts = Counts::default();
        for block in blocks {
            block?.split('\n').map(parse).for_each(|(status, page)| counts.add(status, page));
        }
        Ok(counts)
    })
}

pub(crate) fn gen_blocks(log: &Path, cores: usize) -> Result<Counts> {
    on(cores, log, |log, piece| {
        let mut log = opened(log, &piece)?;
        let blocks = gen move {
            let mut at = piece.start;
            loop {
                match next_block(&mut log, &mut at, piece.end) {
                    Ok(Some(block)) => yield Ok(block),
                    Ok(None) => return,
                    Err(error) => {
                        yield Err(error);
                        return;
                    }
                }
            }
        };
        let mut counts = Counts::default();
        for block in blocks {
            let block = block?;
            let requests = gen {
                for line in block.split('\n') {
                    yield parse(line);
                }
            };
            for (status, page) in requests {
                counts.add(status, page);
            }
        }
        Ok(counts)
    })
}
