//! A thousand requests to an API that is busy, silent, or cuts off.
//!
//! Run it: `cargo run --example api_requests`

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use api::{Result, server::Server, session::Session};
use twin_tasks::{Runner, amap, sleep, timeout};

mod api;

type Results = RefCell<BTreeMap<u32, String>>;

async fn fetch_data(session: &Session, id: u32) -> String {
    let path = format!("/items/{id}");
    for pause in [50, 100, 200].map(Duration::from_millis) {
        let answer = session.get(&path);
        match timeout(Duration::from_secs(2), answer).await {
            Err(_) => return "no answer in 2 s".into(),
            Ok(Err(_)) => return "no whole answer".into(),
            Ok(Ok((503, _))) => sleep(pause).await,
            Ok(Ok((_, data))) => {
                let data = data["data"].as_str();
                return data.unwrap_or("no data").into();
            }
        }
    }
    "busy".into()
}

async fn fetch_all(session: &Session, results: &Results) {
    // Here Rust's `amap` has the limit.
    amap(50, 1..=1000, async |id| {
        let result = fetch_data(session, id).await;
        results.borrow_mut().insert(id, result);
    })
    .await;
}

fn main() -> Result<()> {
    let main = async {
        let server = Server::start().await?;
        let session = Session::new(server.port);
        let results = Results::default();
        let all = fetch_all(&session, &results);
        timeout(Duration::from_secs(60), all).await?;
        for (id, result) in results.take() {
            if result != format!("data_for_{id}") {
                println!("client: ID {id}: {result}");
            }
        }
        let (_, stats) = session.get("/stats").await?;
        assert!(stats["most"].as_u64() <= Some(50));
        let asked = &stats["asked"];
        println!("server: {asked} requests, 50 at once at most");
        let all = fetch_all(&session, &results);
        let late = timeout(Duration::from_secs(1), all).await;
        if late.is_err() && !results.borrow().is_empty() {
            println!("client: 1 s is over, what is done is kept");
        }
        println!("server: exit code {}", server.close().await?);
        Ok(())
    };
    Runner::new().run_until_ctrl_c(main)?
}
