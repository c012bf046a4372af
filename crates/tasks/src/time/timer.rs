//! A timer that is set: in the running loop, or under other executors behind one timer of smol's.
//!
//! A timer of smol's takes 56 bytes where it lies and about as many again in the tree that smol
//! keeps; every one that is set, or dropped, goes to that tree through a queue and wakes the reactor.
//! A loop keeps its own, as asyncio's does: only its first deadline goes to smol, when it waits.
//! Elsewhere all timers of the process share one of smol's:
//!
//! ```text
//! sleep ──┐ deadline, waker                             ┌──wake──▶ task
//! sleep ──┼────────────────▶ timers ─first──▶ smol ──due┤
//! timeout ┘                                             └──wake──▶ task
//! ```

use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use crate::agenda::{Agenda, Alarm, Timers};
use crate::cancel::path;
use crate::outcome::catch;
use crate::state::What;

/// A timer that is set. It wakes its waker when its time comes, unless it is dropped before.
pub(crate) struct Timer {
    key: u32,
    /// Where it is kept; `None` is the process.
    agenda: Option<Rc<Agenda>>,
    elsewhere: Option<Box<Elsewhere>>,
}

/// A timer of the process beside one of a loop, for who may poll in a loop of their own while the
/// event loop stands still.
struct Elsewhere {
    timer: Timer,
    /// The turn of the task that polls.
    turn: u64,
}

/// So much later comes the timer for a `block_on` inside a task, which keeps the loop from going
/// round: where it does go round, its own timer is the first, at its place in the order.
const ELSEWHERE: Duration = Duration::from_millis(1);

impl Timer {
    /// That of a sleep or a wait.
    pub(crate) fn set(when: Instant, waker: &Waker) -> Self {
        Self::new(when, waker, None, false)
    }

    /// A deadline's, of a task: its scopes are asked when the time has come.
    pub(crate) fn expiring(when: Instant, waker: &Waker, task: Option<u32>) -> Self {
        Self::new(when, waker, task, true)
    }

    /// As `expiring`, of a deadline that was given before: if its time has come meanwhile, the next
    /// round will see it, as it sees a sleep's.
    pub(crate) fn given_before(when: Instant, waker: &Waker, task: Option<u32>) -> Self {
        Self::new(when, waker, task, false)
    }

    fn new(when: Instant, waker: &Waker, asks: Option<u32>, soon: bool) -> Self {
        let Some(agenda) = Agenda::current() else { return Self::of_process(when, waker) };
        let elsewhere = Elsewhere::set(&agenda, when, waker);
        let key = agenda.set_timer(when, Alarm { waker: waker.clone(), asks }, soon);
        Self { key, agenda: Some(agenda), elsewhere }
    }

    fn of_process(when: Instant, waker: &Waker) -> Self {
        let alarm = Alarm { waker: waker.clone(), asks: None };
        let mut process = process();
        let key = process.timers.insert(when, alarm);
        let sooner = process.first.as_ref().is_none_or(|(set_to, _)| when < *set_to);
        if sooner && !process.set_first() {
            drop(process);
            wake_due();
        }
        Self { key, agenda: None, elsewhere: None }
    }

    pub(crate) fn has_fired(&self) -> bool {
        match &self.agenda {
            Some(agenda) => {
                agenda.has_fired(self.key)
                    || self.elsewhere.as_ref().is_some_and(|elsewhere| elsewhere.has_fired(agenda))
            }
            None => process().timers.has_fired(self.key),
        }
    }

    /// What waits for it, as who looks is told. Of the running loop's own timers the key will do: to
    /// find the deadline of one is to look through all.
    pub(crate) fn what(&self) -> What {
        match &self.agenda {
            Some(agenda) if agenda.is_current() => What::Timer(self.key),
            _ => What::Time(self.when()),
        }
    }

    /// When its time comes; `None` if it has come.
    fn when(&self) -> Option<Instant> {
        match &self.agenda {
            Some(agenda) => agenda.timer_deadline(self.key),
            None => process().timers.deadline(self.key),
        }
    }

    /// Has it wake another waker.
    pub(crate) fn rewake(&mut self, waker: &Waker) {
        if let (Some(elsewhere), Some(agenda)) = (&mut self.elsewhere, &self.agenda) {
            if elsewhere.counts(agenda) {
                elsewhere.timer.rewake(waker);
            } else if let Some(when) = agenda.timer_deadline(self.key) {
                let before = mem::replace(&mut self.elsewhere, Elsewhere::set(agenda, when, waker));
                drop(before);
            }
        }
        if let Some(agenda) = &self.agenda
            && !agenda.is_current()
        {
            // It was carried into another loop, which alone goes round now.
            let when = self.when().unwrap_or_else(|| agenda.clock().now());
            let expires = agenda.expires(self.key);
            let task = path::task_key().filter(|_| expires);
            *self = Self::new(when, waker, task, expires);
            return;
        }
        let Some(agenda) = &self.agenda else {
            let same = |alarm: &mut Alarm| alarm.waker.will_wake(waker);
            if process().timers.alarm(self.key).is_none_or(same) {
                return;
            }
            // Wakers are cloned and dropped outside the lock.
            let mut waker = waker.clone();
            if let Some(alarm) = process().timers.alarm(self.key) {
                mem::swap(&mut alarm.waker, &mut waker);
            }
            return;
        };
        agenda.rewake_timer(self.key, waker);
    }
}

impl Elsewhere {
    /// Beside a timer of `agenda`, unless the poller is polled when that loop goes round.
    fn set(agenda: &Agenda, when: Instant, waker: &Waker) -> Option<Box<Self>> {
        if path::is_known(path::identity(waker)) {
            return None;
        }
        let wait = when.saturating_duration_since(agenda.clock().now());
        let when = Instant::now().checked_add(wait + ELSEWHERE)?;
        Some(Box::new(Self { timer: Timer::of_process(when, waker), turn: agenda.turns() }))
    }

    /// Whether its time may count. It is the system's: where a loop goes by a virtual clock, it
    /// counts only as long as that loop has stood still.
    fn counts(&self, agenda: &Agenda) -> bool {
        !agenda.clock().is_virtual() || self.turn == agenda.turns()
    }

    fn has_fired(&self, agenda: &Agenda) -> bool {
        self.timer.has_fired() && self.counts(agenda)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let alarm = match &self.agenda {
            Some(agenda) => agenda.remove_timer(self.key),
            None => process().timers.remove(self.key),
        };
        // After the lock: the last waker of a task may drop its future, and timers with it.
        drop(alarm);
    }
}

/// The timers of all who have no event loop.
struct Process {
    timers: Timers,
    /// Set to the first deadline, or earlier.
    first: Option<(Instant, smol::Timer)>,
    alarm: Waker,
    /// Whether a thread is waking those that are due.
    waking: bool,
}

static PROCESS: LazyLock<Mutex<Process>> = LazyLock::new(|| {
    let alarm = Waker::from(Arc::new(Due));
    Mutex::new(Process { timers: Timers::new(), first: None, alarm, waking: false })
});

fn process() -> MutexGuard<'static, Process> {
    PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Process {
    /// Sets smol's timer to the first deadline. Gives `false` if that has come already.
    fn set_first(&mut self) -> bool {
        let Some(when) = self.timers.first() else {
            self.first = None;
            return true;
        };
        let (_, timer) = self.first.insert((when, smol::Timer::at(when)));
        matches!(Pin::new(timer).poll(&mut Context::from_waker(&self.alarm)), Poll::Pending)
    }
}

/// What smol wakes at the first deadline.
struct Due;

impl Wake for Due {
    fn wake(self: Arc<Self>) {
        wake_due();
    }
}

/// Wakes all whose time has come, in order: one thread does it for all. Where another is at it,
/// that one looks once more before it stops.
fn wake_due() {
    let mut process = process();
    if mem::replace(&mut process.waking, true) {
        return;
    }
    loop {
        let due = process.timers.pop_due(Instant::now());
        match due {
            Some(key) => {
                let alarm = process.timers.fire(key);
                drop(process);
                // A waker that panics must not stop all timers.
                let _ = catch(|| alarm.map(|alarm| alarm.waker.wake()));
                process = self::process();
            }
            None if process.set_first() => {
                process.waking = false;
                break;
            }
            None => {}
        }
    }
}
