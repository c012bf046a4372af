//! A generator pipeline: the file grows, the memory does not.
//!
//! Run it: `cargo run --example constant_memory`

use std::io::{BufRead, BufReader, BufWriter, Result, Seek, Write};
use std::process::{Command, id};
use std::{env, fs};

use twin_generators::Generator;

fn write_log(mb: u32) -> Result<fs::File> {
    // Here Rust unlinks the file itself: closed, it is gone.
    let path = env::temp_dir().join(format!("twins-{}.log", id()));
    let mut log = BufWriter::new(fs::File::create_new(&path)?);
    fs::remove_file(path)?;
    for n in 0..mb * 1024 {
        let level = if n % 100 == 0 { "ERROR" } else { "INFO" };
        writeln!(log, "{level} {n} {}", "x".repeat(1024))?;
    }
    log.rewind()?;
    Ok(log.into_inner()?)
}

fn read_lines(log: fs::File) -> impl Iterator<Item = String> {
    Generator::new(|mut co| async move {
        for line in BufReader::new(log).lines() {
            co.yield_(line.unwrap()).await;
        }
    })
}

fn errors(
    lines: impl Iterator<Item = String>,
) -> impl Iterator<Item = String> {
    Generator::new(|mut co| async move {
        for line in lines {
            if line.starts_with("ERROR") {
                co.yield_(line).await;
            }
        }
    })
}

fn peak_kb() -> u32 {
    // Linux knows the peak; elsewhere, what is in use must do.
    let ask = "grep -s HWM /proc/$PPID/status || ps -orss= -p$PPID";
    let said =
        Command::new("sh").args(["-c", ask]).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout);
    said.split_whitespace().find_map(|w| w.parse().ok()).unwrap()
}

fn count_errors(mb: u32) {
    let before = peak_kb();
    let count = errors(read_lines(write_log(mb).unwrap())).count();
    let flat = peak_kb() < before + 4096;
    let rose = if flat { "less" } else { "more" };
    println!("reader: {count} errors in a log of {mb} MB");
    println!("memory: the peak rose by {rose} than 4 MB");
}

fn main() {
    count_errors(8);
    count_errors(64);
}
