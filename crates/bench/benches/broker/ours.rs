//! A worker: an async generator that acknowledges what it has yielded when it is asked for more.

use anyhow::Result;
use redis::aio::MultiplexedConnection;
use redis::streams::{StreamId, StreamReadOptions};
use redis::{AsyncTypedCommands, Client, RedisError};
use twin_async_generators::{AsyncGenerator, FallibleBody};
use twin_tasks::run;

use crate::{GROUP, LOG};

fn entries(
    mut redis: MultiplexedConnection,
    name: String,
    batch: usize,
) -> AsyncGenerator<impl FallibleBody<StreamId, RedisError>> {
    AsyncGenerator::fallible(move |mut co| async move {
        let read = StreamReadOptions::default().group(GROUP, &name).count(100);
        let mut done = Vec::new();
        loop {
            let new = redis.xread_options(&[LOG], &[">"], &read).await?;
            let logs = new.map_or(vec![], |new| new.keys);
            let mut entries = logs.into_iter().flat_map(|log| log.ids).peekable();
            if entries.peek().is_none() {
                return Ok(());
            }
            for entry in entries {
                done.push(entry.id.clone());
                co.yield_(entry).await;
                if done.len() == batch {
                    redis.xack(LOG, GROUP, &done).await?;
                    done.clear();
                }
            }
            if !done.is_empty() {
                redis.xack(LOG, GROUP, &done).await?;
                done.clear();
            }
        }
    })
}

pub(crate) fn work(path: &str, name: &str, batch: usize) -> Result<usize> {
    let (path, name) = (format!("unix://{path}"), name.to_owned());
    run(async move {
        let redis = Client::open(path)?.get_multiplexed_async_connection().await?;
        let mut log = entries(redis, name, batch);
        let mut count = 0;
        while let Some(entry) = log.next().await {
            let status: String = entry?.get("status").unwrap_or_default();
            count += usize::from(status == "200");
        }
        Ok(count)
    })
}
