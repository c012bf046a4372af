//! A log for many workers: what a killed one held comes again.
//!
//! Run it: `cargo run --example broker`

use std::collections::BTreeMap;
use std::{env::args, process::ExitCode};

use futures_lite::StreamExt;
use redis::aio::MultiplexedConnection as Redis;
use redis::streams::*;
use redis::{AsyncTypedCommands, RedisError};
use stream::{Result, log::*, server::*, worker::*};
use twin_async_generators::{AsyncGenerator, FallibleBody};
use twin_tasks::{Runner, Task, spawn};

mod stream;

fn entries(
    mut redis: Redis,
    name: String,
    end: Task<()>,
) -> AsyncGenerator<impl FallibleBody<StreamId, RedisError>> {
    AsyncGenerator::fallible(move |mut co| async move {
        let read = StreamReadOptions::default();
        let read = read.group(GROUP, &name).count(10).block(20);
        while !end.done() {
            // First what a dead worker held, then what is new.
            let all = StreamAutoClaimOptions::default();
            let held = redis
                .xautoclaim_options(LOG, GROUP, &name, 500, 0, all);
            let held = held.await?.claimed;
            let new = redis.xread_options(&[LOG], &[">"], &read);
            let new = new.await?.map_or(vec![], |new| new.keys);
            let new = new.into_iter().flat_map(|log| log.ids);
            for entry in held.into_iter().chain(new) {
                let id = entry.id.clone();
                co.yield_(entry).await;
                // The next one is asked for: this one is done.
                redis.xack(LOG, GROUP, &[id]).await?;
            }
        }
        Ok(())
    })
}

async fn work(
    path: &str,
    name: &str,
    stop_at: usize,
) -> Result<()> {
    let (mut redis, mut count) = (connect(path).await?, 0);
    let end = spawn(end_of_input());
    let mut log = entries(redis.clone(), name.into(), end.clone());
    while let Some(entry) = log.try_next().await? {
        let (id, status) = (&entry.id, entry.get("status"));
        let status: String = status.ok_or("no status")?;
        redis.hset("statuses", id, status).await?;
        redis.hincr("times", id, 1).await?;
        count += 1;
        if count == stop_at {
            println!("{id}");
            end.clone().await;
        }
    }
    Ok(())
}

async fn run() -> Result<()> {
    let server = Server::start().await?;
    let path = &*server.path;
    let mut redis = connect(path).await?;
    write(&mut redis, 100).await?;
    let mut first = Worker::start(path, "a", 25)?;
    let held = first.line().await?;
    println!("worker a: 25 processed, 24 acknowledged");
    println!("worker a: ended by signal {}", first.kill().await?);
    let b = Worker::start(path, "b", 0)?;
    let c = Worker::start(path, "c", 0)?;
    all_done(&mut redis, 100).await?;
    b.close().await?;
    c.close().await?;
    println!("workers b and c: processed all that was left");
    let times = redis.hget("times", held).await?;
    let once = times.as_deref() == Some("1");
    let how = if once { "once" } else { "again" };
    println!("main: entry 25 was processed {how}");
    let mut statuses = BTreeMap::<_, usize>::new();
    for status in redis.hvals("statuses").await? {
        *statuses.entry(status).or_default() += 1;
    }
    for (status, count) in statuses {
        println!("main: status {status}: {count}");
    }
    // Here Rust has to call it: nothing can wait in a `drop`.
    server.close().await
}

fn main() -> ExitCode {
    let words: Vec<String> = args().skip(1).collect();
    let main = async move {
        match &words[..] {
            [_, path, name, stop_at] => {
                work(path, name, stop_at.parse()?).await
            }
            _ => run().await,
        }
    };
    match Runner::new().run_until_ctrl_c(main) {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(error)) => eprintln!("broker: {error}"),
        Err(interrupted) => eprintln!("broker: {interrupted}"),
    }
    ExitCode::FAILURE
}
