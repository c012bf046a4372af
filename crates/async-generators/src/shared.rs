//! An async generator with several owners, told apart while it runs.

use std::cell::{RefCell, RefMut};
use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::{Rc, Weak};

use twin_generators::{IntoThrown, Mode, State, Thrown};

use crate::aclose::Closed;
use crate::engine::{Engine, Outcome};
use crate::error::{ResumeError, SendError, StartError, ThrowError};
use crate::generator::AsyncGenerator;

/// An async generator with several owners: each clone is a handle to the same one, as every
/// Python variable is.
///
/// `G` is the generator; in a struct field it is a [`BoxAsyncGenerator`](crate::BoxAsyncGenerator),
/// or another one whose type has a name.
///
/// A step needs the generator for itself until it is over. With one owner the borrow checker sees
/// to that; here each step does, at run time.
///
/// # Examples
///
/// ```
/// use futures_lite::future;
/// use twin_async_generators::{AlreadyRunning, AsyncGenerator, BoxAsyncGenerator, Shared};
///
/// struct Tickets {
///     numbers: Shared<BoxAsyncGenerator<'static, u32>>,
/// }
///
/// # smol::block_on(async {
/// let slow = AsyncGenerator::new(|mut co| async move {
///     for number in 1.. {
///         future::yield_now().await;
///         co.yield_(number).await;
///     }
/// });
/// let left = Tickets { numbers: Shared::new(slow.boxed()) };
/// let right = Tickets { numbers: left.numbers.clone() };
/// let both = future::zip(left.numbers.next(), right.numbers.next()).await;
/// assert_eq!(both, (Ok(Some(1)), Err(AlreadyRunning(()))));
/// assert_eq!(right.numbers.next().await, Ok(Some(2)));
/// # });
/// ```
pub struct Shared<G>(Rc<RefCell<G>>);

/// What a step of a [`Shared`] generator gives, unless another step is under way.
///
/// `T` is what the step gives, its own errors included: `shared.asend(42).await??`.
pub type SharedResult<T, Refused = ()> = Result<T, AlreadyRunning<Refused>>;

impl<B: Engine> Shared<AsyncGenerator<B>> {
    /// Shares a generator.
    pub fn new(generator: AsyncGenerator<B>) -> Self {
        Self(Rc::new(RefCell::new(generator)))
    }

    /// Shares a generator whose body gets a handle to it, a [weak](WeakShared) one: a body that
    /// owned its own generator would keep it alive for ever, and no destructor would run. Upgrade
    /// it for a step, in a statement before the `yield`: what is made in the `yield`'s own arguments
    /// lives until it is over.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AlreadyRunning, AsyncGenerator, BoxAsyncGenerator, Shared};
    ///
    /// # smol::block_on(async {
    /// let me = Shared::<BoxAsyncGenerator<'_, _>>::new_cyclic(|me| {
    ///     AsyncGenerator::new(|mut co| async move {
    ///         let step = me.upgrade().expect("its caller owns it").next().await;
    ///         co.yield_(step.expect_err("the body runs, and can't be resumed")).await;
    ///     })
    ///     .boxed()
    /// });
    /// assert_eq!(me.next().await, Ok(Some(AlreadyRunning(()))));
    /// # });
    /// ```
    pub fn new_cyclic(
        generator: impl FnOnce(WeakShared<AsyncGenerator<B>>) -> AsyncGenerator<B>,
    ) -> Self {
        Self(Rc::new_cyclic(|weak| RefCell::new(generator(WeakShared(weak.clone())))))
    }

    /// Makes a handle that does not keep the generator alive.
    pub fn downgrade(&self) -> WeakShared<AsyncGenerator<B>> {
        WeakShared(Rc::downgrade(&self.0))
    }

    /// [`AsyncGenerator::start`], one step.
    ///
    /// # Errors
    ///
    /// The outer one if another step is under way, or a caller has [entered](Self::enter) the
    /// generator: Python's `RuntimeError`. The inner one is that of the step, here as for each
    /// operation.
    ///
    /// # Cancellation
    ///
    /// Those of the operation itself, here as for each.
    pub async fn start(&self) -> SharedResult<Outcome<B, StartError<B::Error>>> {
        Ok(self.enter()?.start().await)
    }

    /// [`AsyncGenerator::asend`], one step.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start); the value comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Shared, Step};
    ///
    /// # smol::block_on(async {
    /// let echo = Shared::new(AsyncGenerator::new(|mut co| async move {
    ///     let mut heard = 0;
    ///     while heard >= 0 {
    ///         heard = co.yield_(heard).await;
    ///     }
    /// }));
    /// echo.start().await??;
    /// assert_eq!(echo.asend(42).await??, Step::Yielded(42));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub async fn asend(
        &self,
        value: B::Send,
    ) -> SharedResult<Outcome<B, SendError<B::Send, B::Error>>, B::Send> {
        match self.enter() {
            Ok(mut generator) => Ok(generator.asend(value).await),
            Err(AlreadyRunning(())) => Err(AlreadyRunning(value)),
        }
    }

    /// [`AsyncGenerator::athrow`], one step.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start); what was to be thrown comes back.
    pub async fn athrow(
        &self,
        thrown: impl IntoThrown<B::Error>,
    ) -> SharedResult<Outcome<B, ThrowError<B::Error>>, Thrown<B::Error>> {
        match self.enter() {
            Ok(mut generator) => Ok(generator.athrow(thrown).await),
            Err(AlreadyRunning(())) => Err(AlreadyRunning(thrown.into_thrown())),
        }
    }

    /// [`AsyncGenerator::aclose`], in one.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub async fn aclose(&self) -> SharedResult<Closed<B>> {
        Ok(self.enter()?.aclose().await)
    }

    /// Borrows the generator, for as long as the guard lives.
    ///
    /// In the head of a `while let`, an `if let` or a `match` that is the whole block:
    /// `while let Some(x) = shared.enter()?.next().await { … }` refuses each step within. The
    /// one-step methods hold nothing when they are over: `while let Some(x) = shared.next().await?`.
    ///
    /// # Errors
    ///
    /// If a step is under way, or a caller holds it: Python's `RuntimeError`, "asynchronous
    /// generator is already running".
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::{StreamExt, stream};
    /// use twin_async_generators::{AlreadyRunning, AsyncGenerator, Shared};
    ///
    /// # smol::block_on(async {
    /// let numbers = Shared::new(AsyncGenerator::over(stream::iter(1..=3)));
    /// let mut entered = numbers.enter()?;
    /// assert_eq!(numbers.next().await, Err(AlreadyRunning(())));
    /// let all: Vec<_> = (&mut *entered).collect().await;
    /// assert_eq!(all, [1, 2, 3]);
    /// # Ok::<(), AlreadyRunning>(())
    /// # }).unwrap();
    /// ```
    pub fn enter(&self) -> SharedResult<Entered<'_, AsyncGenerator<B>>> {
        self.0.try_borrow_mut().map(Entered).map_err(|_| AlreadyRunning(()))
    }

    /// Tells where the generator stands; [`State::Running`] also while somebody has
    /// [entered](Self::enter) it.
    ///
    /// ```
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncGenerator, Shared, State};
    ///
    /// let shared = Shared::new(AsyncGenerator::over(stream::repeat(1)));
    /// assert_eq!(shared.state(), State::Created);
    /// let entered = shared.enter()?;
    /// assert_eq!(shared.state(), State::Running);
    /// # Ok::<(), twin_async_generators::AlreadyRunning>(())
    /// ```
    pub fn state(&self) -> State {
        self.0.try_borrow().map_or(State::Running, |generator| generator.state())
    }
}

impl<B: Engine<Send = ()>> Shared<AsyncGenerator<B>> {
    /// [`AsyncGenerator::next`], one step: Python's `await anext(g)`.
    ///
    /// # Errors
    ///
    /// If another step is under way, or a caller has [entered](Self::enter) the generator.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncGenerator, Shared};
    ///
    /// # smol::block_on(async {
    /// let numbers = Shared::new(AsyncGenerator::over(stream::iter(1..=4)));
    /// let mut pairs = Vec::new();
    /// while let Some(first) = numbers.next().await? {
    ///     pairs.push((first, numbers.next().await?));
    /// }
    /// assert_eq!(pairs, [(1, Some(2)), (3, Some(4))]);
    /// # Ok::<(), twin_async_generators::AlreadyRunning>(())
    /// # }).unwrap();
    /// ```
    pub async fn next(&self) -> SharedResult<Option<<B::Mode as Mode>::Item<B::Yield>>> {
        Ok(self.enter()?.next().await)
    }

    /// [`AsyncGenerator::resume`], one step.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub async fn resume(&self) -> SharedResult<Outcome<B, ResumeError<B::Error>>> {
        Ok(self.enter()?.resume().await)
    }
}

impl<G> Clone for Shared<G> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<B: Engine> fmt::Debug for Shared<AsyncGenerator<B>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(&self.state()).finish()
    }
}

/// A shared generator, borrowed by [`Shared::enter`].
pub struct Entered<'a, G>(RefMut<'a, G>);

impl<G> Deref for Entered<'_, G> {
    type Target = G;

    fn deref(&self) -> &G {
        &self.0
    }
}

impl<G> DerefMut for Entered<'_, G> {
    fn deref_mut(&mut self) -> &mut G {
        &mut self.0
    }
}

/// A handle to a [`Shared`] generator that does not keep it alive: for the body itself.
///
/// # Examples
///
/// ```
/// use futures_lite::stream;
/// use twin_async_generators::{AsyncGenerator, Shared};
///
/// let shared = Shared::new(AsyncGenerator::over(stream::repeat(1)));
/// let weak = shared.downgrade();
/// assert!(weak.upgrade().is_some());
/// drop(shared);
/// assert!(weak.upgrade().is_none());
/// ```
pub struct WeakShared<G>(Weak<RefCell<G>>);

impl<G> WeakShared<G> {
    /// The generator, if somebody owns it still.
    pub fn upgrade(&self) -> Option<Shared<G>> {
        self.0.upgrade().map(Shared)
    }
}

impl<G> Clone for WeakShared<G> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<G> fmt::Debug for WeakShared<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakShared")
    }
}

/// The error of a [`Shared`] generator of which another step is under way. What could not be sent
/// or thrown comes back.
///
/// Its `Debug` leaves that out, so that any step can be unwrapped.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlreadyRunning<T = ()>(
    /// What could not be sent or thrown; `()` where nothing was.
    pub T,
);

impl<T> fmt::Debug for AlreadyRunning<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AlreadyRunning")
    }
}

impl<T> fmt::Display for AlreadyRunning<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("asynchronous generator is already running")
    }
}

impl<T> Error for AlreadyRunning<T> {}
