//! The command line: what can be typed, and which exit code comes of it.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::{
    cargo, check,
    interrupt::{self, Interrupted},
    language::Lang,
    list, lockstep, practice,
    progress::Progress,
    project::{Project, UnknownPair},
    python::Interpreter,
    record, run, scaffold,
    screen::Screen,
    show, table, watch,
};

/// The exit code of a command whose reader left before its end, as shells have it: 128 + SIGPIPE.
const CLOSED_PIPE: u8 = 141;

const CANNOT_PRINT: &str = "can't write standard output, make room or name another place";

/// How many programs `check` runs at the same time, per processor: they mostly wait.
const JOBS_PER_CPU: usize = 8;

/// Python and Rust coroutines, side by side.
///
/// Without a command: the tour, the document's five programs in both languages, live.
#[derive(Parser)]
#[command(
    name = "cargo twins",
    bin_name = "cargo twins",
    version,
    after_help = "Exit codes: 0 all is well, 1 a pair is not as it should be, 2 the command line is wrong, \
                  3 the project or the machine is not in order, 130 interrupted, 141 its reader left before its end."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The language of titles, lessons and verdicts; defaults to the locale.
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,
    /// A CPython 3.11 or newer; defaults to TWINS_PYTHON, or python3. May be repeated with `check`.
    #[arg(long, global = true, value_name = "PATH")]
    python: Vec<PathBuf>,
    /// How long a program may run.
    #[arg(long, global = true, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    timeout: Duration,
}

#[derive(Subcommand)]
enum Command {
    /// Make a project: a folder with one pair that runs.
    Init {
        /// The folder, which may be new; defaults to the current one.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// What the Rust programs are built on.
        #[arg(long, value_enum, default_value_t)]
        runtime: scaffold::Runtime,
        /// The folder `crates` of a clone of Twins, for `--runtime twins`; defaults to the one that
        /// this program was built from.
        #[arg(long, value_name = "PATH")]
        crates: Option<PathBuf>,
    },
    /// Make a pair of two skeletons, and list it.
    New {
        /// Its chapter (a folder of `examples/`, which may be new) and its name.
        #[arg(value_name = "CHAPTER/NAME")]
        name: String,
    },
    /// Make a pair of two programs that exist: they stay where they are.
    Pair {
        /// The Python program.
        #[arg(value_name = "PYTHON")]
        source: PathBuf,
        /// The Rust program.
        #[arg(value_name = "RUST")]
        twin: PathBuf,
        /// The pair's chapter and name; defaults to ported/ and the Python program's name.
        #[arg(long = "as", value_name = "CHAPTER/NAME")]
        name: Option<String>,
    },
    /// All pairs, by chapter, in reading order.
    List {
        /// Print JSON, for scripts.
        #[arg(long)]
        json: bool,
        /// Print Markdown: the lists of README.md and, with `--lang ru`, README.ru.md.
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
    },
    /// Run pairs live, Python on the left, Rust on the right, each line with its time.
    Run {
        /// A pair, one of its variants, or a chapter: fetch_parallel, log_generator_native, generators.
        #[arg(required = true, value_name = "PAIR")]
        pairs: Vec<String>,
        /// Run this one of its cases; the first one without it.
        #[arg(long, value_name = "NAME")]
        case: Option<String>,
    },
    /// Show the two programs of a pair in two columns.
    Show {
        /// A pair, or one of its variants: fetch_parallel, log_generator_native.
        #[arg(value_name = "PAIR")]
        pair: String,
        /// Show a module beside the programs in their place: api/session.
        #[arg(value_name = "FILE")]
        file: Option<String>,
    },
    /// At each save, build and run what changed, and show where the two outputs part; until Ctrl-C.
    Watch {
        /// A pair, or one of its variants; defaults to all pairs.
        #[arg(value_name = "PAIR")]
        pair: Option<String>,
        /// Run this one of its cases; the first one without it.
        #[arg(long, value_name = "NAME", requires = "pair")]
        case: Option<String>,
    },
    /// Learn by doing: write a pair's twin, from a skeleton, until it prints the same.
    Practice {
        /// Pairs or chapters.
        #[arg(required = true, value_name = "PAIR")]
        pairs: Vec<String>,
        /// The language to write in.
        #[arg(long, value_enum, default_value_t)]
        to: practice::To,
        /// Where the programs to write are put; what is there stays.
        #[arg(long, value_name = "FOLDER", default_value = "practice")]
        folder: PathBuf,
        /// Want the same steps, too: both programs run under a tracer, Rust's under gdb.
        #[arg(long)]
        steps: bool,
    },
    /// Judge: run Python and every Rust variant; all must print what is recorded.
    ///
    /// A program that does not is run once more, alone: on a busy machine, what is ordered by time
    /// can come out in another order. The second run counts, and the table mentions the first.
    Check {
        /// Pairs or chapters; defaults to all.
        #[arg(value_name = "PAIR")]
        pairs: Vec<String>,
        /// Record what all programs of a pair print alike.
        #[arg(long)]
        bless: bool,
        /// Print JSON, for scripts.
        #[arg(long)]
        json: bool,
        /// How many programs run at the same time.
        #[arg(long, value_name = "NUMBER", value_parser = jobs)]
        jobs: Option<usize>,
        /// Install the Python packages that pairs need, into target/.
        #[arg(long)]
        install: bool,
        /// Fail where a pair can't be tried: one that needs a command or a package that is not there.
        #[arg(long)]
        all: bool,
    },
    /// Record what both programs of a pair do, step by step: Python under its tracer, Rust under gdb.
    Record {
        /// Pairs or chapters; defaults to all.
        #[arg(value_name = "PAIR")]
        pairs: Vec<String>,
        /// Record again and compare with the recordings, except times and Rust's variables.
        #[arg(long)]
        check: bool,
        /// Install the Python packages that pairs need, into target/.
        #[arg(long)]
        install: bool,
    },
    /// Show what both programs of a pair do, one row per step, from their recording.
    Steps {
        /// A pair, or one of its variants: fetch_parallel, log_generator_native.
        #[arg(value_name = "PAIR")]
        pair: String,
        /// Show this one of its cases; the first one without it.
        #[arg(long, value_name = "NAME")]
        case: Option<String>,
    },
    /// Write the book: one page with every pair, which steps both programs together and needs no
    /// network.
    Book {
        /// The file to write; defaults to target/twins.html in the project.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// A talk to open it at: pairs in your order, with your minutes and words, as those in the
        /// folder `talks` of Twins.
        #[arg(long, value_name = "FILE")]
        talk: Option<PathBuf>,
    },
    /// Show a random program in both languages, and what CPython and our libraries do with it.
    Random {
        /// The seed that makes the program.
        #[arg(value_name = "SEED", value_parser = random_seed)]
        seed: u64,
        /// Of which kind: tasks, generators, async-generators.
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
    },
}

fn random_seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a seed is a whole number from 0 to 18446744073709551615".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|seconds| *seconds > 0.0);
    // What no clock can hold is no limit.
    let limit = seconds.map(|s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX));
    limit
        .filter(|limit| !limit.is_zero())
        .ok_or_else(|| "give a number of seconds above 0".to_owned())
}

fn jobs(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|jobs| *jobs > 0)
        .ok_or_else(|| "give a whole number above 0".to_owned())
}

/// Runs the tool with the arguments of the process: those of `cargo-twins`, which Cargo starts with
/// its own name for it, `twins`, before them.
pub fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = env::args_os().collect();
    if arguments.get(1).is_some_and(|argument| argument == "twins") {
        arguments.remove(1);
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that has gone away has seen enough.
            let printed = error.print();
            if let Err(error) = printed
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                complain(&format!("{CANNOT_PRINT}: {error}"));
                return ExitCode::from(3);
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // What they are about is known at their end, not before.
    let tells_at_its_end = matches!(
        cli.command,
        None | Some(Command::Run { .. } | Command::Watch { .. } | Command::Practice { .. })
    );
    match execute(cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) if error.is::<Interrupted>() => {
            // The terminal has written ^C; the prompt belongs on a line of its own.
            if io::stderr().is_terminal() {
                drop(writeln!(io::stderr()));
            }
            ExitCode::from(interrupt::EXIT_CODE)
        }
        Err(error) if interrupt::is_closed_pipe(&error) => {
            interrupt::end_all();
            if tells_at_its_end { ExitCode::from(CLOSED_PIPE) } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            interrupt::end_all();
            // Only what is printed fails without another word.
            let printing = error.is::<io::Error>() && error.chain().count() == 1;
            let message = match printing {
                true => format!("{CANNOT_PRINT}: {error}"),
                false => format!("{error:#}"),
            };
            // clap's own errors begin with the word already.
            complain(message.strip_prefix("error: ").unwrap_or(&message).trim_end());
            let usage = error.is::<UnknownPair>() || error.is::<clap::Error>();
            ExitCode::from(if usage { 2 } else { 3 })
        }
    }
}

/// A reader that has left has seen enough: the exit code tells the rest.
fn seen(written: Result<()>) -> Result<()> {
    written.or_else(|error| if interrupt::is_closed_pipe(&error) { Ok(()) } else { Err(error) })
}

fn complain(message: &str) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    drop(writeln!(anstream::stderr(), "{style}error:{style:#} {message}"));
}

fn execute(cli: Cli) -> Result<bool> {
    if cli.python.len() > 1 && !matches!(cli.command, Some(Command::Check { .. })) {
        let message = "--python can be given once here: only `check` holds several interpreters";
        return Err(clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, message).into());
    }
    interrupt::listen()?;
    let lang = cli.lang.unwrap_or_else(Lang::from_env);
    let screen = Screen::stdout();
    let folder =
        env::current_dir().context("can't tell the current folder: go to one that exists")?;
    if let Some(Command::Init { folder: named, runtime, crates }) = &cli.command {
        let folder = named.as_ref().map_or_else(|| folder.clone(), |named| folder.join(named));
        scaffold::init(&folder, *runtime, crates.as_deref())?;
        let go = named.as_ref().filter(|named| named.as_os_str() != ".");
        let go = go.map(|named| named.display().to_string().replace('\'', r"'\''"));
        let go = go.map_or_else(String::new, |named| format!("cd '{named}' && "));
        writeln!(io::stdout(), "{}: {go}cargo twins", lang.pick("made; next", "готово; дальше"))?;
        return Ok(true);
    }
    let project = Project::find(&folder)?;
    let python = || Interpreter::find(cli.python.last().map(PathBuf::as_path));
    let options = || -> Result<run::Options> {
        Ok(run::Options { python: python()?, limit: cli.timeout, lang, screen })
    };
    match cli.command {
        None => run::tour(&project, &options()?),
        Some(Command::Init { .. }) => unreachable!("it needs no project: see above"),
        Some(Command::New { name }) => {
            for path in scaffold::new(&project, &name, &python()?)? {
                writeln!(io::stdout(), "{} {path}", lang.pick("wrote", "записан"))?;
            }
            Ok(true)
        }
        Some(Command::Pair { source, twin, name }) => {
            let name = scaffold::pair(&project, &source, &twin, name.as_deref(), &python()?)?;
            writeln!(
                io::stdout(),
                "{name}: {} `cargo twins check {} --bless`",
                lang.pick("next,", "дальше:"),
                name.rsplit('/').next().unwrap_or(&name)
            )?;
            Ok(true)
        }
        Some(Command::List { json, markdown }) => {
            let problems = match (json, markdown) {
                (true, _) => list::list_json(&project)?,
                (_, true) => list::list_markdown(&project, lang)?,
                _ => list::list(&project, lang, screen)?,
            };
            problems.iter().for_each(|problem| complain(problem));
            Ok(problems.is_empty())
        }
        Some(Command::Run { pairs, case }) => {
            let chosen = project.all_named(&pairs)?;
            run::run(&project, &chosen, case.as_deref(), &options()?)
        }
        Some(Command::Show { pair, file }) => {
            let (pair, variant) = project.named(&pair)?;
            match file {
                Some(file) => show::show_file(&project, pair, &file, lang, screen)?,
                None => show::show(&project, pair, variant, lang, screen)?,
            }
            Ok(true)
        }
        Some(Command::Watch { pair, case }) => {
            let chosen = pair.map(|name| project.named(&name)).transpose()?;
            watch::watch(&project, chosen, case.as_deref(), &options()?).map(|()| true)
        }
        Some(Command::Practice { pairs, to, folder, steps }) => {
            let pairs = project.select(&pairs)?;
            practice::practice(&project, &pairs, &folder, to, steps, &options()?)
        }
        Some(Command::Check { pairs, bless, json, jobs, install, all }) => {
            let pythons = match &*cli.python {
                [] => vec![python()?],
                paths => Interpreter::find_all(paths)?,
            };
            let cpus = thread::available_parallelism().map_or(2, usize::from);
            let options = check::Options {
                pythons,
                bless,
                limit: cli.timeout,
                jobs: jobs.unwrap_or(cpus * JOBS_PER_CPU),
                install,
                all,
            };
            let report = check::check(&project, &pairs, &options, &mut Progress::new())?;
            let written = match json {
                true => table::write_json(&report),
                false => table::write(&report, lang, screen),
            };
            seen(written)?;
            Ok(report.is_good())
        }
        Some(Command::Record { pairs, check, install }) => {
            let options = record::Options {
                python: Interpreter::find_recorder(cli.python.last().map(PathBuf::as_path))?,
                check,
                install,
                limit: cli.timeout,
                jobs: thread::available_parallelism().map_or(2, usize::from),
            };
            let report = record::record(&project, &pairs, &options, &mut Progress::new())?;
            seen(table::write_recorded(&report, check, lang, screen))?;
            Ok(report.problems.is_empty())
        }
        Some(Command::Steps { pair, case }) => {
            let (pair, variant) = project.named(&pair)?;
            lockstep::steps(&project, pair, variant, case.as_deref(), lang, screen)?;
            Ok(true)
        }
        Some(Command::Random { seed, kind }) => {
            let python = cli.python.last().map(PathBuf::as_path);
            cargo::show_random(&project.root, seed, kind.as_deref(), python)?;
            Ok(true)
        }
        Some(Command::Book { out, talk }) => {
            #[cfg(feature = "book")]
            writeln!(
                io::stdout(),
                "{}",
                crate::book::write(&project, out, talk.as_deref(), cli.lang)?
            )?;
            #[cfg(not(feature = "book"))]
            cargo::build_book(&project.root, out.as_deref(), talk.as_deref(), cli.lang)?;
            Ok(true)
        }
    }
}
