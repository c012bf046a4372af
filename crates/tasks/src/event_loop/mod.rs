//! The event loop: it goes round, gives each task that is ready a turn, and knows all that live.
//!
//! asyncio's loop goes round: it looks which sockets and timers are ready, then runs everything that
//! is ready by now, once. So does this one, as the future of a `block_on` of smol's, which looks at
//! the sockets between two polls:
//!
//! ```text
//! block_on ──▶ sockets, threads ──▶ timers that are due ──▶ a turn for each that is ready by now
//!    ▲                                                                     │
//!    │                                                     a task with a request is asked
//!    └──────────────────────── the round is over ◀─────────────────────────┘
//! ```
//!
//! It knows a task by the trait [`Turn`], and nothing of what a task does in its turn.

mod block;
mod circle;
mod edges;
mod further;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::future::{Future, poll_fn};
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use self::edges::Edges;
use crate::agenda::{Agenda, Clock, Slot};
use crate::cancel::look::{self, Look};
use crate::cancel::path;
use crate::outcome::catch;
use crate::record::mark;
use crate::state::{AnyTask, Phase};

/// So many turns are given, at most about, before the loop looks at sockets again.
const TURNS: usize = 128;

/// When the driver of the loop may look around.
pub(crate) enum Moment {
    /// It goes round, after a look at the sockets.
    Round,
    /// Nobody is ready. `nobody`: neither a timer nor a thread of ours could wake a task. (A clock
    /// that stands is moved by tasks alone.)
    Idle { nobody: bool },
}

/// What the loop is to do then.
pub(crate) enum Next {
    Wait,
    /// Something has happened.
    Round,
    End,
}

/// How often what is left at the end may leave something else behind.
const PATIENCE: usize = 1000;

/// Who watches how long turns last.
pub(crate) type Watch = Rc<dyn WatchTurns>;

/// Is told of turns; gives for each what it wants to know at its end.
pub(crate) trait WatchTurns {
    fn begin(&self, task: &dyn AnyTask) -> Instant;
    fn end(&self, begun: Instant);
}

/// A task, as the loop sees it.
pub(crate) trait Turn {
    /// Gives it a turn, and tells whether it has ended.
    fn turn(self: Pin<&mut Self>, context: &mut Context<'_>) -> bool;

    /// Asks it what it was to be asked, and tells whether it needs a turn.
    fn ask(self: Pin<&mut Self>, context: &mut Context<'_>) -> bool;

    /// Ends it where it is, at the end of the loop: drops its future.
    fn end(self: Pin<&mut Self>, context: &mut Context<'_>);

    /// Has it tell what it waits for, and leaves it as it is.
    fn look(self: Pin<&mut Self>, context: &mut Context<'_>);

    fn task(&self) -> Rc<dyn AnyTask>;
}

thread_local! {
    // Without a destructor: it can be asked as long as the thread lives. Who enters leaves.
    static CURRENT: ManuallyDrop<RefCell<Option<Rc<EventLoop>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// State of one running loop: that of [`run`](crate::run()).
pub(crate) struct EventLoop {
    agenda: Rc<Agenda>,
    tasks: RefCell<Tasks>,
    /// What the loop waits for at its end, and does not cancel. Some may have ended.
    clean_ups: RefCell<Vec<Rc<dyn AnyTask>>>,
    closed: Cell<bool>,
    watch: RefCell<Option<Watch>>,
    /// The number of the turn after which all tasks were looked at, if that woke one.
    looked: Cell<Option<u64>>,
}

#[derive(Default)]
struct Tasks {
    /// By their keys.
    entries: Vec<Entry>,
    free: Vec<u32>,
    /// How many there have been.
    count: u64,
}

struct Entry {
    /// None while it has its turn, and when the key is free.
    turn: Option<Pin<Box<dyn Turn>>>,
    /// Made for the key: the next task of it takes it over.
    waker: Waker,
    /// Of the task that has or had the key: how many there were before it, and itself.
    number: u64,
}

impl EventLoop {
    pub(crate) fn new(clock: Clock) -> Rc<Self> {
        Rc::new(Self {
            agenda: Agenda::new(clock),
            tasks: RefCell::default(),
            clean_ups: RefCell::default(),
            closed: Cell::new(false),
            watch: RefCell::new(None),
            looked: Cell::new(None),
        })
    }

    /// The loop that runs this thread now.
    pub(crate) fn current() -> Option<Rc<Self>> {
        CURRENT.with(|current| current.borrow().clone())
    }

    /// As `current`, for what can't do without.
    #[track_caller]
    pub(crate) fn expect(caller: &str) -> Rc<Self> {
        match Self::current() {
            Some(event_loop) => event_loop,
            None => panic!("{caller} needs a running event loop: call it inside twin_tasks::run"),
        }
    }

    pub(crate) fn agenda(&self) -> &Rc<Agenda> {
        &self.agenda
    }

    /// Lists a task, which `create` makes for the key that it gets. It has no place in the queue.
    pub(crate) fn add(&self, create: impl FnOnce(u32) -> Pin<Box<dyn Turn>>) -> u32 {
        let key = self.reserve();
        mark("task", key.into());
        let turn = create(key);
        self.agenda.register(key);
        self.tasks.borrow_mut().entries[key as usize].turn = Some(turn);
        key
    }

    /// Has the loop wait for a task at its end, and not cancel it.
    pub(crate) fn wait_for(&self, task: Rc<dyn AnyTask>) {
        let mut clean_ups = self.clean_ups.borrow_mut();
        // As often as the list is full: most have ended by then.
        if clean_ups.len() == clean_ups.capacity() {
            let ended: Vec<_> = clean_ups.extract_if(.., |task| task.control().done()).collect();
            clean_ups.push(task);
            drop(clean_ups);
            // Where nothing is borrowed.
            drop(ended);
        } else {
            clean_ups.push(task);
        }
    }

    fn has_cleaned_up(&self) -> bool {
        let mut clean_ups = self.clean_ups.borrow_mut();
        while clean_ups.last().is_some_and(|task| task.control().done()) {
            clean_ups.pop();
        }
        clean_ups.is_empty()
    }

    /// The keys of all tasks but the clean-up.
    fn other_than_clean_ups(&self) -> Vec<u32> {
        let clean_ups = self.clean_ups.borrow();
        let clean_ups: HashSet<u32> = clean_ups
            .iter()
            .filter(|task| !task.control().done())
            .map(|task| task.control().key())
            .collect();
        let tasks = self.tasks();
        let keys = tasks.iter().map(|task| task.control().key());
        keys.filter(|key| !clean_ups.contains(key)).collect()
    }

    fn reserve(&self) -> u32 {
        let mut tasks = self.tasks.borrow_mut();
        tasks.count += 1;
        let number = tasks.count;
        // A task that was woken in its last turn stands in the queue still: the next one of its key would
        // have its first turn there.
        if let Some(key) = tasks.free.pop_if(|key| !self.agenda.is_scheduled(*key)) {
            tasks.entries[key as usize].number = number;
            return key;
        }
        let key = u32::try_from(tasks.entries.len()).expect("fewer than 2^32 tasks");
        let waker = self.agenda.waker(key);
        tasks.entries.push(Entry { turn: None, waker, number });
        key
    }

    /// All tasks that have not ended, in the order in which they were spawned.
    pub(crate) fn tasks(&self) -> Vec<Rc<dyn AnyTask>> {
        let tasks = self.tasks.borrow();
        let numbered = |entry: &Entry| Some((entry.number, entry.turn.as_ref()?.task()));
        let mut numbered: Vec<_> = tasks.entries.iter().filter_map(numbered).collect();
        numbered.sort_unstable_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, task)| task).collect()
    }

    fn task(&self, key: u32) -> Option<Rc<dyn AnyTask>> {
        let tasks = self.tasks.borrow();
        tasks.entries.get(key as usize)?.turn.as_ref().map(|turn| turn.task())
    }

    /// A task that has not ended, by its key.
    pub(crate) fn find(&self, key: u32) -> Option<Rc<dyn AnyTask>> {
        // The running one has been taken out of the list.
        let running = path::task().filter(|task| task.control().key() == key);
        running.or_else(|| self.task(key))
    }

    fn is_empty(&self) -> bool {
        let tasks = self.tasks.borrow();
        tasks.free.len() == tasks.entries.len()
    }

    /// Takes a task out of the list while it is polled, since what it does may change the list.
    /// `poll` tells whether it has ended.
    fn with_turn<R>(
        &self,
        key: u32,
        poll: impl FnOnce(Pin<&mut dyn Turn>, &mut Context<'_>) -> (R, bool),
    ) -> Option<R> {
        let (mut turn, waker) = {
            let mut tasks = self.tasks.borrow_mut();
            let entry = tasks.entries.get_mut(key as usize)?;
            let turn = entry.turn.take()?;
            (turn, mem::replace(&mut entry.waker, Waker::noop().clone()))
        };
        let polled = catch(|| poll(turn.as_mut(), &mut Context::from_waker(&waker)));
        let (result, ended) = match polled {
            Ok((result, ended)) => (Some(result), ended),
            // What wakes others at the end of a task may panic, which ends the task all the same.
            Err(panic) => {
                self.agenda.unclaimed().report(panic);
                (None, turn.task().control().done())
            }
        };
        let mut tasks = self.tasks.borrow_mut();
        let entry = &mut tasks.entries[key as usize];
        entry.waker = waker;
        if !ended {
            entry.turn = Some(turn);
            return result;
        }
        tasks.free.push(key);
        drop(tasks);
        // A destructor is a user's code, and its panic nobody's.
        if let Err(panic) = catch(|| drop(turn)) {
            self.agenda.unclaimed().report(panic);
        }
        result
    }

    /// Gives a task its turn.
    fn give_turn(&self, key: u32) {
        let before = self.agenda.set_running(Some(key));
        mark("turn", key.into());
        let watched = self.watch.borrow().clone();
        let task = watched.as_ref().and_then(|_| self.task(key));
        let begun = watched.as_deref().zip(task).map(|(watch, task)| (watch, watch.begin(&*task)));
        self.with_turn(key, |turn, context| {
            let ended = turn.turn(context);
            ((), ended)
        });
        if let Some((watch, begun)) = begun {
            watch.end(begun);
        }
        self.agenda.set_running(before);
    }

    /// Has the turns watched.
    pub(crate) fn set_watch(&self, watch: Option<Watch>) {
        let before = self.watch.replace(watch);
        drop(before);
    }

    /// What a task waits for, by its key; `None` if it is not known, since it is ready or runs.
    pub(crate) fn look(&self, key: u32) -> Option<Look> {
        let waits = self.task(key)?.control().phase() == Phase::Suspended;
        if !waits || self.agenda.is_scheduled(key) {
            return None;
        }
        let (look, woken) = self.with_turn(key, |turn, context| {
            let looks = || look::look(context, |context| turn.look(context));
            (self.agenda.capture(key, looks), false)
        })?;
        if woken {
            self.agenda.schedule(key);
        }
        Some(look)
    }

    /// Whether nothing can wake any of the tasks, provided that no thread and no timer does: each
    /// waits for something of ours alone, or for nothing.
    pub(crate) fn is_stuck(&self) -> bool {
        // Somebody else's set may wake its task when it is looked at. Where nobody else had a turn
        // since, the answer is the same.
        if self.looked.get() == Some(self.agenda.turns()) {
            return false;
        }
        let tasks = self.tasks();
        let stuck = tasks.iter().all(|task| {
            let control = task.control();
            // A child of a group that waits for its place has not begun.
            if control.phase() == Phase::Created && !self.agenda.is_scheduled(control.key()) {
                return true;
            }
            self.look(control.key()).is_some_and(|look| !look.foreign)
        });
        let woken = tasks.iter().filter(|task| self.agenda.is_scheduled(task.control().key()));
        let woken = woken.count() as u64;
        self.looked.set((woken > 0).then(|| self.agenda.turns() + woken));
        stuck && woken == 0
    }

    /// Asks those who were to be asked when the turn is over: a work list, since one hands on to
    /// the next. `last`: whose turn it was.
    fn ask_all(&self, last: Option<u32>) {
        self.agenda.set_last(last);
        loop {
            while let Some(ask) = self.agenda.next_ask() {
                let needs_turn = self.agenda.at_place(ask.place, || {
                    self.with_turn(ask.key, |turn, context| {
                        let (needs, woken) = self.agenda.capture(ask.key, || turn.ask(context));
                        (needs || woken, false)
                    })
                });
                self.agenda.settle(ask, needs_turn.unwrap_or(true));
            }
            let handed = self.agenda.take_handed();
            if handed.met.is_empty() {
                break;
            }
            let edges = Edges::new(handed.on);
            for (key, times) in further::on_from(&edges, &handed.met, last) {
                if let Some(task) = self.task(key) {
                    task.control().count_requests(times);
                }
            }
            let circles = circle::in_each(&edges, &handed.holders);
            if circles.is_empty() {
                break;
            }
            // Somebody has to end.
            for task in circles.into_iter().filter_map(|key| self.task(key)) {
                task.control().ask_itself();
            }
        }
        self.agenda.set_last(None);
    }

    /// Runs everything that is ready by now, once.
    fn round(&self) -> usize {
        self.ask_all(None);
        let end = self.agenda.end();
        let mut turns = 0;
        while let Some(slot) = self.agenda.pop_before(end) {
            let mut last = None;
            match slot {
                Slot::Task(key) => {
                    self.give_turn(key);
                    last = Some(key);
                }
                Slot::Timer(key) => {
                    let task = self.fire(key);
                    turns += 1;
                    // Scopes of one task whose time came at once are asked at once.
                    if task.is_some() && self.agenda.next_expiry() == task {
                        continue;
                    }
                    self.ask_all(None);
                    continue;
                }
                Slot::Call(function) => {
                    if let Err(panic) = catch(function) {
                        self.agenda.unclaimed().report(panic);
                    }
                }
                // Nobody was reached by the request.
                Slot::Reserved | Slot::Several(_) => {}
            }
            self.ask_all(last);
            turns += 1;
        }
        turns
    }

    /// A timer's time has come, and its turn: it wakes a task, or has the scopes of one asked.
    /// Gives the key of that one.
    fn fire(&self, key: u32) -> Option<u32> {
        let alarm = self.agenda.fire(key)?;
        let asks = alarm.asks;
        if let Some(task) = asks.and_then(|task| self.task(task)) {
            task.control().ask_scopes();
        }
        if let Err(panic) = catch(|| alarm.waker.wake()) {
            self.agenda.unclaimed().report(panic);
        }
        asks
    }

    /// Takes what other threads have left.
    fn receive(&self) {
        let Some(received) = self.agenda.receive() else { return };
        for key in received.woken {
            self.agenda.schedule(key);
        }
        for call in received.calls {
            self.agenda.call_soon(call);
        }
        for panic in received.panics {
            self.agenda.unclaimed().report(panic);
        }
    }

    /// Goes round until `over`. `look` may look around; gives `false` where it has ended the loop.
    pub(crate) fn drive(
        &self,
        over: impl Fn() -> bool,
        mut look: impl FnMut(&mut Context<'_>, Moment) -> Next,
    ) -> bool {
        let mut alarm: Option<smol::Timer> = None;
        block::on(poll_fn(|context| {
            let mut turns = 0;
            self.agenda.remote().goes_round();
            look(context, Moment::Round);
            loop {
                self.receive();
                self.agenda.plan_timers();
                turns += self.round();
                if over() {
                    return Poll::Ready(true);
                }
                if !self.agenda.is_idle() {
                    if turns < TURNS {
                        continue;
                    }
                    // Back to block_on, which looks at sockets without waiting.
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                let deadline = self.agenda.deadline();
                let clock = self.agenda.clock();
                if !clock.is_virtual() {
                    alarm = deadline.map(smol::Timer::at);
                } else if let Some(deadline) = deadline
                    && (clock.jumps() && self.agenda.remote().threads() == 0
                        || deadline <= clock.now())
                {
                    clock.jump(deadline);
                    continue;
                }
                if !self.agenda.remote().wait(context.waker()) {
                    continue;
                }
                let stands = deadline.is_none() || clock.is_virtual();
                let nobody = stands && self.agenda.remote().is_alone();
                match look(context, Moment::Idle { nobody }) {
                    Next::Round => {
                        self.agenda.remote().goes_round();
                        continue;
                    }
                    Next::End => return Poll::Ready(false),
                    Next::Wait => {}
                }
                // Due already: the next round has it.
                if let Some(alarm) = &mut alarm
                    && Pin::new(alarm).poll(context).is_ready()
                {
                    continue;
                }
                return Poll::Pending;
            }
        }))
    }

    /// Cancels what has not ended, waits for its clean-up, and closes the loop.
    pub(crate) fn wind_up(&self) {
        // What was started in the last round gets its first step, and what is due by now its turn.
        self.receive();
        self.agenda.plan_timers();
        self.round();
        // A task that refused, and waits for what can't come any more, is not waited for. But a
        // clean-up that sleeps has its time, where the clock stands and nobody moves it any more.
        let look = |_: &mut Context<'_>, moment| match moment {
            Moment::Idle { nobody: true } if self.is_stuck() => match self.agenda.deadline() {
                Some(deadline) => {
                    self.agenda.clock().jump(deadline);
                    Next::Round
                }
                None => Next::End,
            },
            _ => Next::Wait,
        };
        // Once, as asyncio does: what is started from now on is dropped at the end.
        let left = self.other_than_clean_ups();
        let left: Vec<_> = left.into_iter().filter_map(|key| self.task(key)).collect();
        for task in &left {
            task.control().cancel(None);
        }
        if !left.is_empty() || !self.has_cleaned_up() {
            // Those before it have ended: looked at once each.
            let first = Cell::new(0);
            let all_ended = || {
                let ended = left[first.get()..].iter().take_while(|task| task.control().done());
                first.set(first.get() + ended.count());
                first.get() == left.len() && self.has_cleaned_up()
            };
            self.drive(all_ended, look);
        }
        drop(left);
        // What the last tasks asked for (`call_soon`): nobody will run it later.
        self.round();
        // What is dropped may hand over a clean-up.
        for _ in 0..PATIENCE {
            self.end(self.other_than_clean_ups());
            if self.has_cleaned_up() || !self.drive(|| self.has_cleaned_up(), look) {
                break;
            }
        }
        self.close();
        // Threads can't be interrupted: their panics must not vanish.
        self.drive(|| self.agenda.remote().threads() == 0, |_, _| Next::Wait);
        self.receive();
    }

    /// Whether it takes nothing any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Drops what is left, and takes nothing any more.
    pub(crate) fn close(&self) {
        if self.closed.replace(true) {
            return;
        }
        self.agenda.remote().close();
        for _ in 0..PATIENCE {
            if self.is_empty() {
                break;
            }
            let keys = self.tasks.borrow().entries.len();
            self.end(0..keys as u32);
        }
        self.clean_ups.take();
        self.agenda.clear();
    }

    /// Drops tasks where they wait.
    fn end(&self, keys: impl IntoIterator<Item = u32>) {
        for key in keys {
            self.with_turn(key, |turn, context| {
                turn.end(context);
                ((), true)
            });
        }
    }
}

/// The thread is a loop's, as long as this lives.
pub(crate) struct Entered {
    agenda: Option<Rc<Agenda>>,
    event_loop: Option<Rc<EventLoop>>,
}

impl Entered {
    pub(crate) fn new(event_loop: &Rc<EventLoop>) -> Self {
        let agenda = Agenda::enter(Some(event_loop.agenda.clone()));
        let before = CURRENT.with(|current| current.replace(Some(event_loop.clone())));
        Self { agenda, event_loop: before }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let agenda = Agenda::enter(self.agenda.take());
        let event_loop = CURRENT.with(|current| current.replace(self.event_loop.take()));
        drop((agenda, event_loop));
    }
}
