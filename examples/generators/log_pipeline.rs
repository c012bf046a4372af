//! A pipeline of generators: bytes sent, out of rotated logs.
//!
//! Run it: `cargo run --example log_pipeline`

use std::collections::BTreeSet;
use std::fs::{File, read_dir};
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use twin_generators::Generator;
// Here Rust has gzip from a crate; our library writes with it.
use twins_examples::logs::write_logs;

type Log = MultiGzDecoder<File>;
// Here Rust hands an error to the next stage, as an item.
type Pipe<T> = Box<dyn Iterator<Item = io::Result<T>>>;

fn find(folder: PathBuf) -> Pipe<PathBuf> {
    Box::new(Generator::fallible(|mut co| async move {
        let entries = read_dir(&folder)?;
        let names = entries.map(|entry| Ok(entry?.file_name()));
        for name in names.collect::<io::Result<BTreeSet<_>>>()? {
            println!("find: {}", name.display());
            co.yield_(folder.join(name)).await;
        }
        Ok(())
    }))
}

fn open_logs(paths: Pipe<PathBuf>) -> Pipe<Log> {
    Box::new(paths.map(|path| Ok(Log::new(File::open(path?)?))))
}

fn cat(logs: Pipe<Log>) -> Pipe<String> {
    Box::new(Generator::fallible(|mut co| async move {
        for log in logs {
            for line in BufReader::new(log?).lines() {
                co.yield_(line?).await;
            }
        }
        Ok(())
    }))
}

fn grep(word: &'static str, lines: Pipe<String>) -> Pipe<String> {
    Box::new(lines.filter(move |line| {
        line.as_ref().map_or(true, |line| line.contains(word))
    }))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    write_logs(folder.path())?;
    let lines = cat(open_logs(find(folder.path().into())));
    println!("main: nothing read so far");
    let mut total = 0;
    for line in grep("/tea", lines) {
        let line = line?;
        println!("  main: {line}");
        total += line.rsplit(' ').next().unwrap().parse::<u32>()?;
    }
    println!("main: {total} bytes of tea");
    Ok(())
}
