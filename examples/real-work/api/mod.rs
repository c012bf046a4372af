//! What lies beside the program: the client's session, the server.

pub(crate) mod io;
pub(crate) mod server;
pub(crate) mod session;

pub(crate) type Result<T> = std::result::Result<
    T,
    Box<dyn std::error::Error + Send + Sync>,
>;
