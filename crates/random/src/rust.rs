//! A thread that interprets many programs, one after the other: the other side of
//! [`Python`](crate::python::Python).

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::program::Program;
use crate::trace::Trace;

/// Blocks are futures in futures, and a debug build's are large.
const STACK: usize = 64 << 20;

/// A running interpreter.
pub struct Rust {
    programs: Sender<Program>,
    traces: Receiver<Trace>,
    limit: Duration,
}

impl Rust {
    /// Starts a thread.
    ///
    /// # Errors
    ///
    /// If there can be no more.
    pub fn start(limit: Duration) -> Result<Self> {
        let (programs, requests) = channel::<Program>();
        let (answers, traces) = channel();
        let work = move || {
            for program in requests {
                if answers.send(program.run()).is_err() {
                    break;
                }
            }
        };
        thread::Builder::new()
            .stack_size(STACK)
            .spawn(work)
            .context("can't start a thread to interpret programs on")?;
        Ok(Self { programs, traces, limit })
    }

    /// Hands a program to the thread. Traces come in the same order.
    pub fn send(&self, program: &Program) {
        // A thread that is gone is told of when the trace is asked for.
        let _ = self.programs.send(program.clone());
    }

    /// The next trace.
    ///
    /// # Errors
    ///
    /// When there is none within the limit. The thread can't be ended, and is of no use any more.
    pub fn trace(&mut self) -> Result<Trace> {
        match self.traces.recv_timeout(self.limit) {
            Ok(trace) => Ok(trace),
            Err(RecvTimeoutError::Timeout) => {
                bail!(
                    "our side gave no trace within {} s: give it longer by --limit, or look why the \
                     program does not end",
                    self.limit.as_secs()
                )
            }
            Err(RecvTimeoutError::Disconnected) => bail!("our side has died: look at the program"),
        }
    }
}
