//! Time that stands still while the tool is stopped by Ctrl-Z: a pause is no time of a program's.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// All pauses so far, and the one that lasts.
struct Pauses {
    count: usize,
    ended: Duration,
    since: Option<Instant>,
}

static PAUSES: Mutex<Pauses> = Mutex::new(Pauses { count: 0, ended: Duration::ZERO, since: None });

/// What has passed since its start, pauses apart.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    started: Instant,
    paused_before: Duration,
    pauses_before: usize,
}

impl Stopwatch {
    /// A watch that runs from now on.
    pub fn start() -> Self {
        let pauses = lock();
        Self { started: Instant::now(), paused_before: pauses.ended, pauses_before: pauses.count }
    }

    /// What has passed so far.
    pub fn elapsed(&self) -> Duration {
        let pauses = lock();
        let now = pauses.since.unwrap_or_else(Instant::now);
        let paused = pauses.ended.saturating_sub(self.paused_before);
        now.saturating_duration_since(self.started).saturating_sub(paused)
    }

    /// Whether there was a pause since its start: a program's own clock went on meanwhile.
    pub fn was_paused(&self) -> bool {
        lock().count != self.pauses_before
    }
}

/// How many pauses there were: after one, the screen is no longer as we left it.
pub(crate) fn pauses() -> usize {
    lock().count
}

/// Lets all watches stand still until [`go_on`].
pub(crate) fn pause() {
    let mut pauses = lock();
    pauses.count += 1;
    pauses.since.get_or_insert_with(Instant::now);
}

/// Ends the pause.
pub(crate) fn go_on() {
    let mut pauses = lock();
    if let Some(since) = pauses.since.take() {
        pauses.ended += since.elapsed();
    }
}

fn lock() -> MutexGuard<'static, Pauses> {
    PAUSES.lock().unwrap_or_else(PoisonError::into_inner)
}
