//! A generator pipeline: the file grows, the memory does not.
//!
//! Run it: `cargo run --example constant_memory`

use std::fs::{File, read_to_string};
use std::io::{BufRead, BufReader, BufWriter, Result, Seek, Write};
use std::process::{Command, id};

use twin_generators::Generator;

fn write_log(mb: u32) -> Result<File> {
    // Here Rust has a crate for it. Closed, the file is gone.
    let mut log = BufWriter::new(tempfile::tempfile()?);
    for n in 0..mb * 16 {
        let level = if n % 10 == 0 { "ERROR" } else { "INFO" };
        writeln!(log, "{level} {n} {}", "x".repeat(65_536))?;
    }
    log.rewind()?;
    Ok(log.into_inner()?)
}

fn read_lines(log: File) -> impl Iterator<Item = String> {
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
    let status = read_to_string("/proc/self/status");
    let text = status.unwrap_or_else(|_| {
        let ps = ["-orss=", &format!("-p{}", id())];
        let output = Command::new("ps").args(ps).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    });
    let peak = text.split("VmHWM:").last().unwrap();
    peak.split_whitespace().next().unwrap().parse().unwrap()
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
    [8, 64].into_iter().for_each(count_errors);
}
