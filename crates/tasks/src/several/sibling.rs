//! Several futures that are polled together: the children of a gather.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::agenda::Agenda;
use crate::cancel::Caught;
use crate::cancel::look::{self, plain, probed};
use crate::cancel::path::{self, Kind, Part};
use crate::outcome::{Cancelled, Claim, Failure, Request, answering, catch};

thread_local! {
    /// Of the siblings that are being polled. Without a destructor, as in `path`.
    static FAMILY: Family = const {
        Family {
            ending: Cell::new(false),
            kind: Cell::new(Kind::Ordinary),
            claims: Cell::new(0),
            ends: Cell::new(0),
            polls: Cell::new(0),
            ready: Cell::new(0),
        }
    };
    /// The cancellation of one that was cancelled by itself.
    static FALLEN: ManuallyDrop<RefCell<Option<Cancelled>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

struct Family {
    /// Whether they were asked to end: those that did not claim the request stand still.
    ending: Cell<bool>,
    /// The kind of the poll, as those see it who poll them.
    kind: Cell<Kind>,
    /// How many have claimed it, and how many of those have ended, in this poll.
    claims: Cell<usize>,
    ends: Cell<usize>,
    /// How many were polled, and how many of those have ended.
    polls: Cell<usize>,
    ready: Cell<usize>,
}

/// So many are polled at once by futures-buffered's sets, before they let others run.
const AT_ONCE: usize = 61;

/// Polls a set of siblings, of which `left` have not ended. It does so until each of them may have
/// been polled: a set lets others run after so many polls, while asyncio gives all tasks that are
/// ready a turn in each round.
pub(super) fn poll_set<T>(
    left: usize,
    context: &mut Context<'_>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    let begin = family(|family| family.polls.get());
    loop {
        let before = family(|family| family.polls.get());
        let polled = plain(context, &mut poll);
        let polls = family(|family| family.polls.get());
        let may_have_more = polls.wrapping_sub(before) >= AT_ONCE;
        let all = polls.wrapping_sub(begin) >= left;
        if polled.is_ready() || !may_have_more || all {
            if polled.is_pending() && !all {
                look::is_not_all();
            }
            return polled;
        }
    }
}

fn family<R>(look: impl FnOnce(&Family) -> R) -> R {
    FAMILY.with(look)
}

/// Whether no others may begin: the siblings are asked, or only looked at.
pub(super) fn is_still() -> bool {
    family(|family| family.ending.get() || family.kind.get() != Kind::Ordinary)
}

/// Whether the siblings are asked, or only looked at, in this poll.
pub(super) fn is_dry() -> bool {
    family(|family| family.kind.get() != Kind::Ordinary)
}

/// Whether one of the siblings that are being polled was cancelled by itself: they are going to be
/// dropped.
pub(super) fn has_fallen() -> bool {
    FALLEN.with(|fallen| fallen.borrow().is_some())
}

/// Whether the siblings that are being polled were asked to end.
fn is_ending() -> bool {
    family(|family| family.ending.get())
}

/// What siblings have told in one poll.
pub(super) struct Told {
    claims: usize,
    ends: usize,
    ready: usize,
    pub(super) fallen: Option<Cancelled>,
}

/// Polls siblings, and gives what they tell.
pub(super) fn poll_family<R>(ending: bool, kind: Kind, poll: impl FnOnce() -> R) -> (R, Told) {
    struct Restore(bool, Kind, [usize; 4], Option<Cancelled>);
    impl Drop for Restore {
        fn drop(&mut self) {
            family(|family| {
                family.ending.set(self.0);
                family.kind.set(self.1);
                let [claims, ends, polls, ready] = self.2;
                family.claims.set(claims);
                family.ends.set(ends);
                family.polls.set(polls);
                family.ready.set(ready);
            });
            drop(FALLEN.with(|fallen| fallen.replace(self.3.take())));
        }
    }
    let _restore = family(|family| {
        let fallen = FALLEN.with(|fallen| fallen.take());
        let before = (family.ending.replace(ending), family.kind.replace(kind));
        let counts = [&family.claims, &family.ends, &family.polls, &family.ready];
        Restore(before.0, before.1, counts.map(Cell::take), fallen)
    });
    let result = path::apart(poll);
    let told = family(|family| Told {
        claims: family.claims.get(),
        ends: family.ends.get(),
        ready: family.ready.get(),
        fallen: FALLEN.with(|fallen| fallen.take()),
    });
    (result, told)
}

pin_project! {
    /// One of several futures that are polled together. A cancellation that it raises is told to
    /// those who poll it, and ends none of those beside it, who may still have to clean up.
    pub struct Sibling<F> {
        #[pin]
        future: Option<F>,
        part: Part,
        // As long as nobody was cancelled there is nothing to know.
        state: State,
    }

    impl<F> PinnedDrop for Sibling<F> {
        // Siblings are dropped together: if two of their destructors panic, the first panic goes on,
        // and the other is reported. Rust would end the process.
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Err(panic) = catch(|| this.future.set(None)) {
                if !std::thread::panicking() {
                    panic.resume();
                }
                if let Some(agenda) = Agenda::current() {
                    agenda.unclaimed().report(panic);
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waits,
    /// It has claimed a request, and can be asked again.
    CleansUp,
    /// It was cancelled, and is polled no more.
    Fallen,
}

impl<F> Sibling<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(future), part: Part::default(), state: State::Waits }
    }
}

impl<F: Future> Future for Sibling<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        path::poll_child(context.waker());
        family(|family| family.polls.set(family.polls.get().wrapping_add(1)));
        if is_still() || self.state != State::Waits {
            return self.poll_rare(context);
        }
        let mut this = self.project();
        let mut future =
            this.future.as_mut().as_pin_mut().expect("it is there until it is dropped");
        let (polled, scope) = path::poll_scopes(|| future.as_mut().poll(context));
        if polled.is_ready() {
            family(|family| family.ready.set(family.ready.get() + 1));
            return polled;
        }
        if path::has_raised() {
            let (polled, raised) =
                path::confirm_raised(context, |context| future.as_mut().poll(context));
            if let Some(cancelled) = raised {
                *this.state = State::Fallen;
                fall(cancelled);
            }
            return polled;
        }
        this.part.keep_child(context.waker(), scope);
        Poll::Pending
    }
}

/// One was cancelled by itself; the first counts.
fn fall(cancelled: Cancelled) {
    FALLEN.with(|fallen| {
        fallen.borrow_mut().get_or_insert(cancelled);
    });
}

impl<F: Future> Sibling<F> {
    #[cold]
    fn poll_rare(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let kind = family(|family| family.kind.get());
        let mut request = path::request().filter(|_| kind == Kind::Ask);
        let cleans_up = match *this.state {
            State::Fallen => return Poll::Pending,
            State::CleansUp => true,
            // It was not reached by the request: it has nothing to clean up.
            State::Waits if is_ending() && request.is_none() => return Poll::Pending,
            State::Waits => false,
        };
        let mut future =
            this.future.as_mut().as_pin_mut().expect("it is there until it is dropped");
        let mut poll = |context: &mut Context<'_>| future.as_mut().poll(context);
        let (polled, raised) = if kind == Kind::Ordinary {
            path::poll_raised(context, poll)
        } else if request.is_some() {
            let (polled, answer) = path::ask(&mut request, || poll(context));
            if answer.claimed && !cleans_up {
                this.part.keep_child(context.waker(), true);
                *this.state = State::CleansUp;
                family(|family| family.claims.set(family.claims.get() + 1));
                return polled;
            }
            // Nobody in it takes the request, or its clean-up is cancelled.
            let cancelled = request.as_deref().map(Request::cancelled);
            (polled, cancelled.filter(|_| !answer.claimed))
        } else {
            // What is raised now is raised again when it is polled next.
            let polled = probed(context, |context| {
                path::poll_child(context.waker());
                path::inside(|| poll(context)).0
            });
            (polled, None)
        };
        if polled.is_ready() {
            family(|family| family.ready.set(family.ready.get() + 1));
        }
        if polled.is_ready() || raised.is_some() {
            if cleans_up {
                family(|family| family.ends.set(family.ends.get() + 1));
            } else if let Some(cancelled) = raised
                && kind == Kind::Ordinary
            {
                fall(cancelled);
            }
            *this.state = State::Fallen;
        } else if kind == Kind::Ordinary {
            this.part.keep_child(context.waker(), true);
        }
        polled
    }
}

pin_project! {
    /// A future that polls siblings, and passes requests on to all of them.
    pub(crate) struct Together<S, T> {
        #[pin]
        siblings: Option<S>,
        seen: path::Seen,
        part: Part,
        asked: Option<Box<Asked>>,
        // How many have not ended, if they are polled by a set.
        left: usize,
        // What they gave, if no panic, for the turn in which asyncio's gather tells its task.
        given: Option<Result<T, Caught>>,
        waited: bool,
        // A cancellation goes on as long as this is polled.
        raises: Option<Cancelled>,
    }
}

/// Siblings that were asked to end.
struct Asked {
    cancelled: Cancelled,
    claim: Claim,
    /// How many of them clean up.
    left: usize,
}

impl<S, T> Together<S, T> {
    /// `count`: how many siblings there are, if they are polled by a set.
    pub(crate) fn new(siblings: S, count: usize) -> Self {
        Self {
            siblings: Some(siblings),
            left: count,
            seen: path::Seen::default(),
            part: Part::default(),
            asked: None,
            given: None,
            waited: false,
            raises: None,
        }
    }

    /// The siblings back, if they were polled by nobody.
    pub(super) fn into_siblings(self) -> Option<S> {
        self.siblings.filter(|_| !self.waited && self.asked.is_none())
    }

    /// Polls them for what they give together; they are dropped when it is there.
    #[inline]
    pub(crate) fn poll(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        poll: impl FnMut(Pin<&mut S>, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.poll_and(false, |_| false, |_| None, context, poll)
    }

    /// As `poll`, where an error is the answer to a request, as an exception is in Python.
    #[inline]
    pub(super) fn try_poll(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        poll: impl FnMut(Pin<&mut S>, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T>
    where
        T: MayBeError,
    {
        self.poll_and(false, T::is_error, |_| None, context, poll)
    }

    /// As `try_poll`, where an error waits until all who were asked have cleaned up.
    #[inline]
    pub(super) fn try_poll_to_the_end(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        error: impl FnOnce(Pin<&mut S>) -> Option<T>,
        poll: impl FnMut(Pin<&mut S>, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T>
    where
        T: MayBeError,
    {
        self.poll_and(false, T::is_error, error, context, poll)
    }

    /// Polls them for one thing after the other.
    pub(super) fn poll_each(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        poll: impl FnMut(Pin<&mut S>, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.poll_and(true, |_| false, |_| None, context, poll)
    }

    #[inline]
    fn poll_and(
        self: Pin<&mut Self>,
        keep: bool,
        is_error: impl FnOnce(&T) -> bool,
        answer: impl FnOnce(Pin<&mut S>) -> Option<T>,
        context: &mut Context<'_>,
        mut poll: impl FnMut(Pin<&mut S>, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let mut this = self.project();
        let kind = this.seen.kind();
        if let Some(cancelled) = this.raises {
            path::raise(cancelled, context);
            return Poll::Pending;
        }
        if this.given.is_some() {
            if kind != Kind::Ordinary {
                path::later(context);
                return Poll::Pending;
            }
            *this.waited = false;
            return Poll::Ready(value_of(this.given.take().expect("it is there")));
        }
        let mut siblings =
            this.siblings.as_mut().as_pin_mut().expect("a gather was polled after its end");
        let waker = path::identity(context.waker());
        let ending = this.asked.is_some();
        let left = *this.left;
        let mut poll = || poll_set(left, context, |context| poll(siblings.as_mut(), context));
        let poll = || catch(|| path::poll_children(waker, &mut poll));
        let (polled, told) = poll_family(ending, kind, poll);
        let mut polled = match polled {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(Caught::from(panic))),
        };
        if let Poll::Ready(given) = &polled
            && given.as_ref().map_or(true, is_error)
            && (this.asked.is_some() || given.is_err())
        {
            // It is their answer, whatever they were asked.
            answering(|| *this.asked = None);
            if kind == Kind::Ask {
                path::claim();
            }
        }
        *this.left = left.saturating_sub(told.ready);
        if kind == Kind::Ask
            && polled.is_pending()
            && let Some(request) = path::request()
        {
            let asked = this.asked.get_or_insert_with(|| {
                let cancelled = request.cancelled();
                Box::new(Asked { cancelled, claim: Claim::default(), left: 0 })
            });
            asked.claim.take(&request);
            path::claim();
        }
        let mut cancelled = told.fallen;
        if let Some(asked) = this.asked {
            asked.left = (asked.left + told.claims).saturating_sub(told.ends);
            let over = asked.left == 0 || polled.is_ready();
            // Those that clean up wake it; where nobody does, it goes on by itself.
            if over && kind == Kind::Ask {
                path::later(context);
            }
            cancelled = (over && kind == Kind::Ordinary).then(|| asked.cancelled.clone());
            if cancelled.is_some()
                && let Some(given) = this.siblings.as_mut().as_pin_mut().and_then(answer)
            {
                cancelled = None;
                polled = Poll::Ready(Ok(given));
                answering(|| *this.asked = None);
            }
        }
        if let Some(cancelled) = cancelled {
            answering(|| this.siblings.set(None));
            // A turn later, as a value comes; of what is asked and need not be waited for, at once.
            let waited = *this.waited && (told.ends > 0 || this.asked.is_none());
            if waited && path::task_key().is_some() {
                path::wake_next_turn(context.waker());
            } else {
                path::raise(&cancelled, context);
            }
            *this.raises = Some(cancelled);
            return Poll::Pending;
        }
        let Poll::Ready(given) = polled else {
            *this.waited = true;
            if kind == Kind::Ordinary {
                this.part.keep(context.waker());
            }
            return Poll::Pending;
        };
        if !keep {
            this.siblings.set(None);
        }
        if !*this.waited || path::with_task(|_| ()).is_none() {
            return Poll::Ready(value_of(given));
        }
        // As in asyncio, where a callback stands between: a turn later.
        *this.given = Some(given);
        if kind == Kind::Ordinary {
            path::wake_next_turn(context.waker());
        } else {
            path::later(context);
        }
        Poll::Pending
    }
}

/// What may be an error.
pub trait MayBeError {
    /// Whether it is one.
    fn is_error(&self) -> bool;
}

impl<T, E> MayBeError for Result<T, E> {
    fn is_error(&self) -> bool {
        self.is_err()
    }
}

/// What siblings gave, or the panic of one, which goes on.
fn value_of<T>(given: Result<T, Caught>) -> T {
    match given.map_err(Caught::failure) {
        Ok(value) => value,
        Err(Failure::Panicked(panic)) => panic.resume(),
        Err(Failure::Cancelled(_)) => unreachable!("a cancellation is raised, and is not given"),
    }
}
