//! A worker: a process that ends when its input does.

use std::env;
use std::io::{Error, Result, stdin};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

use smol::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use smol::{Async, process::Child};

pub(crate) struct Worker {
    process: Child,
}

impl Worker {
    pub(crate) fn start(
        path: &str,
        name: &str,
        stop_at: usize,
    ) -> Result<Self> {
        // STREAM_WORKER: the other language's program.
        let other = env::var("STREAM_WORKER").unwrap_or_default();
        let this = env::current_exe()?.display().to_string();
        let mut words = other.split_whitespace();
        let mut command =
            Command::new(words.next().unwrap_or(&this));
        command.args(words).args(["work", path, name]);
        command.arg(stop_at.to_string());
        command.process_group(0);
        let mut command = smol::process::Command::from(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // One that nobody closes: nothing can wait in a `drop`.
        command.kill_on_drop(true);
        Ok(Self { process: command.spawn()? })
    }

    pub(crate) async fn line(&mut self) -> Result<String> {
        let output = self.process.stdout.as_mut();
        let mut output =
            BufReader::new(output.expect("it is piped"));
        let mut line = String::new();
        if output.read_line(&mut line).await? == 0 {
            let text = "a worker ended before its time";
            return Err(Error::other(text));
        }
        Ok(line.trim().to_owned())
    }

    pub(crate) async fn kill(mut self) -> Result<i32> {
        self.process.kill()?;
        let status = self.process.status().await?;
        Ok(status.signal().unwrap_or(0))
    }

    pub(crate) async fn close(mut self) -> Result<()> {
        // As the server: it ends when its input does.
        drop(self.process.stdin.take());
        self.process.status().await?;
        Ok(())
    }
}

pub(crate) async fn end_of_input() {
    let Ok(mut input) = Async::new(stdin()) else { return };
    while let Ok(1..) = input.read(&mut [0]).await {}
}
