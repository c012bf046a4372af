//! A web server's log, as large as it is wanted.

use std::fs::File;
use std::io::{Result, Write};

use twin_generators::Generator;

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0",
    "curl/8.8.0",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
];
const SCANNED: &[&[u8]] = &[
    b"10.9.8.7 - - [28/Nov/2026:23:59:59 +0000] ",
    b"\"\\x16\\x03\\x01\" 400 0\n",
    b"10.9.8.7 - - [28/Nov/2026:23:59:59 +0000] ",
    b"\"GET /caf\xe9 HTTP/1.1\" 404 9\n",
    b"\n\xff\xfe\n",
];

fn numbers(mut state: u64) -> impl Iterator<Item = u64> {
    // The high bits of a linear congruential generator.
    Generator::new(async move |mut co| {
        loop {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            co.yield_(state >> 33).await;
        }
    })
}

fn status(number: u64) -> u64 {
    match number % 100 {
        0..90 => 200,
        90..95 => 304,
        95..99 => 404,
        _ => 500,
    }
}

fn lines(size: i64) -> impl Iterator<Item = Vec<u8>> {
    Generator::new(async move |mut co| {
        let mut numbers = numbers(42);
        let mut next = || numbers.next().unwrap();
        let mut left = size;
        while left > 0 {
            let (a, b) = (next() % 64, next() % 256);
            // Few paths are asked for often.
            let number = next();
            let page = number % (1 << (next() % 11));
            let status = status(next());
            let sent = next() % 50_000;
            let agent = AGENTS[next() as usize % 4];
            let line = format!(
                "10.{a}.{b}.7 - - [28/Nov/2026:23:59:59 +0000] \
                 \"GET /articles/{page} HTTP/1.1\" \
                 {status} {sent} \"-\" \"{agent}\"\n"
            );
            left -= line.len() as i64;
            co.yield_(line.into_bytes()).await;
        }
        // What a server on the open net finds in its log, too.
        co.yield_(SCANNED.concat()).await;
    })
}

/// Writes so many megabytes of log to this file.
///
/// # Errors
///
/// If it can't be written.
pub(crate) fn write_log(mut log: File, mb: u64) -> Result<()> {
    // The same megabyte over and over: as many different paths as
    // a site has, in any amount of log.
    let megabyte = lines(1_000_000).collect::<Vec<_>>().concat();
    for _ in 0..mb {
        log.write_all(&megabyte)?;
    }
    // As if the server were writing just now: no end of line.
    log.write_all(b"10.9.8.7 - - [29/Nov/2026:00:00:00 +0000] ")?;
    log.write_all(b"\"GET / HTTP/1.1\" 200 1")
}
