//! Boxed bodies: async generators of one type, whatever their bodies are.
//!
//! `twin-generators` boxes its own [`Engine`] by the same names: another trait, whose methods
//! answer at once.

use std::convert::Infallible;
use std::task::{Context, Poll};

use twin_generators::{Fallible, Thrown};

use super::{Engine, Outcome};
use crate::generator::AsyncGenerator;

/// An async generator whose type names its types only: for struct fields, for a `Vec` of several,
/// for recursion. Made by [`boxed`](AsyncGenerator::boxed).
///
/// # Examples
///
/// ```
/// use futures_lite::stream;
/// use twin_async_generators::{AsyncGenerator, BoxAsyncGenerator};
///
/// struct Machine<'a> {
///     parts: Vec<BoxAsyncGenerator<'a, &'a str>>,
/// }
///
/// # smol::block_on(async {
/// let name = String::from("wheel");
/// let mut machine = Machine {
///     parts: vec![
///         AsyncGenerator::new(|mut co| {
///             let name = &name;
///             async move { co.yield_(name.as_str()).await }
///         })
///         .boxed(),
///         AsyncGenerator::over(stream::iter(["nut", "bolt"])).boxed(),
///     ],
/// };
/// assert_eq!(machine.parts[0].next().await, Some("wheel"));
/// assert_eq!(machine.parts[1].next().await, Some("nut"));
/// # });
/// ```
pub type BoxAsyncGenerator<'a, Y, S = (), R = ()> = AsyncGenerator<
    Box<dyn Engine<Yield = Y, Send = S, Return = R, Error = Infallible, Mode = Infallible> + 'a>,
>;

/// A [`BoxAsyncGenerator`] whose body can raise an `E`.
///
/// # Examples
///
/// ```
/// use std::num::ParseIntError;
/// use twin_async_generators::{AsyncGenerator, BoxFallibleAsyncGenerator};
///
/// fn numbers<'a>(text: &'a str) -> BoxFallibleAsyncGenerator<'a, i32, (), (), ParseIntError> {
///     AsyncGenerator::fallible(|mut co| async move {
///         for word in text.split(' ') {
///             co.yield_(word.parse()?).await;
///         }
///         Ok(())
///     })
///     .boxed()
/// }
///
/// assert_eq!(smol::block_on(numbers("1 2 3").next()), Some(Ok(1)));
/// ```
pub type BoxFallibleAsyncGenerator<'a, Y, S, R, E> = AsyncGenerator<
    Box<dyn Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>> + 'a>,
>;

/// A [`BoxAsyncGenerator`] that can move to another thread, as its body can. Made by
/// [`boxed_send`](AsyncGenerator::boxed_send).
pub type SendBoxAsyncGenerator<'a, Y, S = (), R = ()> = AsyncGenerator<
    Box<
        dyn Engine<Yield = Y, Send = S, Return = R, Error = Infallible, Mode = Infallible>
            + Send
            + 'a,
    >,
>;

/// A [`BoxFallibleAsyncGenerator`] that can move to another thread, as its body can.
pub type SendBoxFallibleAsyncGenerator<'a, Y, S, R, E> = AsyncGenerator<
    Box<dyn Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>> + Send + 'a>,
>;

/// What [`AsyncGenerator::boxed`] makes of a body `B`.
pub type BoxBody<'a, B> = Box<
    dyn Engine<
            Yield = <B as Engine>::Yield,
            Send = <B as Engine>::Send,
            Return = <B as Engine>::Return,
            Error = <B as Engine>::Error,
            Mode = <B as Engine>::Mode,
        > + 'a,
>;

/// What [`AsyncGenerator::boxed_send`] makes of a body `B`.
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

impl<B: Engine> AsyncGenerator<B> {
    /// Moves the body into a box, so that the generator's type names its types only.
    ///
    /// Gives a [`BoxAsyncGenerator`], or a [`BoxFallibleAsyncGenerator`] if the body can raise.
    /// Each step then costs a call through a table. The type no longer says whether the body is
    /// [`Send`]: this one stays on its thread, [`boxed_send`](Self::boxed_send) makes one that
    /// doesn't have to.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, BoxAsyncGenerator, block_on};
    ///
    /// fn tree<'a>(labels: &'a [char]) -> BoxAsyncGenerator<'a, char> {
    ///     AsyncGenerator::new(|mut co| async move {
    ///         if let Some((root, leaves)) = labels.split_first() {
    ///             co.yield_(*root).await;
    ///             co.yield_from(tree(leaves)).await;
    ///         }
    ///     })
    ///     .boxed()
    /// }
    ///
    /// assert_eq!(block_on(tree(&['a', 'b', 'c'])).collect::<String>(), "abc");
    /// ```
    pub fn boxed<'a>(self) -> AsyncGenerator<BoxBody<'a, B>>
    where
        B: 'a,
    {
        self.map(|body| -> BoxBody<'a, B> { Box::new(body) })
    }

    /// As [`boxed`](Self::boxed), for a body that is [`Send`]: so is the boxed generator.
    ///
    /// Gives a [`SendBoxAsyncGenerator`], or a [`SendBoxFallibleAsyncGenerator`] if the body can
    /// raise. A native body is `Send` if what it holds is, and so is a stream; an async block is
    /// not, as it shares its `co` with the generator.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncGenerator, SendBoxAsyncGenerator, block_on};
    ///
    /// let numbers: SendBoxAsyncGenerator<'_, i32> =
    ///     AsyncGenerator::over(stream::iter(1..=3)).boxed_send();
    /// let sum = thread::spawn(move || block_on(numbers).sum::<i32>()).join().unwrap();
    /// assert_eq!(sum, 6);
    /// ```
    pub fn boxed_send<'a>(self) -> AsyncGenerator<SendBoxBody<'a, B>>
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
    fn send(&mut self, value: Self::Send) {
        (**self).send(value);
    }

    fn throw(&mut self, thrown: Thrown<Self::Error>) -> Result<(), Thrown<Self::Error>> {
        (**self).throw(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        (**self).poll(context)
    }
    fn discard(&mut self) {
        (**self).discard();
    }
}
