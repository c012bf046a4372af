//! What a step gives, and where a generator stands between two steps.

/// What one step of a generator gave: a yielded value, or the body's return value.
///
/// Python: a value returned by `send`, or `StopIteration.value`.
///
/// # Examples
///
/// ```
/// use twin_generators::{Generator, Step};
///
/// let mut countdown = Generator::new(|mut co| async move {
///     co.yield_(1).await;
///     "liftoff"
/// });
/// assert_eq!(countdown.resume(), Ok(Step::Yielded(1)));
/// assert_eq!(countdown.resume(), Ok(Step::Complete("liftoff")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step<Y, R> {
    /// The body is suspended at a `yield` of this value.
    Yielded(Y),
    /// The body has ended and returned this value.
    Complete(R),
}

impl<Y, R> Step<Y, R> {
    /// The yielded value, if the step ended at a `yield`.
    ///
    /// ```
    /// use twin_generators::Step;
    ///
    /// assert_eq!(Step::<_, ()>::Yielded(1).yielded(), Some(1));
    /// assert_eq!(Step::<i32, _>::Complete("end").yielded(), None);
    /// ```
    pub fn yielded(self) -> Option<Y> {
        match self {
            Self::Yielded(value) => Some(value),
            Self::Complete(_) => None,
        }
    }

    /// The return value, if the step ended the body.
    ///
    /// ```
    /// use twin_generators::Step;
    ///
    /// assert_eq!(Step::<i32, _>::Complete("end").complete(), Some("end"));
    /// assert_eq!(Step::<_, ()>::Yielded(1).complete(), None);
    /// ```
    pub fn complete(self) -> Option<R> {
        match self {
            Self::Yielded(_) => None,
            Self::Complete(value) => Some(value),
        }
    }
}

/// Where a generator stands: Python's `inspect.getgeneratorstate`.
///
/// # Examples
///
/// ```
/// use twin_generators::{Generator, State};
///
/// let mut one = Generator::new(|mut co| async move { co.yield_(1).await; });
/// assert_eq!(one.state(), State::Created);
/// one.next();
/// assert_eq!(one.state(), State::Suspended);
/// one.next();
/// assert_eq!(one.state(), State::Closed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// `GEN_CREATED`: no line of the body has run.
    Created,
    /// `GEN_RUNNING`: the body runs right now. A step borrows its generator mutably, so
    /// nobody can ask meanwhile.
    Running,
    /// `GEN_SUSPENDED`: the body waits at a `yield`.
    Suspended,
    /// `GEN_CLOSED`: the body has returned, raised, panicked, or was closed.
    Closed,
}
