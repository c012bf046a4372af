//! Task-local variables: Python's `contextvars`.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

use crate::cancel::path;
use crate::state::{Locals, Values};

thread_local! {
    /// What `to_thread` took along to its thread.
    static THREAD: RefCell<Values> = const { RefCell::new(Values::new()) };
}

/// The variables of the running task, or those that `to_thread` took along.
pub(crate) fn values() -> Values {
    let of_task = path::with_task(|task| task.control().locals().values());
    of_task.unwrap_or_else(|| of_thread(Values::clone))
}

/// Looks at what `to_thread` took along. A thread that ends has nothing of it any more.
fn of_thread<R: Default>(look: impl FnOnce(&Values) -> R) -> R {
    THREAD.try_with(|values| look(&values.borrow())).unwrap_or_default()
}

/// Runs a function of another thread with the variables of a task.
pub(crate) fn with_values<R>(values: Values, f: impl FnOnce() -> R) -> R {
    struct Restore(Values);
    impl Drop for Restore {
        fn drop(&mut self) {
            THREAD.replace(std::mem::take(&mut self.0));
        }
    }
    let _restore = Restore(THREAD.replace(values));
    f()
}

/// A variable that each task has for itself: Python's `contextvars.ContextVar`, declared by
/// [`task_local!`](crate::task_local).
///
/// A task starts with a copy of its creator's variables: what the one sets later, the other does
/// not see. [`to_thread`](crate::to_thread) takes them along, which is why values are `Send + Sync`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{run, spawn, task_local};
///
/// task_local! {
///     static USER: String;
/// }
/// run(async {
///     USER.set("ann".to_owned());
///     let task = spawn(async { USER.get() });
///     USER.set("bob".to_owned());
///     assert_eq!(task.await.as_deref(), Some("ann"));
/// });
/// ```
pub struct TaskLocal<T> {
    /// Makes it a variable of its own: the address of a static, which never moves.
    anchor: &'static AtomicU8,
    value: PhantomData<fn() -> T>,
}

impl<T: Clone + Send + Sync + 'static> TaskLocal<T> {
    #[doc(hidden)]
    pub const fn new(anchor: &'static AtomicU8) -> Self {
        Self { anchor, value: PhantomData }
    }

    /// The value in the running task, if one was set: Python's `var.get(None)`.
    ///
    /// ```
    /// use twin_tasks::{run, task_local};
    ///
    /// task_local! {
    ///     static USER: String;
    /// }
    /// run(async {
    ///     assert_eq!(USER.get(), None);
    ///     USER.set("ann".to_owned());
    ///     assert_eq!(USER.get().as_deref(), Some("ann"));
    /// });
    /// ```
    pub fn get(&'static self) -> Option<T> {
        let key = self.key();
        let value = match path::task() {
            Some(task) => task.control().locals().get(key),
            None => of_thread(|values| values.get(&key).cloned()),
        };
        value?.downcast_ref().cloned()
    }

    /// Sets it for the running task: Python's `var.set(value)`.
    ///
    /// # Panics
    ///
    /// Outside [`run`](crate::run).
    #[track_caller]
    pub fn set(&'static self, value: T) {
        let task = path::expect_task("twin_tasks::TaskLocal::set");
        let mut locals = task.control().locals();
        locals.set(self.key(), Arc::new(value));
        task.control().set_locals(locals);
    }

    /// The value in a context: Python's `context.get(var)`.
    ///
    /// ```
    /// use twin_tasks::{TaskContext, run, task_local};
    ///
    /// task_local! {
    ///     static USER: String;
    /// }
    /// run(async {
    ///     USER.set("ann".to_owned());
    ///     let context = TaskContext::copy();
    ///     USER.set("bob".to_owned());
    ///     assert_eq!(USER.get_in(&context).as_deref(), Some("ann"));
    /// });
    /// ```
    pub fn get_in(&'static self, context: &TaskContext) -> Option<T> {
        context.locals.get(self.key())?.downcast_ref().cloned()
    }

    fn key(&'static self) -> usize {
        std::ptr::from_ref(self.anchor).addr()
    }
}

impl<T> fmt::Debug for TaskLocal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskLocal").finish_non_exhaustive()
    }
}

/// Variables that several tasks share: Python's `contextvars.Context`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{TaskContext, run, spawn, task_local};
///
/// task_local! {
///     static STEP: i32;
/// }
/// run(async {
///     let context = TaskContext::copy();
///     spawn(async { STEP.set(1) }).in_context(&context).await;
///     assert_eq!(spawn(async { STEP.get() }).in_context(&context).await, Some(1));
///     assert_eq!(STEP.get(), None);
/// });
/// ```
#[derive(Clone)]
pub struct TaskContext {
    locals: Locals,
}

impl TaskContext {
    /// A copy of the running task's variables: Python's `contextvars.copy_context()`.
    #[must_use]
    pub fn copy() -> Self {
        Self { locals: Locals::new(values()) }
    }

    pub(crate) fn locals(&self) -> Locals {
        self.locals.clone()
    }
}

impl fmt::Debug for TaskContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskContext").finish_non_exhaustive()
    }
}

/// Declares task-local variables, see [`TaskLocal`].
#[macro_export]
macro_rules! task_local {
    ($($(#[$meta:meta])* $visibility:vis static $name:ident: $type:ty;)+) => {$(
        $(#[$meta])*
        $visibility static $name: $crate::TaskLocal<$type> = {
            static ANCHOR: ::core::sync::atomic::AtomicU8 = ::core::sync::atomic::AtomicU8::new(0);
            $crate::TaskLocal::new(&ANCHOR)
        };
    )+};
}
