//! Retries, with backoff, and a hedge: the first success counts.
//!
//! Run it: `cargo run --example retry_backoff`

use std::time::Duration;

use twin_tasks::{as_completed, run, sleep};

struct Busy;

type Answer<'a> = Result<&'a str, Busy>;

async fn ask(name: &str, time: Duration, busy: bool) -> Answer<'_> {
    sleep(time).await;
    if busy {
        println!("  {name}: busy");
        return Err(Busy);
    }
    println!("  {name}: 7 degrees");
    Ok(name)
}

async fn retry(station: &str, mut refusals: u32) -> &str {
    let time = Duration::from_millis(100);
    let mut pause = time;
    loop {
        if let Ok(it) = ask(station, time, refusals > 0).await {
            return it;
        }
        refusals -= 1;
        println!("anna: asks again in {} s", pause.as_secs_f32());
        sleep(pause).await;
        // Each time twice as long: it needs rest, not questions.
        pause *= 2;
    }
}

async fn first_success<'a>(
    futures: [impl Future<Output = Answer<'a>>; 3],
) -> Answer<'a> {
    // Here Rust drops those who haven't answered when this ends.
    let answers = as_completed(futures);
    while let Some((_, answer)) = answers.next().await {
        if answer.is_ok() {
            return answer;
        }
        println!("anna: a failure, waits for the others");
    }
    Err(Busy)
}

fn main() {
    run(async {
        println!("anna: asks one station until it answers");
        let station = retry("south", 2).await;
        println!("anna: writes down what {station} says");
        println!("anna: asks three, the first success counts");
        let east = ask("east", Duration::from_millis(500), false);
        let north = ask("north", Duration::from_millis(300), false);
        let west = ask("west", Duration::from_millis(100), true);
        let station = first_success([east, north, west]).await;
        let station = station.unwrap_or("nobody");
        println!("anna: writes down what {station} says");
    });
}
