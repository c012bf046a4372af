//! Paging through an API: a page is fetched when it is needed.
//!
//! Run it: `cargo run --example paging`

use std::{io::Result, pin::pin};

use smol::net::{Shutdown, TcpListener, TcpStream};
use smol::prelude::*;
use twin_async_generators::AsyncGenerator;
use twin_tasks::{run, spawn};

const BOOKS: [&str; 4] = ["Emma", "Dune", "Walden", "Ulysses"];

async fn serve(mut socket: TcpStream) -> Result<()> {
    let page = socket.clone().bytes().next().await.unwrap()?;
    println!("  server: page {page} asked for");
    for title in BOOKS.chunks(2).nth(page.into()).unwrap_or(&[]) {
        socket.write_all(format!("{title}\n").as_bytes()).await?;
    }
    socket.shutdown(Shutdown::Both)
}

async fn fetch(port: u16, page: u8) -> Result<Vec<String>> {
    let mut api = TcpStream::connect(("127.0.0.1", port)).await?;
    api.write_all(&[page]).await?;
    let mut answer = String::new();
    api.read_to_string(&mut answer).await?;
    Ok(answer.lines().map(str::to_owned).collect())
}

fn books(port: u16) -> impl Stream<Item = Result<String>> {
    AsyncGenerator::fallible(move |mut co| async move {
        let mut page = 0;
        let mut titles = fetch(port, page).await?;
        while !titles.is_empty() {
            for title in titles {
                co.yield_(title).await;
            }
            page += 1;
            titles = fetch(port, page).await?;
        }
        Ok(())
    })
}

async fn read() -> Result<()> {
    let server = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = server.local_addr()?.port();
    // Here Rust spells out the loop that accepts connections.
    let _server = spawn(async move {
        while let Ok((socket, _)) = server.accept().await {
            spawn(serve(socket)).detach();
        }
    });
    // Here Rust drops it half-way: no clean-up in it has to wait.
    let mut books = pin!(books(port).take(3));
    while let Some(title) = books.try_next().await? {
        println!("reader: {title}");
    }
    Ok(())
}

fn main() -> Result<()> {
    run(read())
}
