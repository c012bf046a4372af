//! Cancel-safety: what a read takes with it when it loses a race.
//!
//! Run it: `cargo run --example cancel_safety`

use std::mem::take;

use twin_tasks::{Queue, race, run};
use twins_examples::repr::Repr;

#[derive(Default)]
struct Wire {
    name: &'static str,
    chunks: Queue<&'static str>,
    half: String,
}

async fn send(wire: &Wire, chunk: &'static str) {
    println!("  {}: sends {}", wire.name, chunk.repr());
    wire.chunks.put(chunk).await.expect("the wire is open");
}

async fn read_line(wire: &mut Wire) -> String {
    let mut line = String::new();
    // Who is dropped at this wait loses the half line, too.
    while !line.ends_with('\n') {
        line += wire.chunks.get().await.expect("the wire is open");
    }
    line
}

async fn read_line_safely(wire: &mut Wire) -> String {
    // The wire keeps the half line, and the next read goes on.
    while !wire.half.ends_with('\n') {
        let chunk = wire.chunks.get().await;
        wire.half += chunk.expect("the wire is open");
    }
    take(&mut wire.half)
}

async fn listen(read: impl AsyncFn(&mut Wire) -> String) {
    let mut south = Wire { name: "south", ..Wire::default() };
    let mut north = Wire { name: "north", ..Wire::default() };
    send(&south, "ship ").await;
    send(&north, "all quiet\n").await;
    // South is asked first, and has half a line by now.
    let (_, line) =
        race([read(&mut south), read(&mut north)]).await;
    println!("  listener: hears {}", line.repr());
    send(&south, "in sight\n").await;
    let (_, line) =
        race([read(&mut south), read(&mut north)]).await;
    println!("  listener: hears {}", line.repr());
}

fn main() {
    run(async {
        println!("main: each read keeps its half line");
        listen(read_line).await;
        println!("main: each wire keeps its half line");
        listen(read_line_safely).await;
    });
}
