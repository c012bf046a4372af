//! What only a terminal shows: how wide it is, and its keys. Python opens one.

use crate::fixture::{Fixture, PYTHON, RUST, Ran, run};

/// Runs a command in a terminal of so many columns, presses Enter once where a text has come, and passes
/// on what it shows.
const TERMINAL: &str = "\
import fcntl, os, pty, struct, sys, termios
columns, wanted, command = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    os.execvp(command[0], command)
shown = b''
while True:
    try:
        more = os.read(terminal, 65536)
    except OSError:
        break
    if not more:
        break
    shown += more
    if wanted and wanted in shown:
        os.write(terminal, b'\\n')
        wanted = b''
sys.stdout.buffer.write(shown.replace(b'\\r\\n', b'\\n'))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";

fn in_terminal(fixture: &Fixture, columns: usize, wanted: &str, arguments: &[&str]) -> Ran {
    let tool = fixture.command(arguments);
    let mut command = std::process::Command::new("python3");
    command.args(["-c", TERMINAL, &columns.to_string(), wanted]).current_dir(&fixture.root);
    command.arg(tool.get_program()).args(tool.get_args());
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "CLICOLOR_FORCE", "CARGO_TARGET_DIR"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").env("TERM", "xterm");
    run(command)
}

/// What stands on the screen in the end, were it as wide and as high as anybody likes.
fn texts(ran: &Ran) -> Vec<String> {
    let mut rows: Vec<Vec<char>> = vec![Vec::new(); ran.stdout.lines().count() + 1];
    let (mut row, mut column) = (0_usize, 0_usize);
    let mut rest = ran.stdout.chars();
    while let Some(char) = rest.next() {
        match char {
            '\u{1b}' => {
                let mut number = String::new();
                for char in rest.by_ref().skip(1) {
                    let count = number.parse().unwrap_or(1);
                    match char {
                        'A' => row -= count,
                        'B' => row += count,
                        'G' => column = count - 1,
                        'K' => rows[row].clear(),
                        digit => {
                            number.push(digit);
                            continue;
                        }
                    }
                    break;
                }
            }
            '\r' => column = 0,
            '\n' => (row, column) = (row + 1, 0),
            char => {
                let width = rows[row].len().max(column + 1);
                rows[row].resize(width, ' ');
                rows[row][column] = char;
                column += 1;
            }
        }
    }
    rows.into_iter().map(String::from_iter).collect()
}

#[test]
fn no_line_is_wider_than_its_terminal_and_a_narrow_one_says_what_a_wider_one_shows() {
    let fixture = Fixture::new();
    let long = "a-name-of-many-words-that-goes-on-and-on ".repeat(3);
    let python = format!("print('чай')\nprint('{long}')\n");
    let rust = format!("fn main() {{\n    println!(\"чай\");\n    println!(\"{long}\");\n}}\n");
    fixture.pair("tasks", "tea", &python, &rust);
    fixture.run(&["check", "--bless"]).expect(0, &[]);
    for columns in [60, 79, 80, 99, 100, 160, 250] {
        for (command, two_from) in [(&["run", "tea"], 80), (&["show", "tea"], 100)] {
            let ran = in_terminal(&fixture, columns, "", command);
            ran.expect(0, &[]);
            let lines = texts(&ran);
            let of_ours = lines.iter().filter(|line| !line.contains("Finished `dev`"));
            for line in of_ours {
                assert!(line.chars().count() <= columns, "{columns} columns: {line:?}");
            }
            let told = format!("This terminal has {columns} columns: from {two_from} on, both");
            let told = lines.join(" ").contains(&told);
            assert_eq!(told, columns < two_from, "{command:?} in {columns} columns: {ran}");
        }
    }
    // The numbers that `steps` and the compiler name.
    let ran = in_terminal(&fixture, 80, "", &["show", "tea"]);
    assert!(texts(&ran).iter().any(|line| line.starts_with("2      println!")), "{ran}");
}

#[test]
fn enter_goes_on_to_the_next_pair() {
    let fixture = Fixture::with_tea();
    let slow = "import time\nprint('чай', flush=True)\ntime.sleep(60)\n";
    fixture.pair("tasks", "nap", slow, RUST);
    fixture.pair("tasks", "cup", PYTHON, RUST);
    let ran = in_terminal(&fixture, 120, "milk", &["run", "nap", "cup"]);
    ran.expect(0, &["Enter goes on to the next pair", "skipped", "2/2  tasks/cup"]);
    ran.expect(0, &["equal, byte for byte"]);
}
