//! Recursive bodies on the stable engine.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

use super::co::{FrameSlots, RecursiveCo};
use super::{Frames, Input, Output};
use crate::delegate::Passing;
use crate::engine::{Engine, Fallible, Mode, NOT_CO, Outcome, Signal, Slots};
use crate::error::{Raised, Thrown};
use crate::generator::Generator;
use crate::step::Step;

/// The body of a [`Recursive`](crate::Recursive) generator, with the frames of its delegates.
pub struct RecursiveBody<'a, Y, S, R, M: Mode> {
    pub(super) frames: Frames<Frame<'a, Y, S, M>>,
    pub(super) returned: Slot<'a, R>,
}

impl<'a, Y: 'a, S: 'a, R: 'a> Generator<RecursiveBody<'a, Y, S, R, Infallible>> {
    /// Makes a generator for recursion, of an async block that cannot fail.
    ///
    /// As [`new`](Generator::new), but its [handle](RecursiveCo) delegates to others of the kind
    /// without a cost a level: however deep the recursion, an item takes the time of one level,
    /// and building, stepping, closing and dropping take no stack. A plain generator is twice as
    /// fast where nothing is delegated, and its delegates may borrow the body's locals; here one
    /// that is handed over lives as long as the generator.
    ///
    /// # Panics
    ///
    /// As [`new`](Generator::new).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Recursive};
    ///
    /// fn tree<'a>(labels: &'a [char]) -> Recursive<'a, char> {
    ///     Generator::recursive(move |mut co| async move {
    ///         if let Some((root, leaves)) = labels.split_first() {
    ///             co.yield_(*root).await;
    ///             co.yield_from(tree(leaves)).await;
    ///         }
    ///     })
    /// }
    ///
    /// assert_eq!(tree(&['a', 'b', 'c']).collect::<String>(), "abc");
    /// ```
    pub fn recursive<F: Future<Output = R> + 'a>(
        body: impl FnOnce(RecursiveCo<'a, Y, S>) -> F,
    ) -> Self {
        RecursiveBody::of(body, Ok)
    }
}

impl<'a, Y: 'a, S: 'a, R: 'a, E: 'a> Generator<RecursiveBody<'a, Y, S, R, Fallible<E>>> {
    /// Makes a generator for recursion, of an async block that can raise: it ends with a `Result`.
    ///
    /// As [`recursive`](Generator::recursive) and [`fallible`](Generator::fallible).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{FallibleRecursive, Generator};
    ///
    /// fn sinking<'a>(depth: u32) -> FallibleRecursive<'a, u32, (), (), String> {
    ///     Generator::fallible_recursive(move |mut co| async move {
    ///         if depth == 3 {
    ///             return Err(format!("the ground lies at {depth}"));
    ///         }
    ///         co.yield_(depth).await;
    ///         co.yield_from(sinking(depth + 1)).await;
    ///         Ok(())
    ///     })
    /// }
    ///
    /// let result: Result<Vec<u32>, String> = sinking(0).collect();
    /// assert_eq!(result, Err("the ground lies at 3".to_owned()));
    /// ```
    pub fn fallible_recursive<F: Future<Output = Result<R, E>> + 'a>(
        body: impl FnOnce(RecursiveCo<'a, Y, S, Fallible<E>>) -> F,
    ) -> Self {
        RecursiveBody::of(body, |result: Result<R, E>| result.map_err(Raised::Error))
    }
}

impl<'a, Y: 'a, S: 'a, R: 'a, M: Mode + 'a> RecursiveBody<'a, Y, S, R, M> {
    fn of<F: Future + 'a>(
        body: impl FnOnce(RecursiveCo<'a, Y, S, M>) -> F,
        result: impl Fn(F::Output) -> Result<R, Raised<M::Error>> + 'a,
    ) -> Generator<Self> {
        let slots = Rc::new(FrameSlots {
            slots: Slots::new(),
            delegate: Cell::new(None),
            returned: Cell::new(None),
        });
        let future = body(RecursiveCo { slots: slots.clone() });
        let frame = AwaitFrame { future, slots: slots.clone(), result };
        Generator::of(Self { frames: Frames::new(Frame(Box::pin(frame))), returned: Slot(slots) })
    }
}

impl<'a, Y: 'a, S: 'a, R, M: Mode + 'a> RecursiveBody<'a, Y, S, R, M> {
    #[inline]
    fn drive(&mut self, input: Input<S, M::Error>) -> Result<Step<Y, R>, Raised<M::Error>> {
        Ok(match self.frames.drive(input)? {
            Some(value) => Step::Yielded(value),
            None => Step::Complete(self.returned.take()),
        })
    }
}

impl<'a, Y: 'a, S: 'a, R, M: Mode + 'a> Engine for RecursiveBody<'a, Y, S, R, M> {
    type Yield = Y;
    type Send = S;
    type Return = R;
    type Error = M::Error;
    type Mode = M;

    fn start(&mut self) -> Outcome<Self> {
        self.drive(Input::Start)
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        self.drive(Input::Send(value))
    }

    fn throw(&mut self, thrown: Thrown<M::Error>) -> Outcome<Self> {
        self.drive(Input::Throw(thrown))
    }
}

/// Where what a body returns lies, whatever else lies there.
pub struct Slot<'a, R>(Rc<dyn Returned<R> + 'a>);

impl<R> Slot<'_, R> {
    pub(super) fn take(&self) -> R {
        self.0.take()
    }
}

trait Returned<R> {
    fn take(&self) -> R;
}

impl<Y, S, M: Mode, R> Returned<R> for FrameSlots<'_, Y, S, M, Cell<Option<R>>> {
    fn take(&self) -> R {
        self.returned.take().expect("a body that returned has filled its slot")
    }
}

/// A body on the driver's stack, whatever it returns and whatever it captures.
pub struct Frame<'a, Y, S, M: Mode>(Pin<Box<dyn PinnedStep<Y, S, M> + 'a>>);

impl<'a, Y: 'a, S: 'a, M: Mode + 'a> super::Step for Frame<'a, Y, S, M> {
    type Yield = Y;
    type Send = S;
    type Error = M::Error;

    #[inline]
    fn step(&mut self, input: Input<S, M::Error>) -> Output<Y, M::Error, Self> {
        self.0.as_mut().step(input)
    }
}

trait PinnedStep<Y, S, M: Mode> {
    /// For any `'s` that the body outlives, so that a [`Frame`] may stand for one that lives
    /// shorter.
    fn step<'s>(
        self: Pin<&mut Self>,
        input: Input<S, M::Error>,
    ) -> Output<Y, M::Error, Frame<'s, Y, S, M>>
    where
        Self: 's;
}

pin_project! {
    struct AwaitFrame<'a, Y, S, M: Mode, R, F, P> {
        #[pin]
        future: F,
        slots: Rc<FrameSlots<'a, Y, S, M, Cell<Option<R>>>>,
        // What the future gives, as what the body returned or raised.
        result: P,
    }
}

impl<'a, Y, S, M, R, F, P> PinnedStep<Y, S, M> for AwaitFrame<'a, Y, S, M, R, F, P>
where
    M: Mode,
    F: Future,
    P: Fn(F::Output) -> Result<R, Raised<M::Error>>,
{
    fn step<'s>(
        self: Pin<&mut Self>,
        input: Input<S, M::Error>,
    ) -> Output<Y, M::Error, Frame<'s, Y, S, M>>
    where
        Self: 's,
    {
        let this = self.project();
        let slots = &this.slots.slots;
        match (input, slots.signal.get()) {
            (Input::Start | Input::Returned, _) => {}
            (Input::Send(value), _) => slots.sent.set(Some(value)),
            (Input::Throw(thrown), Signal::YieldedCatching) => slots.thrown.set(Some(thrown)),
            (Input::Raised(raised), Signal::DelegatedCatching) => slots.raised.set(Some(raised)),
            // Nothing catches it here: the body ends without another step.
            (Input::Throw(thrown), _) => return Output::Raised(thrown.into()),
            (Input::Raised(raised), _) => return Output::Raised(raised),
        }
        slots.signal.set(Signal::Running);
        match this.future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => {
                slots.must_run(slots.signal.get());
                match (this.result)(output) {
                    Ok(value) => {
                        this.slots.returned.set(Some(value));
                        Output::Returned
                    }
                    Err(raised) => Output::Raised(raised),
                }
            }
            Poll::Pending => match slots.signal.get() {
                Signal::Yielded | Signal::YieldedCatching => {
                    Output::Yielded(slots.yielded.take().expect("a yield fills its slot"))
                }
                Signal::Delegated | Signal::DelegatedCatching => Output::Delegates(
                    this.slots.delegate.take().expect("a delegation fills its slot"),
                ),
                Signal::Raised => {
                    Output::Raised(slots.raised.take().expect("a raise fills its slot"))
                }
                Signal::Running => panic!("{NOT_CO}"),
            },
        }
    }
}

/// What a recursive body can delegate to flatly: a [`Recursive`](crate::Recursive) generator that
/// has not been started.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no recursive generator to delegate to",
    label = "is none that `Generator::recursive` made",
    note = "delegate to any other generator by `yield_from_nested(g)`",
    note = "delegate to an iterable by `yield_from_iter(iterable)`"
)]
pub trait RecursiveDelegate<'a, Y, S, M: Mode> {
    /// What it returns.
    type Return;

    /// Its frame, and where what it returns will lie.
    #[doc(hidden)]
    fn into_frame(self) -> (Frame<'a, Y, S, M>, Slot<'a, Self::Return>);
}

impl<'a, Y, S, R, M, N> RecursiveDelegate<'a, Y, S, M> for Generator<RecursiveBody<'a, Y, S, R, N>>
where
    Y: 'a,
    S: 'a,
    M: Mode + 'a,
    N: Within<M> + 'a,
{
    type Return = R;

    #[track_caller]
    fn into_frame(self) -> (Frame<'a, Y, S, M>, Slot<'a, R>) {
        let Some(RecursiveBody { frames, returned }) = self.into_created() else {
            panic!(
                "`yield_from` was handed a recursive generator that has been started or has \
                 ended: hand over what is left of it, `yield_from_nested(g.rest())`, or lend it, \
                 `yield_from_nested(&mut g)`"
            )
        };
        (N::within(frames.into_body()), returned)
    }
}

/// A mode whose recursive bodies can be delegates of one of the mode `M`: its own, or that of
/// bodies that can't raise.
#[diagnostic::on_unimplemented(
    message = "a recursive delegate that raises other errors than the body around it",
    note = "delegate to it nested, with its errors converted: \
            `yield_from_nested(g.map_err(|error| …))`",
    note = "a body that can't raise at all becomes one that can by `Generator::fallible_recursive`"
)]
pub trait Within<M: Mode>: Mode {
    #[doc(hidden)]
    fn within<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, Self>) -> Frame<'a, Y, S, M>
    where
        Self: Sized + 'a,
        M: 'a;
}

impl Within<Self> for Infallible {
    fn within<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, Self>) -> Frame<'a, Y, S, Self> {
        frame
    }
}

impl<E> Within<Self> for Fallible<E> {
    fn within<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, Self>) -> Frame<'a, Y, S, Self>
    where
        Self: 'a,
    {
        frame
    }
}

impl<E> Within<Fallible<E>> for Infallible {
    fn within<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, Self>) -> Frame<'a, Y, S, Fallible<E>>
    where
        Fallible<E>: 'a,
    {
        Frame(Box::pin(Passes { frame, passing: Passing::default() }))
    }
}

pin_project! {
    /// A frame of a body that can't raise, among such as can: errors pass through it.
    struct Passes<'a, Y, S, E> {
        frame: Frame<'a, Y, S, Infallible>,
        passing: Passing<E>,
    }
}

impl<Y, S, E> PinnedStep<Y, S, Fallible<E>> for Passes<'_, Y, S, E> {
    fn step<'s>(
        self: Pin<&mut Self>,
        input: Input<S, E>,
    ) -> Output<Y, E, Frame<'s, Y, S, Fallible<E>>>
    where
        Self: 's,
    {
        let this = self.project();
        let input = this.passing.input(input);
        let ended = match this.frame.0.as_mut().step(input) {
            Output::Yielded(value) => return Output::Yielded(value),
            Output::Delegates(frame) => return Output::Delegates(Infallible::within(frame)),
            Output::Returned => Ok(()),
            Output::Raised(raised) => Err(raised.map(|never| match never {})),
        };
        match this.passing.end(ended) {
            Ok(()) => Output::Returned,
            Err(raised) => Output::Raised(raised),
        }
    }
}
