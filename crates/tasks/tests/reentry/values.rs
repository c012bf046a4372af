//! Values of a user: their clone, their drop, their order.

use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::panic::catch_unwind;
use std::rc::Rc;
use std::thread;

use futures_lite::future;
use twin_tasks::{
    BaseQueue, Fifo, Gateway, Lifo, Order, Priority, PriorityQueue, TaskContext, TaskGroup, amap,
    catch_cancelled, current_task, gather, gather_outcomes, promise, shield, shield_task, spawn,
    try_gather, wait,
};

use super::harness::{RAN, check, half_way, reenters, reenters_by, run, turns};
use super::touch::Touch;
use super::user::{ITEM, Item, inline};

#[test]
fn clone_of_a_value() {
    check(
        clone_of_a_value,
        &[
            ("of a task that several await", || {
                run(async {
                    let task = spawn(async { Item(7) });
                    reenters_by(task.clone());
                    let both = gather([task.clone(), task.clone()]).await;
                    assert_eq!((both[0].0, both[1].0), (7, 7));
                    assert_eq!(task.result().unwrap().0, 7);
                });
            }),
            ("of a task that another awaits first", || {
                run(async {
                    let task = spawn(async { Item(7) });
                    wait([&task]).await;
                    let (first, second, asks) = (task.clone(), task.clone(), task);
                    reenters(move || assert_eq!(asks.result().unwrap().0, 7));
                    assert_eq!((first.await.0, second.outcome().await.unwrap().0), (7, 7));
                });
            }),
            ("of a shielded task", || {
                run(async {
                    let task = spawn(async { Item(7) });
                    reenters_by(task.clone());
                    assert_eq!(shield_task(task.clone()).await.0, 7);
                    assert_eq!(task.await.0, 7);
                });
            }),
            ("of a promise that is asked", || {
                let tea = promise();
                assert!(tea.set(Item(7)).is_ok());
                let other = tea.clone();
                reenters(move || {
                    other.touch();
                    assert!(!other.cancel() && other.set(Item(8)).is_err());
                });
                assert_eq!(tea.result().unwrap().0, 7);
            }),
            ("of a promise that several await", || {
                run(async {
                    let tea = promise();
                    reenters_by(tea.clone());
                    let guests = gather([spawn(tea.clone()), spawn(tea.clone())]);
                    assert!(tea.set(Item(7)).is_ok());
                    let cups = guests.await;
                    assert_eq!((cups[0].0, cups[1].0, tea.await.0), (7, 7, 7));
                });
            }),
            ("of a task-local variable", || {
                run(async {
                    ITEM.set(Item(1));
                    reenters(|| ITEM.set(Item(2)));
                    assert_eq!(ITEM.get().map(|item| item.0), Some(1));
                    assert_eq!(ITEM.get().map(|item| item.0), Some(2));
                    reenters(|| {});
                });
            }),
            ("of a variable of a context", || {
                run(async {
                    ITEM.set(Item(1));
                    let context = TaskContext::copy();
                    reenters_by(context.clone());
                    assert_eq!(ITEM.get_in(&context).map(|item| item.0), Some(1));
                });
            }),
        ],
    );
}

#[test]
fn drop_of_a_value() {
    check(
        drop_of_a_value,
        &[
            ("that a detached task returned", || {
                run(async {
                    reenters(|| {});
                    spawn(async { Item(1) }).detach();
                    turns(2).await;
                    assert_eq!(spawn(ready(5)).await, 5);
                });
            }),
            ("that came too late for a request", || {
                run(async {
                    let task = spawn(async {
                        current_task().cancel();
                        Item(1)
                    });
                    let handle = task.handle();
                    reenters_by(handle.clone());
                    turns(2).await;
                    drop(task);
                    assert!(handle.cancelled());
                });
            }),
            ("that a shielded task returns to nobody", || {
                run(async {
                    reenters(|| {});
                    let mut shielded = shield(async { Item(1) });
                    assert!(future::poll_once(&mut shielded).await.is_none());
                    drop(shielded);
                    turns(2).await;
                });
            }),
            ("of a promise", || {
                let tea = promise();
                assert!(tea.set(Item(1)).is_ok());
                reenters(|| {});
                drop(tea);
            }),
            ("that a promise does not take", || {
                let tea = promise();
                assert!(tea.set(Item(1)).is_ok());
                reenters_by(tea.clone());
                drop(tea.set(Item(2)));
                assert_eq!(tea.result().unwrap().0, 1);
            }),
            ("that a task-local variable had", || {
                run(async {
                    ITEM.set(Item(1));
                    reenters(|| assert_eq!(ITEM.get().map(|item| item.0), Some(2)));
                    ITEM.set(Item(2));
                    reenters(|| {});
                });
            }),
            ("that a task-local variable has at the end of the task", || {
                run(async {
                    reenters(|| {});
                    spawn(async { ITEM.set(Item(1)) }).await;
                });
            }),
            ("in a gather that is dropped", || {
                run(async {
                    reenters(|| {});
                    let gathers = gather([or_never(Some(Item(1))), or_never(None)]);
                    half_way(gathers).await;
                    let gathers = gather((async { Item(1) }, pending::<()>()));
                    half_way(gathers).await;
                    let gathers = gather_outcomes([or_never(Some(Item(1))), or_never(None)]);
                    half_way(gathers).await;
                    let maps = amap(2, [Some(Item(1)), None], or_never);
                    half_way(maps).await;
                });
                assert!(RAN.get() >= 4);
            }),
            ("in a gather that is cancelled", || {
                run(async {
                    let task = spawn(gather([or_never(Some(Item(1))), or_never(None)]));
                    reenters_by(task.handle());
                    turns(2).await;
                    task.cancel();
                    assert!(catch_cancelled(task).await.is_err());
                });
            }),
            ("of an error that comes after the first", || {
                run(async {
                    let fails = |item| async move { Err::<(), _>(item) };
                    reenters(|| {});
                    let both = [spawn(fails(Item(1))), spawn(fails(Item(2)))];
                    assert_eq!(try_gather(both).await.unwrap_err().0, 1);
                    turns(2).await;
                });
            }),
            ("of an error in a group that is dropped", || {
                run(async {
                    let group = TaskGroup::run(async |group: &TaskGroup<Item>| {
                        reenters_by(group.clone());
                        group.spawn(async { Err::<(), _>(Item(1)) });
                        group.spawn(async { Err::<(), _>(Item(2)) });
                        let _cancelled = catch_cancelled(pending::<()>()).await;
                        pending::<Result<(), Item>>().await
                    });
                    half_way(group).await;
                    reenters(|| {});
                    turns(2).await;
                });
            }),
            ("that a thread submitted and does not ask for", || {
                run(async {
                    let gateway = Gateway::new();
                    reenters_by(gateway.clone());
                    // The loop stands still until nobody asks for it any more.
                    let submit = move || drop(gateway.spawn(|| async { Item(1) }));
                    thread::spawn(submit).join().unwrap();
                    turns(5).await;
                });
            }),
            ("which is the reason of a request", || {
                run(async {
                    let task = spawn(pending::<()>());
                    let handle = task.handle();
                    reenters_by(handle.clone());
                    task.cancel_with(Item(1));
                    task.cancel_with(Item(2));
                    assert_eq!(task.cancelling(), 2);
                    assert!(catch_cancelled(task).await.is_err());
                    assert!(handle.cancelled());
                });
            }),
            ("which is the reason of a request that is taken back", || {
                run(async {
                    let task = spawn(ready(7));
                    reenters_by(task.handle());
                    task.cancel_with(Item(1));
                    assert_eq!(task.uncancel(), 0);
                    assert_eq!(task.await, 7);
                    reenters(|| {});
                });
            }),
            ("which is the reason of a promise's end", || {
                let tea = promise::<()>();
                reenters(|| {});
                tea.cancel_with(Item(1));
                drop(tea);
            }),
            ("which is the reason that a catch gives", || {
                run(async {
                    let task = spawn(pending::<()>());
                    let handle = task.handle();
                    reenters_by(handle.clone());
                    task.cancel_with(Item(1));
                    let cancelled = catch_cancelled(task).await.unwrap_err();
                    assert_eq!(cancelled.reason::<Item>().map(|item| item.0), Some(1));
                    drop((cancelled, handle));
                    reenters(|| {});
                });
            }),
            ("with which a task panicked", || {
                let panic = catch_unwind(|| {
                    run(async {
                        reenters(|| {});
                        for number in 0..3 {
                            let panics = async move { std::panic::panic_any(Item(number)) };
                            spawn(panics).detach();
                        }
                        turns(2).await;
                    });
                });
                // The first comes out; the others have nobody who would take them.
                assert_eq!(panic.unwrap_err().downcast_ref::<Item>().unwrap().0, 0);
            }),
        ],
    );
}

pub(super) async fn or_never(item: Option<Item>) -> Item {
    match item {
        Some(item) => item,
        None => pending().await,
    }
}

#[test]
fn drop_of_an_item() {
    check(
        drop_of_an_item,
        &[
            ("of a queue that is shut down", thrown_away::<Fifo<Item>>),
            ("of a last-in queue that is shut down", thrown_away::<Lifo<Item>>),
            ("of a priority queue that is shut down", thrown_away::<Priority<Item>>),
            ("of a queue that is dropped", left_in::<Fifo<Item>>),
            ("of a last-in queue that is dropped", left_in::<Lifo<Item>>),
            ("of a priority queue that is dropped", left_in::<Priority<Item>>),
            ("of a queue, with its put", put_half_way::<Fifo<Item>>),
            ("of a last-in queue, with its put", put_half_way::<Lifo<Item>>),
            ("of a priority queue, with its put", put_half_way::<Priority<Item>>),
        ],
    );
}

fn thrown_away<O: Order<Item = Item> + 'static>() {
    let queue = BaseQueue::<O>::new();
    for number in 0..3 {
        assert!(queue.try_put(Item(number)).is_ok());
    }
    let (other, waits) = (queue.clone(), queue.clone());
    reenters(move || {
        other.touch();
        assert!(other.is_empty() && other.is_shut_down());
        assert!(other.try_put(Item(9)).is_err() && other.try_get().is_err());
    });
    let joins = inline(async move { waits.join().await });
    queue.shutdown_immediately();
    assert!(queue.is_empty() && joins.take().is_some());
}

fn left_in<O: Order<Item = Item> + 'static>() {
    let queue = BaseQueue::<O>::new();
    for number in 0..3 {
        assert!(queue.try_put(Item(number)).is_ok());
    }
    reenters(|| {});
    drop(queue);
}

fn put_half_way<O: Order<Item = Item> + 'static>() {
    run(async {
        let queue = BaseQueue::<O>::bounded(1);
        assert!(queue.try_put(Item(1)).is_ok());
        reenters_by(queue.clone());
        half_way(queue.put(Item(2))).await;
        assert_eq!(queue.try_get().unwrap().0, 1);
        // The place of the one that went away is free.
        assert!(queue.try_put(Item(3)).is_ok() && queue.len() == 1);
        reenters(|| {});
    });
}

#[test]
fn comparison_of_items() {
    /// Everything that is in a queue, in its order.
    fn rest(queue: &PriorityQueue<Item>) -> Vec<u32> {
        let items = std::iter::from_fn(|| queue.try_get().ok());
        items.map(|item| item.0).collect()
    }
    check(
        comparison_of_items,
        &[
            ("that ask the queue", || {
                let queue = PriorityQueue::new();
                reenters_by(queue.clone());
                for number in [3, 1, 5, 2, 4] {
                    assert!(queue.try_put(Item(number)).is_ok());
                }
                assert_eq!(rest(&queue), [1, 2, 3, 4, 5]);
                reenters(|| {});
            }),
            ("that count the queue", || {
                let queue = PriorityQueue::new();
                let (put, other) = (Rc::new(Cell::new(0)), queue.clone());
                let count = put.clone();
                // The one that is being put may count or not.
                reenters(move || assert!(other.len() >= count.get()));
                for number in [3, 1, 5, 2, 4] {
                    assert!(queue.try_put(Item(number)).is_ok());
                    put.set(put.get() + 1);
                }
                reenters(|| {});
                assert_eq!(rest(&queue), [1, 2, 3, 4, 5]);
            }),
            ("that put into the queue", || {
                let (queue, more) = (PriorityQueue::new(), Cell::new(0));
                let other = queue.clone();
                reenters(move || {
                    if more.replace(more.get() + 1) < 3 {
                        assert!(other.try_put(Item(10 + more.get())).is_ok());
                    }
                });
                for number in [3, 1, 5, 2, 4] {
                    assert!(queue.try_put(Item(number)).is_ok());
                }
                reenters(|| {});
                // Nobody promises an order to who changes it meanwhile; but none is lost.
                let mut all = rest(&queue);
                all.sort();
                assert_eq!(all, [1, 2, 3, 4, 5, 11, 12, 13]);
            }),
            ("that take from the queue", || {
                let (queue, taken) = (PriorityQueue::new(), Rc::new(RefCell::new(Vec::new())));
                for number in [3, 1, 5, 2, 4] {
                    assert!(queue.try_put(Item(number)).is_ok());
                }
                let (other, takes) = (queue.clone(), taken.clone());
                reenters(move || {
                    if let Ok(item) = other.try_get() {
                        takes.borrow_mut().push(item.0);
                    }
                });
                let mut all = rest(&queue);
                reenters(|| {});
                all.extend(rest(&queue));
                all.extend(taken.take());
                all.sort();
                assert_eq!(all, [1, 2, 3, 4, 5]);
            }),
            ("for which others wait", || {
                run(async {
                    let queue = PriorityQueue::bounded(2);
                    reenters_by(queue.clone());
                    let putter = queue.clone();
                    let puts = spawn(async move {
                        for number in [3, 1, 5, 2, 4] {
                            assert!(putter.put(Item(number)).await.is_ok());
                        }
                    });
                    let mut got = Vec::new();
                    for _ in 0..5 {
                        got.push(queue.get().await.unwrap().0);
                    }
                    puts.await;
                    got.sort();
                    assert_eq!(got, [1, 2, 3, 4, 5]);
                    reenters(|| {});
                });
            }),
        ],
    );
}
