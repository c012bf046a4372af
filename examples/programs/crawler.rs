//! A crawler: each page once, at most two at a time.
//!
//! Run it: `cargo run --example crawler`

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use twin_tasks::{TaskGroup, run, sleep};

type Page = &'static str;
type Seen = Rc<RefCell<BTreeSet<Page>>>;

// Each page: the time that it takes to load, and its links.
const SITE: &[(Page, Duration, &[Page])] = &[
    ("home", Duration::from_millis(250), &["menu", "news"]),
    ("menu", Duration::from_millis(750), &["home", "soup", "tea"]),
    ("news", Duration::from_millis(500), &["menu", "jobs"]),
    ("jobs", Duration::from_millis(750), &["home"]),
    ("soup", Duration::from_secs(1), &["menu", "tea"]),
    ("tea", Duration::from_millis(250), &["menu"]),
];

async fn load(page: Page) -> &'static [Page] {
    let entry = SITE.iter().find(|(name, ..)| *name == page);
    let (_, time, links) = entry.expect("no dead links");
    println!("  {page}: loading");
    sleep(*time).await;
    println!("  {page}: links to {}", links.join(", "));
    links
}

async fn crawl(page: Page, seen: Seen, group: TaskGroup) {
    for link in load(page).await {
        if seen.borrow_mut().insert(link) {
            group.spawn(crawl(link, seen.clone(), group.clone()));
        }
    }
}

fn main() {
    run(async {
        let seen = Seen::new(RefCell::new(["home"].into()));
        // Here Rust's group has a limit: others wait their turn.
        TaskGroup::with_limit(2, async |group| {
            group.spawn(crawl("home", seen.clone(), group.clone()));
        })
        .await;
        let seen = Vec::from_iter(seen.take());
        println!("crawler: has seen {}", seen.join(" "));
    });
}
