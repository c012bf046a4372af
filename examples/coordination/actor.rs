//! An actor: one task owns the state, the others write to it.
//!
//! Run it: `cargo run --example actor`

use twin_tasks::{Promise, Queue, gather, promise, run, spawn};

#[derive(Debug)]
enum Letter {
    Deposit(u32),
    // Here Rust has our crate's `Promise` for the answer, the coins
    // left, or, if they are too few, how many there are.
    Withdraw(u32, Promise<Result<u32, u32>>),
}

async fn bank(mailbox: Queue<Letter>) {
    // No other task can reach these: no lock, and no await between
    // reading and writing that others could use.
    let mut coins = 0;
    while let Ok(letter) = mailbox.get().await {
        // Here Rust wants every kind of letter to be dealt with.
        match letter {
            Letter::Deposit(more) => {
                coins += more;
                println!("  bank: {coins} coins");
            }
            Letter::Withdraw(less, reply) => {
                let left = coins.checked_sub(less);
                coins = left.unwrap_or(coins);
                _ = reply.set(left.ok_or(coins));
            }
        }
    }
    println!("  bank: closes with {coins} coins");
}

async fn withdraw(name: &str, mailbox: &Queue<Letter>, coins: u32) {
    let reply = promise();
    let letter = Letter::Withdraw(coins, reply.clone());
    mailbox.put(letter).await.expect("the bank is open");
    match reply.await {
        Ok(left) => {
            println!("{name}: takes {coins}, {left} are left");
        }
        Err(less) => {
            println!("{name}: wants {coins}, there are {less}");
        }
    }
}

fn main() {
    run(async {
        let mailbox = Queue::new();
        let account = spawn(bank(mailbox.clone()));
        let letter = Letter::Deposit(10);
        mailbox.put(letter).await.expect("the bank is open");
        gather([
            withdraw("anna", &mailbox, 7),
            withdraw("boris", &mailbox, 5),
        ])
        .await;
        // Here Rust, in our crate, shuts down the mailbox.
        mailbox.shutdown();
        account.await;
    });
}
