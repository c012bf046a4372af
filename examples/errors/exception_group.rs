//! A task group with several failures: every error comes back.
//!
//! Run it: `cargo run --example exception_group`

use std::time::Duration;

use Mishap::{Broken, Burnt};
use twin_tasks::{TaskGroup, catch_cancelled, run, sleep};

enum Mishap {
    Burnt(&'static str),
    Broken(&'static str),
}

async fn fry(cook: &str) -> Result<(), Mishap> {
    sleep(Duration::from_millis(100)).await;
    println!("  {cook}: burns the fish");
    Err(Burnt("fish"))
}

async fn stir(
    cook: &str,
    time: Duration,
    mishap: Mishap,
) -> Result<(), Mishap> {
    println!("  {cook}: stirring");
    let stirring = sleep(Duration::from_secs(10));
    if catch_cancelled(stirring).await.is_err() {
        sleep(time).await;
        println!("  {cook}: leaves in a hurry");
        return Err(mishap);
    }
    Ok(())
}

fn main() {
    run(async {
        let group = TaskGroup::run(async |group| {
            group.spawn(fry("anna"));
            let hurry = Duration::from_millis(100);
            group.spawn(stir("boris", hurry, Broken("pot")));
            group.spawn(stir("clara", 2 * hurry, Burnt("finger")));
            Ok(())
        });
        let Err(mishaps) = group.await else { return };
        // Here Rust splits the group by a condition.
        let (burnt, rest) =
            mishaps.split(|mishap| matches!(mishap, Burnt(_)));
        for mishap in burnt.into_iter().chain(rest).flatten() {
            match mishap {
                Burnt(what) => println!("insurance: burnt {what}"),
                Broken(what) => {
                    println!("insurance: broken {what}")
                }
            }
        }
    });
}
