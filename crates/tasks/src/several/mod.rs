//! Several at once: gathered, raced, limited, in groups.

mod amap;
mod as_completed;
mod gather;
mod kind;
mod race;
mod sibling;
mod task_group;
mod wait;

pub use self::amap::{Amap, AmapResults, TryAmap, amap, try_amap};
pub use self::as_completed::{AsCompleted, NextCompleted, as_completed};
pub use self::gather::{
    Gather, GatherOutcomes, GatherTuple, Gatherable, OutcomesGatherable, OutcomesTuple, TryGather,
    TryGatherTuple, TryGatherable, gather, gather_outcomes, try_gather,
};
pub use self::kind::{Many, Tuple};
pub use self::race::{Raceable, race};
pub use self::task_group::{BodyOutput, ChildOutput, ErrorGroup, GroupClosed, TaskGroup};
pub use self::wait::{Fallible, Wait, Waitable, wait};
