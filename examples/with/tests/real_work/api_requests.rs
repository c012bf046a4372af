//! The clients of the API: a server that answers rubbish, cuts off, never answers, answers too much or is
//! not there; Ctrl-C.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;
use twins::python::Interpreter;

use crate::harness::{
    example, is_alive, program, python_says_interrupted, root,
    says_interrupted, signal_group, spawn, wait_until,
};

/// A server that says this to each who connects, reads what comes, and ends with its input.
const SERVER: &str = r#"
import os, socket, sys, threading
from contextlib import suppress

def talk(client):
    with client:
        try:
            while client.recv(65536):
                if not say(client):
                    return
        except OSError:
            pass

def serve():
    while True:
        client, _ = server.accept()
        threading.Thread(target=talk, args=[client], daemon=True).start()

server = socket.create_server(("127.0.0.1", 0), backlog=128)
threading.Thread(target=serve, daemon=True).start()
# Its client may have left by now.
with suppress(BrokenPipeError):
    os.write(1, f"{server.getsockname()[1]}\n".encode())
sys.stdin.read()
"#;

/// What a server says that is no good: the body of a function that gives whether it goes on.
const NO_GOOD: [(&str, &str); 9] = [
    ("rubbish", r#"client.sendall(b"\xff\x00 tea \r\n\r\n")"#),
    ("rubbish without end", r#"client.sendall(b"tea" * 100_000)"#),
    ("nothing", "pass"),
    (
        "half a head",
        r#"client.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")"#,
    ),
    (
        "half a body",
        r#"client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")"#,
    ),
    (
        "1 GB",
        r#"client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b" " * 10_000)"#,
    ),
    (
        "no JSON",
        r#"client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntea")"#,
    ),
    (
        "no UTF-8",
        r#"client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\"\xff\"")"#,
    ),
    (
        "JSON without end",
        r#"client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"[" * 100_000)"#,
    ),
];

/// A copy of the Python programs, whose server says something else.
struct Programs {
    folder: TempDir,
    python: PathBuf,
}

impl Programs {
    fn with_a_server(server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let real_work = root().join("examples/real-work");
        fs::create_dir(folder.path().join("api")).unwrap();
        for name in [
            "api_requests.py",
            "api/__init__.py",
            "api/end.py",
            "api/server.py",
            "api/session.py",
        ] {
            fs::copy(
                real_work.join(name),
                folder.path().join(name),
            )
            .unwrap();
        }
        fs::write(folder.path().join("api/serve.py"), server)
            .unwrap();
        Self {
            folder,
            python: Interpreter::find(None).unwrap().path,
        }
    }

    fn that_say(what: &str) -> Self {
        Self::with_a_server(&format!(
            "def say(client):\n    {what}\n{SERVER}"
        ))
    }

    /// Rust's programs start their server by an interpreter, and this one starts another server.
    fn interpreter(&self) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.path().join("python");
        let (python, server) = (
            self.python.display(),
            self.folder.path().join("api/serve.py"),
        );
        fs::write(
            &path,
            format!(
                "#!/bin/sh\nexec '{python}' '{}'\n",
                server.display()
            ),
        )
        .unwrap();
        fs::set_permissions(
            &path,
            fs::Permissions::from_mode(0o755),
        )
        .unwrap();
        path
    }

    /// All clients, each with its name.
    fn clients(&self) -> Vec<(&'static str, Command)> {
        let mut python = program(&self.python);
        python.arg(self.folder.path().join("api_requests.py"));
        let rust =
            ["api_requests", "api_requests_threads"].map(|name| {
                let mut rust = program(&example(name));
                rust.env("TWINS_PYTHON", self.interpreter());
                (name, rust)
            });
        [("python", python)].into_iter().chain(rust).collect()
    }
}

#[track_caller]
fn ends_with_one_line(name: &str, ran: &Output) {
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{name}: {ran:?}");
    assert_eq!(said.lines().count(), 1, "{name}: {said}");
    assert!(said.starts_with("client: "), "{name}: {said}");
}

/// All items are told; how many requests there were is not.
#[track_caller]
fn every_item_is(text: &str, ran: &Output, name: &str) {
    let told = String::from_utf8_lossy(&ran.stdout);
    let items: Vec<&str> = told.lines().collect();
    assert_eq!(items.len(), 1000, "{name}: {told}");
    let mut right = 0;
    for (id, item) in (1..).zip(items) {
        let begin = format!("client: ID {id}: ");
        let said = item.strip_prefix(&*begin).unwrap_or_default();
        right += usize::from(said == text);
        // A busy machine may take longer for some.
        let is_late = said == "no answer in 2 s";
        assert!(said == text || is_late, "{name}: {item}");
    }
    assert!(right > 0, "{name}");
    ends_with_one_line(name, ran);
}

fn costs_its_items_and_no_more((what, say): (&str, &str)) {
    let programs = Programs::that_say(say);
    let clients = programs.clients().into_iter();
    let running = clients
        .map(|(name, mut command)| (name, spawn(&mut command)));
    for (name, child) in running.collect::<Vec<_>>() {
        let ran = child.wait_with_output().unwrap();
        let name = format!("{name}, {what}");
        every_item_is("no whole answer", &ran, &name);
    }
}

#[test]
fn answers_that_are_no_good_cost_their_items_and_no_more() {
    for what in ["rubbish", "half a body"] {
        let found = NO_GOOD.iter().find(|(name, _)| *name == what);
        costs_its_items_and_no_more(*found.unwrap());
    }
}

#[test]
#[ignore = "takes a minute"]
fn whatever_is_no_good_costs_its_items_and_no_more() {
    NO_GOOD.into_iter().for_each(costs_its_items_and_no_more);
}

#[test]
#[ignore = "takes 45 s: that long is the limit of each request"]
fn a_server_that_never_answers_takes_no_longer_than_the_limits() {
    let programs = Programs::that_say("return True");
    let running = programs
        .clients()
        .into_iter()
        .map(|(name, mut command)| (name, spawn(&mut command)));
    let running: Vec<_> = running.collect();
    for (name, child) in running {
        every_item_is(
            "no answer in 2 s",
            &child.wait_with_output().unwrap(),
            name,
        );
    }
}

#[test]
fn a_server_that_is_not_there_is_told_in_one_line() {
    for server in ["raise SystemExit(3)", "print('tea')"] {
        for (name, mut command) in
            Programs::with_a_server(server).clients()
        {
            let ran =
                spawn(&mut command).wait_with_output().unwrap();
            ends_with_one_line(name, &ran);
        }
    }
    for (name, mut command) in
        Programs::with_a_server("").clients().into_iter().skip(1)
    {
        let ran = command
            .env("TWINS_PYTHON", "no-such-python")
            .output()
            .unwrap();
        ends_with_one_line(name, &ran);
        assert!(
            String::from_utf8_lossy(&ran.stderr)
                .contains("no-such-python"),
            "{ran:?}"
        );
    }
}

/// Wherever it is: when its server has just been started, and in the middle of the requests.
#[test]
fn nothing_outlives_a_client_that_is_ended() {
    // It tells its process as soon as it is there, and when it was asked for the first time.
    let server = |folder: &Path| {
        let folder = folder.display();
        format!(
            "import os\n\
             def tell(name):\n    \
                 open('{folder}/new', 'w').write(str(os.getpid()))\n    \
                 os.replace('{folder}/new', f'{folder}/{{name}}')\n\
             tell('started')\n\
             def say(client):\n    \
                 tell('asked')\n    \
                 return True\n{SERVER}"
        )
    };
    for moment in ["started", "asked"] {
        for name in ["-INT", "-KILL"] {
            for client in 0..3 {
                let folder = tempfile::tempdir().unwrap();
                let programs =
                    Programs::with_a_server(&server(folder.path()));
                let (program, mut command) =
                    programs.clients().swap_remove(client);
                let child = spawn(&mut command);
                let told = folder.path().join(moment);
                wait_until("the server is there", || {
                    told.is_file()
                });
                let server = fs::read_to_string(told).unwrap();
                signal_group(name, &child);
                let ran = child.wait_with_output().unwrap();
                match (name, program) {
                    ("-INT", "python") => {
                        python_says_interrupted(&ran, "client");
                    }
                    ("-INT", _) => says_interrupted(&ran, "client"),
                    _ => assert!(!ran.status.success()),
                }
                wait_until(
                    &format!(
                        "{program}, {moment}, {name}: its server ends"
                    ),
                    || !is_alive(&server),
                );
            }
        }
    }
}
