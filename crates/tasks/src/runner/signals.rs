//! Signals of the operating system: Ctrl-C, and the one on which the call graph is printed.
//!
//! Nothing is installed but what a runner is told to. A handler does what a handler may: it sets a
//! flag and writes a byte, which wakes the loop.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Context;

/// Whether the next Ctrl-C ends the process, as it does without us: outside a run that it
/// cancels, and when it has been pressed once.
static ENDS: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// How many runs there are that Ctrl-C cancels.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// Ctrl-C, as long as this lives.
pub(super) struct CtrlC {
    signal: Signal,
}

#[cfg(unix)]
impl CtrlC {
    pub(super) fn new() -> io::Result<Self> {
        use signal_hook::consts::SIGINT;
        use signal_hook::flag;

        if ENDS.get().is_none() {
            let ends = Arc::new(AtomicBool::new(true));
            if ENDS.set(ends.clone()).is_ok() {
                // The first asks whether the flag was set before, the second sets it.
                flag::register_conditional_default(SIGINT, ends.clone())?;
                flag::register(SIGINT, ends)?;
            }
        }
        let signal = Signal::new(SIGINT)?;
        RUNS.fetch_add(1, Ordering::SeqCst);
        set_ends(false);
        Ok(Self { signal })
    }
}

#[cfg(not(unix))]
impl CtrlC {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { signal: Signal::new(2)? })
    }
}

impl CtrlC {
    /// Whether it has been pressed.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> bool {
        self.signal.poll(context)
    }
}

impl Drop for CtrlC {
    fn drop(&mut self) {
        if RUNS.fetch_sub(1, Ordering::SeqCst) == 1 {
            set_ends(true);
        }
    }
}

fn set_ends(ends: bool) {
    if let Some(flag) = ENDS.get() {
        flag.store(ends, Ordering::SeqCst);
    }
}

/// A signal that wakes the loop, as long as this lives.
#[cfg(unix)]
pub(super) struct Signal {
    receiver: smol::Async<std::os::unix::net::UnixStream>,
    id: signal_hook::SigId,
}

#[cfg(unix)]
impl Signal {
    pub(super) fn new(signal: i32) -> io::Result<Self> {
        let (receiver, sender) = std::os::unix::net::UnixStream::pair()?;
        let id = signal_hook::low_level::pipe::register(signal, sender)?;
        Ok(Self { receiver: smol::Async::new(receiver)?, id })
    }

    /// Whether it has come since the last poll.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> bool {
        use std::io::Read;

        let mut came = false;
        while self.receiver.poll_readable(context).is_ready() {
            let mut bytes = [0; 64];
            match self.receiver.get_ref().read(&mut bytes) {
                Ok(1..) => came = true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The next poll waits until there is more.
                Ok(0) | Err(_) => break,
            }
        }
        came
    }
}

#[cfg(unix)]
impl Drop for Signal {
    fn drop(&mut self) {
        signal_hook::low_level::unregister(self.id);
    }
}

#[cfg(not(unix))]
pub(super) struct Signal;

#[cfg(not(unix))]
impl Signal {
    pub(super) fn new(_signal: i32) -> io::Result<Self> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "signals are handled on Unix only: end the run by a task that you cancel",
        ))
    }

    pub(super) fn poll(&mut self, _context: &mut Context<'_>) -> bool {
        false
    }
}
