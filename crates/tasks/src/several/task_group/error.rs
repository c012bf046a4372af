//! What a task group reports: all of its errors, or that it takes no more children.

use std::error::Error;
use std::fmt;

/// The errors of a task group, in the order in which they happened; never empty: Python's
/// `ExceptionGroup`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{TaskGroup, run};
///
/// let group = TaskGroup::run(async |group| {
///     group.spawn(async { Err::<(), _>(1) });
///     group.spawn(async { Err::<(), _>(2) });
///     group.spawn(async { Err::<(), _>(3) });
///     Ok(())
/// });
/// let errors = run(group).unwrap_err();
/// let (odd, even) = errors.split(|number| number % 2 == 1);
/// assert_eq!(odd.unwrap().into_errors(), [1, 3]);
/// assert_eq!(even.unwrap().into_errors(), [2]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorGroup<E> {
    errors: Vec<E>,
}

impl<E> ErrorGroup<E> {
    pub(super) fn new(errors: Vec<E>) -> Self {
        Self { errors }
    }

    /// The errors: Python's `group.exceptions`.
    #[must_use]
    pub fn errors(&self) -> &[E] {
        &self.errors
    }

    /// The errors, by value.
    #[must_use]
    pub fn into_errors(self) -> Vec<E> {
        self.errors
    }

    /// Splits by kind, into those that match and those that don't: Python's `group.split(…)`, and
    /// what `except*` does.
    ///
    /// ```
    /// use twin_tasks::{TaskGroup, run};
    ///
    /// run(async {
    ///     let group = TaskGroup::run(async |_| Err::<(), _>(3));
    ///     let (even, odd) = group.await.unwrap_err().split(|number| number % 2 == 0);
    ///     assert!(even.is_none());
    ///     assert_eq!(odd.unwrap().errors(), [3]);
    /// });
    /// ```
    #[must_use]
    pub fn split(self, matches: impl FnMut(&E) -> bool) -> (Option<Self>, Option<Self>) {
        let (matching, rest): (Vec<_>, Vec<_>) = self.errors.into_iter().partition(matches);
        let group = |errors: Vec<E>| (!errors.is_empty()).then_some(Self { errors });
        (group(matching), group(rest))
    }
}

impl<E> IntoIterator for ErrorGroup<E> {
    type Item = E;
    type IntoIter = std::vec::IntoIter<E>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

impl<E: fmt::Display> fmt::Display for ErrorGroup<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.errors {
            [error] => write!(f, "1 error in a task group: {error}"),
            errors => {
                write!(f, "{} errors in a task group: ", errors.len())?;
                for (place, error) in errors.iter().enumerate() {
                    let separator = if place == 0 { "" } else { "; " };
                    write!(f, "{separator}{error}")?;
                }
                Ok(())
            }
        }
    }
}

impl<E: Error> Error for ErrorGroup<E> {}

pub(super) const SHUTTING_DOWN: &str =
    "the task group is shutting down and takes no more children: spawn outside it";
const FINISHED: &str = "the task group is finished and takes no more children: spawn outside it";

/// A task group takes no more children; with the future that was not started.
pub struct GroupClosed<F> {
    /// The future that was not started.
    pub future: F,
    finished: bool,
}

impl<F> GroupClosed<F> {
    pub(super) fn shutting_down(future: F) -> Self {
        Self { future, finished: false }
    }

    pub(super) fn finished(future: F) -> Self {
        Self { future, finished: true }
    }
}

impl<F> fmt::Display for GroupClosed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.finished { FINISHED } else { SHUTTING_DOWN })
    }
}

impl<F> fmt::Debug for GroupClosed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupClosed").field("finished", &self.finished).finish_non_exhaustive()
    }
}

impl<F> Error for GroupClosed<F> {}
