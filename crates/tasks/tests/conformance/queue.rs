//! Queues.

use std::time::Duration;

use twin_tasks::{
    BaseQueue, Failure, LifoQueue, Order, PriorityQueue, PutError, Queue, QueueShutDown, Task,
    TryGetError, TryPutError, catch_cancelled, gather, gather_outcomes, spawn, wait, wait_for,
};
use twins_conformance::{repr, say};

use crate::catalogue::{Shared, ms, turn};

/// `await queue.put(item)` as a task.
fn putter<T: 'static>(queue: &Queue<T>, item: T) -> Task<Result<(), PutError<T>>> {
    let queue = queue.clone();
    spawn(async move { queue.put(item).await })
}

/// `await queue.get()` as a task.
fn getter<T: 'static>(queue: &Queue<T>) -> Task<Result<T, QueueShutDown>> {
    let queue = queue.clone();
    spawn(async move { queue.get().await })
}

#[test]
fn test_asyncio_test_queues_py__QueueBasicTests__test_empty() {
    same! {
        let queue = Queue::new();
        say!("{} {}", repr(queue.is_empty()), queue.len());
        queue.put(1).await.unwrap();
        say!("{} {}", repr(queue.is_empty()), queue.len());
        say!("{} {}", queue.get().await.unwrap(), repr(queue.is_empty()));
    }
}

#[test]
fn test_asyncio_test_queues_py__QueueBasicTests__test_full() {
    same! {
        let queue = Queue::new();
        for i in 0..100 {
            queue.try_put(i).unwrap();
        }
        // Python's number for "without a limit" is 0.
        say!("{} {}", repr(queue.is_full()), queue.capacity().unwrap_or(0));
        let queue = Queue::bounded(1);
        queue.put(1).await.unwrap();
        say!("{} {}", repr(queue.is_full()), queue.capacity().unwrap_or(0));
    }
}

/// Puts 1, 3, 2 and prints what comes out.
async fn order<O: Order<Item = i32>>(queue: BaseQueue<O>) {
    for i in [1, 3, 2] {
        queue.put(i).await.unwrap();
    }
    let mut items = Vec::new();
    for _ in 0..3 {
        items.push(queue.get().await.unwrap());
    }
    say!("{}", repr(items));
}

#[test]
fn test_asyncio_test_queues_py__QueueBasicTests__test_order() {
    same!(order(Queue::new()).await);
}

#[test]
fn test_asyncio_test_queues_py__LifoQueueTests__test_order() {
    same!(order(LifoQueue::new()).await);
}

#[test]
fn test_asyncio_test_queues_py__PriorityQueueTests__test_order() {
    same!(order(PriorityQueue::new()).await);
}

#[test]
fn test_asyncio_test_queues_py__QueueBasicTests__test_maxsize() {
    same! {
        let (queue, done) = (Queue::bounded(2), Shared::log());
        let (own, log) = (queue.clone(), done.clone());
        let task = spawn(async move {
            for i in 0..3 {
                own.put(i).await.unwrap();
                log.push(i);
            }
        });
        turn().await;
        turn().await;
        say!("{}", repr(done.get()));
        say!("{}", queue.get().await.unwrap());
        turn().await;
        let ended = repr(task.done());
        let (first, second) = (queue.get().await.unwrap(), queue.get().await.unwrap());
        say!("{} {ended} {first} {second}", repr(done.get()));
    }
}

#[test]
fn test_asyncio_test_queues_py__QueueGetTests__test_blocking_get_wait() {
    same! {
        let queue = Queue::new();
        let task = getter(&queue);
        turn().await;
        say!("{}", repr(task.done()));
        // `loop.call_later`
        drop(spawn(async move {
            ms(2).await;
            queue.try_put(1).unwrap();
        }));
        say!("{}", task.await.unwrap());
    }
}

#[test]
fn test_asyncio_test_queues_py__QueueGetTests__test_nonblocking_get_exception() {
    same!(|| {
        let queue = Queue::new();
        queue.try_put(1).unwrap();
        say!("{}", queue.try_get().unwrap());
        if queue.try_get() == Err(TryGetError::Empty) {
            say!("QueueEmpty");
        }
    });
}

#[test]
fn test_asyncio_test_queues_py__QueueGetTests__test_get_with_waiting_putters() {
    same! {
        let queue = Queue::bounded(1);
        let tasks = ["a", "b", "c"].map(|item| putter(&queue, item));
        turn().await;
        say!("{}", repr(tasks.each_ref().map(Task::done)));
        let mut items = Vec::new();
        for _ in 0..3 {
            items.push(queue.get().await.unwrap());
        }
        say!("{}", repr(items));
    }
}

#[test]
fn test_asyncio_test_queues_py__QueueGetTests__test_cancelled_getters_not_being_held_in_self_getters()
 {
    same! {
        let queue = Queue::bounded(5);
        if wait_for(queue.get(), Duration::from_millis(2)).await.is_err() {
            say!("TimeoutError");
        }
        queue.try_put("x").unwrap();
        say!("{} {}", queue.len(), queue.get().await.unwrap());
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_blocking_put() {
    same! {
        let (queue, log) = (Queue::new(), Shared::log());
        let other = log.clone();
        let task = spawn(async move { other.push("other") });
        queue.put(1).await.unwrap();
        say!("{} {}", repr(log.get()), queue.try_get().unwrap());
        task.await;
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_get_cancel_drop_one_pending_reader() {
    same! {
        let queue = Queue::new();
        let reader = getter(&queue);
        turn().await;
        queue.try_put(1).unwrap();
        queue.try_put(2).unwrap();
        reader.cancel();
        match catch_cancelled(reader).await {
            Ok(item) => say!("{}", item.unwrap()),
            Err(_) => {
                let (first, second) = (queue.get().await.unwrap(), queue.get().await.unwrap());
                say!("cancelled, then {first} {second}");
            }
        }
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_get_cancel_drop_many_pending_readers() {
    same! {
        let queue = Queue::new();
        let readers = [(); 3].map(|()| getter(&queue));
        turn().await;
        queue.try_put(1).unwrap();
        queue.try_put(2).unwrap();
        readers[0].cancel();
        let mut outcomes = gather_outcomes(readers).await.into_iter();
        let first = match outcomes.next() {
            Some(Err(Failure::Cancelled(_))) => "CancelledError",
            _ => "something else",
        };
        let mut rest: Vec<_> = outcomes.map(|outcome| outcome.unwrap().unwrap()).collect();
        rest.sort();
        say!("{first} {} {}", repr(rest), queue.len());
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_put_cancel_drop() {
    same! {
        let queue = Queue::bounded(1);
        queue.try_put(1).unwrap();
        let writer = putter(&queue, 2);
        turn().await;
        say!("{}", queue.try_get().unwrap());
        writer.cancel();
        wait([&writer]).await;
        say!("{} {}", repr(writer.cancelled()), queue.len());
        queue.try_put(3).unwrap();
        say!("{}", queue.try_get().unwrap());
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_put_cancelled_race() {
    same! {
        let queue = Queue::bounded(1);
        let [a, b, c] = ["a", "b", "X"].map(|item| putter(&queue, item));
        turn().await;
        say!("{} {}", repr(a.done()), repr(b.done()));
        c.cancel();
        turn().await;
        say!("{}", queue.try_get().unwrap());
        turn().await;
        let next = queue.try_get().unwrap();
        say!("{next} {} {}", repr(queue.is_empty()), repr(c.cancelled()));
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_put_with_waiting_getters() {
    same! {
        let queue = Queue::new();
        let task = getter(&queue);
        turn().await;
        queue.put("a").await.unwrap();
        say!("{} {}", task.await.unwrap(), queue.len());
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_put_with_waiting_getters_fifo_getters() {
    same! {
        let (queue, log) = (Queue::new(), Shared::log());
        let tasks = ["a", "b", "c"].map(|name| {
            let (queue, log) = (queue.clone(), log.clone());
            spawn(async move { log.push((name, queue.get().await.unwrap())) })
        });
        turn().await;
        for i in 0..3 {
            queue.try_put(i).unwrap();
        }
        gather(tasks).await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_queues_py__QueuePutTests__test_cancelled_puts_not_being_held_in_self_putters()
{
    same! {
        let queue = Queue::bounded(1);
        queue.try_put(1).unwrap();
        let task = putter(&queue, 2);
        turn().await;
        task.cancel();
        if catch_cancelled(task).await.is_err() {
            say!("CancelledError {} {}", queue.try_get().unwrap(), repr(queue.is_empty()));
        }
    }
}

#[test]
fn test_asyncio_test_queues_py___QueueJoinTestMixin__test_task_done_underflow() {
    same!(|| {
        let queue = Queue::new();
        queue.try_put("x").unwrap();
        queue.try_get().unwrap();
        queue.task_done().unwrap();
        if let Err(error) = queue.task_done() {
            say!("ValueError: {error}");
        }
    });
}

#[test]
fn test_asyncio_test_queues_py___QueueJoinTestMixin__test_task_done() {
    same! {
        let (queue, acc) = (Queue::new(), Shared::log());
        for i in 0..5 {
            queue.try_put(i).unwrap();
        }
        let workers = [(); 2].map(|()| {
            let (queue, acc) = (queue.clone(), acc.clone());
            spawn(async move {
                while let Ok(i) = queue.get().await {
                    ms(1).await;
                    acc.push(i);
                    queue.task_done().unwrap();
                }
            })
        });
        queue.join().await;
        say!("{} {}", acc.get().iter().sum::<i32>(), acc.get().len());
        for worker in workers {
            worker.cancel();
        }
    }
}

#[test]
fn test_asyncio_test_queues_py___QueueJoinTestMixin__test_task_done_empty_but_unfinished() {
    same! {
        let queue = Queue::new();
        queue.try_put("x").unwrap();
        let own = queue.clone();
        let join = spawn(async move { own.join().await });
        queue.get().await.unwrap();
        turn().await;
        say!("{} {}", repr(queue.is_empty()), repr(join.done()));
        queue.task_done().unwrap();
        turn().await;
        say!("{}", repr(join.done()));
    }
}

#[test]
fn test_asyncio_test_queues_py___QueueJoinTestMixin__test_join_empty_queue() {
    same! {
        let queue = Queue::<()>::new();
        queue.join().await;
        queue.join().await;
        say!("joined");
    }
}

#[test]
fn test_asyncio_test_queues_py___QueueShutdownTestMixin__test_shutdown_empty() {
    same! {
        let queue = Queue::new();
        let task = getter(&queue);
        turn().await;
        queue.shutdown();
        queue.join().await;
        let refused = [
            task.await == Err(QueueShutDown),
            queue.put("d").await == Err(PutError("d")),
            queue.get().await == Err(QueueShutDown),
            queue.try_put("d") == Err(TryPutError::ShutDown("d")),
            queue.try_get() == Err(TryGetError::ShutDown),
        ];
        for _ in refused.into_iter().filter(|refused| *refused) {
            say!("QueueShutDown");
        }
    }
}

#[test]
fn test_asyncio_test_queues_py___QueueShutdownTestMixin__test_shutdown_nonempty() {
    same! {
        let queue = Queue::bounded(1);
        queue.try_put("data").unwrap();
        let own = queue.clone();
        let join = spawn(async move { own.join().await });
        let put = putter(&queue, "data2");
        turn().await;
        queue.shutdown();
        let refused = match put.await {
            Err(PutError("data2")) => "QueueShutDown",
            other => panic!("{other:?}"),
        };
        say!("{refused} {}", queue.get().await.unwrap());
        if queue.get().await == Err(QueueShutDown) {
            say!("QueueShutDown {}", repr(join.done()));
        }
        queue.task_done().unwrap();
        join.await;
        say!("joined");
    }
}

#[test]
fn test_asyncio_test_queues_py___QueueShutdownTestMixin__test_shutdown_immediate_with_unfinished() {
    same! {
        let queue = Queue::new();
        queue.try_put("a").unwrap();
        queue.try_put("b").unwrap();
        let own = queue.clone();
        let join = spawn(async move { own.join().await });
        say!("{}", queue.get().await.unwrap());
        queue.shutdown_immediately();
        turn().await;
        say!("{} {}", queue.len(), repr(join.done()));
        queue.task_done().unwrap();
        turn().await;
        say!("{}", repr(join.done()));
    }
}
