//! A task as the loop runs it: its turns, and what it is asked between them.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::cancel::path;
use crate::event_loop::Turn;
use crate::outcome::{Cancelled, Panic, Request, answering, catch};
use crate::state::{AnyTask, Asked, Outcome, Phase, Shared, Wakes};

/// How often a task is polled dry, at most, because its sets have more to ask.
const PATIENCE: u32 = 100_000;

/// What a group wants to know about its children.
pub(crate) trait Parent<R, T>: 'static {
    /// Turns what the future returned into the task's outcome.
    fn outcome(&self, returned: R) -> Outcome<T>;
    /// Turns it into the outcome of a task that was asked to end, too late for a wait.
    fn outcome_too_late(&self, returned: R) -> Outcome<T>;
    /// The task has ended; those that wait for it hear of it next.
    fn ended(&self, task: &Shared<T>);
}

/// A task without a group.
pub(crate) struct NoParent;

impl<T: 'static> Parent<T, T> for NoParent {
    fn outcome(&self, returned: T) -> Outcome<T> {
        Outcome::Value(returned)
    }

    fn outcome_too_late(&self, _returned: T) -> Outcome<T> {
        Outcome::Cancelled
    }

    fn ended(&self, _task: &Shared<T>) {}
}

pin_project! {
    /// The future of a task as the loop runs it.
    pub(crate) struct Body<F: Future, T, P> {
        #[pin]
        future: Option<F>,
        shared: Rc<Shared<T>>,
        parent: P,
        asked: Option<Box<Answered<F::Output>>>,
    }
}

/// What came of asking a task.
struct Answered<R> {
    request: Option<Rc<Request>>,
    /// How it is going to end at its next turn.
    end: Option<End<R>>,
}

enum End<R> {
    Returned(R),
    /// As above, but it was asked to end, and nothing in it has taken that.
    TooLate(R),
    Cancelled(Cancelled),
    Panicked(Panic),
}

impl<F, T, P> Body<F, T, P>
where
    F: Future,
    T: 'static,
    P: Parent<F::Output, T>,
{
    pub(crate) fn new(future: F, shared: Rc<Shared<T>>, parent: P) -> Self {
        Self { future: Some(future), shared, parent, asked: None }
    }

    /// Runs code of the task.
    fn within<R>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        code: impl FnOnce(Pin<&mut Self>, &mut Context<'_>) -> R,
    ) -> R {
        let task: Rc<dyn AnyTask> = self.shared.clone();
        let root = path::identity(context.waker());
        path::in_task(task, root, || code(self, context))
    }

    /// Polls it, and tells how it ends.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Option<End<F::Output>> {
        let shared = self.shared.clone();
        let mut future = self.as_mut().project().future;
        shared.control.set_phase(Phase::Running);
        let polled = catch(|| {
            path::poll_raised(context, |context| {
                let future = future.as_mut().as_pin_mut().expect("a task is polled to its end");
                future.poll(context)
            })
        });
        shared.control.set_phase(Phase::Suspended);
        match polled {
            Err(panic) => Some(End::Panicked(panic)),
            Ok((Poll::Ready(returned), _)) if shared.control.is_too_late() => {
                Some(End::TooLate(returned))
            }
            Ok((Poll::Ready(returned), _)) => Some(End::Returned(returned)),
            Ok((Poll::Pending, raised)) => raised.map(End::Cancelled),
        }
    }

    /// Polls it dry, to ask what it is to be asked. Gives whether it needs a turn.
    fn poll_dry(mut self: Pin<&mut Self>, asked: Asked, context: &mut Context<'_>) -> bool {
        let shared = self.shared.clone();
        let control = &shared.control;
        let all = asked == Asked::All;
        let mut request = all.then(|| Request::new(control.reason(), control.take_times()));
        if let Some(request) = &request {
            request.wait(context.waker());
        }

        // Where one scope has something to ask, it has woken itself.
        let parts = if all { control.parts(Wakes::Requests) } else { Vec::new() };
        // Sets poll so many at a time: until all have been asked, or nobody else takes it.
        let mut polls = parts.len() / 16 + 1;
        let mut patience = PATIENCE;
        let claims = |request: &Option<Rc<Request>>| request.as_ref().map_or(0, |r| r.claims());
        let agenda = control.agenda().clone();
        if !parts.is_empty() {
            agenda.capture(control.key(), || parts.into_iter().for_each(|part| part.wake()));
        }

        let mut future = self.as_mut().project().future;
        let mut claimed = false;
        control.set_phase(Phase::Running);
        let mut ask = || loop {
            let mut poll = || {
                let future = future.as_mut().as_pin_mut().expect("a task is polled to its end");
                future.poll(context)
            };
            let claims_before = claims(&request);
            let (polled, woken) =
                agenda.capture(control.key(), || {
                    catch(|| {
                        if all { path::ask(&mut request, &mut poll) } else { path::pass(&mut poll) }
                    })
                });
            let (polled, answer) = match polled {
                Ok(polled) => polled,
                Err(panic) => break (Some(End::Panicked(panic)), true),
            };
            claimed |= answer.claimed;
            match (polled, answer.raised) {
                (Poll::Ready(returned), _) if all && !claimed => {
                    break (Some(End::TooLate(returned)), true);
                }
                (Poll::Ready(returned), _) => break (Some(End::Returned(returned)), true),
                (Poll::Pending, Some(raised)) => break (Some(End::Cancelled(raised)), true),
                (Poll::Pending, None) => {}
            }
            if patience > 0 && claims(&request) > claims_before {
                polls += 1;
                patience -= 1;
            }
            polls -= 1;
            // A set that was polled before a scope woke its children has to be polled once more.
            if path::take_woke_parts() && patience > 0 {
                patience -= 1;
                polls += 1;
                continue;
            }
            // A set that has more to poll has woken itself, and what has gone on to another wait is
            // asked there.
            if polls == 0 || !(woken || answer.began) {
                break (None, woken);
            }
        };
        let (mut end, mut woken) = path::asking(&mut ask);
        let (wakes, wakes_it) = agenda.capture(control.key(), || catch(path::end_asking));
        woken |= wakes_it;
        match wakes {
            Err(panic) => end = Some(End::Panicked(panic)),
            Ok(()) if !claimed => {
                let unclaimed = request.as_ref().map(|request| request.cancelled());
                end = end.or(unclaimed.map(End::Cancelled));
            }
            Ok(()) => {}
        }
        control.set_phase(Phase::Suspended);
        control.stop_refusing();

        let ends = end.is_some();
        if claimed && !ends {
            agenda.hold(control.key());
        }
        let answered = self.project().asked;
        let answered =
            answered.get_or_insert_with(|| Box::new(Answered { request: None, end: None }));
        answered.request = request.or(answered.request.take());
        if ends {
            answered.end = end;
        }
        ends || woken
    }

    /// Ends the task: its destructors run as a part of it.
    fn finish(mut self: Pin<&mut Self>, end: End<F::Output>, context: &mut Context<'_>) {
        self.as_mut().within(context, |body, _| {
            let mut this = body.project();
            let outcome = match end {
                End::Panicked(panic) => Outcome::Panicked(Box::new(panic)),
                End::Returned(returned) => this.parent.outcome(returned),
                End::TooLate(returned) => {
                    let outcome = catch(|| this.parent.outcome_too_late(returned));
                    outcome.unwrap_or_else(|panic| Outcome::Panicked(Box::new(panic)))
                }
                End::Cancelled(cancelled) => {
                    this.shared.control.set_reason(cancelled.shared_reason());
                    Outcome::Cancelled
                }
            };
            // A destructor that panics gives the task's outcome.
            let outcome = match catch(|| answering(|| this.future.set(None))) {
                Ok(()) => outcome,
                Err(panic) => match outcome {
                    // The first panic counts; this one is reported.
                    Outcome::Panicked(first) => {
                        this.shared.control.agenda().unclaimed().report(panic);
                        Outcome::Panicked(first)
                    }
                    outcome => {
                        drop(catch(|| drop(outcome)));
                        Outcome::Panicked(Box::new(panic))
                    }
                },
            };
            this.asked.take();
            this.shared.end(outcome, |task| this.parent.ended(task));
        });
    }
}

impl<F, T, P> Turn for Body<F, T, P>
where
    F: Future,
    T: 'static,
    P: Parent<F::Output, T>,
{
    fn turn(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> bool {
        let shared = self.shared.clone();
        let control = &shared.control;
        let begun = control.phase() != Phase::Created;
        let asked = control.take_asked();
        if !begun && asked == Asked::All {
            self.finish(End::Cancelled(control.cancelled_error()), context);
            return true;
        }
        let end = self.as_mut().within(context, |mut body, context| {
            if begun && asked != Asked::Nothing {
                body.as_mut().poll_dry(asked, context);
            }
            let answered = body.as_mut().project().asked.as_mut();
            if let Some(end) = answered.and_then(|answered| answered.end.take()) {
                return Some(end);
            }
            let end = body.as_mut().poll(context);
            if end.is_some() {
                return end;
            }
            control.has_gone_on();
            // It waits. What was asked for during the turn comes now, and so does a request that
            // nobody has answered. Who waits for a turn alone is asked in that: until then the
            // request can be taken back.
            let answered = body.as_mut().project().asked.as_mut();
            if let Some(request) = answered.and_then(|answered| answered.request.as_ref())
                && request.is_lost()
            {
                request.find();
                control.request_again();
            }
            if control.waits() && !control.agenda().is_scheduled(control.key()) {
                let asked = control.take_asked();
                if body.poll_dry(asked, context) {
                    control.agenda().schedule(control.key());
                }
            }
            None
        });
        match end {
            None => false,
            Some(end) => {
                self.finish(end, context);
                true
            }
        }
    }

    fn ask(self: Pin<&mut Self>, context: &mut Context<'_>) -> bool {
        let control = &self.shared.control;
        if control.phase() == Phase::Created {
            // Its first turn is its last.
            return true;
        }
        match control.take_asked() {
            Asked::Nothing => true,
            asked => self.within(context, |body, context| body.poll_dry(asked, context)),
        }
    }

    fn end(self: Pin<&mut Self>, context: &mut Context<'_>) {
        self.finish(End::Cancelled(Cancelled::new()), context);
    }

    fn look(self: Pin<&mut Self>, context: &mut Context<'_>) {
        let shared = self.shared.clone();
        let control = &shared.control;
        // Sets of somebody else's poll only what was woken, and wake their task for that.
        let wake_parts = || control.parts(Wakes::Looks).into_iter().for_each(|part| part.wake());
        control.agenda().capture(control.key(), wake_parts);
        self.within(context, |body, context| {
            let mut body = body;
            let looked = catch(|| {
                let future = body.as_mut().project().future.as_pin_mut();
                future.map(|future| path::pass(|| future.poll(context)).0)
            });
            let end = match looked {
                Ok(Some(Poll::Pending) | None) => return,
                // Somebody else's future had a value that it had not told of.
                Ok(Some(Poll::Ready(returned))) => End::Returned(returned),
                Err(panic) => End::Panicked(panic),
            };
            let asked = body.project().asked;
            let asked =
                asked.get_or_insert_with(|| Box::new(Answered { request: None, end: None }));
            asked.end = Some(end);
            control.agenda().schedule(control.key());
        });
    }

    fn task(&self) -> Rc<dyn AnyTask> {
        self.shared.clone()
    }
}
