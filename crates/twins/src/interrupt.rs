//! Ctrl-C and Ctrl-Z: every program that we started ends with us, stops with us and goes on with us.

use std::{
    io, process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use rustix::process::Signal;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP, SIGXFSZ},
    iterator::Signals,
    low_level,
};

use crate::{clock, keys, process::Group};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<Group>> = Mutex::new(Vec::new());

/// The exit code of an interrupted command, as shells have it: 128 + SIGINT.
pub const EXIT_CODE: u8 = 130;

/// The error that stands for Ctrl-C; it ends the command without a message of its own.
#[derive(Debug)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// How long this program may take to end in good order after a second interrupt.
const GRACE: Duration = Duration::from_secs(1);

/// From now on, an interrupt ends the running programs instead of this one, which then ends by
/// itself in good order. A second one ends them by force, and this one a moment later, whatever it
/// is about. Ctrl-Z stops the programs, too, and the time that is measured. A file that would be too
/// large for the system is an error of the writing, and does not end us.
///
/// # Errors
///
/// When the system refuses the signal handlers.
pub fn listen() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGXFSZ])
        .context("can't listen for Ctrl-C")?;
    thread::spawn(move || {
        let mut forced = false;
        for signal in signals.forever() {
            match signal {
                SIGTSTP => stop(),
                SIGXFSZ => {}
                _ if !REQUESTED.swap(true, Ordering::SeqCst) => {
                    running().clone().into_iter().for_each(Group::end);
                }
                _ if !forced => {
                    forced = true;
                    running().iter().for_each(|group| group.kill());
                    thread::spawn(|| {
                        thread::sleep(GRACE);
                        leave();
                    });
                }
                // What is left of the moment is for what has to be put away.
                _ => {}
            }
        }
    });
    Ok(())
}

/// Ends all programs by force, and this one.
fn leave() {
    // Held until the end: nothing that starts now is forgotten.
    let running = running();
    running.iter().for_each(|group| group.kill());
    keys::restore();
    process::exit(EXIT_CODE.into());
}

/// Stops all programs and then this one; when the shell lets it go on, they do, too.
fn stop() {
    clock::pause();
    keys::restore();
    // Under the lock: none of the groups can be another one's by now.
    running().iter().for_each(|group| group.signal(Signal::STOP));
    // Comes back when somebody sends the signal to continue. To this thread, not to the process,
    // another thread of which might take it while this one goes on.
    let _ = low_level::raise(SIGSTOP);
    keys::take_again();
    running().iter().for_each(|group| group.signal(Signal::CONT));
    clock::go_on();
}

/// Fails once an interrupt was requested: call it between two steps, and after a program's end.
///
/// # Errors
///
/// [`Interrupted`].
pub fn check() -> Result<()> {
    if is_requested() { Err(Interrupted.into()) } else { Ok(()) }
}

/// Whether an interrupt was requested.
pub(crate) fn is_requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Ends a program that starts just when the interrupt arrives, too: it is either in the list
/// that the listener reads, or sees the request here.
pub(crate) fn watch(group: Group) {
    running().push(group);
    if is_requested() {
        group.end();
    }
}

pub(crate) fn unwatch(group: Group) {
    running().retain(|other| *other != group);
}

/// Runs `action` if the group's leader was not collected yet, and keeps it from being so meanwhile.
pub(crate) fn if_watched(group: Group, action: impl FnOnce()) {
    let running = running();
    if running.contains(&group) {
        action();
    }
}

/// Ends all programs, as an interrupt does, and waits until they are gone: each leaves the list
/// when it is collected, also by the error that came in between.
pub(crate) fn end_all() {
    // Also one that starts meanwhile: a worker may just have taken its job.
    loop {
        let groups = running().clone();
        if groups.is_empty() {
            break;
        }
        groups.into_iter().for_each(Group::end);
        thread::sleep(Duration::from_millis(5));
    }
}

fn running() -> MutexGuard<'static, Vec<Group>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this error is the reader's doing: `cargo twins list | head -1` closes our output early.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
