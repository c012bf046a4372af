//! Connections to one server, used again and again: what aiohttp's
//! `ClientSession` does, by hyper.

use std::cell::RefCell;
use std::net::SocketAddr;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::Request;
use hyper::body::{Body, Bytes};
use hyper::client::conn::http1::{SendRequest, handshake};
use serde_json::Value;
use twin_tasks::spawn;

use super::{Result, io::Io};

type Connection = SendRequest<Empty<Bytes>>;
const LIMIT: usize = 1_000_000;

pub(crate) struct Session {
    server: SocketAddr,
    idle: RefCell<Vec<Connection>>,
}

impl Session {
    pub(crate) fn new(port: u16) -> Self {
        let server = ([127, 0, 0, 1], port).into();
        Self { server, idle: RefCell::default() }
    }

    /// Asks for a path. Dropped half-way, it closes its connection.
    pub(crate) async fn get(
        &self,
        path: impl AsRef<str>,
    ) -> Result<(u16, Value)> {
        let idle = self.idle.borrow_mut().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        connection.ready().await?;
        let request =
            Request::get(path.as_ref()).header("host", "api");
        let request = request.body(Empty::new())?;
        let answer = connection.send_request(request).await?;
        let status = answer.status().as_u16();
        let size = answer.body().size_hint().lower();
        if size > LIMIT as u64 {
            return Err(format!("an answer of {size} bytes").into());
        }
        // Not every answer says how long it is.
        let body = Limited::new(answer.into_body(), LIMIT);
        let body = body.collect().await?.to_bytes();
        self.idle.borrow_mut().push(connection);
        Ok((status, serde_json::from_slice(&body)?))
    }

    async fn connect(&self) -> Result<Connection> {
        let socket = Io::connect(self.server).await?;
        let (connection, driver) = handshake(socket).await?;
        // It ends when the connection is dropped.
        spawn(async { drop(driver.await) }).detach();
        Ok(connection)
    }
}
