//! An event loop by hand: who is ready, and whom to wake when.
//!
//! Run it: `cargo run --example event_loop_by_hand`

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};

thread_local! {
    static NOW: Cell<u32> = Cell::default();
    static ALARMS: RefCell<Vec<(u32, Waker)>> = RefCell::default();
}

// Here Rust tells the loop only that it waits. Whom to wake, and
// when, it tells the clock: the waker that came with the poll.
async fn minutes(count: u32) {
    let time = NOW.get() + count;
    poll_fn(|context| {
        if NOW.get() >= time {
            return Poll::Ready(());
        }
        let alarm = (time, context.waker().clone());
        ALARMS.with_borrow_mut(|alarms| alarms.push(alarm));
        Poll::Pending
    })
    .await;
}

async fn brew(tea: &str, steeping: u32) {
    println!("  {tea}: leaves in");
    minutes(steeping).await;
    println!("  {tea}: ready");
}

struct Entry(usize, mpsc::Sender<usize>);

impl Wake for Entry {
    fn wake(self: Arc<Self>) {
        _ = self.1.send(self.0);
    }
}

fn main() {
    let teas = [brew("black", 4), brew("green", 3), brew("red", 4)];
    let mut tasks = teas.map(Box::pin);
    let (sender, ready) = mpsc::channel();
    (0..tasks.len()).for_each(|task| _ = sender.send(task));
    loop {
        for task in ready.try_iter() {
            let entry = Entry(task, sender.clone());
            let waker = Arc::new(entry).into();
            let mut context = Context::from_waker(&waker);
            // Runs the task to its next wait.
            _ = tasks[task].as_mut().poll(&mut context);
        }
        let alarms = ALARMS.take();
        let times = alarms.iter().map(|alarm| alarm.0);
        let Some(now) = times.min() else { break };
        println!("loop: nobody is ready, on to minute {now}");
        NOW.set(now);
        // A task that is not due yet sets its alarm again.
        alarms.into_iter().for_each(|(_, waker)| waker.wake());
    }
}
