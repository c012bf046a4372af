//! The client of the pair: its session on hyper, in our event loop.

use std::time::Duration;

use twin_tasks::{amap, run, timeout};

use crate::AT_ONCE;

// Their lines are as long as a projector takes.
#[rustfmt::skip]
#[path = "../../../../examples/real-work/api/io.rs"]
mod io;
#[rustfmt::skip]
#[path = "../../../../examples/real-work/api/session.rs"]
mod session;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

use session::Session;

async fn fetch_data(session: &Session, id: u32) -> bool {
    let path = format!("/items/{id}");
    match timeout(Duration::from_secs(2), session.get(&path)).await {
        Ok(Ok((200, data))) => data["data"] == format!("data_for_{id}"),
        _ => false,
    }
}

pub(crate) fn fetch_all(port: u16, requests: u32) -> usize {
    run(async move {
        let session = Session::new(port);
        let fetch = async |id| fetch_data(&session, id).await;
        let mut done = amap(AT_ONCE, 1..=requests, fetch).as_completed();
        let mut right = 0;
        while let Some(is_right) = done.next().await {
            right += usize::from(is_right);
        }
        right
    })
}
