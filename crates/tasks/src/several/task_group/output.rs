//! What the children and the body of a task group return: a result, or nothing that can fail.

use std::convert::Infallible;

use super::ErrorGroup;

/// What a child of a [`TaskGroup`](super::TaskGroup) returns: a `Result`, or `()` where it cannot
/// fail.
#[diagnostic::on_unimplemented(
    message = "a child of a task group returns a `Result` or `()`, not `{Self}`",
    label = "returns `{Self}`",
    note = "return `Ok(value)`, or spawn it outside the group"
)]
pub trait ChildOutput<E> {
    /// What awaiting the child gives.
    type Value: 'static;

    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Value, E>;
}

impl<T: 'static, E> ChildOutput<E> for Result<T, E> {
    type Value = T;

    fn into_result(self) -> Self {
        self
    }
}

impl<E> ChildOutput<E> for () {
    type Value = ();

    fn into_result(self) -> Result<(), E> {
        Ok(())
    }
}

impl<E> ChildOutput<E> for Never {
    type Value = Self;

    fn into_result(self) -> Result<Self, E> {
        self
    }
}

/// The type `!`, of a child that never returns. Stable Rust writes it only as what a function
/// returns.
type Never = <fn() -> ! as Returns>::Output;

#[allow(unreachable_pub, reason = "it stands in the type of a public impl")]
pub trait Returns {
    type Output;
}

impl<R> Returns for fn() -> R {
    type Output = R;
}

/// What the body of a [`TaskGroup`](super::TaskGroup) returns: a `Result`, or `()` where neither it
/// nor a child can fail.
///
/// With a child that can fail, a body that returns `()` does not compile: its error would be lost.
///
/// ```compile_fail,E0277
/// use twin_tasks::{TaskGroup, run};
///
/// run(async {
///     TaskGroup::run(async |group| {
///         group.spawn(async { Err::<(), _>("burnt") });
///     })
///     .await;
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "the body of this task group can't return `{Self}`",
    label = "returns `{Self}`",
    note = "return a `Result`: `Ok(value)`, or `Ok(())`",
    note = "only where neither the body nor a child can fail, return `()`"
)]
pub trait BodyOutput<E> {
    /// What the group gives: a `Result` with all errors, or `()`.
    type Group;
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Value, E>;
    #[doc(hidden)]
    fn of_group(result: Result<Self::Value, ErrorGroup<E>>) -> Self::Group;
}

impl<R, E> BodyOutput<E> for Result<R, E> {
    type Group = Result<R, ErrorGroup<E>>;
    type Value = R;

    fn into_result(self) -> Self {
        self
    }

    fn of_group(result: Self::Group) -> Self::Group {
        result
    }
}

// Of `Infallible` alone: no error can be lost here, and the compiler infers it.
impl BodyOutput<Infallible> for () {
    type Group = ();
    type Value = ();

    fn into_result(self) -> Result<(), Infallible> {
        Ok(())
    }

    fn of_group(result: Result<(), ErrorGroup<Infallible>>) {
        result.expect("nobody in this group can fail");
    }
}
