//! Blocking a thread on the loop.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// Has a destructor, and is made before what smol's `block_on` keeps for the thread: as long as this
/// is there, so is that.
struct Alive;

impl Drop for Alive {
    fn drop(&mut self) {}
}

thread_local! {
    static ALIVE: Alive = const { Alive };
}

/// Blocks on a future: by smol's `block_on`, which looks at sockets, or in the destructors of a
/// thread that ends, where that can't be, by parking. There smol's own thread looks at sockets.
pub(super) fn on<T>(future: impl Future<Output = T>) -> T {
    if ALIVE.try_with(|_| ()).is_ok() {
        return smol::block_on(future);
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
