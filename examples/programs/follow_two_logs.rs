//! Two log files followed at once, while they grow.
//!
//! Run it: `cargo run --example follow_two_logs`

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::time::Duration;

use futures_lite::stream::{self, StreamExt};
use twin_async_generators::{AsyncGenerator, FallibleBody};
use twin_tasks::{gather, run, sleep};

fn follow(
    file: File,
) -> AsyncGenerator<impl FallibleBody<String, io::Error>> {
    AsyncGenerator::fallible(move |mut co| async move {
        let mut file = BufReader::new(file);
        loop {
            let mut line = String::new();
            if file.read_line(&mut line)? > 0 {
                co.yield_(line.trim_end().to_owned()).await;
            } else {
                sleep(Duration::from_millis(10)).await; // no news
            }
        }
    })
}

async fn write(folder: &Path) -> io::Result<()> {
    for news in ["door opened", "oven on", "oven hot", "door shut"]
    {
        let (name, text) = news.split_once(' ').unwrap();
        sleep(Duration::from_millis(100)).await;
        let log = folder.join(name);
        let mut file = File::options().append(true).open(log)?;
        writeln!(file, "{text}")?;
    }
    Ok(())
}

async fn guard([door, oven]: [File; 2]) -> io::Result<()> {
    // Here Rust merges the two in place: one task polls both.
    let door = follow(door).map(|line| ("door", line));
    let oven = follow(oven).map(|line| ("oven", line));
    let mut news = stream::or(door, oven).take(4);
    while let Some((name, line)) = news.next().await {
        println!("guard: {name} {}", line?);
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(async {
        let folder = tempfile::tempdir()?;
        let path = folder.path();
        for name in ["door", "oven"] {
            File::create_new(path.join(name))?;
        }
        let open = |name| File::open(path.join(name));
        let logs = [open("door")?, open("oven")?];
        let done = gather((write(path), guard(logs))).await;
        done.0.and(done.1)
    })
}
