//! An echo server that one blocking call freezes, and its cure.
//!
//! Run it: `cargo run --example frozen_echo_server`

use std::io::{Result, Write as _, read_to_string};
use std::{net, thread, time::Duration};

use smol::net::{SocketAddr, TcpListener, TcpStream};
use smol::{io::BufReader, prelude::*};
use twin_tasks::{run, spawn, to_thread};

fn look_up(words: String) -> String {
    if words.contains("hard") {
        thread::sleep(Duration::from_secs(1)); // blocks its thread
    }
    words
}

async fn echo(mut stream: TcpStream, cured: bool) -> Result<()> {
    let mut lines = BufReader::new(stream.clone()).lines();
    let words = lines.try_next().await?.unwrap_or_default();
    println!("  server: hears {words}");
    let words = if cured {
        to_thread(|| look_up(words)).await
    } else {
        look_up(words)
    };
    println!("  server: echoes {words}");
    stream.write_all(words.as_bytes()).await
}

// The clients have a thread of their own, which never freezes.
fn clients(at: SocketAddr) -> Result<()> {
    let mut ann = net::TcpStream::connect(at)?;
    let mut bob = net::TcpStream::connect(at)?;
    ann.write_all(b"Ann's hard word\n")?;
    thread::sleep(Duration::from_millis(200));
    bob.write_all(b"Bob's easy word\n")?;
    assert_eq!(read_to_string(ann)?, "Ann's hard word");
    assert_eq!(read_to_string(bob)?, "Bob's easy word");
    Ok(())
}

async fn serve(cured: bool) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    // Here Rust spells out the loop that accepts the clients.
    let server = spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            spawn(echo(stream, cured)).detach();
        }
    });
    let served = to_thread(move || clients(at)).await;
    server.cancel();
    served
}

fn main() -> Result<()> {
    run(async {
        println!("owner: the server's thread looks words up");
        serve(false).await?;
        println!("owner: other threads look words up");
        serve(true).await
    })
}
