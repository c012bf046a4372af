//! The pipeline of the pair: blocks of lines from the file, requests from a block; a thread for each
//! core.

use std::io::Result;
use std::ops::Range;
use std::path::Path;

use twin_generators::Generator;
use twin_tasks::{run, to_thread, try_gather};

use crate::web::counts::Counts;
use crate::web::lines::{blocks, parse, pieces};

fn requests(block: &str) -> impl Iterator<Item = (&str, &str)> {
    Generator::new(async move |mut co| {
        for line in block.split('\n') {
            co.yield_(parse(line)).await;
        }
    })
}

fn count_piece(path: &Path, piece: Range<u64>) -> Result<Counts> {
    let mut counts = Counts::default();
    for block in blocks(path, piece) {
        for (status, page) in requests(&block?) {
            counts.add(status, page);
        }
    }
    Ok(counts)
}

pub(crate) fn count(log: &Path, cores: usize) -> Result<Counts> {
    let log = log.to_owned();
    run(async move {
        let parts = pieces(&log, cores)?.into_iter().map(|piece| {
            let log = log.clone();
            to_thread(move || count_piece(&log, piece))
        });
        let mut counts = Counts::default();
        for part in try_gather(parts).await? {
            counts.update(part);
        }
        Ok(counts)
    })
}
