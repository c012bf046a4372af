//! The same session on tokio's event loop of one thread, with what its users take: hyper-util's
//! `TokioIo`, futures' `buffer_unordered`.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::Request;
use hyper::body::{Body, Bytes};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio::time::timeout;

use crate::AT_ONCE;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
type Connection = SendRequest<Empty<Bytes>>;
const LIMIT: usize = 1_000_000;

struct Session {
    server: SocketAddr,
    idle: RefCell<Vec<Connection>>,
}

impl Session {
    async fn get(&self, path: &str) -> Result<(u16, Value)> {
        let idle = self.idle.borrow_mut().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        connection.ready().await?;
        let request = Request::get(path).header("host", "api").body(Empty::new())?;
        let answer = connection.send_request(request).await?;
        let status = answer.status().as_u16();
        let size = answer.body().size_hint().lower();
        if size > LIMIT as u64 {
            return Err(format!("an answer of {size} bytes").into());
        }
        let body = Limited::new(answer.into_body(), LIMIT).collect().await?.to_bytes();
        self.idle.borrow_mut().push(connection);
        Ok((status, serde_json::from_slice(&body)?))
    }

    async fn connect(&self) -> Result<Connection> {
        let socket = TokioIo::new(TcpStream::connect(self.server).await?);
        let (connection, driver) = handshake(socket).await?;
        tokio::task::spawn_local(async { drop(driver.await) });
        Ok(connection)
    }
}

async fn fetch_data(session: &Session, id: u32) -> bool {
    let path = format!("/items/{id}");
    match timeout(Duration::from_secs(2), session.get(&path)).await {
        Ok(Ok((200, data))) => data["data"] == format!("data_for_{id}"),
        _ => false,
    }
}

pub(crate) fn fetch_all(port: u16, requests: u32) -> usize {
    let runtime = Builder::new_current_thread().enable_all().build().expect("it starts");
    LocalSet::new().block_on(&runtime, async move {
        let server = ([127, 0, 0, 1], port).into();
        let session = Session { server, idle: RefCell::default() };
        let all = stream::iter(1..=requests).map(|id| fetch_data(&session, id));
        let mut done = all.buffer_unordered(AT_ONCE);
        let mut right = 0;
        while let Some(is_right) = done.next().await {
            right += usize::from(is_right);
        }
        right
    })
}
