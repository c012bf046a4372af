//! Boxed bodies: generators of one type, whatever their bodies are.

use std::convert::Infallible;

use super::{Engine, Fallible, Outcome};
use crate::error::Thrown;
use crate::generator::Generator;

/// A generator whose type names its types only: for struct fields, for a `Vec` of several, for
/// recursion. Made by [`boxed`](Generator::boxed).
///
/// # Examples
///
/// ```
/// use twin_generators::{BoxGenerator, Generator};
///
/// struct Machine<'a> {
///     parts: Vec<BoxGenerator<'a, &'a str>>,
/// }
///
/// let name = String::from("wheel");
/// let mut machine = Machine {
///     parts: vec![
///         Generator::new(|mut co| {
///             let name = &name;
///             async move { co.yield_(name.as_str()).await }
///         })
///         .boxed(),
///         Generator::over(["nut", "bolt"]).boxed(),
///     ],
/// };
/// let parts: Vec<_> = machine.parts.iter_mut().flatten().collect();
/// assert_eq!(parts, ["wheel", "nut", "bolt"]);
/// ```
pub type BoxGenerator<'a, Y, S = (), R = ()> = Generator<
    Box<dyn Engine<Yield = Y, Send = S, Return = R, Error = Infallible, Mode = Infallible> + 'a>,
>;

/// A [`BoxGenerator`] whose body can raise an `E`.
///
/// # Examples
///
/// ```
/// use std::num::ParseIntError;
/// use twin_generators::{BoxFallibleGenerator, Generator};
///
/// fn numbers<'a>(text: &'a str) -> BoxFallibleGenerator<'a, i32, (), (), ParseIntError> {
///     Generator::fallible(|mut co| async move {
///         for word in text.split(' ') {
///             co.yield_(word.parse()?).await;
///         }
///         Ok(())
///     })
///     .boxed()
/// }
///
/// assert_eq!(numbers("1 2 3").sum::<Result<i32, _>>(), Ok(6));
/// ```
pub type BoxFallibleGenerator<'a, Y, S, R, E> =
    Generator<Box<dyn Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>> + 'a>>;

/// A [`BoxGenerator`] that can move to another thread, as its body can. Made by
/// [`boxed_send`](Generator::boxed_send).
pub type SendBoxGenerator<'a, Y, S = (), R = ()> = Generator<
    Box<
        dyn Engine<Yield = Y, Send = S, Return = R, Error = Infallible, Mode = Infallible>
            + Send
            + 'a,
    >,
>;

/// A [`BoxFallibleGenerator`] that can move to another thread, as its body can.
pub type SendBoxFallibleGenerator<'a, Y, S, R, E> = Generator<
    Box<dyn Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>> + Send + 'a>,
>;

/// What [`Generator::boxed`] makes of a body `B`.
pub type BoxBody<'a, B> = Box<
    dyn Engine<
            Yield = <B as Engine>::Yield,
            Send = <B as Engine>::Send,
            Return = <B as Engine>::Return,
            Error = <B as Engine>::Error,
            Mode = <B as Engine>::Mode,
        > + 'a,
>;

/// What [`Generator::boxed_send`] makes of a body `B`.
pub type SendBoxBody<'a, B> = Box<
    dyn Engine<
            Yield = <B as Engine>::Yield,
            Send = <B as Engine>::Send,
            Return = <B as Engine>::Return,
            Error = <B as Engine>::Error,
            Mode = <B as Engine>::Mode,
        > + Send
        + 'a,
>;

impl<B: Engine> Generator<B> {
    /// Moves the body into a box, so that the generator's type names its types only.
    ///
    /// Gives a [`BoxGenerator`], or a [`BoxFallibleGenerator`] if the body can raise. Each step
    /// then costs a call through a table. The type no longer says whether the body is [`Send`]:
    /// this one stays on its thread, [`boxed_send`](Self::boxed_send) makes one that
    /// doesn't have to.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{BoxGenerator, Generator};
    ///
    /// fn tree<'a>(labels: &'a [char]) -> BoxGenerator<'a, char> {
    ///     Generator::new(|mut co| async move {
    ///         if let Some((root, leaves)) = labels.split_first() {
    ///             co.yield_(*root).await;
    ///             co.yield_from(tree(leaves)).await;
    ///         }
    ///     })
    ///     .boxed()
    /// }
    ///
    /// assert_eq!(tree(&['a', 'b', 'c']).collect::<String>(), "abc");
    /// ```
    pub fn boxed<'a>(self) -> Generator<BoxBody<'a, B>>
    where
        B: 'a,
    {
        self.map(|body| -> BoxBody<'a, B> { Box::new(body) })
    }

    /// As [`boxed`](Self::boxed), for a body that is [`Send`]: so is the boxed generator.
    ///
    /// Gives a [`SendBoxGenerator`], or a [`SendBoxFallibleGenerator`] if the body can raise. A
    /// native body is `Send` if what it holds is, and so is an iterator; an async block is not,
    /// as it shares its `co` with the generator.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use twin_generators::{Generator, SendBoxGenerator};
    ///
    /// let numbers: SendBoxGenerator<'_, i32> = Generator::over(1..=3).boxed_send();
    /// let sum = thread::spawn(move || numbers.sum::<i32>()).join().unwrap();
    /// assert_eq!(sum, 6);
    /// ```
    pub fn boxed_send<'a>(self) -> Generator<SendBoxBody<'a, B>>
    where
        B: Send + 'a,
    {
        self.map(|body| -> SendBoxBody<'a, B> { Box::new(body) })
    }
}

impl<B: Engine + ?Sized> Engine for Box<B> {
    type Yield = B::Yield;
    type Send = B::Send;
    type Return = B::Return;
    type Error = B::Error;
    type Mode = B::Mode;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        (**self).start()
    }

    #[inline]
    fn resume(&mut self, value: Self::Send) -> Outcome<Self> {
        (**self).resume(value)
    }

    fn throw(&mut self, thrown: Thrown<Self::Error>) -> Outcome<Self> {
        (**self).throw(thrown)
    }

    #[inline]
    fn start_or_resume(&mut self, is_created: bool, value: Self::Send) -> Outcome<Self> {
        (**self).start_or_resume(is_created, value)
    }
}
