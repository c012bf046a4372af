//! The server's process.

use std::io::{Error, Result};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use smol::io::{AsyncBufReadExt, BufReader};
use smol::process::Child;

const PROGRAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../real-work/api/serve.py"
);

pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
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
            .map_err(|error| {
                let text = format!("can't start {python}: {error}");
                Error::new(error.kind(), text)
            })?;
        let output = process.stdout.take();
        let mut output =
            BufReader::new(output.expect("it is piped"));
        let mut port = String::new();
        output.read_line(&mut port).await?;
        let port = port.trim().parse().map_err(Error::other)?;
        Ok(Self { process, port })
    }

    pub(crate) async fn close(mut self) -> Result<i32> {
        // It ends when its input does: by this, or with its client.
        drop(self.process.stdin.take());
        Ok(self.process.status().await?.code().unwrap_or(-1))
    }
}
