//! Flat delegation, for recursion of any depth.
//!
//! ```text
//! plain:     driver ──▶ tree ──▶ tree ──▶ tree        one call a level for each item,
//!                                                     each level on the stack of the thread
//!
//! recursive: driver ──────────────────▶ tree          one call for each item,
//!            its frames: tree, tree, tree             each level a frame on the driver's heap
//! ```
//!
//! A body that delegates hands its delegate's frame out, to the driver, which pushes it and goes on
//! with it. What the delegate returns lies in a slot of its own; what it raises goes to the frame
//! below. So nothing here calls itself: [`Frames::drive`] is one loop.

mod await_body;
mod co;
#[cfg(feature = "nightly")]
mod native;

use std::convert::Infallible;

pub use self::await_body::{Frame, RecursiveBody, RecursiveDelegate, Slot, Within};
pub use self::co::RecursiveCo;
#[cfg(feature = "nightly")]
pub use self::native::{
    NativeFrame, NativeRecursion, NativeRecursiveBody, NativeRecursiveDelegate, NativeWithin,
    Request, Resumed, received, recursed, request,
};
use crate::delegate::Passing;
use crate::engine::Fallible;
use crate::error::{Raised, Thrown};
use crate::generator::Generator;

/// A generator that delegates to others of its kind at no cost a level, however deep. Made by
/// [`Generator::recursive`].
///
/// Its type names its types only, as recursion needs it.
///
/// One limit is left. Generators that were built from the inside out, each captured by the next,
/// and then never started, are dropped as any values are that own each other: each in the
/// destructor of the next. Some thousands do no harm. (CPython 3.13 ends the process there too.)
///
/// # Examples
///
/// ```
/// use twin_generators::{Generator, Recursive};
///
/// fn countdown<'a>(seconds: u32) -> Recursive<'a, u32> {
///     Generator::recursive(move |mut co| async move {
///         if seconds > 0 {
///             co.yield_(seconds).await;
///             co.yield_from(countdown(seconds - 1)).await;
///         }
///     })
/// }
///
/// assert_eq!(countdown(100_000).map(u64::from).sum::<u64>(), 5_000_050_000);
/// ```
pub type Recursive<'a, Y, S = (), R = ()> = Generator<RecursiveBody<'a, Y, S, R, Infallible>>;

/// A [`Recursive`] generator whose body can raise an `E`. Made by
/// [`Generator::fallible_recursive`].
pub type FallibleRecursive<'a, Y, S, R, E> = Generator<RecursiveBody<'a, Y, S, R, Fallible<E>>>;

/// A [`Recursive`] generator on the native engine, which can move to another thread. Made by
/// [`Generator::recursive_native`].
#[cfg(feature = "nightly")]
pub type NativeRecursive<'a, Y, S = (), R = ()> =
    Generator<NativeRecursiveBody<'a, Y, S, R, Infallible>>;

/// A [`NativeRecursive`] generator whose body can raise an `E`. Made by
/// [`Generator::fallible_recursive_native`].
#[cfg(feature = "nightly")]
pub type FallibleNativeRecursive<'a, Y, S, R, E> =
    Generator<NativeRecursiveBody<'a, Y, S, R, Fallible<E>>>;

/// What a frame is resumed with.
pub(crate) enum Input<S, E> {
    /// Nothing: it begins.
    Start,
    /// What is sent to the `yield` where it waits.
    Send(S),
    /// What is thrown at the `yield` where it waits.
    Throw(Thrown<E>),
    /// Its delegate has returned; the value lies in the delegate's slot.
    Returned,
    /// Its delegate has raised.
    Raised(Raised<E>),
}

/// What a frame did.
pub(crate) enum Output<Y, E, F> {
    Yielded(Y),
    /// It ended; the value lies in its slot.
    Returned,
    Raised(Raised<E>),
    /// It waits for a delegate, which is to run now.
    Delegates(F),
}

/// A frame on the driver's stack: a body that has been started, or is about to be.
pub(crate) trait Step: Sized {
    type Yield;
    type Send;
    type Error;

    fn step(
        &mut self,
        input: Input<Self::Send, Self::Error>,
    ) -> Output<Self::Yield, Self::Error, Self>;
}

/// The frames of a generator: its own body, and above it who works for whom.
pub(crate) struct Frames<F> {
    // Dropped before the body, as in a delegation that is no stack.
    delegates: Delegates<F>,
    body: F,
}

/// The delegates of a body, each that of the one before it.
struct Delegates<F>(Vec<F>);

impl<F> Drop for Delegates<F> {
    fn drop(&mut self) {
        // The innermost first. A vector would begin with the outermost.
        while self.0.pop().is_some() {}
    }
}

impl<F: Step> Frames<F> {
    pub(crate) fn new(body: F) -> Self {
        Self { delegates: Delegates(Vec::new()), body }
    }

    /// The frame of a generator that has not been started.
    pub(crate) fn into_body(self) -> F {
        debug_assert!(self.delegates.0.is_empty(), "nobody delegates before the start");
        self.body
    }

    /// Runs the innermost frame, and whichever goes on after it, to the next `yield`, or to the
    /// end of the body: `None`.
    pub(crate) fn drive(
        &mut self,
        mut input: Input<F::Send, F::Error>,
    ) -> Result<Option<F::Yield>, Raised<F::Error>> {
        let delegates = &mut self.delegates.0;
        // An exit closes each delegate, which then must end; the body may do as it likes. So many
        // are left to close; those that they delegate to meanwhile lie above them.
        let mut closing = match input {
            Input::Throw(Thrown::Exit) => delegates.len(),
            _ => 0,
        };
        loop {
            let frame = delegates.last_mut().unwrap_or(&mut self.body);
            let ended = match frame.step(input) {
                Output::Delegates(delegate) => {
                    delegates.push(delegate);
                    input = Input::Start;
                    continue;
                }
                Output::Yielded(value) if closing == 0 => return Ok(Some(value)),
                Output::Yielded(_) => {
                    while delegates.len() > closing {
                        delegates.pop();
                    }
                    Input::Raised(Raised::IgnoredExit)
                }
                Output::Returned => Input::Returned,
                Output::Raised(raised) => Input::Raised(raised),
            };
            if delegates.pop().is_none() {
                return match ended {
                    Input::Raised(raised) => Err(raised),
                    _ => Ok(None),
                };
            }
            input = ended;
            if closing > delegates.len() {
                closing = delegates.len();
                // What a delegate returns when it is closed is nobody's: the exit goes on.
                if let Input::Returned = input {
                    input = Input::Raised(Raised::Exit);
                }
            }
        }
    }
}

impl<E> Passing<E> {
    /// What a body that can't raise sees in place of what comes to it; the error passes.
    fn input<S>(&mut self, input: Input<S, E>) -> Input<S, Infallible> {
        match input {
            Input::Start => Input::Start,
            Input::Send(value) => Input::Send(value),
            Input::Returned => Input::Returned,
            Input::Throw(thrown) => {
                *self = Self::of(thrown);
                Input::Throw(Thrown::Exit)
            }
            Input::Raised(Raised::Error(error)) => {
                *self = Self::of(Thrown::Error(error));
                Input::Raised(Raised::Exit)
            }
            Input::Raised(Raised::Exit) => Input::Raised(Raised::Exit),
            Input::Raised(Raised::IgnoredExit) => Input::Raised(Raised::IgnoredExit),
        }
    }
}
