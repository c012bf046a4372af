//! The broker's programs: a server that is not there or dies, Ctrl-C, workers of both languages that are
//! killed.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use redis::Commands;
use twins::{needs, project::Project, python::Interpreter};

use crate::harness::{
    example, is_alive, program, python_says_interrupted, root,
    says_interrupted, signal, signal_group, spawn, wait_until,
};

fn rust() -> Vec<String> {
    vec![example("broker").to_str().unwrap().to_owned()]
}

/// The Python program, under an interpreter that has what it needs.
fn python() -> Vec<String> {
    let project = Project::find(root()).unwrap();
    let (pair, _) = project.named("broker").unwrap();
    let python = Interpreter::find(None).unwrap();
    let python =
        needs::interpreter(&project, pair, &python).unwrap();
    let program = root().join(pair.path(".py"));
    [python.path, program]
        .map(|path| path.to_str().unwrap().to_owned())
        .to_vec()
}

fn command(words: &[String]) -> Command {
    let mut command = program(Path::new(&words[0]));
    command
        .args(&words[1..])
        .env_remove("STREAM_WORKER")
        .current_dir(root());
    command
}

/// A folder for whatever a program leaves in the one for temporary files.
fn run_in(temporary: &Path, mut command: Command) -> Output {
    command.env("TMPDIR", temporary).output().unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
#[ignore = "needs redis-server"]
fn each_language_works_for_the_other() {
    let stdout = fs::read_to_string(
        root().join("examples/real-work/broker.stdout"),
    )
    .unwrap();
    for [main, worker] in [[python(), rust()], [rust(), python()]] {
        let mut command = command(&main);
        command.env("STREAM_WORKER", worker.join(" "));
        let ran = command.output().unwrap();
        assert_eq!(
            String::from_utf8_lossy(&ran.stdout),
            stdout,
            "{ran:?}"
        );
        assert!(ran.status.success(), "{ran:?}");
    }
}

#[test]
#[ignore = "needs redis-server"]
fn a_full_disk_is_told_in_one_line() {
    for program in [python(), rust()] {
        let folder = tempfile::tempdir().unwrap();
        // No file can grow: as on a disk that is full.
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
        let shell = ["sh", "-c", script, "sh"].map(str::to_owned);
        let program = [&shell[..], &program].concat();
        let ran = run_in(folder.path(), command(&program));
        assert_eq!(ran.status.code(), Some(1), "{ran:?}");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("no folder for redis"), "{said}");
        assert!(is_empty(folder.path()));
    }
}

/// The log lies in memory: what the server writes is only its own log.
#[test]
#[ignore = "needs redis-server"]
fn a_disk_that_is_full_later_costs_nothing() {
    for program in [python(), rust()] {
        let folder = tempfile::tempdir().unwrap();
        let child = started(&program, folder.path());
        let server = server_in(folder.path());
        let mut full = Command::new("prlimit");
        let full = full.args(["--pid", &server, "--fsize=0"]);
        assert!(full.status().unwrap().success());
        signal("-CONT", &child.id().to_string());
        let ran = child.wait_with_output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
        assert!(is_empty(folder.path()));
    }
}

#[test]
#[ignore = "needs redis-server"]
fn a_server_that_is_not_there_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for program in [python(), rust()] {
        for (server, line) in [
            (
                "no-such-redis",
                "no no-such-redis: apt install redis-server\n",
            ),
            ("true", "true is too old: XAUTOCLAIM is in 6.2\n"),
        ] {
            let mut command = command(&program);
            command.env("REDIS_SERVER", server);
            let ran = run_in(folder.path(), command);
            assert_eq!(ran.status.code(), Some(1), "{ran:?}");
            assert_eq!(String::from_utf8_lossy(&ran.stderr), line);
            assert!(is_empty(folder.path()), "{server}");
        }
    }
}

/// Starts a program with a folder of its own for temporary files, and stops it after its first line:
/// else it might come to its end before it has a signal.
fn started(program: &[String], temporary: &Path) -> Child {
    let mut command = command(program);
    let mut child = spawn(command.env("TMPDIR", temporary));
    let output = child.stdout.take().unwrap();
    let mut output = BufReader::new(output);
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "main: 100 entries in the log\n");
    // What it prints later has a reader.
    std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
    signal("-STOP", &child.id().to_string());
    child
}

/// The process of the server that works in this folder, which tells it itself: how much of its words
/// other processes see depends on the environment.
fn server_in(temporary: &Path) -> String {
    let made = fs::read_dir(temporary).unwrap();
    let mut sockets =
        made.map(|entry| entry.unwrap().path().join("redis"));
    let socket =
        sockets.find(|path| path.exists()).expect("a server");
    let server =
        redis::Client::open(format!("unix://{}", socket.display()));
    let mut server = server.unwrap().get_connection().unwrap();
    let about: redis::InfoDict = redis::cmd("INFO")
        .arg("server")
        .query(&mut server)
        .unwrap();
    about.get("process_id").expect("a process")
}

#[test]
#[ignore = "needs redis-server"]
fn a_server_that_dies_ends_both_and_leaves_nothing() {
    for program in [python(), rust()] {
        let folder = tempfile::tempdir().unwrap();
        let child = started(&program, folder.path());
        signal("-KILL", &server_in(folder.path()));
        signal("-CONT", &child.id().to_string());
        let ran = child.wait_with_output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{ran:?}");
        let said =
            String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(said.lines().count() >= 1, "{said}");
        assert!(
            said.lines().all(|line| line.starts_with("broker: ")),
            "{said}"
        );
        wait_until("the folder is gone", || {
            is_empty(folder.path())
        });
    }
}

#[test]
#[ignore = "needs redis-server"]
fn nothing_outlives_a_main_that_is_ended() {
    let says = [python_says_interrupted, says_interrupted];
    for (program, says) in [python(), rust()].into_iter().zip(says)
    {
        for name in ["-INT", "-KILL"] {
            let folder = tempfile::tempdir().unwrap();
            let child = started(&program, folder.path());
            let server = server_in(folder.path());
            signal_group(name, &child);
            signal("-CONT", &child.id().to_string());
            let ran = child.wait_with_output().unwrap();
            match name {
                "-INT" => says(&ran, "broker"),
                _ => assert!(!ran.status.success()),
            }
            wait_until("the folder is gone", || {
                is_empty(folder.path())
            });
            assert!(
                !is_alive(&server),
                "the server is still there after {name}"
            );
        }
    }
}

/// A worker that this test may kill.
fn worker(program: &[String], socket: &str, name: &str) -> Child {
    let mut command = command(program);
    command
        .args(["work", socket, name, "0"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// A number from outside: `.ci/nightly` asks for more.
fn number(name: &str, otherwise: usize) -> usize {
    env::var(name)
        .map_or(otherwise, |number| number.parse().unwrap())
}

#[test]
#[ignore = "needs redis-server"]
fn no_entry_is_lost_whichever_worker_is_killed() {
    let (entries, kills) = (
        number("STREAM_ENTRIES", 4_000),
        number("STREAM_KILLS", 6),
    );
    let seed = number("STREAM_SEED", 1) as u64;
    let python = python();
    let serve = root().join("examples/real-work/stream/serve.py");
    let mut server = Command::new(&python[0])
        .arg(serve)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut socket = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut socket)
        .unwrap();
    let socket = socket.trim();
    let mut redis = redis::Client::open(format!("unix://{socket}"))
        .unwrap()
        .get_connection()
        .unwrap();
    let () =
        redis.xgroup_create_mkstream("log", "workers", 0).unwrap();
    for number in 0..entries {
        let line = format!("GET /items/{number}");
        let () = redis
            .xadd(
                "log",
                "*",
                &[("line", &*line), ("status", "200")],
            )
            .unwrap();
    }

    let programs = [python, rust()];
    let mut workers: Vec<Child> = (0..4)
        .map(|index| {
            worker(
                &programs[index % 2],
                socket,
                &format!("w{index}"),
            )
        })
        .collect();
    let mut random = seed;
    let mut killed = 0;
    wait_until("all entries are processed", || {
        let done: usize = redis.hlen("statuses").unwrap();
        // Spread over the whole log.
        if killed < kills && done > entries * killed / kills {
            // Knuth's generator: the upper bits are the random ones.
            random = random
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let index = (random >> 33) as usize % workers.len();
            let name = format!("k{killed}");
            let mut dead = std::mem::replace(
                &mut workers[index],
                worker(&programs[index % 2], socket, &name),
            );
            dead.kill().unwrap();
            dead.wait().unwrap();
            killed += 1;
        }
        let pending: redis::streams::StreamPendingReply =
            redis.xpending("log", "workers").unwrap();
        killed == kills && done == entries && pending.count() == 0
    });
    for mut worker in workers {
        drop(worker.stdin.take());
        let ran = worker.wait_with_output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
    }
    let times: Vec<usize> = redis.hvals("times").unwrap();
    let again = times.iter().filter(|times| **times > 1).count();
    println!(
        "{entries} entries, {killed} workers killed, 0 lost, {again} processed again"
    );
    assert_eq!(times.len(), entries);
    drop(server.stdin.take());
    server.wait().unwrap();
    assert!(!PathBuf::from(socket).exists());
}
