//! Follow a file that grows, as `tail -f` does.
//!
//! Run it: `cargo run --example follow`

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::mem::take;
use std::path::Path;
use std::thread::{scope, sleep};
use std::time::Duration;

use twin_generators::{FallibleBody, Generator};
use twins_examples::repr::Repr;

/// Yields each line of the file when it is whole, for ever.
fn follow(
    mut file: BufReader<File>,
) -> Generator<impl FallibleBody<String, io::Error>> {
    Generator::fallible(|mut co| async move {
        let mut line = String::new();
        loop {
            file.read_line(&mut line)?;
            if line.ends_with('\n') {
                co.yield_(take(&mut line)).await;
            } else {
                sleep(Duration::from_millis(10)); // no line yet
            }
        }
    })
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
    // Here Rust lends the path: a scope ends after its threads.
    scope(|scope| {
        let waiter = scope.spawn(|| waiter(&path));
        cook(file)?;
        waiter.join().unwrap()
    })?;
    println!("main: kitchen closed");
    Ok(())
}
