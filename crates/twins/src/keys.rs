//! Single keys from the terminal, while programs run live: taken without Enter, and without showing.

use std::{
    io::{self, IsTerminal, Read},
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver},
    },
    thread,
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// How the terminal was before we took its keys, while we do.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The terminal gives its keys to us until this is dropped.
#[derive(Debug)]
pub struct Keys {
    pressed: Receiver<u8>,
}

impl Keys {
    /// Takes the keys, where standard input is a terminal.
    pub fn take() -> Option<Self> {
        let stdin = io::stdin();
        // Of a terminal that is another one's, too, a reader in the background would be stopped.
        if !stdin.is_terminal() || !io::stdout().is_terminal() || !is_in_front() {
            return None;
        }
        let before = tcgetattr(&stdin).ok()?;
        *lock() = Some(before);
        take_again();
        Some(Self::read())
    }

    /// Takes the keys, or what comes through standard input where that is no terminal.
    pub fn take_any() -> Option<Self> {
        if io::stdin().is_terminal() { Self::take() } else { Some(Self::read()) }
    }

    fn read() -> Self {
        let (sender, pressed) = mpsc::channel();
        // It waits for a key for ever, and ends with the process.
        thread::spawn(move || {
            let mut key = [0];
            while let Ok(1) = io::stdin().read(&mut key) {
                if sender.send(key[0]).is_err() {
                    return;
                }
            }
        });
        Self { pressed }
    }

    /// The keys that were pressed since the last time.
    pub fn pressed(&self) -> Vec<u8> {
        self.pressed.try_iter().collect()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        restore();
        *lock() = None;
    }
}

/// Whether the terminal's keys are meant for this process group.
fn is_in_front() -> bool {
    let group = rustix::process::getpgrp();
    rustix::termios::tcgetpgrp(io::stdin()).is_ok_and(|front| front == group)
}

/// Gives the terminal back as it was: before we stop, or end at once.
pub(crate) fn restore() {
    if let Some(before) = lock().as_ref() {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
    }
}

/// Takes the keys again, if we had them before we were stopped.
pub(crate) fn take_again() {
    if let Some(before) = lock().as_ref().filter(|_| is_in_front()) {
        let mut single = before.clone();
        single.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &single);
    }
}

fn lock() -> MutexGuard<'static, Option<Termios>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}
