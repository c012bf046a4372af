//! The agenda of an event loop: whose turn it is next, and whom to ask before that.
//!
//! It knows tasks by their keys alone. asyncio's loop keeps a queue of handles that are ready, to
//! which everything appends that wakes a task: the end of another task, a timer, a socket. So does
//! this one:
//!
//! ```text
//! wake ────────▶┐
//! timer is due ▶┤ ready: task 3, timer 7, task 5, (reserved), task 1 ──▶ a turn each
//! cancel ──────▶┘                                     ▲
//!    └─────────▶ asks: task 4 ───── asked, and ───────┘
//!                                   puts itself there
//! ```
//!
//! A request to cancel reserves the place of the task that it reaches when it is made, as `cancel`
//! does in asyncio; who that is turns out when the task is asked, which happens as soon as the turn
//! is over in which the request was made. A task that only waits for another passes its place on.

mod clock;
mod pool;
mod remote;
mod timers;
mod unclaimed;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Wake, Waker};
use std::time::Instant;

pub use self::clock::{Clock, now};
pub(crate) use self::pool::Lent;
pub(crate) use self::remote::{Received, Remote, Working};
pub(crate) use self::timers::{Alarm, Timers};
pub(crate) use self::unclaimed::Unclaimed;
use crate::record::mark;

thread_local! {
    // Without a destructor: it can be asked as long as the thread lives. Who enters leaves.
    static CURRENT: ManuallyDrop<RefCell<Option<Rc<Agenda>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// What one place in the queue holds.
pub(crate) enum Slot {
    Task(u32),
    /// A timer whose time has come.
    Timer(u32),
    /// Of tasks that one request has reached.
    #[allow(clippy::box_collection, reason = "it keeps all the others small")]
    Several(Box<VecDeque<u32>>),
    /// A function to call.
    Call(Box<Box<dyn FnOnce()>>),
    /// For whom a request will reach.
    Reserved,
}

/// A task to be asked, and the place that it is to have in the queue.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) key: u32,
    pub(crate) place: u64,
}

pub(crate) struct Agenda {
    queue: RefCell<Queue>,
    timers: RefCell<Timers>,
    clock: Clock,
    remote: Arc<Remote>,
    unclaimed: Unclaimed,
    /// Whose turn it is.
    running: Cell<Option<u32>>,
    /// Whose wakes are only noted: it is being polled, and looked at afterwards.
    captured: Cell<Option<u32>>,
    woken: Cell<bool>,
    /// The place that goes to whom a request is handed on, while somebody is asked.
    place: Cell<Option<u64>>,
    /// Whose turn it was, while those are asked whom it has asked to end.
    last: Cell<Option<u32>>,
    /// Counts the turns.
    turns: Cell<u64>,
    /// Counts the moments.
    moment: Cell<u64>,
    handed: RefCell<Handed>,
}

/// To whom requests were handed on since somebody had a turn.
#[derive(Default)]
pub(crate) struct Handed {
    /// From whom to whom.
    pub(crate) on: Vec<(u32, u32)>,
    /// Those that wait for others, and so need no turn.
    pub(crate) holders: Vec<u32>,
    /// To whom requests came that had been asked already, and how many: they may have gone in a circle.
    pub(crate) met: Vec<(u32, u32)>,
}

#[derive(Default)]
struct Queue {
    ready: VecDeque<Slot>,
    /// The number of the first place.
    first: u64,
    asks: VecDeque<Ask>,
    /// How many of them the task has handed its request on to that is being asked.
    handed_on: usize,
    /// Of each task, whether it has a place.
    scheduled: Vec<bool>,
}

impl Queue {
    fn push(&mut self, slot: Slot) -> u64 {
        self.ready.push_back(slot);
        self.first + self.ready.len() as u64 - 1
    }

    /// Whether the task has no place yet; from now on it has one.
    fn schedule(&mut self, key: u32) -> bool {
        mark("wakes", key.into());
        // A waker may outlive the loop's list of tasks.
        self.scheduled.get_mut(key as usize).is_some_and(|scheduled| !mem::replace(scheduled, true))
    }
}

impl Agenda {
    pub(crate) fn new(clock: Clock) -> Rc<Self> {
        Rc::new(Self {
            queue: RefCell::default(),
            timers: RefCell::new(Timers::new()),
            clock,
            remote: Arc::default(),
            unclaimed: Unclaimed::default(),
            running: Cell::new(None),
            captured: Cell::new(None),
            woken: Cell::new(false),
            place: Cell::new(None),
            last: Cell::new(None),
            turns: Cell::new(0),
            moment: Cell::new(1),
            handed: RefCell::default(),
        })
    }

    /// Of the loop that runs this thread now.
    pub(crate) fn current() -> Option<Rc<Self>> {
        CURRENT.with(|current| current.borrow().clone())
    }

    pub(crate) fn enter(current: Option<Rc<Self>>) -> Option<Rc<Self>> {
        CURRENT.with(|entered| entered.replace(current))
    }

    pub(crate) fn is_current(&self) -> bool {
        CURRENT.with(|current| {
            current.borrow().as_ref().is_some_and(|current| std::ptr::eq(&**current, self))
        })
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn remote(&self) -> &Arc<Remote> {
        &self.remote
    }

    pub(crate) fn unclaimed(&self) -> &Unclaimed {
        &self.unclaimed
    }

    pub(crate) fn turns(&self) -> u64 {
        self.turns.get()
    }

    /// The moment that lasts on this thread's loop: as long as it does, nobody hears of a request, and
    /// none is taken back. Without a loop it is 0.
    pub(crate) fn moment() -> u64 {
        CURRENT.with(|current| current.borrow().as_ref().map_or(0, |agenda| agenda.moment.get()))
    }

    pub(crate) fn next_moment(&self) {
        self.moment.set(self.moment.get() + 1);
    }

    /// A turn of this task begins, or is over. Gives whose it was before.
    pub(crate) fn set_running(&self, key: Option<u32>) -> Option<u32> {
        if key.is_some() {
            self.turns.set(self.turns.get() + 1);
            self.next_moment();
        }
        self.running.replace(key)
    }

    /// A key is in use from now on.
    pub(crate) fn register(&self, key: u32) {
        let mut queue = self.queue.borrow_mut();
        let key = key as usize;
        if queue.scheduled.len() <= key {
            queue.scheduled.resize(key + 1, false);
        }
        queue.scheduled[key] = false;
    }

    /// Gives a task a turn, behind all that are ready.
    pub(crate) fn schedule(&self, key: u32) {
        if self.captured.get() == Some(key) {
            return self.woken.set(true);
        }
        let mut queue = self.queue.borrow_mut();
        if queue.schedule(key) {
            queue.push(Slot::Task(key));
        }
    }

    /// Whether a task stands in the queue.
    pub(crate) fn is_scheduled(&self, key: u32) -> bool {
        self.queue.borrow().scheduled.get(key as usize).copied().unwrap_or(false)
    }

    /// Calls a function at the next round: asyncio's `loop.call_soon`.
    pub(crate) fn call_soon(&self, function: impl FnOnce() + 'static) {
        self.queue.borrow_mut().push(Slot::Call(Box::new(Box::new(function))));
    }

    /// Has a task asked when this turn is over; in its own turn, if it has a place already.
    ///
    /// `hand_on`: by somebody who is asked and waits for it. Then it gets that one's place.
    pub(crate) fn ask(&self, key: u32, hand_on: bool) {
        if self.running.get() == Some(key) {
            return;
        }
        let mut queue = self.queue.borrow_mut();
        if !queue.schedule(key) {
            return;
        }
        match self.place.get() {
            // As asyncio's `cancel` goes on to whom the task waits for: before those are asked who
            // are to be asked beside it.
            Some(place) if hand_on => {
                let before = queue.handed_on;
                queue.asks.insert(before, Ask { key, place });
                queue.handed_on += 1;
            }
            _ => {
                let place = queue.push(Slot::Reserved);
                queue.asks.push_back(Ask { key, place });
            }
        }
    }

    pub(crate) fn set_last(&self, last: Option<u32>) {
        self.last.set(last);
    }

    /// Whether the requests that are on their way were made in the turn of this task.
    pub(crate) fn is_last(&self, key: u32) -> bool {
        self.last.get() == Some(key)
    }

    /// A task that is asked hands the request on to another.
    pub(crate) fn hand_on(&self, from: u32, to: u32) {
        self.handed.borrow_mut().on.push((from, to));
    }

    /// So many requests came to a task that had been asked already.
    pub(crate) fn meet(&self, key: u32, times: u32) {
        self.handed.borrow_mut().met.push((key, times));
    }

    /// A task that was asked waits for those to whom it handed the request on.
    pub(crate) fn hold(&self, key: u32) {
        self.handed.borrow_mut().holders.push(key);
    }

    pub(crate) fn take_handed(&self) -> Handed {
        self.handed.take()
    }

    pub(crate) fn next_ask(&self) -> Option<Ask> {
        let mut queue = self.queue.borrow_mut();
        queue.handed_on = 0;
        queue.asks.pop_front()
    }

    /// Runs while a task is polled outside a turn. Gives whether it was woken meanwhile.
    pub(crate) fn capture<R>(&self, key: u32, poll: impl FnOnce() -> R) -> (R, bool) {
        struct Restore<'a>(&'a Agenda, Option<u32>, bool);
        impl Drop for Restore<'_> {
            fn drop(&mut self) {
                self.0.captured.set(self.1);
                self.0.woken.set(self.2);
            }
        }
        let _restore = Restore(self, self.captured.replace(Some(key)), self.woken.replace(false));
        let result = poll();
        (result, self.woken.get())
    }

    /// Whether wakes of this task are only noted.
    pub(crate) fn captures(&self, key: u32) -> bool {
        self.captured.get() == Some(key)
    }

    /// Runs while a task is asked that has a place in the queue.
    pub(crate) fn at_place<R>(&self, place: u64, ask: impl FnOnce() -> R) -> R {
        struct Restore<'a>(&'a Agenda, Option<u64>);
        impl Drop for Restore<'_> {
            fn drop(&mut self) {
                self.0.place.set(self.1);
            }
        }
        let _restore = Restore(self, self.place.replace(Some(place)));
        ask()
    }

    /// After a task was asked: it gets a turn at its place, or has none.
    pub(crate) fn settle(&self, ask: Ask, needs_turn: bool) {
        let mut queue = self.queue.borrow_mut();
        if !needs_turn {
            queue.scheduled[ask.key as usize] = false;
            return;
        }
        let place = ask.place.checked_sub(queue.first).map(|place| place as usize);
        match place.and_then(|place| queue.ready.get_mut(place)) {
            Some(slot @ Slot::Reserved) => *slot = Slot::Task(ask.key),
            Some(Slot::Several(keys)) => keys.push_back(ask.key),
            Some(slot @ Slot::Task(_)) => {
                let Slot::Task(first) = *slot else { unreachable!("it is one") };
                *slot = Slot::Several(Box::new([first, ask.key].into()));
            }
            _ => {
                queue.push(Slot::Task(ask.key));
            }
        }
    }

    /// The number of the place behind the last.
    pub(crate) fn end(&self) -> u64 {
        let queue = self.queue.borrow();
        queue.first + queue.ready.len() as u64
    }

    /// Whether everything that stood before `end` has had its turn.
    pub(crate) fn has_passed(&self, end: u64) -> bool {
        self.queue.borrow().first > end
    }

    /// Takes the next that is ready out of the queue, if its place is before `end`.
    pub(crate) fn pop_before(&self, end: u64) -> Option<Slot> {
        let mut queue = self.queue.borrow_mut();
        if queue.first >= end {
            return None;
        }
        let mut slot = queue.ready.pop_front()?;
        if let Slot::Several(keys) = &mut slot
            && let Some(key) = keys.pop_front()
        {
            // The others keep the place.
            if keys.is_empty() {
                queue.first += 1;
            } else {
                queue.ready.push_front(slot);
            }
            queue.scheduled[key as usize] = false;
            return Some(Slot::Task(key));
        }
        queue.first += 1;
        if let Slot::Task(key) = slot {
            queue.scheduled[key as usize] = false;
        }
        Some(slot)
    }

    /// Forgets everything that was planned.
    pub(crate) fn clear(&self) {
        let mut queue = self.queue.borrow_mut();
        let planned = mem::take(&mut queue.ready);
        queue.asks.clear();
        queue.handed_on = 0;
        queue.scheduled.fill(false);
        drop(queue);
        drop(planned);
    }

    pub(crate) fn is_idle(&self) -> bool {
        let queue = self.queue.borrow();
        queue.ready.is_empty() && queue.asks.is_empty()
    }

    /// Puts the timers into the queue whose time has come.
    pub(crate) fn plan_timers(&self) {
        let mut timers = self.timers.borrow_mut();
        if timers.is_empty() {
            return;
        }
        let now = self.clock.now();
        while let Some(key) = timers.pop_due(now) {
            self.queue.borrow_mut().push(Slot::Timer(key));
        }
    }

    /// The first deadline.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.timers.borrow_mut().first()
    }

    /// A timer's turn: whom it wakes.
    pub(crate) fn fire(&self, key: u32) -> Option<Alarm> {
        self.timers.borrow_mut().fire(key)
    }

    /// The task whose deadline has the next place in the queue, if it is a deadline's.
    pub(crate) fn next_expiry(&self) -> Option<u32> {
        match self.queue.borrow().ready.front()? {
            Slot::Timer(key) => self.timers.borrow_mut().alarm(*key)?.asks,
            _ => None,
        }
    }

    /// Sets a timer. One whose time has come has its turn behind all that are ready, as asyncio's
    /// `call_soon`; `soon` is for deadlines, since a sleep waits for the next round.
    pub(crate) fn set_timer(&self, when: Instant, alarm: Alarm, soon: bool) -> u32 {
        if soon && when <= self.clock.now() {
            let key = self.timers.borrow_mut().insert_due(alarm);
            self.queue.borrow_mut().push(Slot::Timer(key));
            return key;
        }
        self.timers.borrow_mut().insert(when, alarm)
    }

    /// Drops a timer, and gives its alarm.
    pub(crate) fn remove_timer(&self, key: u32) -> Option<Alarm> {
        self.timers.borrow_mut().remove(key)
    }

    /// The deadlines of all timers that are set, by their keys.
    pub(crate) fn deadlines(&self) -> HashMap<u32, Instant> {
        self.timers.borrow().deadlines()
    }

    pub(crate) fn timer_deadline(&self, key: u32) -> Option<Instant> {
        self.timers.borrow().deadline(key)
    }

    /// Whether a timer is a deadline's.
    pub(crate) fn expires(&self, key: u32) -> bool {
        let expires = |alarm: &mut Alarm| alarm.asks.is_some();
        self.timers.borrow_mut().alarm(key).is_some_and(expires)
    }

    pub(crate) fn has_fired(&self, key: u32) -> bool {
        self.timers.borrow().has_fired(key)
    }

    /// Has a timer wake another waker.
    pub(crate) fn rewake_timer(&self, key: u32, waker: &Waker) {
        let same = |alarm: &mut Alarm| alarm.waker.will_wake(waker);
        if self.timers.borrow_mut().alarm(key).is_none_or(same) {
            return;
        }
        // Wakers are cloned and dropped while nothing is borrowed.
        let mut waker = waker.clone();
        if let Some(alarm) = self.timers.borrow_mut().alarm(key) {
            mem::swap(&mut alarm.waker, &mut waker);
        }
    }

    /// A waker for the task of this key.
    pub(crate) fn waker(&self, key: u32) -> Waker {
        let remote = Arc::clone(&self.remote);
        Waker::from(Arc::new(TaskWaker { key, remote }))
    }

    /// Takes what other threads have left, wakes whom they have woken, and gives the rest.
    pub(crate) fn receive(&self) -> Option<Received> {
        self.remote.receive()
    }
}

/// Wakes a task by its key: on the loop's own thread at once, else through its inbox.
///
/// It holds nothing of the task. A waker that outlives its task may wake the one that has its key
/// now, which costs that one a poll.
struct TaskWaker {
    key: u32,
    remote: Arc<Remote>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let here = CURRENT.with(|current| match &*current.borrow() {
            Some(agenda) if Arc::ptr_eq(&agenda.remote, &self.remote) => {
                agenda.schedule(self.key);
                true
            }
            _ => false,
        });
        if here {
            self.remote.rouse();
        } else {
            self.remote.wake_task(self.key);
        }
    }
}
