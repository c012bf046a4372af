//! What lies beside the program: the log, and the processes of the
//! server and the workers.

pub(crate) mod log;
pub(crate) mod server;
pub(crate) mod worker;

pub(crate) type Result<T> = std::result::Result<
    T,
    Box<dyn std::error::Error + Send + Sync>,
>;
