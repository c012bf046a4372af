//! A web server's log, larger than memory: one core, then all.
//!
//! Run it: `cargo run --example big_logs`; 1 GB: `… big_logs 1000`

use std::io::{Error, Result};
use std::{env::args, ops::Range, path::Path, process::ExitCode};
use std::{thread::available_parallelism, time::Instant};

use twin_generators::Generator;
use twin_tasks::{Runner, to_thread, try_gather};
use web::{counts::*, end::end, lines::*, log::*};

mod web;

// Here Rust lends what it cuts out of a block.
fn requests(block: &str) -> impl Iterator<Item = (&str, &str)> {
    Generator::new(async move |mut co| {
        for line in block.split('\n') {
            co.yield_(parse(line)).await;
        }
    })
}

fn count(path: &Path, piece: Range<u64>) -> Result<Counts> {
    let mut counts = Counts::default();
    for block in blocks(path, piece) {
        for (status, page) in requests(&block?) {
            counts.add(status, page);
        }
    }
    Ok(counts)
}

async fn count_on(cores: usize, log: &Path) -> Result<Counts> {
    let begin = Instant::now();
    let mut counts = Counts::default();
    // Here Rust needs no process: threads are enough.
    let parts = pieces(log, cores)?.into_iter().map(|piece| {
        let log = log.to_owned();
        to_thread(move || count(&log, piece))
    });
    for part in try_gather(parts).await? {
        counts.update(part);
    }
    eprintln!("cores: {cores}, time: {:.2?}", begin.elapsed());
    Ok(counts)
}

fn main() -> ExitCode {
    let main = async {
        let mb = args().nth(1).unwrap_or("8".into()).parse();
        let mb = mb.map_err(Error::other)?;
        let log = tempfile::NamedTempFile::new()?;
        let file = log.reopen()?;
        to_thread(move || write_log(file, mb)).await?;
        println!("one core: a log of {mb} MB");
        let one = count_on(1, log.path()).await?;
        one.show();
        let cores = available_parallelism()?.get();
        assert_eq!(count_on(cores, log.path()).await?, one);
        println!("all cores: the same");
        Ok(())
    };
    end(Runner::new().run_until_ctrl_c(main))
}
