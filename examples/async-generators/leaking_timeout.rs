//! A timeout that can't leak out of an async generator (PEP 789).
//!
//! Run it: `cargo run --example leaking_timeout`

use std::io;
use std::time::Duration;

use futures_lite::FutureExt;
use twin_async_generators::{AsyncGenerator, FallibleBody};
use twin_tasks::{run, sleep};

type Dish = &'static str;

async fn timeout<T>(
    deadline: Duration,
    work: impl Future<Output = T>,
) -> io::Result<T> {
    let late = async {
        sleep(deadline).await;
        Err(io::ErrorKind::TimedOut.into())
    };
    async { Ok(work.await) }.or(late).await
}

// Here Rust's timeout is a future around a future, and no `yield`
// crosses an async block: the other program does not compile.
fn tight(
    deadline: Duration,
) -> AsyncGenerator<impl FallibleBody<Dish, (), (), io::Error>> {
    AsyncGenerator::fallible(move |mut co| async move {
        for dish in ["soup", "pasta"] {
            // Open around the generator's own wait, then closed.
            let cooking = sleep(Duration::from_millis(10));
            timeout(deadline, cooking).await?;
            co.yield_(dish).await;
        }
        Ok(())
    })
}

async fn eat(
    mut dishes: AsyncGenerator<
        impl FallibleBody<Dish, (), (), io::Error>,
    >,
) -> io::Result<()> {
    while let Some(dish) = dishes.next().await {
        println!("guest: eats the {}, slowly", dish?);
        sleep(Duration::from_millis(200)).await;
    }
    println!("guest: has eaten in peace");
    Ok(())
}

fn main() -> io::Result<()> {
    run(eat(tight(Duration::from_millis(100))))
}
