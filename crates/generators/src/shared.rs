//! A generator with several owners, told apart while it runs.

use std::cell::{RefCell, RefMut};
use std::error::Error;
use std::fmt;
use std::rc::Rc;

use crate::engine::Engine;
use crate::generator::Generator;
use crate::step::State;

/// A generator with several owners: each clone is a handle to the same one, as every Python
/// variable is.
///
/// A step needs the generator for itself. With one owner the borrow checker sees to that; here
/// [`enter`](Self::enter) does, at run time.
///
/// # Examples
///
/// ```
/// use twin_generators::{Generator, Shared};
///
/// let left = Shared::new(Generator::over(1..));
/// let right = left.clone();
/// assert_eq!(left.enter()?.next(), Some(1));
/// assert_eq!(right.enter()?.next(), Some(2));
/// # Ok::<(), twin_generators::AlreadyExecuting>(())
/// ```
pub struct Shared<B>(Rc<RefCell<Generator<B>>>);

impl<B: Engine> Shared<B> {
    /// Shares a generator.
    pub fn new(generator: Generator<B>) -> Self {
        Self(Rc::new(RefCell::new(generator)))
    }

    /// Borrows the generator for a step.
    ///
    /// # Errors
    ///
    /// If it runs right now, or a caller holds it: Python's `ValueError`, "generator already
    /// executing".
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    /// use twin_generators::{AlreadyExecuting, BoxGenerator, Generator, Shared};
    ///
    /// let me = Rc::new(std::cell::OnceCell::<Shared<_>>::new());
    /// let body_me = me.clone();
    /// let generator: BoxGenerator<'_, _> = Generator::new(|mut co| async move {
    ///     let me = body_me.get().unwrap();
    ///     co.yield_(me.enter().map(|mut me| me.next()).unwrap_err()).await;
    /// })
    /// .boxed();
    /// let me = me.get_or_init(|| Shared::new(generator));
    /// assert_eq!(me.enter()?.next(), Some(AlreadyExecuting));
    /// # Ok::<(), AlreadyExecuting>(())
    /// ```
    pub fn enter(&self) -> Result<RefMut<'_, Generator<B>>, AlreadyExecuting> {
        self.0.try_borrow_mut().map_err(|_| AlreadyExecuting)
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

impl<B> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<B: Engine> fmt::Debug for Shared<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(&self.state()).finish()
    }
}

/// The error of [`Shared::enter`]: the generator runs right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AlreadyExecuting;

impl fmt::Display for AlreadyExecuting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("generator already executing")
    }
}

impl Error for AlreadyExecuting {}
