//! What the loop and those who wait keep: a task's control block, its variables, who waits for what.

mod callback;
mod control;
mod locals;
mod wait_list;
mod waits;

pub(crate) use self::callback::Callback;
pub(crate) use self::control::{
    AnyTask, Asked, Control, Outcome, Phase, Shared, Wakes, Watch, Watcher,
};
pub(crate) use self::locals::{Locals, Values};
pub(crate) use self::wait_list::{List, Wait, WaitList, wake_all};
pub(crate) use self::waits::{Waits, What, waits};
