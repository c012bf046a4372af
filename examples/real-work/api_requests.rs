//! A thousand requests to an API that is busy, silent, or cuts off.
//!
//! Run it: `cargo run --example api_requests`

use std::{process::ExitCode, time::Duration};

use api::{Results, end::end, server::Server, session::Session};
use twin_tasks::{Runner, amap, sleep, timeout};

mod api;

async fn fetch_data(session: &Session, id: u32) -> String {
    for pause in [50, 100, 200].map(Duration::from_millis) {
        let answer = session.get(format!("/items/{id}"));
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

async fn fetch_all(session: &Session, results: &mut Results) {
    // Here Rust's `amap` has the limit.
    let fetch = async |id| (id, fetch_data(session, id).await);
    let mut done = amap(50, 1..=1000, fetch).as_completed();
    while let Some((id, result)) = done.next().await {
        results.insert(id, result);
    }
}

fn main() -> ExitCode {
    let main = async {
        let server = Server::start().await?;
        let session = Session::new(server.port);
        let mut results = Results::new();
        let all = fetch_all(&session, &mut results);
        timeout(Duration::from_secs(60), all).await?;
        for (id, result) in std::mem::take(&mut results) {
            if result != format!("data_for_{id}") {
                println!("client: ID {id}: {result}");
            }
        }
        let stats = session.get("/stats");
        let (_, stats) =
            timeout(Duration::from_secs(2), stats).await??;
        assert!(stats["most"].as_u64() <= Some(50));
        let asked = &stats["asked"];
        println!("server: {asked} requests, 50 at once at most");
        let all = fetch_all(&session, &mut results);
        let late = timeout(Duration::from_secs(1), all).await;
        if late.is_err() && !results.is_empty() {
            println!("client: 1 s is over, what is done is kept");
        }
        println!("server: exit code {}", server.close().await?);
        Ok(())
    };
    end(Runner::new().run_until_ctrl_c(main))
}
