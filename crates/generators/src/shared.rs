//! A generator with several owners, told apart while it runs.

use std::cell::{RefCell, RefMut};
use std::error::Error;
use std::fmt;
use std::rc::{Rc, Weak};

use crate::engine::{Engine, Mode, Outcome};
use crate::error::{CloseError, IntoThrown, ResumeError, SendError, StartError, Thrown};
use crate::generator::Generator;
use crate::step::State;

/// A generator with several owners: each clone is a handle to the same one, as every Python
/// variable is.
///
/// `G` is the generator; in a struct field it is a [`BoxGenerator`](crate::BoxGenerator), or
/// another one whose type has a name.
///
/// A step needs the generator for itself. With one owner the borrow checker sees to that; here
/// each step does, at run time.
///
/// # Examples
///
/// ```
/// use twin_generators::{BoxGenerator, Generator, Shared};
///
/// struct Tickets {
///     numbers: Shared<BoxGenerator<'static, u32>>,
/// }
///
/// let left = Tickets { numbers: Shared::new(Generator::over(1..).boxed()) };
/// let right = Tickets { numbers: left.numbers.clone() };
/// assert_eq!(left.numbers.next()?, Some(1));
/// assert_eq!(right.numbers.next()?, Some(2));
/// # Ok::<(), twin_generators::AlreadyExecuting>(())
/// ```
pub struct Shared<G>(Rc<RefCell<G>>);

/// What a step of a [`Shared`] generator gives, unless the generator runs right now.
///
/// `T` is what the step gives, its own errors included: `shared.send(42)??`.
pub type SharedResult<T, Refused = ()> = Result<T, AlreadyExecuting<Refused>>;

impl<B: Engine> Shared<Generator<B>> {
    /// Shares a generator.
    pub fn new(generator: Generator<B>) -> Self {
        Self(Rc::new(RefCell::new(generator)))
    }

    /// Shares a generator whose body gets a handle to it, a [weak](WeakShared) one: a body that
    /// owned its own generator would keep it alive for ever, and no destructor would run. Upgrade
    /// it for a step, and keep nothing of that across a `yield`.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{AlreadyExecuting, BoxGenerator, Generator, Shared};
    ///
    /// let me = Shared::<BoxGenerator<'_, _>>::new_cyclic(|me| {
    ///     Generator::new(|mut co| async move {
    ///         let step = me.upgrade().expect("its caller owns it").next();
    ///         co.yield_(step.expect_err("the body runs, and can't be resumed")).await;
    ///     })
    ///     .boxed()
    /// });
    /// assert_eq!(me.next()?, Some(AlreadyExecuting(())));
    /// # Ok::<(), AlreadyExecuting>(())
    /// ```
    pub fn new_cyclic(generator: impl FnOnce(WeakShared<Generator<B>>) -> Generator<B>) -> Self {
        Self(Rc::new_cyclic(|weak| RefCell::new(generator(WeakShared(weak.clone())))))
    }

    /// Makes a handle that does not keep the generator alive.
    pub fn downgrade(&self) -> WeakShared<Generator<B>> {
        WeakShared(Rc::downgrade(&self.0))
    }

    /// [`Generator::start`], one step.
    ///
    /// # Errors
    ///
    /// The outer one if the generator runs right now, or a caller has [entered](Self::enter) it:
    /// Python's `ValueError`. The inner one is that of the step, here as for each operation.
    pub fn start(&self) -> SharedResult<Outcome<B, StartError<B::Error>>> {
        Ok(self.enter()?.start())
    }

    /// [`Generator::send`], one step.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start); the value comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Shared, Step};
    ///
    /// let echo = Shared::new(Generator::new(|mut co| async move {
    ///     let mut heard = 0;
    ///     while heard >= 0 {
    ///         heard = co.yield_(heard).await;
    ///     }
    /// }));
    /// echo.start()??;
    /// assert_eq!(echo.send(42)??, Step::Yielded(42));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[expect(clippy::type_complexity, reason = "an error of the handle around one of the step")]
    pub fn send(
        &self,
        value: B::Send,
    ) -> SharedResult<Outcome<B, SendError<B::Send, B::Error>>, B::Send> {
        match self.enter() {
            Ok(mut generator) => Ok(generator.send(value)),
            Err(AlreadyExecuting(())) => Err(AlreadyExecuting(value)),
        }
    }

    /// [`Generator::throw`], one step.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start); what was to be thrown comes back.
    pub fn throw(
        &self,
        thrown: impl IntoThrown<B::Error>,
    ) -> SharedResult<Outcome<B>, Thrown<B::Error>> {
        match self.enter() {
            Ok(mut generator) => Ok(generator.throw(thrown)),
            Err(AlreadyExecuting(())) => Err(AlreadyExecuting(thrown.into_thrown())),
        }
    }

    /// [`Generator::close`], in one.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    #[expect(clippy::type_complexity, reason = "an error of the handle around one of the step")]
    pub fn close(&self) -> SharedResult<Result<Option<B::Return>, CloseError<B::Error>>> {
        Ok(self.enter()?.close())
    }

    /// Borrows the generator, for as long as the guard lives.
    ///
    /// In the head of a `while let`, an `if let` or a `match` that is the whole block:
    /// `while let Some(x) = shared.enter()?.next() { … }` refuses each step within. The one-step
    /// methods hold nothing: `while let Some(x) = shared.next()? { … }`.
    ///
    /// # Errors
    ///
    /// If it runs right now, or a caller holds it: Python's `ValueError`, "generator already
    /// executing".
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{AlreadyExecuting, Generator, Shared};
    ///
    /// let numbers = Shared::new(Generator::over(1..=3));
    /// let mut entered = numbers.enter()?;
    /// assert_eq!(numbers.next(), Err(AlreadyExecuting(())));
    /// assert_eq!(entered.by_ref().sum::<i32>(), 6);
    /// # Ok::<(), AlreadyExecuting>(())
    /// ```
    pub fn enter(&self) -> Result<RefMut<'_, Generator<B>>, AlreadyExecuting> {
        self.0.try_borrow_mut().map_err(|_| AlreadyExecuting(()))
    }

    /// Tells where the generator stands; [`State::Running`] while somebody has
    /// [entered](Self::enter) it.
    ///
    /// ```
    /// use twin_generators::{Generator, Shared, State};
    ///
    /// let shared = Shared::new(Generator::over(1..));
    /// assert_eq!(shared.state(), State::Created);
    /// let entered = shared.enter()?;
    /// assert_eq!(shared.state(), State::Running);
    /// # Ok::<(), twin_generators::AlreadyExecuting>(())
    /// ```
    pub fn state(&self) -> State {
        self.0.try_borrow().map_or(State::Running, |generator| generator.state())
    }
}

impl<B: Engine<Send = ()>> Shared<Generator<B>> {
    /// Python's `next(g)`, one step.
    ///
    /// # Errors
    ///
    /// If the generator runs right now, or a caller has [entered](Self::enter) it.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Shared};
    ///
    /// let numbers = Shared::new(Generator::over(1..=4));
    /// let mut pairs = Vec::new();
    /// while let Some(first) = numbers.next()? {
    ///     pairs.push((first, numbers.next()?));
    /// }
    /// assert_eq!(pairs, [(1, Some(2)), (3, Some(4))]);
    /// # Ok::<(), twin_generators::AlreadyExecuting>(())
    /// ```
    pub fn next(&self) -> SharedResult<Option<<B::Mode as Mode>::Item<B::Yield>>> {
        Ok(self.enter()?.next())
    }

    /// [`Generator::resume`], one step.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub fn resume(&self) -> SharedResult<Outcome<B, ResumeError<B::Error>>> {
        Ok(self.enter()?.resume())
    }
}

impl<G> Clone for Shared<G> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<B: Engine> fmt::Debug for Shared<Generator<B>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(&self.state()).finish()
    }
}

/// A handle to a [`Shared`] generator that does not keep it alive: for the body itself.
///
/// # Examples
///
/// ```
/// use twin_generators::{Generator, Shared};
///
/// let shared = Shared::new(Generator::over(1..));
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

/// The error of a [`Shared`] generator that runs right now. What could not be sent or thrown
/// comes back.
///
/// Its `Debug` leaves that out, so that any step can be unwrapped.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlreadyExecuting<T = ()>(
    /// What could not be sent or thrown; `()` where nothing was.
    pub T,
);

impl<T> fmt::Debug for AlreadyExecuting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AlreadyExecuting")
    }
}

impl<T> fmt::Display for AlreadyExecuting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("generator already executing")
    }
}

impl<T> Error for AlreadyExecuting<T> {}
