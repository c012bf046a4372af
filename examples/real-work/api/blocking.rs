//! Connections to one server by a client that blocks: ureq, which
//! uses them again and again by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use ureq::{Agent, Error};

#[path = "end.rs"]
pub(crate) mod end;
#[path = "server.rs"]
pub(crate) mod server;

pub(crate) type Results = BTreeMap<u32, String>;
pub(crate) type Result<T> = std::result::Result<
    T,
    Box<dyn std::error::Error + Send + Sync>,
>;

const LIMIT: u64 = 1_000_000;

/// Its clones share the connections.
#[derive(Clone)]
pub(crate) struct Session {
    client: Agent,
    server: String,
}

impl Session {
    /// As many connections are kept as there are threads.
    pub(crate) fn new(port: u16, threads: usize) -> Self {
        let client = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(2)))
            .max_idle_connections_per_host(threads)
            .max_idle_connections(threads)
            .proxy(None)
            .build();
        let server = format!("http://127.0.0.1:{port}");
        Self { client: client.into(), server }
    }

    /// Asks for a path, for 2 s at most.
    pub(crate) fn get(
        &self,
        path: &str,
    ) -> std::result::Result<(u16, Value), &'static str> {
        let url = format!("{}{path}", self.server);
        let answer = self.client.get(url).call();
        let whole = answer.and_then(|mut answer| {
            let body = answer.body_mut().with_config();
            let data = body.limit(LIMIT).read_json()?;
            Ok((answer.status().as_u16(), data))
        });
        whole.map_err(|error| match error {
            Error::Timeout(_) => "no answer in 2 s",
            _ => "no whole answer",
        })
    }
}
