//! An async generator with several owners, told apart while it runs.

use std::cell::{RefCell, RefMut};
use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use twin_generators::State;

use crate::generator::AsyncGenerator;

/// An async generator with several owners: each clone is a handle to the same one, as every
/// Python variable is.
///
/// A step needs the generator for itself until it is over. With one owner the borrow checker sees
/// to that; here [`enter`](Self::enter) does, at run time.
///
/// # Examples
///
/// ```
/// use futures_lite::future;
/// use twin_async_generators::{AlreadyRunning, AsyncGenerator, Shared};
///
/// # smol::block_on(async {
/// let slow = Shared::new(AsyncGenerator::new(|mut co| async move {
///     future::yield_now().await;
///     co.yield_(1).await;
/// }));
/// let first = async { slow.enter()?.next().await.ok_or(AlreadyRunning) };
/// let second = async { slow.enter()?.next().await.ok_or(AlreadyRunning) };
/// assert_eq!(future::zip(first, second).await, (Ok(1), Err(AlreadyRunning)));
/// # });
/// ```
pub struct Shared<B>(Rc<RefCell<AsyncGenerator<B>>>);

impl<B> Shared<B> {
    /// Shares a generator.
    pub fn new(generator: AsyncGenerator<B>) -> Self {
        Self(Rc::new(RefCell::new(generator)))
    }

    /// Borrows the generator for a step.
    ///
    /// # Errors
    ///
    /// If another step is under way, or a caller holds it: Python's `RuntimeError`,
    /// "asynchronous generator is already running".
    pub fn enter(&self) -> Result<Entered<'_, B>, AlreadyRunning> {
        self.0.try_borrow_mut().map(Entered).map_err(|_| AlreadyRunning)
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

impl<B> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<B> fmt::Debug for Shared<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(&self.state()).finish()
    }
}

/// A shared generator, borrowed for a step by [`Shared::enter`].
pub struct Entered<'a, B>(RefMut<'a, AsyncGenerator<B>>);

impl<B> Deref for Entered<'_, B> {
    type Target = AsyncGenerator<B>;

    fn deref(&self) -> &AsyncGenerator<B> {
        &self.0
    }
}

impl<B> DerefMut for Entered<'_, B> {
    fn deref_mut(&mut self) -> &mut AsyncGenerator<B> {
        &mut self.0
    }
}

/// The error of [`Shared::enter`]: another step of the generator is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AlreadyRunning;

impl fmt::Display for AlreadyRunning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("asynchronous generator is already running")
    }
}

impl Error for AlreadyRunning {}
