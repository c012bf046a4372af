//! A future that nobody awaits: it never runs.
//!
//! Run it: `cargo run --example never_awaited`

use std::pin::Pin;
use std::task::{Context, Poll};

use twin_tasks::run;

// Here Rust notices at compile time: a forgotten future is a
// warning, `unused_must_use`, and at run time it is dropped in
// silence. This wrapper does what every coroutine does in Python.
struct Watched<F> {
    name: &'static str,
    future: Pin<Box<F>>,
    started: bool,
}

fn watched<F>(name: &'static str, future: F) -> Watched<F> {
    Watched { name, future: Box::pin(future), started: false }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        self.started = true;
        self.future.as_mut().poll(context)
    }
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        if !self.started {
            let name = self.name;
            println!(
                "warning: coroutine '{name}' was never awaited"
            );
        }
    }
}

async fn save(note: &str) {
    println!("  disk: saves the {note}");
}

fn main() {
    run(async {
        println!("main: calls save and forgets the await");
        drop(watched("save", save("draft")));
        println!("main: calls save and awaits it");
        watched("save", save("letter")).await;
    });
}
