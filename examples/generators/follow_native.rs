//! The same in nightly's syntax: a `gen fn` of results.
//!
//! Run it: `cargo run --example follow_native`

#![feature(gen_blocks)]

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::mem::take;
use std::path::Path;
use std::thread::{scope, sleep};
use std::time::Duration;

use twins_examples::repr::Repr;

/// Yields each line of the file when it is whole, for ever.
gen fn follow(mut file: BufReader<File>) -> io::Result<String> {
    let mut line = String::new();
    loop {
        // A `gen fn` returns nothing: there is no `?` in it yet.
        match file.read_line(&mut line) {
            Err(error) => return yield Err(error),
            Ok(_) if line.ends_with('\n') => {
                yield Ok(take(&mut line))
            }
            Ok(_) => sleep(Duration::from_millis(10)), // not yet
        }
    }
}

fn waiter(path: &Path) -> io::Result<()> {
    for text in ["soup\n", "te", "a\n"] {
        sleep(Duration::from_millis(200));
        println!("waiter: writes {}", text.repr());
        let mut file = File::options().append(true).open(path)?;
        file.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn cook(file: BufReader<File>) -> io::Result<()> {
    for order in follow(file).take(2) {
        println!("  cook: makes {}", order?.trim_end());
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("orders");
    fs::write(&path, "bread\n")?;
    let mut file = BufReader::new(File::open(&path)?);
    file.seek(SeekFrom::End(0))?;
    scope(|scope| {
        let waiter = scope.spawn(|| waiter(&path));
        cook(file)?;
        waiter.join().unwrap()
    })?;
    println!("main: kitchen closed");
    Ok(())
}
