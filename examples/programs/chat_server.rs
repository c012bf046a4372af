//! A chat server on loopback: what one says, all hear.
//!
//! Run it: `cargo run --example chat_server`

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time};

use smol::{io::BufReader, io::Result, net::*, prelude::*};
use twin_tasks::{run, sleep, spawn};

// Here Rust's map is in the order of the names.
type Members = Rc<RefCell<BTreeMap<String, TcpStream>>>;

async fn tell(members: &Members, line: String) -> Result<()> {
    println!("server: {line}");
    let streams = members.borrow().clone(); // it may change
    for mut stream in streams.into_values() {
        stream.write_all(format!("{line}\n").as_bytes()).await?;
    }
    Ok(())
}

async fn serve(members: Members, stream: TcpStream) -> Result<()> {
    let mut lines = BufReader::new(stream.clone()).lines();
    let name = lines.try_next().await?.unwrap_or_default();
    members.borrow_mut().insert(name.clone(), stream);
    tell(&members, format!("{name} joins")).await?;
    while let Some(line) = lines.try_next().await? {
        tell(&members, format!("{name} says {line}")).await?;
    }
    // Here Rust closes the socket when its last handle is dropped.
    members.borrow_mut().remove(&name);
    tell(&members, format!("{name} leaves")).await
}

async fn chat(at: SocketAddr, me: &str, you: &str) -> Result<()> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(format!("{me}\n").as_bytes()).await?;
    let mut lines = BufReader::new(stream.clone()).lines();
    while let Some(line) = lines.try_next().await? {
        match line.strip_prefix(you) {
            Some(" joins") => stream.write_all(b"hi\n").await?,
            Some(" says hi") => stream.write_all(b"bye\n").await?,
            Some(_) => stream.shutdown(Shutdown::Write)?,
            None => {}
        }
    }
    Ok(())
}

fn main() -> Result<()> {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let _server = spawn(async move {
            let members = Members::default();
            while let Ok((stream, _)) = listener.accept().await {
                spawn(serve(members.clone(), stream)).detach();
            }
        });
        let ann = spawn(chat(at, "ann", "bob"));
        sleep(time::Duration::from_millis(500)).await;
        chat(at, "bob", "ann").await?;
        ann.await
    })
}
