//! What lies beside the program: the client's session, the server.

use std::collections::BTreeMap;

pub(crate) mod end;
pub(crate) mod io;
pub(crate) mod server;
pub(crate) mod session;

pub(crate) type Results = BTreeMap<u32, String>;
pub(crate) type Result<T> = std::result::Result<
    T,
    Box<dyn std::error::Error + Send + Sync>,
>;
