//! A thousand requests to an API, by a client that blocks.
//!
//! Run it: `cargo run --example api_requests_threads`

use std::{process::ExitCode, thread::sleep, time::Duration};

use api::{Results, Session, end::end, server::Server};
use twin_tasks::{Runner, as_completed, timeout, to_thread};

#[path = "api/blocking.rs"]
mod api;

fn fetch_data(session: &Session, id: u32) -> String {
    for pause in [50, 100, 200].map(Duration::from_millis) {
        match session.get(&format!("/items/{id}")) {
            Err(what) => return what.into(),
            Ok((503, _)) => sleep(pause),
            Ok((_, data)) => {
                let data = data["data"].as_str();
                return data.unwrap_or("no data").into();
            }
        }
    }
    "busy".into()
}

async fn fetch_all(session: &Session, results: &mut Results) {
    let done = as_completed((1..=1000).map(|id| {
        let session = session.clone();
        to_thread(move || (id, fetch_data(&session, id)))
    }));
    while let Some((_, (id, result))) = done.next().await {
        results.insert(id, result);
    }
}

fn main() -> ExitCode {
    let main = async {
        let server = Server::start().await?;
        let session = Session::new(server.port, 50);
        let mut results = Results::new();
        let all = fetch_all(&session, &mut results);
        timeout(Duration::from_secs(60), all).await?;
        for (id, result) in std::mem::take(&mut results) {
            if result != format!("data_for_{id}") {
                println!("client: ID {id}: {result}");
            }
        }
        let (_, stats) = session.get("/stats")?;
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
    let mut runner = Runner::new();
    runner.limit_threads(50);
    end(runner.run_until_ctrl_c(main))
}
