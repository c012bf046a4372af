//! The server's process, and a client of it.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio, exit};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult};
use smol::io::{AsyncBufReadExt, BufReader};
use smol::process::Child;

use super::Result;

const PROGRAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../real-work/stream/serve.py"
);

pub(crate) struct Server {
    process: Child,
    pub(crate) path: String,
}

impl Server {
    pub(crate) async fn start() -> Result<Self> {
        let python = std::env::var("TWINS_PYTHON");
        let python = python.as_deref().unwrap_or("python3");
        // A group of its own: Ctrl-C is for its client.
        let mut command = Command::new(python);
        command.arg(PROGRAM).process_group(0);
        let mut process = smol::process::Command::from(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("no {python}: {error}"))?;
        let output = process.stdout.take();
        let mut output =
            BufReader::new(output.expect("it is piped"));
        let mut path = String::new();
        if output.read_line(&mut path).await? == 0 {
            // It has said why.
            exit(process.status().await?.code().unwrap_or(1));
        }
        let path = path.trim().to_owned();
        Ok(Self { process, path })
    }

    pub(crate) async fn close(mut self) -> Result<()> {
        // It ends when its input does: by this, or with its client.
        drop(self.process.stdin.take());
        self.process.status().await?;
        Ok(())
    }
}

pub(crate) async fn connect(
    path: &str,
) -> RedisResult<MultiplexedConnection> {
    let client = Client::open(format!("unix://{path}"))?;
    // Longer than any BLOCK: by itself it has half a second.
    let limit = Some(Duration::from_secs(10));
    let config =
        AsyncConnectionConfig::new().set_response_timeout(limit);
    client
        .get_multiplexed_async_connection_with_config(&config)
        .await
}
