//! Cancel-safety: what a read takes with it when it loses a race.
//!
//! Run it: `cargo run --example cancel_safety`

use std::mem::take;

use twin_tasks::{Queue, race, run};
use twins_examples::repr::Repr;

#[derive(Default)]
struct Wire {
    chunks: Queue<&'static str>,
    half: String,
}

async fn read_line(wire: &mut Wire) -> String {
    let mut line = String::new();
    // A read that is dropped at this wait loses its half line.
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

// `AsyncFn`: an async function as an argument, either of the two.
async fn listen(read: impl AsyncFn(&mut Wire) -> String) {
    let mut wires = [Wire::default(), Wire::default()];
    for chunks in [
        &[("south", "ship "), ("north", "all quiet\n")][..],
        &[("south", "in sight\n")],
        &[("south", "fog\n"), ("north", "calm\n")],
    ] {
        for (&(name, chunk), wire) in chunks.iter().zip(&wires) {
            println!("  {name}: sends {}", chunk.repr());
            wire.chunks.put(chunk).await.expect("it is open");
        }
        let lines = chunks.iter().filter(|it| it.1.ends_with('\n'));
        for _ in lines {
            // Here Rust asks south first, and then no further.
            let [south, north] = &mut wires;
            let (_, line) = race([read(south), read(north)]).await;
            println!("  listener: hears {}", line.repr());
        }
    }
}

fn main() {
    run(async {
        println!("main: each read keeps its half line");
        listen(read_line).await;
        println!("main: each wire keeps its half line");
        listen(read_line_safely).await;
    });
}
