//! Recursive bodies on the native engine.
//!
//! The shape is that of `await_body.rs`, and what fills it differs throughout: frames that are
//! `Send` and move against frames that are pinned and stay on their thread, a lock against a cell,
//! requests through the `yield` against slots. One source would need a trait for each of frame,
//! slot and widening, and be longer than what stands here twice: the steps of an [`Engine`], and
//! how errors pass through a frame that can't raise.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use super::{Frames, Input, Output};
use crate::delegate::Passing;
use crate::engine::{Engine, Fallible, Mode, Outcome};
use crate::error::{Raised, Received, Thrown};
use crate::generator::Generator;
use crate::step::Step;

/// The body of a [`NativeRecursive`](crate::NativeRecursive) generator, with the frames of its
/// delegates.
pub struct NativeRecursiveBody<'a, Y, S, R, M: Mode> {
    frames: Frames<NativeFrame<'a, Y, S, M>>,
    returned: Returned<R>,
}

/// Where what a body returns lies. Behind a lock, so that a generator may move to another thread;
/// nobody ever waits for it.
type Returned<R> = Arc<Mutex<Option<R>>>;

impl<'a, Y: 'a, S: 'a, R: Send + 'a> Generator<NativeRecursiveBody<'a, Y, S, R, Infallible>> {
    /// Makes a generator for recursion, of a `#[coroutine]` closure that cannot fail.
    ///
    /// As [`recursive`](Generator::recursive), and [`Send`]. What the driver and a body tell each
    /// other goes through its `yield`, so each is a macro here:
    ///
    /// | plain native body | recursive native body |
    /// |---|---|
    /// | `(yield value)?`, and to catch `yield value` | `yield_value!(value)?`, and to catch [`yield_value!(value)`](crate::yield_value) |
    /// | `yield_from!(g)`, and to catch `try_yield_from!(g)` | [`yield_recursive!(g)`](crate::yield_recursive), and to catch [`try_yield_recursive!(g)`](crate::try_yield_recursive) |
    /// | | any other delegate: [`try_yield_nested!(g)`](crate::try_yield_nested) |
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(coroutines)]
    /// use twin_generators::{Generator, NativeRecursive, yield_recursive, yield_value};
    ///
    /// fn countdown<'a>(seconds: u64) -> NativeRecursive<'a, u64> {
    ///     Generator::recursive_native(
    ///         #[coroutine]
    ///         move |_| {
    ///             if seconds > 0 {
    ///                 yield_value!(seconds)?;
    ///                 yield_recursive!(countdown(seconds - 1));
    ///             }
    ///             Ok(())
    ///         },
    ///     )
    /// }
    ///
    /// assert_eq!(countdown(100_000).sum::<u64>(), 5_000_050_000);
    /// ```
    pub fn recursive_native<C>(coroutine: C) -> Self
    where
        C: NativeRecursion<'a, Y, S, R, Infallible>,
    {
        NativeRecursiveBody::of(coroutine)
    }
}

impl<'a, Y, S, R, E> Generator<NativeRecursiveBody<'a, Y, S, R, Fallible<E>>>
where
    Y: 'a,
    S: 'a,
    R: Send + 'a,
    E: 'a,
{
    /// Makes a generator for recursion, of a `#[coroutine]` closure that can raise an `E`.
    ///
    /// As [`recursive_native`](Generator::recursive_native); `Err(error)?` raises.
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(coroutines)]
    /// use twin_generators::{FallibleNativeRecursive, Generator, yield_recursive, yield_value};
    ///
    /// fn sinking<'a>(depth: u32) -> FallibleNativeRecursive<'a, u32, (), (), String> {
    ///     Generator::fallible_recursive_native(
    ///         #[coroutine]
    ///         move |_| {
    ///             if depth == 3 {
    ///                 Err(format!("the ground lies at {depth}"))?;
    ///             }
    ///             yield_value!(depth)?;
    ///             yield_recursive!(sinking(depth + 1));
    ///             Ok(())
    ///         },
    ///     )
    /// }
    ///
    /// let result: Result<Vec<u32>, String> = sinking(0).collect();
    /// assert_eq!(result, Err("the ground lies at 3".to_owned()));
    /// ```
    pub fn fallible_recursive_native<C>(coroutine: C) -> Self
    where
        C: NativeRecursion<'a, Y, S, R, Fallible<E>>,
    {
        NativeRecursiveBody::of(coroutine)
    }
}

/// A `#[coroutine]` closure that is the body of a [`NativeRecursive`](crate::NativeRecursive)
/// generator.
pub trait NativeRecursion<'a, Y, S, R, M: Mode>:
    Coroutine<
        Resumed<S, M::Error>,
        Yield = Request<'a, Y, S, M>,
        Return = Result<R, Raised<M::Error>>,
    > + Unpin
    + Send
    + 'a
{
}

impl<'a, Y, S, R, M: Mode, C> NativeRecursion<'a, Y, S, R, M> for C where
    C: Coroutine<
            Resumed<S, M::Error>,
            Yield = Request<'a, Y, S, M>,
            Return = Result<R, Raised<M::Error>>,
        > + Unpin
        + Send
        + 'a
{
}

impl<'a, Y: 'a, S: 'a, R: Send + 'a, M: Mode + 'a> NativeRecursiveBody<'a, Y, S, R, M> {
    fn of<C: NativeRecursion<'a, Y, S, R, M>>(coroutine: C) -> Generator<Self> {
        let returned = Returned::default();
        let frame =
            CoroutineFrame { coroutine, returned: returned.clone(), delegates: PhantomData };
        Generator::of(Self { frames: Frames::new(NativeFrame(Box::new(frame))), returned })
    }
}

impl<'a, Y: 'a, S: 'a, R, M: Mode + 'a> NativeRecursiveBody<'a, Y, S, R, M> {
    #[inline]
    fn drive(&mut self, input: Input<S, M::Error>) -> Outcome<Self> {
        Ok(match self.frames.drive(input)? {
            Some(value) => Step::Yielded(value),
            None => Step::Complete(take(&self.returned)),
        })
    }
}

impl<'a, Y: 'a, S: 'a, R, M: Mode + 'a> Engine for NativeRecursiveBody<'a, Y, S, R, M> {
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

/// What a recursive native body hands out at a `yield`.
pub enum Request<'a, Y, S, M: Mode> {
    /// A value.
    Yield(Y),
    /// A delegate, to run in its place.
    Delegate(NativeFrame<'a, Y, S, M>),
}

/// What a recursive native body is resumed with. Naming it helps inference, as
/// [`Received`] does in a plain native body: `|_: Resumed<S, E>| …`.
pub struct Resumed<S = (), E = Infallible>(Input<S, E>);

/// A body on the driver's stack, whatever it returns and whatever it captures.
pub struct NativeFrame<'a, Y, S, M: Mode>(Box<dyn SendStep<Y, S, M> + Send + 'a>);

impl<'a, Y: 'a, S: 'a, M: Mode + 'a> super::Step for NativeFrame<'a, Y, S, M> {
    type Yield = Y;
    type Send = S;
    type Error = M::Error;

    #[inline]
    fn step(&mut self, input: Input<S, M::Error>) -> Output<Y, M::Error, Self> {
        self.0.step(input)
    }
}

trait SendStep<Y, S, M: Mode> {
    /// For any `'s` that the body outlives, so that a [`NativeFrame`] may stand for one that lives
    /// shorter.
    fn step<'s>(
        &mut self,
        input: Input<S, M::Error>,
    ) -> Output<Y, M::Error, NativeFrame<'s, Y, S, M>>
    where
        Self: 's;
}

struct CoroutineFrame<'a, C, R> {
    coroutine: C,
    returned: Returned<R>,
    /// How long the delegates live that the body hands over.
    delegates: PhantomData<&'a ()>,
}

impl<'a, Y, S, R, M, C> SendStep<Y, S, M> for CoroutineFrame<'a, C, R>
where
    Y: 'a,
    S: 'a,
    M: Mode + 'a,
    C: Coroutine<
            Resumed<S, M::Error>,
            Yield = Request<'a, Y, S, M>,
            Return = Result<R, Raised<M::Error>>,
        > + Unpin,
{
    fn step<'s>(
        &mut self,
        input: Input<S, M::Error>,
    ) -> Output<Y, M::Error, NativeFrame<'s, Y, S, M>>
    where
        Self: 's,
    {
        match Pin::new(&mut self.coroutine).resume(Resumed(input)) {
            CoroutineState::Yielded(Request::Yield(value)) => Output::Yielded(value),
            CoroutineState::Yielded(Request::Delegate(frame)) => Output::Delegates(frame),
            CoroutineState::Complete(Ok(value)) => {
                *self.returned.lock().expect(NOT_SHARED) = Some(value);
                Output::Returned
            }
            CoroutineState::Complete(Err(raised)) => Output::Raised(raised),
        }
    }
}

fn take<R>(returned: &Returned<R>) -> R {
    let value = returned.lock().expect(NOT_SHARED).take();
    value.expect("a body that returned has filled its slot")
}

const NOT_SHARED: &str = "nobody panics who holds the lock";

/// What a delegate will have returned at its end.
#[doc(hidden)]
pub struct Delegated<R>(Returned<R>);

/// What a recursive native body can delegate to flatly: a
/// [`NativeRecursive`](crate::NativeRecursive) generator that has not been started.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no native recursive generator to delegate to",
    label = "is none that `Generator::recursive_native` made",
    note = "delegate to any other generator by `yield_nested!(g)`",
    note = "delegate to an iterable by `yield_nested!(Generator::over(iterable))`"
)]
pub trait NativeRecursiveDelegate<'a, Y, S, M: Mode> {
    /// What it returns.
    type Return;

    /// Its frame, and where what it returns will lie.
    #[doc(hidden)]
    fn into_frame(self) -> (NativeFrame<'a, Y, S, M>, Delegated<Self::Return>);
}

impl<'a, Y, S, R, M, N> NativeRecursiveDelegate<'a, Y, S, M>
    for Generator<NativeRecursiveBody<'a, Y, S, R, N>>
where
    Y: 'a,
    S: 'a,
    M: Mode + 'a,
    N: NativeWithin<M> + 'a,
{
    type Return = R;

    #[track_caller]
    fn into_frame(self) -> (NativeFrame<'a, Y, S, M>, Delegated<R>) {
        let Some(NativeRecursiveBody { frames, returned }) = self.into_created() else {
            panic!(
                "`yield_recursive!` was handed a generator that has been started or has ended: \
                 hand over what is left of it, `yield_nested!(g.rest())`"
            )
        };
        (N::within(frames.into_body()), Delegated(returned))
    }
}

#[doc(hidden)]
#[track_caller]
pub fn request<'a, Y, S, M, D>(delegate: D) -> (Request<'a, Y, S, M>, Delegated<D::Return>)
where
    M: Mode,
    D: NativeRecursiveDelegate<'a, Y, S, M>,
{
    let (frame, delegated) = delegate.into_frame();
    (Request::Delegate(frame), delegated)
}

#[doc(hidden)]
#[inline]
pub fn received<S, E>(resumed: Resumed<S, E>) -> Received<S, E> {
    match resumed.0 {
        Input::Send(value) => Ok(value),
        Input::Throw(thrown) => Err(thrown),
        Input::Start | Input::Returned | Input::Raised(_) => unreachable!("a `yield` waits here"),
    }
}

#[doc(hidden)]
pub fn recursed<S, E, R>(resumed: Resumed<S, E>, delegated: Delegated<R>) -> Result<R, Raised<E>> {
    match resumed.0 {
        Input::Returned => Ok(take(&delegated.0)),
        Input::Raised(raised) => Err(raised),
        Input::Start | Input::Send(_) | Input::Throw(_) => unreachable!("a delegate runs here"),
    }
}

/// Yields a value, in a recursive body on the native engine: Python's `yield value`.
///
/// Gives a [`Received`]: `yield_value!(value)?` is the plain `yield`, matching on it is Python's
/// `yield` inside `try`.
///
/// # Examples
///
/// See [`Generator::recursive_native`].
#[macro_export]
macro_rules! yield_value {
    ($value:expr) => {
        $crate::received(yield $crate::Request::Yield($value))
    };
}

/// Lets a recursive delegate yield in this body's place, in a recursive body on the native engine:
/// Python's `v = yield from g`.
///
/// [`RecursiveCo::yield_from`](crate::RecursiveCo::yield_from), as a macro.
///
/// # Examples
///
/// See [`Generator::recursive_native`].
#[macro_export]
macro_rules! yield_recursive {
    ($delegate:expr) => {
        $crate::try_yield_recursive!($delegate)?
    };
}

/// As [`yield_recursive!`](crate::yield_recursive), and catches: Python's `yield from` inside
/// `try`.
///
/// # Examples
///
/// ```
/// #![feature(coroutines)]
/// use twin_generators::{
///     FallibleNativeRecursive, Generator, Raised, Resumed, try_yield_recursive, yield_value,
/// };
///
/// fn sinking<'a>(depth: u32) -> FallibleNativeRecursive<'a, u32, (), (), String> {
///     Generator::fallible_recursive_native(
///         #[coroutine]
///         move |_: Resumed<(), String>| {
///             if depth == 3 {
///                 Err(format!("the ground lies at {depth}"))?;
///             }
///             yield_value!(depth)?;
///             match try_yield_recursive!(sinking(depth + 1)) {
///                 Err(Raised::Error(ground)) if ground.ends_with('3') => Ok(()),
///                 result => result,
///             }
///         },
///     )
/// }
///
/// assert_eq!(sinking(0).sum::<Result<u32, _>>(), Ok(3));
/// ```
#[macro_export]
macro_rules! try_yield_recursive {
    ($delegate:expr) => {{
        let (request, delegated) = $crate::request($delegate);
        $crate::recursed(yield request, delegated)
    }};
}

/// Delegates to any generator, in a recursive body on the native engine:
/// [`RecursiveCo::yield_from_nested`](crate::RecursiveCo::yield_from_nested), as a macro.
///
/// # Examples
///
/// ```
/// #![feature(coroutines)]
/// use twin_generators::{Generator, NativeRecursive, yield_nested, yield_recursive};
///
/// fn row<'a>(words: &'a [&'a str]) -> NativeRecursive<'a, char> {
///     Generator::recursive_native(
///         #[coroutine]
///         move |_| {
///             if let Some((first, rest)) = words.split_first() {
///                 yield_nested!(Generator::over(first.chars()));
///                 yield_recursive!(row(rest));
///             }
///             Ok(())
///         },
///     )
/// }
///
/// assert_eq!(row(&["spam", "eggs"]).collect::<String>(), "spameggs");
/// ```
#[macro_export]
macro_rules! yield_nested {
    ($delegate:expr) => {
        $crate::try_yield_nested!($delegate)?
    };
}

/// As [`yield_nested!`](crate::yield_nested), and catches.
///
/// # Examples
///
/// ```
/// #![feature(coroutines)]
/// use twin_generators::{Generator, NativeRecursive, Raised, try_yield_nested};
///
/// let mut outer: NativeRecursive<'_, u32, (), &str> = Generator::recursive_native(
///     #[coroutine]
///     |_| match try_yield_nested!(Generator::over(0..10)) {
///         Err(Raised::Exit) => Ok("closed"),
///         result => result.map(|()| "undisturbed"),
///     },
/// );
/// assert_eq!(outer.next(), Some(0));
/// assert_eq!(outer.close(), Ok(Some("closed")));
/// ```
#[macro_export]
macro_rules! try_yield_nested {
    ($delegate:expr) => {{
        let mut delegation = $crate::Delegation::new($delegate);
        let mut step = delegation.start();
        loop {
            match step {
                ::core::ops::ControlFlow::Continue(value) => {
                    let received = $crate::yield_value!(value);
                    step = delegation.resume(received);
                }
                ::core::ops::ControlFlow::Break(result) => break result,
            }
        }
    }};
}

/// [`Within`](crate::Within), of native bodies.
#[diagnostic::on_unimplemented(
    message = "a recursive delegate that raises other errors than the body around it",
    note = "delegate to it nested, with its errors converted: \
            `yield_nested!(g.map_err(|error| …))`",
    note = "a body that can't raise at all becomes one that can by \
            `Generator::fallible_recursive_native`"
)]
pub trait NativeWithin<M: Mode>: Mode {
    #[doc(hidden)]
    fn within<'a, Y: 'a, S: 'a>(frame: NativeFrame<'a, Y, S, Self>) -> NativeFrame<'a, Y, S, M>
    where
        Self: Sized + 'a,
        M: 'a;
}

impl NativeWithin<Self> for Infallible {
    fn within<'a, Y: 'a, S: 'a>(frame: NativeFrame<'a, Y, S, Self>) -> NativeFrame<'a, Y, S, Self> {
        frame
    }
}

impl<E> NativeWithin<Self> for Fallible<E> {
    fn within<'a, Y: 'a, S: 'a>(frame: NativeFrame<'a, Y, S, Self>) -> NativeFrame<'a, Y, S, Self>
    where
        Self: 'a,
    {
        frame
    }
}

impl<E: Send> NativeWithin<Fallible<E>> for Infallible {
    fn within<'a, Y: 'a, S: 'a>(
        frame: NativeFrame<'a, Y, S, Self>,
    ) -> NativeFrame<'a, Y, S, Fallible<E>>
    where
        Fallible<E>: 'a,
    {
        NativeFrame(Box::new(Passes { frame, passing: Passing::default() }))
    }
}

/// A frame of a body that can't raise, among such as can: errors pass through it.
struct Passes<'a, Y, S, E> {
    frame: NativeFrame<'a, Y, S, Infallible>,
    passing: Passing<E>,
}

impl<Y, S, E: Send> SendStep<Y, S, Fallible<E>> for Passes<'_, Y, S, E> {
    fn step<'s>(&mut self, input: Input<S, E>) -> Output<Y, E, NativeFrame<'s, Y, S, Fallible<E>>>
    where
        Self: 's,
    {
        let input = self.passing.input(input);
        let ended = match self.frame.0.step(input) {
            Output::Yielded(value) => return Output::Yielded(value),
            Output::Delegates(frame) => return Output::Delegates(Infallible::within(frame)),
            Output::Returned => Ok(()),
            Output::Raised(raised) => Err(raised.map(|never| match never {})),
        };
        match self.passing.end(ended) {
            Ok(()) => Output::Returned,
            Err(raised) => Output::Raised(raised),
        }
    }
}
