//! Waiters are cancelled: one by one, through others, by a failure, by a clock, at the end.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::rc::Rc;

use twin_tasks::{Event, Promise, Task, TaskGroup, promise, run, sleep, spawn, timeout};

use crate::{HOUR, SHORT, TURN, cancelled, started, total};

/// Waits for what never comes.
async fn forever() {
    promise().await
}

pub(crate) fn cancel_each(units: u64) -> u64 {
    run(async move {
        let event = Event::new();
        let tasks = started((0..units).map(|_| event.wait())).await;
        for task in &tasks {
            task.cancel();
        }
        cancelled(tasks).await
    })
}

pub(crate) fn cancel_sleepers(units: u64) -> u64 {
    run(async move {
        let tasks = started((0..units).map(|_| sleep(HOUR))).await;
        for task in &tasks {
            task.cancel();
        }
        cancelled(tasks).await
    })
}

pub(crate) fn cancel_chain(units: u64) -> u64 {
    async fn link(before: Task<()>) {
        before.await;
    }
    run(async move {
        let mut tasks = vec![spawn(forever())];
        for _ in 1..units {
            let before = tasks.last().expect("there is a first one").clone();
            tasks.push(spawn(link(before)));
        }
        sleep(TURN).await;
        tasks.last().expect("there is a first one").cancel();
        cancelled(tasks).await
    })
}

pub(crate) fn group_fails(units: u64) -> u64 {
    run(async move {
        let mut tasks = Vec::new();
        let group = TaskGroup::run(async |group| {
            for _ in 0..units {
                tasks.push(group.spawn(forever()));
            }
            sleep(TURN).await;
            Err::<(), _>("failed")
        });
        assert!(group.await.is_err());
        cancelled(tasks).await
    })
}

/// Groups, one in each task: each has the next as its children.
struct Groups {
    units: u64,
    children: fn(u64) -> RangeInclusive<u64>,
    begun: Cell<u64>,
    ended: Cell<u64>,
    all_begun: Promise<()>,
}

impl Groups {
    fn begin(&self) {
        self.begun.set(self.begun.get() + 1);
        if self.begun.get() == self.units {
            self.all_begun.set(()).expect("nobody has set it");
        }
    }
}

/// Counts a member when it ends, however it ends.
struct Ending(Rc<Groups>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.ended.set(self.0.ended.get() + 1);
    }
}

/// Cancels the outermost of the groups. Gives how many ended.
fn cancel_groups(units: u64, children: fn(u64) -> RangeInclusive<u64>) -> u64 {
    // Here Rust needs a box: the future of a member holds that of its children's members.
    fn member(index: u64, groups: Rc<Groups>) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            let _ending = Ending(groups.clone());
            TaskGroup::run(async |group| {
                for child in (groups.children)(index).filter(|child| *child < groups.units) {
                    group.spawn(member(child, groups.clone())).detach();
                }
                groups.begin();
                forever().await;
            })
            .await;
        })
    }
    run(async move {
        let (begun, ended) = (Cell::new(0), Cell::new(0));
        let groups = Rc::new(Groups { units, children, begun, ended, all_begun: promise() });
        let outermost = spawn(member(0, groups.clone()));
        groups.all_begun.clone().await;
        outermost.cancel();
        cancelled([outermost]).await;
        groups.ended.get()
    })
}

pub(crate) fn cancel_group_tree(units: u64) -> u64 {
    cancel_groups(units, |index| 2 * index + 1..=2 * index + 2)
}

pub(crate) fn cancel_group_chain(units: u64) -> u64 {
    cancel_groups(units, |index| index + 1..=index + 1)
}

pub(crate) fn timeouts_in_time(units: u64) -> u64 {
    async fn waiter(index: u64, event: Event) -> u64 {
        timeout(HOUR, event.wait()).await.expect("an hour is enough");
        index
    }
    run(async move {
        let event = Event::new();
        let tasks = started((0..units).map(|index| waiter(index, event.clone()))).await;
        event.set();
        total(tasks).await
    })
}

pub(crate) fn timeouts_expire(units: u64) -> u64 {
    async fn waiter(index: u64) -> u64 {
        timeout(SHORT, forever()).await.expect_err("nothing comes");
        index
    }
    run(async move { total(started((0..units).map(waiter)).await).await })
}

pub(crate) fn end_of_run(units: u64) -> u64 {
    /// Adds its index when the task ends.
    struct Ending(u64, Rc<Cell<u64>>);

    impl Drop for Ending {
        fn drop(&mut self) {
            self.1.set(self.1.get() + self.0);
        }
    }

    async fn waiter(ending: Ending) {
        sleep(HOUR).await;
        drop(ending);
    }
    let sum = Rc::new(Cell::new(0));
    run({
        let sum = sum.clone();
        async move { started((0..units).map(|index| waiter(Ending(index, sum.clone())))).await }
    });
    sum.get()
}
