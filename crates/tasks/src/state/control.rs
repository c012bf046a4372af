//! A task's control block: how far it is, who asked it to end, who waits for it.

use std::cell::{Cell, RefCell};
use std::mem;
use std::panic::Location;
use std::rc::Rc;
use std::task::Waker;

use super::wait_list::List;
use super::{Locals, wake_all};
use crate::agenda::Agenda;
use crate::outcome::{Cancelled, Panic, Reason, Request, catch};

/// A task of any type.
pub(crate) trait AnyTask {
    fn control(&self) -> &Control;
}

/// What all tasks have. There may be a million of them: rarely used fields live in `Rare`.
pub(crate) struct Control {
    agenda: Rc<Agenda>,
    spawned: &'static Location<'static>,
    rare: Cell<Option<Box<Rare>>>,
    /// Its number in the event loop, and in the agenda.
    key: u32,
    /// When it was asked last, in turns.
    asked_at: Cell<u64>,
    phase: Cell<Phase>,
    asked: Cell<Asked>,
    /// A request that is made at the next wait; what returns without one keeps its result.
    again: Cell<bool>,
    /// Whether it hands no request on.
    refuses: Cell<bool>,
    /// The first of several requests met the task while it waited: it gives the reason, and can't be
    /// taken back.
    first_counts: Cell<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It has had no turn.
    Created,
    Suspended,
    Running,
    Done,
    Cancelled,
}

/// What a task is to be asked before its next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Nothing,
    /// One of its scopes has something to ask.
    Scopes,
    /// To end.
    All,
}

#[derive(Default)]
struct Rare {
    name: Option<Rc<str>>,
    /// How many requests to cancel are open, and why.
    requests: u32,
    reason: Option<Reason>,
    /// How many of them came at once, and have not reached the task.
    times: u32,
    locals: Locals,
    /// Those that wait for its end, in order.
    watchers: List<Watcher>,
    /// What wakes the parts of it that others poll by wakers of their own; and whether a request
    /// has to wake it, or only a look.
    parts: List<(Option<Waker>, Wakes)>,
}

/// For whom a part of a task is woken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wakes {
    /// A request, and a look: it has something to ask, or to clean up.
    Requests,
    /// A look: it tells what it waits for.
    Looks,
}

/// One who waits for the end of a task.
pub(crate) enum Watcher {
    Waker(Waker),
    /// One who waits for several, with the task's place among them.
    Several(Rc<dyn Watch>, u32),
}

/// The watchers of tasks' ends.
pub(crate) trait Watch {
    fn ended(self: Rc<Self>, place: u32);
}

impl Control {
    pub(crate) fn new(
        agenda: Rc<Agenda>,
        key: u32,
        spawned: &'static Location<'static>,
        locals: Locals,
    ) -> Self {
        let control = Self {
            agenda,
            spawned,
            rare: Cell::new(None),
            key,
            asked_at: Cell::new(0),
            phase: Cell::new(Phase::Created),
            asked: Cell::new(Asked::Nothing),
            again: Cell::new(false),
            refuses: Cell::new(false),
            first_counts: Cell::new(false),
        };
        control.set_locals(locals);
        control
    }

    /// Looks at what few tasks have, if this one has it.
    fn rare<R: Default>(&self, look: impl FnOnce(&Rare) -> R) -> R {
        let rare = self.rare.take();
        let found = rare.as_deref().map(look).unwrap_or_default();
        self.rare.set(rare);
        found
    }

    /// Changes it. No code of a user runs in `change`.
    fn rare_mut<R>(&self, change: impl FnOnce(&mut Rare) -> R) -> R {
        let mut rare = self.rare.take().unwrap_or_default();
        let changed = change(&mut rare);
        self.rare.set(Some(rare));
        changed
    }

    pub(crate) fn key(&self) -> u32 {
        self.key
    }

    pub(crate) fn agenda(&self) -> &Rc<Agenda> {
        &self.agenda
    }

    pub(crate) fn spawned(&self) -> &'static Location<'static> {
        self.spawned
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(crate) fn set_phase(&self, phase: Phase) {
        self.phase.set(phase);
    }

    pub(crate) fn done(&self) -> bool {
        matches!(self.phase.get(), Phase::Done | Phase::Cancelled)
    }

    pub(crate) fn cancelled(&self) -> bool {
        self.phase.get() == Phase::Cancelled
    }

    // Requests

    /// Asks the task to end, and gives whether it has not ended yet.
    pub(crate) fn cancel(&self, reason: Option<Reason>) -> bool {
        if self.done() {
            return false;
        }
        self.count_requests(1);
        self.request(reason, 1, false);
        true
    }

    /// As `cancel`, by the task `from`, which waits for this one and was asked itself.
    pub(crate) fn hand_on(&self, request: &Request, from: &Self) -> bool {
        if self.done() || from.refuses.get() {
            return false;
        }
        self.count_requests(request.times());
        self.agenda.hand_on(from.key, self.key);
        // It has been asked, and nobody has had a turn since: the answer would be the same.
        if self.asked_at.get() == self.agenda.turns() {
            self.agenda.meet(self.key, request.times());
        } else {
            self.request(request.reason(), request.times(), true);
        }
        true
    }

    /// Asks it once more, and lets it hand the request on to nobody: it went in a circle.
    pub(crate) fn ask_itself(&self) {
        self.refuses.set(true);
        self.asked.set(Asked::All);
        self.agenda.ask(self.key, false);
    }

    /// It has had a turn since it was asked: to the next request its answer may be another.
    pub(crate) fn has_gone_on(&self) {
        self.asked_at.set(u64::MAX);
    }

    /// It has been asked.
    pub(crate) fn stop_refusing(&self) {
        self.refuses.set(false);
    }

    fn request(&self, reason: Option<Reason>, times: u32, hand_on: bool) {
        let again = self.asked.replace(Asked::All) == Asked::All;
        if !again {
            let waits = self.phase.get() == Phase::Suspended && !self.agenda.is_last(self.key);
            self.first_counts.set(waits && !self.agenda.is_scheduled(self.key));
        }
        // As asyncio has it: where the task waits, each request goes on to what it waits for, and that
        // keeps the first reason.
        let each = self.first_counts.get();
        let before = if again && each { self.rare(|rare| rare.times) } else { 0 };
        self.rare_mut(|rare| rare.times = if each { before.saturating_add(times) } else { 1 });
        if !(again && each) {
            self.set_reason(reason);
        }
        self.agenda.ask(self.key, hand_on);
    }

    /// Has the scopes of the task asked, of which one has something to ask.
    pub(crate) fn ask_scopes(&self) {
        if self.asked.get() == Asked::Nothing {
            self.asked.set(Asked::Scopes);
        }
        self.agenda.ask(self.key, false);
    }

    /// What the task is to be asked; from now on it has been.
    pub(crate) fn take_asked(&self) -> Asked {
        let asked = self.asked.replace(Asked::Nothing);
        self.agenda.next_moment();
        if asked == Asked::All {
            self.asked_at.set(self.agenda.turns());
        }
        asked
    }

    /// Whether a request has been made that the task has not heard of.
    pub(crate) fn is_requested(&self) -> bool {
        self.asked.get() == Asked::All || self.again.get()
    }

    /// Makes a request once more, at the next wait if there is one.
    pub(crate) fn request_again(&self) {
        self.again.set(true);
    }

    /// The task waits: what was to come at its next wait comes now.
    pub(crate) fn waits(&self) -> bool {
        if self.again.take() {
            self.asked.set(Asked::All);
        }
        self.asked.get() != Asked::Nothing
    }

    /// Whether it was asked to end too late for a wait.
    pub(crate) fn is_too_late(&self) -> bool {
        self.asked.get() == Asked::All
    }

    pub(crate) fn requests(&self) -> u32 {
        self.rare(|rare| rare.requests)
    }

    /// Counts requests that are made otherwise.
    pub(crate) fn count_requests(&self, times: u32) {
        self.rare_mut(|rare| rare.requests = rare.requests.saturating_add(times));
    }

    /// How many requests reach the task at once.
    pub(crate) fn take_times(&self) -> u32 {
        // One that is made again is one.
        self.rare_mut(|rare| mem::take(&mut rare.times)).max(1)
    }

    pub(crate) fn uncancel(&self) -> u32 {
        self.agenda.next_moment();
        let left = self.requests().saturating_sub(1);
        if self.requests() > 0 {
            self.rare_mut(|rare| rare.requests = left);
        }
        if left == 0 {
            self.again.set(false);
            // As asyncio has it: where the task waits, the request has reached what it waits for.
            if self.asked.get() == Asked::All && !self.first_counts.get() {
                self.asked.set(Asked::Scopes);
            }
        }
        left
    }

    pub(crate) fn reason(&self) -> Option<Reason> {
        self.rare(|rare| rare.reason.clone())
    }

    pub(crate) fn set_reason(&self, reason: Option<Reason>) {
        if reason.is_some() || self.reason().is_some() {
            let before = self.rare_mut(|rare| mem::replace(&mut rare.reason, reason));
            drop(before);
        }
    }

    pub(crate) fn cancelled_error(&self) -> Cancelled {
        Cancelled::because(self.reason())
    }

    // Parts of it that others poll by wakers of their own

    pub(crate) fn add_part(&self, waker: Waker, wakes: Wakes) -> u32 {
        self.rare_mut(|rare| rare.parts.push_back((Some(waker), wakes)))
    }

    pub(crate) fn set_part(&self, key: u32, wakes: Wakes) {
        self.rare_mut(|rare| {
            if let Some(part) = rare.parts.try_get_mut(key) {
                part.1 = wakes;
            }
        });
    }

    pub(crate) fn is_part(&self, key: u32, waker: &Waker) -> bool {
        self.rare(|rare| {
            let part = rare.parts.get(key).and_then(|part| part.0.as_ref());
            part.is_some_and(|part| part.will_wake(waker))
        })
    }

    pub(crate) fn remove_part(&self, key: u32) {
        // None if the task has ended.
        let part =
            self.rare_mut(|rare| rare.parts.get(key).is_some().then(|| rare.parts.remove(key)));
        drop(part);
    }

    /// Takes the waker of a part out, for who wakes it; it leaves later.
    pub(crate) fn take_part(&self, key: u32) -> Option<Waker> {
        self.rare_mut(|rare| rare.parts.try_get_mut(key)?.0.take())
    }

    /// The wakers of its parts, in the order in which they came, for a request or a look. They are cloned while nothing is borrowed:
    /// each is out of its place meanwhile.
    pub(crate) fn parts(&self, whose: Wakes) -> Vec<Waker> {
        let keys: Vec<_> = self.rare(|rare| {
            let is_woken = |key: &u32| rare.parts.get(*key).is_some_and(|part| part.1 <= whose);
            rare.parts.keys().filter(is_woken).collect()
        });
        let part = |key| {
            let waker = self.take_part(key)?;
            let copy = catch(|| waker.clone());
            let left = self.rare_mut(|rare| match rare.parts.try_get_mut(key) {
                // Another may have its place by now.
                Some((place @ None, _)) => place.replace(waker),
                _ => Some(waker),
            });
            drop(left);
            Some(copy.unwrap_or_else(|panic| panic.resume()))
        };
        keys.into_iter().filter_map(part).collect()
    }

    // Its name and its variables

    pub(crate) fn name(&self) -> Option<Rc<str>> {
        self.rare(|rare| rare.name.clone())
    }

    pub(crate) fn set_name(&self, name: Rc<str>) {
        self.rare_mut(|rare| rare.name = Some(name));
    }

    /// The task's variables; a clone shares them.
    pub(crate) fn locals(&self) -> Locals {
        self.rare(|rare| rare.locals.clone())
    }

    pub(crate) fn set_locals(&self, locals: Locals) {
        if !locals.is_empty() {
            let before = self.rare_mut(|rare| mem::replace(&mut rare.locals, locals));
            drop(before);
        }
    }

    // Its end

    /// Tells somebody of the end, which has not come.
    pub(crate) fn watch(&self, watcher: Watcher) -> u32 {
        self.rare_mut(|rare| rare.watchers.push_back(watcher))
    }

    /// Has another waker woken at the end.
    pub(crate) fn rewatch(&self, key: u32, waker: &Waker) {
        let same = self.rare_mut(|rare| match rare.watchers.get_mut(key) {
            Watcher::Waker(entered) => entered.will_wake(waker),
            Watcher::Several(..) => false,
        });
        if !same {
            let watcher = Watcher::Waker(waker.clone());
            let before = self.rare_mut(|rare| mem::replace(rare.watchers.get_mut(key), watcher));
            drop(before);
        }
    }

    /// The watcher leaves. At the end all leave by themselves.
    pub(crate) fn unwatch(&self, key: u32) {
        if !self.done() {
            let watcher = self.rare_mut(|rare| rare.watchers.remove(key));
            drop(watcher);
        }
    }

    /// The task has ended: tells all who wait for it, in order.
    fn tell_end(&self) {
        self.asked.set(Asked::Nothing);
        self.again.set(false);
        let Some(mut rare) = self.rare.take() else { return };
        let mut watchers = mem::take(&mut rare.watchers);
        let parts = mem::take(&mut rare.parts);
        self.rare.set(Some(rare));
        drop(parts);
        let mut wakers = Vec::new();
        while let Some(watcher) = watchers.pop_first() {
            match watcher {
                Watcher::Waker(waker) => wakers.push(waker),
                Watcher::Several(several, place) => {
                    wake_all(wakers.drain(..));
                    several.ended(place);
                }
            }
        }
        wake_all(wakers);
    }
}

/// A task's control block and its outcome.
pub(crate) struct Shared<T> {
    pub(crate) control: Control,
    pub(crate) outcome: RefCell<Option<Outcome<T>>>,
}

/// How a task ended.
pub(crate) enum Outcome<T> {
    Value(T),
    /// Its reason stands in the control block.
    Cancelled,
    /// Boxed, so that an outcome is not larger for what is rare.
    Panicked(Box<Panic>),
    /// Its error has gone to its group.
    Failed,
    /// Its value has been taken.
    Taken,
    /// Its panic has been taken: it counts as one that failed.
    PanicTaken,
}

impl<T> Shared<T> {
    pub(crate) fn new(control: Control) -> Rc<Self> {
        Rc::new(Self { control, outcome: RefCell::new(None) })
    }

    /// Whether it panicked, or failed in its group.
    pub(crate) fn panicked(&self) -> bool {
        use Outcome::{Failed, PanicTaken, Panicked};

        matches!(*self.outcome.borrow(), Some(Panicked(_) | PanicTaken | Failed))
    }

    /// The task has ended. Its parent hears of it before those that wait for it.
    pub(crate) fn end(&self, outcome: Outcome<T>, parent: impl FnOnce(&Self)) {
        let phase = match &outcome {
            Outcome::Cancelled => Phase::Cancelled,
            _ => Phase::Done,
        };
        *self.outcome.borrow_mut() = Some(outcome);
        self.control.set_phase(phase);
        parent(self);
        self.control.tell_end();
    }
}

impl<T> Drop for Shared<T> {
    /// A panic that nobody awaited must not vanish.
    fn drop(&mut self) {
        if let Some(Outcome::Panicked(panic)) = self.outcome.get_mut().take() {
            self.control.agenda.unclaimed().report(*panic);
        }
    }
}

impl<T: 'static> AnyTask for Shared<T> {
    fn control(&self) -> &Control {
        &self.control
    }
}
