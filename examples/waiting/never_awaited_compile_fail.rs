//! What Rust refuses, if it is told to: a forgotten await.
//!
//! See it refused: `cargo twins check never_awaited`

// Without this line it is a warning, and the program runs.
#![deny(unused_must_use)]

use twin_tasks::run;

async fn save(note: &str) {
    println!("  disk: saves the {note}");
}

fn main() {
    run(async {
        println!("main: calls save and forgets the await");
        save("draft");
        println!("main: calls save and awaits it");
        save("letter").await;
    });
}
