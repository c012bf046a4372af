//! A CPython process that runs many programs, one after the other.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::Serialize;
use twins::python::Interpreter;

use crate::program::Program;
use crate::trace::Trace;

/// The program that the process runs, with what programs of each kind use.
const HARNESS: &str = concat!(
    include_str!("../python/tasks.py"),
    "\n\n",
    include_str!("../python/generators.py"),
    "\n\n",
    include_str!("../python/async_generators.py"),
    "\n\n",
    include_str!("../python/harness.py"),
);

/// How long one program may take: none takes a second.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A running CPython.
pub struct Python {
    process: Child,
    /// Lines go in by a thread of their own: the process may be busy with its answers.
    requests: Option<SyncSender<String>>,
    answers: Receiver<std::io::Result<String>>,
    limit: Duration,
}

#[derive(Serialize)]
struct Request<'a> {
    kind: &'a str,
    source: String,
    without: &'a [&'a str],
}

impl Python {
    /// Starts a process.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub fn start(interpreter: &Interpreter, limit: Duration) -> Result<Self> {
        let mut command = command(&interpreter.path);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command
            .spawn()
            .with_context(|| format!("can't start {}", interpreter.path.display()))?;
        let stdin = process.stdin.take().expect("stdin is piped");
        let stdout = process.stdout.take().expect("stdout is piped");
        let (requests, lines) = sync_channel::<String>(1024);
        thread::spawn(move || write_all(stdin, &lines));
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { process, requests: Some(requests), answers, limit })
    }

    /// Hands a program to the process. Traces come in the same order.
    pub fn send(&self, program: &Program, without: &[&str]) {
        let request = Request { kind: program.kind().name(), source: program.python(), without };
        let line = serde_json::to_string(&request).expect("it is text and lists of text");
        // A process that has died is told of when its trace is asked for.
        let _ = self.requests.as_ref().expect("it is taken by the drop alone").send(line);
    }

    /// The next trace.
    ///
    /// # Errors
    ///
    /// When the process has died, or there is no trace within the limit. Then it is of no use any
    /// more.
    pub fn trace(&mut self) -> Result<Trace> {
        match self.answers.recv_timeout(self.limit) {
            Ok(Ok(line)) => Ok(serde_json::from_str(&line)
                .map_err(|_| anyhow!("Python answered what is no trace: {line:.60}"))?),
            Err(RecvTimeoutError::Timeout) => {
                let _ = self.process.kill();
                bail!(
                    "Python gave no trace within {} s: give it longer by --limit, or look why the \
                     program does not end",
                    self.limit.as_secs()
                )
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                let status =
                    self.process.wait().map_or("?".to_owned(), |status| status.to_string());
                bail!(
                    "Python has died ({status}): look whether it runs other programs, or name \
                     another one by --python"
                )
            }
        }
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(path: &Path) -> Command {
    let mut command = Command::new(path);
    command.args(["-I", "-S", "-X", "utf8", "-c", HARNESS]);
    command
}

fn write_all(stdin: ChildStdin, lines: &Receiver<String>) {
    let mut stdin = BufWriter::new(stdin);
    while let Ok(line) = lines.recv() {
        let written = writeln!(stdin, "{line}");
        // Together, as long as there are more.
        let mut written = written;
        while let Ok(line) = lines.try_recv() {
            written = written.and_then(|()| writeln!(stdin, "{line}"));
        }
        if written.and_then(|()| stdin.flush()).is_err() {
            break;
        }
    }
}
