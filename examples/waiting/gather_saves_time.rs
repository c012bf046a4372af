//! What `gather` saves: five waits in the time of one.
//!
//! Run it: `cargo run --example gather_saves_time`

use std::cell::Cell;
use std::time::Duration;

use twin_tasks::{gather, run, sleep};

// Here Rust wants a `Cell`: one writes it while another reads.
#[derive(Default)]
struct Reader {
    pages: Cell<usize>,
}

async fn fetch_page() {
    sleep(Duration::from_millis(300)).await;
}

async fn one_by_one(anna: &Reader) {
    for _ in 0..5 {
        fetch_page().await;
        anna.pages.set(anna.pages.get() + 1);
    }
    println!("  anna: {} pages, one by one", anna.pages.get());
}

async fn gathered(anna: &Reader) {
    let fetching = [(); 5].map(|()| fetch_page());
    // Here Rust makes no tasks: ours polls all in place.
    let pages = gather(fetching).await.len();
    println!("  boris: {pages} pages, gathered");
    println!("  boris: anna has {} page by now", anna.pages.get());
    println!("  boris: {} times as fast", pages / anna.pages.get());
}

fn main() {
    run(async {
        println!("main: anna and boris begin at the same time");
        let anna = Reader::default();
        gather((one_by_one(&anna), gathered(&anna))).await;
    });
}
