//! The log on the server: it is written, and waited for.

use std::time::Duration;

use redis::{
    AsyncTypedCommands, aio::MultiplexedConnection as Redis,
};
use twin_tasks::{sleep, timeout};

use super::Result;

pub(crate) const LOG: &str = "log";
pub(crate) const GROUP: &str = "workers";

pub(crate) async fn write(
    redis: &mut Redis,
    count: usize,
) -> Result<()> {
    redis.xgroup_create_mkstream(LOG, GROUP, 0).await?;
    for number in 0..count {
        let status = if number % 50 == 7 { "500" } else { "200" };
        let line = format!("GET /items/{number}");
        let fields = [("line", &*line), ("status", status)];
        redis.xadd(LOG, "*", &fields).await?;
    }
    println!("main: {count} entries in the log");
    Ok(())
}

pub(crate) async fn all_done(
    redis: &mut Redis,
    count: usize,
) -> Result<()> {
    let wait = Duration::from_millis(20);
    // As long as that only where no worker is left.
    timeout(Duration::from_secs(60), async {
        while redis.hlen("statuses").await? < count {
            sleep(wait).await;
        }
        while redis.xpending(LOG, GROUP).await?.count() > 0 {
            sleep(wait).await;
        }
        Ok(())
    })
    .await?
}
