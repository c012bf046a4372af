//! Sockets of smol's, in `run` as they are.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use futures_lite::{AsyncReadExt, AsyncWriteExt};
use smol::Async;
use twin_tasks::{TimedOut, run, sleep, spawn, timeout};

const LONG: Duration = Duration::from_secs(20);

/// A loop that waited for nothing but sockets was not woken by them: the reactor runs on its own
/// thread, where a task that is woken only goes into the queue.
#[test]
fn a_loop_that_waits_for_sockets_alone_goes_on() {
    run(async {
        let listener = Async::<TcpListener>::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.get_ref().local_addr().unwrap();
        let server = spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut word = [0; 3];
            while stream.read_exact(&mut word).await.is_ok() {
                stream.write_all(&word).await.unwrap();
            }
        });
        let client = async {
            let mut stream = Async::<TcpStream>::connect(address).await.unwrap();
            for word in [b"tea", b"mug", b"pot"] {
                stream.write_all(word).await.unwrap();
                let mut echo = [0; 3];
                stream.read_exact(&mut echo).await.unwrap();
                assert_eq!(&echo, word);
            }
        };
        assert_eq!(timeout(LONG, client).await, Ok(()));
        assert_eq!(timeout(LONG, server).await, Ok(()));
    });
}

#[test]
fn a_socket_that_nobody_writes_to_times_out_and_lets_others_run() {
    run(async {
        let listener = Async::<TcpListener>::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        // However late the loop is, what is due first goes on first.
        let other = spawn(sleep(Duration::from_millis(1)));
        let nobody = timeout(Duration::from_millis(20), listener.accept()).await;
        assert_eq!(nobody.map(drop), Err(TimedOut));
        assert!(other.done());
    });
}
