//! A server that costs little: a thread for each connection, which answers what it is asked.

use std::env;
use std::io::{BufRead, BufReader, Read, Write, stdin};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result};

/// Prints its port, and ends when its input does.
pub(crate) fn serve() -> Result<()> {
    let server = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", server.local_addr()?.port());
    thread::spawn(move || {
        for client in server.incoming().flatten() {
            // A client that is gone is nobody's concern.
            thread::spawn(move || drop(talk(&client)));
        }
    });
    stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// `GET /items/7` is answered by `{"data": "data_for_7"}`.
fn talk(client: &TcpStream) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut lines = BufReader::new(client);
    let mut line = String::new();
    let mut id = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if let Some(path) = line.strip_prefix("GET /items/") {
            id = path.chars().take_while(char::is_ascii_digit).collect();
        }
        if line == "\r\n" {
            let body = format!("{{\"data\": \"data_for_{id}\"}}");
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            (&*client).write_all(answer.as_bytes())?;
        }
    }
}

/// The server in a process of its own.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .arg("--server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut port = String::new();
        BufReader::new(process.stdout.take().context("no way out")?).read_line(&mut port)?;
        Ok(Self { process, port: port.trim().parse()? })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
