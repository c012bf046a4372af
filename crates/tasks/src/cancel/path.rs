//! How a request finds those whom a task waits for: by the path of polls.
//!
//! Whom a task waits for *now* is written down nowhere: only polling it goes to them, past whatever
//! combines them. So a task that is to be asked is polled once more than usual, *dry*. In a dry poll
//! nobody goes on: what has waited before says that it still waits, and does what it is asked.
//!
//! ```text
//! cancel ─▶ task ─▶ timeout ─▶ zip ─┬─▶ catch_cancelled ─▶ sleep     nobody inside takes it:
//!                                   │                                it is struck
//!                                   └─▶ joined task                  hands it on, and claims it
//! ```
//!
//! - A **leaf** (a sleep, a lock) withholds its value: a request beats a value of the same turn.
//! - A **scope** (`catch_cancelled`, a timeout) polls what is inside. If nobody there *claims* the
//!   request, the scope is *struck*: in its next ordinary poll it drops what is inside, and the code
//!   after it goes on with `Err(Cancelled)`.
//! - A **join** hands the request on to the task that it waits for, and claims it.
//! - A **combinator** of ours asks all of its children, waits for those that claim, and then raises.
//! - The task itself ends, if nobody claims.
//!
//! What is polled for the first time in a dry poll has not been waited for: it begins as usual.
//! Somebody else's future may give its value in a dry poll, and the code goes on to its next wait;
//! then the task is polled dry once more, so that the request comes there.
//!
//! A **raise** (joining a task that was cancelled, `propagate`) is no event but a state: what
//! raises does so at each poll, until it is dropped. A scope that sees it polls once more, dry, and
//! takes it only if it is raised again: so it never strikes a later wait.
//!
//! Sets like `FuturesUnordered` poll only what was woken. Scopes and joins that are polled by such a
//! waker leave it with their task, as long as they wait; a request wakes them first.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::mem::{self, ManuallyDrop};
use std::ptr;
use std::rc::Rc;
use std::task::{Context, Poll, RawWakerVTable, Waker};

use crate::outcome::{Cancelled, Request};
use crate::record::mark;
use crate::state::{AnyTask, Callback, Wakes, wake_all};

/// What kind of poll goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ordinary,
    /// Dry: looks who is waited for; a scope that has something to ask does so.
    Pass,
    /// Dry: asks those who are waited for to end.
    Ask,
}

/// What tells two wakers apart, as `Waker::will_wake` does. Compared while both live.
pub(crate) type Identity = (*const (), *const RawWakerVTable);

const NOBODY: Identity = (ptr::null(), ptr::null());

#[inline]
pub(crate) fn identity(waker: &Waker) -> Identity {
    (waker.data(), ptr::from_ref(waker.vtable()))
}

/// The poll that goes on: what is looked at often.
struct Current {
    kind: Cell<Kind>,
    /// The number of the dry poll, and how many there were.
    number: Cell<u32>,
    numbers: Cell<u32>,
    /// Whether somebody has claimed the request.
    claimed: Cell<bool>,
    /// Whether somebody was polled for the first time.
    began: Cell<bool>,
    /// Whether that does not matter any more.
    last: Cell<bool>,
    /// Whether somebody raises a cancellation.
    raised: Cell<bool>,
    /// The waker of the task.
    root: Cell<Identity>,
    /// The waker of the child that a combinator of ours polls.
    child: Cell<Identity>,
    /// Whether that combinator itself is polled when the loop goes round.
    child_known: Cell<bool>,
    /// Whether somebody has left a waker with the task.
    left: Cell<bool>,
    /// Whether a scope or a join waits in that child.
    scope: Cell<bool>,
    /// Whether a scope has woken the parts of the task that is asked outside a turn.
    woke_parts: Cell<bool>,
    /// Whether somebody looks at the tasks of this thread, or will.
    looks: Cell<bool>,
    /// Whether a task is asked by several dry polls.
    asks: Cell<bool>,
    /// The waker of a scope that asks, and polls its inside at once.
    polls_on: Cell<Identity>,
    /// Where the future lies that hears of an end by a callback, if it is a task.
    hears: Cell<Place>,
}

/// From which address on something lies, and up to where.
type Place = (usize, usize);

/// What is looked at seldom.
#[derive(Default)]
struct Aside {
    task: RefCell<Option<Rc<dyn AnyTask>>>,
    request: RefCell<Option<Rc<Request>>>,
    raise: Cell<Option<Raise>>,
    /// Woken after the dry poll.
    later: RefCell<Vec<Waker>>,
    /// Woken after the outermost combinator: they wait for a turn and for nothing else.
    next_turn: RefCell<Vec<Waker>>,
    /// What the future hears by that lies at the place `hears`.
    told: RefCell<Option<Rc<Callback>>>,
}

/// A cancellation that is raised, and the waker of who raises it.
pub(crate) struct Raise {
    cancelled: Cancelled,
    waker: Waker,
}

thread_local! {
    // Without destructors: they can be looked at as long as the thread lives, and at no cost.
    static CURRENT: Current = const {
        Current {
            kind: Cell::new(Kind::Ordinary),
            number: Cell::new(0),
            numbers: Cell::new(0),
            claimed: Cell::new(false),
            began: Cell::new(false),
            last: Cell::new(false),
            raised: Cell::new(false),
            root: Cell::new(NOBODY),
            child: Cell::new(NOBODY),
            child_known: Cell::new(false),
            left: Cell::new(false),
            scope: Cell::new(false),
            woke_parts: Cell::new(false),
            looks: Cell::new(false),
            asks: Cell::new(false),
            polls_on: Cell::new(NOBODY),
            hears: Cell::new((0, 0)),
        }
    };
    static ASIDE: ManuallyDrop<Aside> = const {
        ManuallyDrop::new(Aside {
            task: RefCell::new(None),
            request: RefCell::new(None),
            raise: Cell::new(None),
            later: RefCell::new(Vec::new()),
            next_turn: RefCell::new(Vec::new()),
            told: RefCell::new(None),
        })
    };
}

fn current<R>(look: impl FnOnce(&Current) -> R) -> R {
    CURRENT.with(look)
}

fn aside<R>(look: impl FnOnce(&Aside) -> R) -> R {
    ASIDE.with(|aside| look(aside))
}

/// The task whose code runs, if one does.
pub(crate) fn task() -> Option<Rc<dyn AnyTask>> {
    aside(|aside| aside.task.borrow().clone())
}

/// Looks at the task whose code runs, if one does.
pub(crate) fn with_task<R>(look: impl FnOnce(&Rc<dyn AnyTask>) -> R) -> Option<R> {
    aside(|aside| aside.task.borrow().as_ref().map(look))
}

/// The key of the task whose code runs, if one does.
pub(crate) fn task_key() -> Option<u32> {
    with_task(|task| task.control().key())
}

/// As `task`, for what can't do without.
#[track_caller]
pub(crate) fn expect_task(caller: &str) -> Rc<dyn AnyTask> {
    match task() {
        Some(task) => task,
        None => panic!("{caller} needs a running task: call it inside twin_tasks::run"),
    }
}

/// Runs code as a task's: its polls, or its destructors.
pub(crate) fn in_task<R>(task: Rc<dyn AnyTask>, root: Identity, code: impl FnOnce() -> R) -> R {
    struct Restore {
        task: Option<Rc<dyn AnyTask>>,
        poll: Saved,
        root: Identity,
        child: Identity,
    }
    impl Drop for Restore {
        fn drop(&mut self) {
            current(|current| {
                current.root.set(self.root);
                current.child.set(self.child);
            });
            self.poll.restore();
            // The task is dropped where nothing is borrowed.
            drop(aside(|aside| aside.task.replace(self.task.take())));
        }
    }
    let _restore = Restore {
        task: aside(|aside| aside.task.replace(Some(task))),
        poll: Saved::ordinary(),
        root: current(|current| current.root.replace(root)),
        child: current(|current| current.child.replace(NOBODY)),
    };
    code()
}

/// What a poll knows about itself, to come back after another one.
struct Saved {
    kind: Kind,
    number: u32,
    claimed: bool,
    began: bool,
    request: Option<Rc<Request>>,
    raise: Option<Raise>,
}

impl Saved {
    /// What is polled from now on starts afresh.
    fn take(kind: Kind, number: u32, request: Option<Rc<Request>>) -> Self {
        let raise = take_raise();
        let request = aside(|aside| aside.request.replace(request));
        current(|current| Self {
            kind: current.kind.replace(kind),
            number: current.number.replace(number),
            claimed: current.claimed.take(),
            began: current.began.take(),
            request,
            raise,
        })
    }

    fn ordinary() -> Self {
        Self::take(Kind::Ordinary, 0, None)
    }

    fn restore(&mut self) {
        current(|current| {
            current.kind.set(self.kind);
            current.number.set(self.number);
            current.claimed.set(self.claimed);
            current.began.set(self.began);
        });
        let request = aside(|aside| aside.request.replace(self.request.take()));
        put_raise(self.raise.take());
        drop(request);
    }
}

/// What came of a dry poll.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) claimed: bool,
    pub(crate) began: bool,
    pub(crate) raised: Option<Cancelled>,
}

/// Polls dry. `request`: where `kind` asks; it comes to be when somebody looks at it.
fn dry<T>(
    kind: Kind,
    request: &mut Option<Rc<Request>>,
    poll: impl FnOnce() -> Poll<T>,
) -> (Poll<T>, Answer) {
    struct Restore(Saved);
    impl Drop for Restore {
        fn drop(&mut self) {
            self.0.restore();
            if self.0.kind == Kind::Ordinary && !current(|current| current.asks.get()) {
                end_dry();
            }
        }
    }
    let number = begin_dry();
    let restore = Restore(Saved::take(kind, number, request.take()));
    let polled = poll();
    *request = aside(|aside| aside.request.take());
    let answer = current(|current| Answer {
        claimed: current.claimed.get(),
        began: current.began.get(),
        raised: take_raise().map(|raise| raise.cancelled),
    });
    drop(restore);
    (polled, answer)
}

/// A dry poll begins: its number.
fn begin_dry() -> u32 {
    mark("asks", 0);
    current(|current| {
        let next = current.numbers.get() % (u32::MAX - 1) + 1;
        current.numbers.set(next);
        next
    })
}

/// The outermost dry poll is over. Who polls on at once wakes nobody for that.
fn end_dry() {
    mark("asked", 0);
    let mut later = aside(|aside| aside.later.take());
    let polls_on = current(|current| current.polls_on.get());
    later.retain(|waker| identity(waker) != polls_on);
    wake_all(later);
}

/// Runs several dry polls in which a task is asked. Those who have been asked are woken by
/// [`end_asking`], and not between the polls: each poll of a set would find them once more, before
/// those whom it has not asked yet.
pub(crate) fn asking<R>(polls: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            current(|current| current.asks.set(self.0));
        }
    }
    let _restore = Restore(current(|current| current.asks.replace(true)));
    polls()
}

/// Wakes those who have been asked.
pub(crate) fn end_asking() {
    end_dry();
}

/// Nothing is raised any more, from now on.
#[inline]
fn take_raise() -> Option<Raise> {
    if !current(|current| current.raised.take()) {
        return None;
    }
    aside(|aside| aside.raise.take())
}

/// What was raised before is raised again, in place of what is raised now.
#[inline]
fn put_raise(raise: Option<Raise>) {
    if raise.is_some() || has_raised() {
        replace_raise(raise);
    }
}

#[cold]
fn replace_raise(raise: Option<Raise>) {
    let now = take_raise();
    if let Some(raise) = raise {
        set_raise(raise);
    }
    drop(now);
}

/// How often code may go on to another wait while it is asked, before the request gives up on it.
const PATIENCE: u32 = 16;

/// As long as this lives, nobody waits for those who begin.
struct Last(bool);

impl Last {
    fn new() -> Self {
        Self(current(|current| current.last.replace(true)))
    }
}

impl Drop for Last {
    fn drop(&mut self) {
        current(|current| current.last.set(self.0));
    }
}

/// Asks those who are waited for inside `poll` to end. Gives whether somebody takes it; the
/// request comes also to a wait that begins where another one had its value.
///
/// A request without a reason doesn't exist before: it is made when somebody looks at it.
pub(crate) fn ask<T>(
    request: &mut Option<Rc<Request>>,
    mut poll: impl FnMut() -> Poll<T>,
) -> (Poll<T>, Answer) {
    let mut all = Answer::default();
    for turn in 1..=PATIENCE {
        // In the end the request comes to where the code is.
        let _last = (turn == PATIENCE).then(Last::new);
        let (polled, answer) = dry(Kind::Ask, request, &mut poll);
        all = Answer { claimed: all.claimed || answer.claimed, ..answer };
        if polled.is_ready() || all.claimed || !all.began {
            return (polled, all);
        }
    }
    (Poll::Pending, all)
}

/// As `ask`, by a scope that polls its inside again at once.
pub(crate) fn ask_and_poll_on<T>(
    request: &mut Option<Rc<Request>>,
    waker: Identity,
    poll: impl FnMut() -> Poll<T>,
) -> (Poll<T>, Answer) {
    struct Restore(Identity);
    impl Drop for Restore {
        fn drop(&mut self) {
            current(|current| current.polls_on.set(self.0));
        }
    }
    let _restore = Restore(current(|current| current.polls_on.replace(waker)));
    ask(request, poll)
}

/// Looks who is waited for inside `poll`; a scope that has something to ask does so.
pub(crate) fn pass<T>(poll: impl FnOnce() -> Poll<T>) -> (Poll<T>, Answer) {
    dry(Kind::Pass, &mut None, poll)
}

/// Polls a scope's inside in a dry poll that goes on, and gives what came of it.
pub(crate) fn inside<T>(poll: impl FnOnce() -> Poll<T>) -> (Poll<T>, Answer) {
    struct Restore(bool, bool, Option<Raise>);
    impl Drop for Restore {
        fn drop(&mut self) {
            current(|current| {
                current.claimed.set(self.0);
                current.began.set(self.1 || current.began.get());
            });
            put_raise(self.2.take());
        }
    }
    let restore = current(|current| Restore(current.claimed.take(), current.began.take(), None));
    let restore = Restore(restore.0, restore.1, take_raise());
    let polled = poll();
    let answer = current(|current| Answer {
        claimed: current.claimed.get(),
        began: current.began.get(),
        raised: take_raise().map(|raise| raise.cancelled),
    });
    drop(restore);
    (polled, answer)
}

/// Somebody takes the request of this dry poll.
pub(crate) fn claim() {
    current(|current| current.claimed.set(true));
}

/// The request of this dry poll, if it asks.
pub(crate) fn request() -> Option<Rc<Request>> {
    if current(|current| current.kind.get()) != Kind::Ask {
        return None;
    }
    aside(|aside| {
        Some(aside.request.borrow_mut().get_or_insert_with(|| Request::new(None, 1)).clone())
    })
}

/// Wakes who is polled when the dry poll is over.
pub(crate) fn later(context: &Context<'_>) {
    later_by(context.waker().clone());
}

fn later_by(waker: Waker) {
    aside(|aside| aside.later.borrow_mut().push(waker));
}

/// Polls; gives a cancellation that was raised inside, by somebody who is waited for still.
#[inline]
pub(crate) fn poll_raised<T>(
    context: &mut Context<'_>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> (Poll<T>, Option<Cancelled>) {
    let outer = take_raise();
    let polled = poll(context);
    let raise = take_raise();
    if let Some(outer) = outer {
        set_raise(outer);
    }
    match raise {
        Some(raise) if polled.is_pending() => confirm(raise, context, poll),
        _ => (polled, None),
    }
}

/// As `poll_raised`, after a poll in which somebody raised.
#[cold]
pub(crate) fn confirm_raised<T>(
    context: &mut Context<'_>,
    poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> (Poll<T>, Option<Cancelled>) {
    match take_raise() {
        Some(raise) => confirm(raise, context, poll),
        None => (Poll::Pending, None),
    }
}

/// What is raised inside `poll` is seen there, and what was raised before is seen afterwards.
#[inline]
pub(crate) fn apart<R>(poll: impl FnOnce() -> R) -> R {
    struct Restore(Option<Raise>);
    impl Drop for Restore {
        fn drop(&mut self) {
            if let Some(raise) = self.0.take() {
                set_raise(raise);
            }
        }
    }
    let _restore = Restore(take_raise());
    poll()
}

/// Whether a cancellation is raised once more.
#[cold]
fn confirm<T>(
    raise: Raise,
    context: &mut Context<'_>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> (Poll<T>, Option<Cancelled>) {
    // A set in between polls only what was woken. The task itself is polled right now.
    if !raise.waker.will_wake(context.waker())
        && let Some(task) = task()
    {
        let control = task.control();
        control.agenda().capture(control.key(), || raise.waker.wake_by_ref());
    }
    let (polled, answer) = pass(|| poll(context));
    let raised = answer.raised.filter(|_| polled.is_pending());
    (polled, raised)
}

fn set_raise(raise: Raise) {
    let before = aside(|aside| aside.raise.replace(Some(raise)));
    current(|current| current.raised.set(true));
    drop(before);
}

/// Raises a cancellation: to be called at each poll of who raises it.
#[track_caller]
pub(crate) fn raise(cancelled: &Cancelled, context: &Context<'_>) {
    assert!(
        with_task(|_| ()).is_some(),
        "what was awaited has been cancelled, which needs a running task to end: await it inside \
         twin_tasks::run"
    );
    mark("raises", 0);
    // The first counts.
    if !current(|current| current.raised.get()) {
        set_raise(Raise { cancelled: cancelled.clone(), waker: context.waker().clone() });
    }
}

impl Cancelled {
    /// Goes on cancelling: Python's `raise`. It never returns; the next outer scope of the task
    /// takes over, or the task ends.
    ///
    /// # Panics
    ///
    /// Outside [`run`](crate::run()).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_tasks::{Cancelled, catch_cancelled, run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async { Cancelled::new().propagate().await });
    ///     assert!(catch_cancelled(task).await.is_err());
    /// });
    /// ```
    pub async fn propagate(self) -> ! {
        let never = poll_fn(|context| {
            raise(&self, context);
            Poll::<()>::Pending
        });
        never.await;
        unreachable!("what takes a cancellation drops what raises it")
    }
}

/// In which dry poll something was polled last.
#[derive(Default)]
pub(crate) struct Seen(u32);

impl Seen {
    /// In none, but polled.
    const ORDINARY: u32 = u32::MAX;

    /// What kind of poll this is for who is polled.
    ///
    /// For what begins in a dry poll it is an ordinary one, and so is a second poll in the same dry
    /// poll: then code has gone on, as a `block_on` in it does.
    #[inline]
    pub(crate) fn kind(&mut self) -> Kind {
        let (kind, number) = current(|current| (current.kind.get(), current.number.get()));
        if kind == Kind::Ordinary {
            if self.0 == 0 {
                self.0 = Self::ORDINARY;
            }
            return Kind::Ordinary;
        }
        match mem::replace(&mut self.0, number) {
            0 => {
                current(|current| current.began.set(!current.last.get()));
                Kind::Ordinary
            }
            last if last == number => Kind::Ordinary,
            _ => kind,
        }
    }

    /// Whether a leaf is only looked at.
    #[inline]
    pub(crate) fn is_dry(&mut self) -> bool {
        self.kind() != Kind::Ordinary
    }
}

/// Whether somebody has raised since it was asked last.
#[inline]
pub(crate) fn has_raised() -> bool {
    current(|current| current.raised.get())
}

/// The waker of who waits in a task, where neither the task nor a combinator of ours polls it: a set
/// of somebody else's polls only what was woken.
#[derive(Default)]
pub(crate) struct Part(Option<Kept>);

struct Kept {
    task: Rc<dyn AnyTask>,
    key: u32,
    wakes: Wakes,
}

impl Part {
    /// To be called by a scope or a join that waits.
    #[inline]
    pub(crate) fn keep(&mut self, waker: &Waker) {
        let (root, child) = current(|current| (current.root.get(), current.child.get()));
        let waker_is = identity(waker);
        if self.0.is_none() {
            if root == waker_is || root == NOBODY {
                return;
            }
            if child == waker_is {
                // The child of our combinator has left it for all that is inside.
                return current(|current| current.scope.set(true));
            }
        }
        self.keep_waker(waker, Wakes::Requests);
    }

    /// Whether the waker has been left with a task.
    pub(crate) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// To be called for the child of a combinator that waits. `scope`: whether a scope or a join waits
    /// in it; else only a look has to reach it, which costs nothing as long as nobody looks.
    #[inline]
    pub(crate) fn keep_child(&mut self, waker: &Waker, scope: bool) {
        let wakes = if scope { Wakes::Requests } else { Wakes::Looks };
        match &mut self.0 {
            None => {
                let (root, looks) = current(|current| (current.root.get(), current.looks.get()));
                if (scope || looks) && root != identity(waker) && root != NOBODY {
                    self.keep_waker(waker, wakes);
                }
            }
            Some(kept) if with_task(|task| Rc::ptr_eq(&kept.task, task)) == Some(true) => {
                if wakes < kept.wakes {
                    kept.wakes = wakes;
                    kept.task.control().set_part(kept.key, wakes);
                    current(|current| current.left.set(true));
                }
            }
            Some(_) => self.keep_waker(waker, wakes),
        }
    }

    #[cold]
    fn keep_waker(&mut self, waker: &Waker, wakes: Wakes) {
        let now = task();
        let same = match (&self.0, &now) {
            (Some(kept), Some(task)) => {
                Rc::ptr_eq(&kept.task, task) && task.control().is_part(kept.key, waker)
            }
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        self.leave();
        let Some(task) = now else { return };
        if current(|current| current.root.get()) != identity(waker) {
            let key = task.control().add_part(waker.clone(), wakes);
            if wakes == Wakes::Requests {
                current(|current| current.left.set(true));
            }
            self.0 = Some(Kept { task, key, wakes });
        }
    }

    pub(crate) fn leave(&mut self) {
        if let Some(kept) = self.0.take() {
            kept.task.control().remove_part(kept.key);
        }
    }

    /// As `later`, for one that leaves then.
    pub(crate) fn leave_later(&mut self, context: &Context<'_>) {
        let waker = self.0.as_ref().and_then(|kept| {
            let (control, key) = (kept.task.control(), kept.key);
            control.is_part(key, context.waker()).then(|| control.take_part(key)).flatten()
        });
        later_by(waker.unwrap_or_else(|| context.waker().clone()));
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Polls, and tells whether somebody inside has left a waker with the task.
#[inline]
pub(crate) fn poll_parts<R>(poll: impl FnOnce() -> R) -> (R, bool) {
    let before = current(|current| current.left.replace(false));
    let result = poll();
    let left = current(|current| current.left.replace(before || current.left.get()));
    (result, left)
}

/// Wakes those who have left their wakers with the task, for who asks what is inside a scope. A
/// set that has been polled already is polled again: in the next turn, or by another dry poll if
/// the task is asked outside a turn, since what is asked has no turn by that.
pub(crate) fn wake_parts() {
    let Some(task) = task() else { return };
    let control = task.control();
    let parts = control.parts(Wakes::Requests);
    if control.agenda().captures(control.key()) {
        control.agenda().capture(control.key(), || wake_all(parts));
        current(|current| current.woke_parts.set(true));
    } else {
        wake_all(parts);
    }
}

/// Whether somebody has woken the parts of the task that is asked; from now on nobody has.
pub(crate) fn take_woke_parts() -> bool {
    current(|current| current.woke_parts.take())
}

/// Polls what lies at a place. If that is a task itself, and not what awaits one, it hears of its end
/// by `told`.
pub(crate) fn poll_told<R>(
    place: *const u8,
    size: usize,
    told: &Rc<Callback>,
    poll: impl FnOnce() -> R,
) -> R {
    struct Restore(Place, Option<Rc<Callback>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            current(|current| current.hears.set(self.0));
            drop(aside(|aside| aside.told.replace(self.1.take())));
        }
    }
    let (begin, told) = (place.addr(), Some(told.clone()));
    let _restore = Restore(
        current(|current| current.hears.replace((begin, begin + size))),
        aside(|aside| aside.told.replace(told)),
    );
    poll()
}

/// What a task hears of its end by that lies at this place, if that is no waker.
#[inline]
pub(crate) fn told(place: *const u8) -> Option<Rc<Callback>> {
    let (begin, end) = current(|current| current.hears.get());
    (begin..end).contains(&place.addr()).then(|| aside(|aside| aside.told.borrow().clone()))?
}

/// Whether what is polled by this waker is polled again when the loop goes round: the waker is
/// the task's, or that of a child of a combinator of ours.
pub(crate) fn is_known(waker: Identity) -> bool {
    current(|current| {
        let is_child = current.child.get() == waker && current.child_known.get();
        is_child || current.root.get() == waker
    })
}

/// From now on children that wait can be reached by looks.
pub(crate) fn prepare_for_looks() {
    current(|current| current.looks.set(true));
}

/// A child of a combinator is polled from now on.
#[inline]
pub(crate) fn poll_child(waker: &Waker) {
    current(|current| current.child.set(identity(waker)));
}

/// Polls a child of a combinator, and tells whether a scope or a join waits in it.
#[inline]
pub(crate) fn poll_scopes<R>(poll: impl FnOnce() -> R) -> (R, bool) {
    let before = current(|current| current.scope.replace(false));
    let result = poll();
    (result, current(|current| current.scope.replace(before)))
}

/// Wakes who has to wait for a turn and for nothing else.
///
/// A task that wakes itself goes to the end of the loop's queue. The child of a gather, though, goes
/// to the end of the gather's own queue, and that goes on until it is empty: the child would be
/// polled again before any other task. So such children are woken when the gather has polled.
///
/// ```text
/// loop ──▶ gather ──▶ a: sleep(0) ──┐
///                 ──▶ b: sleep(0) ──┤ next turn
///      ◀── pending ◀── a, b wake ◀──┘
///      ──▶ other tasks ──▶ gather ──▶ a, b
/// ```
pub(crate) fn wake_next_turn(waker: &Waker) {
    if current(|current| current.child.get()) == identity(waker) {
        let waker = waker.clone();
        aside(|aside| aside.next_turn.borrow_mut().push(waker));
    } else {
        waker.wake_by_ref();
    }
}

/// Polls children, each of which calls `poll_child`.
#[inline]
pub(crate) fn poll_children<R>(waker: Identity, poll: impl FnOnce() -> R) -> R {
    /// Wakes them, also after a panic, and puts back those of another gather.
    struct Wake(Vec<Waker>);
    impl Drop for Wake {
        fn drop(&mut self) {
            let wakers = aside(|aside| aside.next_turn.replace(mem::take(&mut self.0)));
            wake_all(wakers);
        }
    }
    /// Afterwards, who was polled before is polled still.
    struct Restore(Identity, bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            current(|current| {
                current.child.set(self.0);
                current.child_known.set(self.1);
            });
        }
    }
    let known = is_known(waker);
    let child = current(|current| current.child.get());
    let _restore = Restore(child, current(|current| current.child_known.replace(known)));
    // A gather in a gather: the outer one would poll this one again at once.
    if child == waker {
        return poll();
    }
    let _wake = Wake(aside(|aside| aside.next_turn.take()));
    poll()
}
