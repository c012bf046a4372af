//! Several futures that are polled together: the children of a gather.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::cancel::path::{self, Kind};
use crate::outcome::{Cancelled, Claim, answering};

thread_local! {
    /// Of the siblings that are being polled. Without a destructor, as in `path`.
    static FAMILY: Family = const {
        Family { ending: Cell::new(false), claims: Cell::new(0), ends: Cell::new(0) }
    };
    /// The cancellation of one that was cancelled by itself.
    static FALLEN: ManuallyDrop<RefCell<Option<Cancelled>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

struct Family {
    /// Whether they were asked to end: those that did not claim the request stand still.
    ending: Cell<bool>,
    /// How many have claimed it, and how many of those have ended, in this poll.
    claims: Cell<usize>,
    ends: Cell<usize>,
}

fn family<R>(look: impl FnOnce(&Family) -> R) -> R {
    FAMILY.with(look)
}

/// Whether the siblings that are being polled were asked to end.
pub(super) fn is_ending() -> bool {
    family(|family| family.ending.get())
}

/// What siblings have told in one poll.
pub(super) struct Told {
    claims: usize,
    ends: usize,
    pub(super) fallen: Option<Cancelled>,
}

/// Polls siblings, and gives what they tell.
pub(super) fn poll_family<R>(ending: bool, poll: impl FnOnce() -> R) -> (R, Told) {
    struct Restore(bool, usize, usize, Option<Cancelled>);
    impl Drop for Restore {
        fn drop(&mut self) {
            family(|family| {
                family.ending.set(self.0);
                family.claims.set(self.1);
                family.ends.set(self.2);
            });
            drop(FALLEN.with(|fallen| fallen.replace(self.3.take())));
        }
    }
    let _restore = family(|family| {
        let fallen = FALLEN.with(|fallen| fallen.take());
        Restore(family.ending.replace(ending), family.claims.take(), family.ends.take(), fallen)
    });
    let result = path::apart(poll);
    let told = family(|family| Told {
        claims: family.claims.get(),
        ends: family.ends.get(),
        fallen: FALLEN.with(|fallen| fallen.take()),
    });
    (result, told)
}

pin_project! {
    /// One of several futures that are polled together. A cancellation that it raises is told to
    /// those who poll it, and ends none of those beside it, who may still have to clean up.
    pub struct Sibling<F> {
        #[pin]
        future: F,
        state: State,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    /// It has claimed a request.
    CleansUp,
    /// It was cancelled, and is polled no more.
    Fallen,
}

impl<F> Sibling<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future, state: State::Running }
    }
}

impl<F: Future> Future for Sibling<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        path::poll_child(context.waker());
        if !path::is_ordinary() || self.state != State::Running || is_ending() {
            return self.poll_rare(context);
        }
        let mut this = self.project();
        let polled = this.future.as_mut().poll(context);
        if polled.is_pending() && path::has_raised() {
            let (polled, raised) =
                path::confirm_raised(context, |context| this.future.as_mut().poll(context));
            if let Some(cancelled) = raised {
                *this.state = State::Fallen;
                fall(cancelled);
            }
            return polled;
        }
        polled
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
        let ending = is_ending();
        let mut this = self.project();
        if *this.state == State::Fallen || ending && *this.state == State::Running {
            return Poll::Pending;
        }
        let mut poll = |context: &mut Context<'_>| this.future.as_mut().poll(context);
        let (polled, raised) = if path::is_ordinary() {
            path::poll_raised(context, poll)
        } else if let Some(request) = path::request() {
            let (polled, answer) = path::ask(&request, || poll(context));
            if answer.claimed && *this.state == State::Running {
                *this.state = State::CleansUp;
                family(|family| family.claims.set(family.claims.get() + 1));
            }
            // Its clean-up has been cancelled.
            let cancelled = !answer.claimed && *this.state == State::CleansUp;
            (polled, cancelled.then(|| request.cancelled()))
        } else {
            // What is raised now is raised again when it is polled next.
            (path::inside(|| poll(context)).0, None)
        };
        if polled.is_ready() || raised.is_some() {
            if *this.state == State::CleansUp {
                family(|family| family.ends.set(family.ends.get() + 1));
            } else if let Some(cancelled) = &raised {
                fall(cancelled.clone());
            }
            *this.state = State::Fallen;
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
        part: path::Part,
        asked: Option<Box<Asked>>,
        // What they gave, for the turn in which asyncio's gather tells its task.
        given: Option<T>,
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
    pub(crate) fn new(siblings: S) -> Self {
        Self {
            siblings: Some(siblings),
            seen: path::Seen::default(),
            part: path::Part::default(),
            asked: None,
            given: None,
            waited: false,
            raises: None,
        }
    }

    #[inline]
    pub(crate) fn poll(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        poll: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<T>,
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
            return Poll::Ready(this.given.take().expect("it is there"));
        }
        let siblings =
            this.siblings.as_mut().as_pin_mut().expect("a gather was polled after its end");
        let waker = context.waker().clone();
        let (polled, told) = poll_family(this.asked.is_some(), || {
            path::poll_children(&waker, || poll(siblings, context))
        });
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
            path::later(context);
        }
        let mut cancelled = told.fallen;
        if let Some(asked) = this.asked {
            asked.left = (asked.left + told.claims).saturating_sub(told.ends);
            let over = asked.left == 0 || polled.is_ready();
            cancelled = (over && kind == Kind::Ordinary).then(|| asked.cancelled.clone());
        }
        if let Some(cancelled) = cancelled {
            answering(|| this.siblings.set(None));
            path::raise(&cancelled, context);
            *this.raises = Some(cancelled);
            return Poll::Pending;
        }
        let Poll::Ready(given) = polled else {
            *this.waited = true;
            this.part.keep(context.waker());
            return Poll::Pending;
        };
        this.siblings.set(None);
        if !*this.waited || path::with_task(|_| ()).is_none() {
            return Poll::Ready(given);
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
