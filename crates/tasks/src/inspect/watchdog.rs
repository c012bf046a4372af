//! A watchdog: tells whose turn lasts too long, while it lasts and when it is over.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::event_loop::WatchTurns;
use crate::outcome::catch;
use crate::state::AnyTask;

/// A turn that lasts too long: nobody else gets one meanwhile. Displayed, it is a line of a log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SlowTurn {
    /// The name of the task, if it was given one.
    pub name: Option<String>,
    /// Where the task was spawned.
    pub spawned: &'static Location<'static>,
    /// For how long the turn has lasted.
    pub lasts: Duration,
    /// Whether it is over.
    pub over: bool,
}

impl fmt::Display for SlowTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, spawned, lasts, over } = self;
        let verb = if *over { "took" } else { "has been running for" };
        match name {
            Some(name) => write!(f, "task \"{name}\" ({spawned}) {verb} {lasts:.3?}")?,
            None => write!(f, "task ({spawned}) {verb} {lasts:.3?}")?,
        }
        f.write_str(" without an await that waits")
    }
}

type Report = Box<dyn Fn(&SlowTurn) + Send + Sync>;

/// Watches the turns of one loop, from a thread of its own.
pub(crate) struct Watchdog {
    shared: Arc<Shared>,
}

struct Shared {
    limit: Duration,
    report: Report,
    watched: Mutex<Watched>,
    changed: Condvar,
}

#[derive(Default)]
struct Watched {
    turn: Option<Turn>,
    closed: bool,
}

struct Turn {
    name: Option<String>,
    spawned: &'static Location<'static>,
    since: Instant,
    told: bool,
}

impl Shared {
    /// No code of a user runs under the lock.
    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a report panics with is its own affair: the turns go on.
    fn tell(&self, slow: &SlowTurn) {
        let _panic = catch(|| (self.report)(slow));
    }

    fn watch(&self) {
        let mut watched = self.watched();
        while !watched.closed {
            let left = match &mut watched.turn {
                Some(turn) if !turn.told => {
                    let lasts = turn.since.elapsed();
                    if lasts >= self.limit {
                        turn.told = true;
                        let name = turn.name.clone();
                        let slow = SlowTurn { name, spawned: turn.spawned, lasts, over: false };
                        drop(watched);
                        self.tell(&slow);
                        watched = self.watched();
                        continue;
                    }
                    Some(self.limit - lasts)
                }
                _ => None,
            };
            watched = match left {
                Some(left) => {
                    let waited = self.changed.wait_timeout(watched, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(watched).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl Watchdog {
    pub(crate) fn start(
        limit: Duration,
        report: impl Fn(&SlowTurn) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            limit,
            report: Box::new(report),
            watched: Mutex::default(),
            changed: Condvar::new(),
        });
        let own = shared.clone();
        thread::Builder::new().name("twin-tasks watchdog".to_owned()).spawn(move || own.watch())?;
        Ok(Self { shared })
    }
}

impl WatchTurns for Watchdog {
    fn begin(&self, task: &dyn AnyTask) -> Instant {
        let control = task.control();
        let since = Instant::now();
        let name = control.name().map(|name| name.to_string());
        let turn = Turn { name, spawned: control.spawned(), since, told: false };
        self.shared.watched().turn = Some(turn);
        self.shared.changed.notify_one();
        since
    }

    fn end(&self, begun: Instant) {
        let turn = self.shared.watched().turn.take();
        let lasts = begun.elapsed();
        if let Some(turn) = turn
            && lasts >= self.shared.limit
        {
            let Turn { name, spawned, .. } = turn;
            self.shared.tell(&SlowTurn { name, spawned, lasts, over: true });
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.watched().closed = true;
        self.shared.changed.notify_one();
    }
}
