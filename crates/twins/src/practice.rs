//! `practice`: to learn by doing. One program of a pair, and its twin without bodies, in a folder of
//! the learner's; each save is compared with what the pair prints.

mod skeleton;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, SystemTime},
};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Error, Result};
use tempfile::TempDir;

pub use self::skeleton::skeleton;
use crate::{
    cargo,
    cargo::Build,
    case::{self, ENDED_WELL, Shown},
    compare::compare,
    file::{Made, read_text, remedy, write_whole},
    highlight::Syntax,
    interrupt,
    keys::Keys,
    language::Lang,
    lockstep, modules, needs,
    pair::{Pair, Variant},
    process::{self, End, Output},
    project::Project,
    python::Interpreter,
    record::{self, Tracee, rust::require_gdb},
    recording::{self, Recording},
    run::{self, Options},
    screen::{Screen, visible},
    show::paragraph,
    steps, watch,
};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// How often the file and the keys are looked at.
const LOOK: Duration = Duration::from_millis(150);

/// The language that is practised: in which one the learner writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum To {
    /// From Python to Rust.
    #[default]
    Rust,
    /// From Rust to Python.
    Python,
}

impl To {
    /// The pair's own program in this language, from the project's root.
    fn source(self, pair: &Pair) -> String {
        match self {
            Self::Rust => pair.source(&Variant::Plain),
            Self::Python => pair.path(".py"),
        }
    }
}

/// Practises these pairs, one after the other, in `folder`; gives whether all were solved, and not
/// passed over. With `with_steps`, the same steps are wanted, too.
///
/// # Errors
///
/// [`interrupt::Interrupted`], and when nothing can be written or run at all.
pub fn practice(
    project: &Project,
    pairs: &[&Pair],
    folder: &Path,
    to: To,
    with_steps: bool,
    options: &Options,
) -> Result<bool> {
    project.require_sources()?;
    if with_steps && to == To::Rust {
        require_gdb("gdb")?;
    }
    let keys = Keys::take_any();
    let mut solved = 0;
    for (index, pair) in pairs.iter().enumerate() {
        let lesson = Lesson::new(project, pair, folder, to, with_steps, options)?;
        lesson.begin(index, pairs.len())?;
        solved += usize::from(lesson.work(keys.as_ref())?);
    }
    let line = options.lang.pick(
        format!("solved: {solved} of {}", pairs.len()),
        format!("решено: {solved} из {}", pairs.len()),
    );
    writeln!(io::stdout(), "\n{}", options.screen.paint(BOLD, &line))?;
    Ok(solved == pairs.len())
}

/// One pair that is practised.
struct Lesson<'a> {
    project: &'a Project,
    pair: &'a Pair,
    options: &'a Options,
    to: To,
    /// What the learner reads, and what the learner writes.
    given: PathBuf,
    own: PathBuf,
    /// What it prints: in each case, where the pair has cases.
    wanted: Vec<(Shown, String)>,
    /// Whether the steps are compared, too.
    with_steps: bool,
    hints: Vec<String>,
}

/// What a look at the learner's program gave.
enum Outcome {
    Solved,
    NotYet,
}

impl<'a> Lesson<'a> {
    /// Lays out the two files. What is there already stays: it is the learner's.
    fn new(
        project: &'a Project,
        pair: &'a Pair,
        folder: &Path,
        to: To,
        with_steps: bool,
        options: &'a Options,
    ) -> Result<Self> {
        let read = |path: String| read_text(&project.root, &path);
        let sources = [pair.path(".py"), pair.source(&Variant::Plain)];
        let [python, rust] = ["py", "rs"].map(|end| format!("{}.{end}", pair.stem));
        let (given, own, given_text, own_text) = match to {
            To::Rust => {
                let [given, twin] = sources.map(read);
                (python, rust, given?, skeleton(&twin?, Syntax::Rust))
            }
            To::Python => {
                let [twin, given] = sources.map(read);
                (rust, python, given?, skeleton(&twin?, Syntax::Python))
            }
        };
        // Apart: what is given for the one way is what is written the other way.
        let (given, own) = (folder.join("given").join(given), folder.join(own));
        let notes = pair.notes(&project.root)?;
        let mut hints = vec![notes.lesson.get(options.lang).to_owned()];
        hints.extend(notes.differences.iter().map(|text| text.get(options.lang).to_owned()));
        hints.push(notes.notes.get(options.lang).to_owned());
        hints.retain(|hint| !hint.is_empty());
        let with_its_text = |shown: Shown| {
            let text = read(pair.path(&format!("{}.stdout", shown.suffix())))?;
            let text = shown.rules.apply_to_text(&text);
            Ok((shown, text))
        };
        let wanted = Shown::all(project, pair).into_iter().map(with_its_text);
        let wanted = wanted.collect::<Result<_>>()?;
        let mut files = vec![(given.clone(), given_text), (own.clone(), own_text)];
        // What the program stands on.
        let source = project.root.join(to.source(pair));
        let beside = modules::folder(&source);
        for module in modules::of(&source) {
            let name = beside.join(&module);
            files.push((folder.join(module), read(name.to_string_lossy().into_owned())?));
        }
        let mut made = Made::default();
        for (path, text) in files {
            if !path.exists() {
                let write = made.folder_of(&path).and_then(|()| write_whole(&path, &text));
                write.map_err(|error| cannot_write(&path, error))?;
                made.file(path);
            }
        }
        made.keep();
        Ok(Self { project, pair, options, to, given, own, wanted, with_steps, hints })
    }

    fn begin(&self, index: usize, count: usize) -> Result<()> {
        let Options { lang, screen, .. } = self.options;
        let mut out = io::stdout().lock();
        let title = self.pair.notes(&self.project.root)?.title;
        let heading = format!("{}/{count}  {}", index + 1, title.get(*lang));
        writeln!(out, "\n{}", screen.paint(BOLD, &heading))?;
        let say = lang.pick(
            format!("Read {}, write {}, and save it.", self.given.display(), self.own.display()),
            format!(
                "Прочтите {}, допишите {} и сохраните.",
                self.given.display(),
                self.own.display()
            ),
        );
        writeln!(out, "{say}")?;
        let keys = lang.pick(
            "h: a hint · s: the solution · n: the next one · Ctrl-C ends",
            "h: подсказка · s: решение · n: дальше · Ctrl-C: конец",
        );
        writeln!(out, "{}", screen.paint(DIM, keys))?;
        Ok(())
    }

    /// Looks at each save until the program is solved, or passed over.
    fn work(&self, keys: Option<&Keys>) -> Result<bool> {
        let mut seen = None;
        let mut hints = self.hints.iter();
        let mut passes_over = false;
        // What the keys say, also while a program runs.
        let mut listen = || -> Result<bool> {
            for key in keys.map(Keys::pressed).unwrap_or_default() {
                match key {
                    b'h' => self.hint(hints.next())?,
                    b's' => self.solution()?,
                    b'n' => passes_over = true,
                    _ => {}
                }
            }
            Ok(passes_over)
        };
        loop {
            interrupt::check()?;
            let now = stamp(&self.own);
            if now != seen && now.is_some() {
                // Not before the editor has done.
                thread::sleep(LOOK);
                if stamp(&self.own) != now {
                    continue;
                }
                seen = now;
                let mut stopped = || Ok(listen()? || stamp(&self.own) != now);
                if let Outcome::Solved = self.look(&mut stopped)? {
                    return Ok(true);
                }
            }
            if listen()? {
                return Ok(false);
            }
            thread::sleep(LOOK);
        }
    }

    fn hint(&self, hint: Option<&String>) -> Result<()> {
        let none = self
            .options
            .lang
            .pick("no more hints: s shows the solution", "подсказок больше нет: s покажет решение");
        let width = self.options.screen.size.map_or(80, |(columns, _)| columns).min(100);
        paragraph(&mut io::stdout().lock(), hint.map_or(none, |hint| hint), width)?;
        Ok(())
    }

    fn solution(&self) -> Result<()> {
        let path = self.to.source(self.pair);
        let text = read_text(&self.project.root, &path)?;
        let mut out = io::stdout().lock();
        writeln!(out, "\n{}", self.options.screen.paint(BOLD, &path))?;
        write!(out, "{text}")?;
        Ok(())
    }

    /// Runs the learner's program in every case, and shows where it first parts from what is wanted;
    /// nothing where it is `stopped`.
    fn look(&self, stopped: &mut dyn FnMut() -> Result<bool>) -> Result<Outcome> {
        let Options { lang, .. } = self.options;
        let screen = Screen { size: Screen::stdout().size, ..self.options.screen };
        let Some(program) = self.build(screen)? else { return Ok(Outcome::NotYet) };
        for (shown, wanted) in &self.wanted {
            let outcome = self.look_at(&program, shown, wanted, screen, stopped)?;
            if let Outcome::NotYet = outcome {
                return Ok(outcome);
            }
        }
        let mut out = io::stdout().lock();
        let line = lang.pick("it prints what its twin prints", "печатает то же, что близнец");
        if !self.with_steps {
            let line = format!("{}: {line}", lang.pick("solved", "решено"));
            writeln!(out, "{}", screen.paint(GOOD, &line))?;
            return Ok(Outcome::Solved);
        }
        writeln!(out, "{line}")?;
        let notes = self.pair.notes(&self.project.root)?;
        // Where even the pair's own twin takes others, nobody can ask for them.
        if notes.steps.is_some() || notes.order_varies.is_some() || !notes.unordered.is_empty() {
            let line = lang.pick(
                "solved; the two languages take other steps here, which are not compared",
                "решено; шаги двух языков здесь разные, они не сверяются",
            );
            writeln!(out, "{}", screen.paint(GOOD, line))?;
            return Ok(Outcome::Solved);
        }
        let tracing =
            lang.pick("now its steps, under a tracer …", "теперь шаги, под трассировщиком…");
        writeln!(out, "{}", screen.paint(DIM, tracing))?;
        for (shown, _) in &self.wanted {
            let outcome = self.compare_steps(&mut out, &program, shown, screen)?;
            if let Outcome::NotYet = outcome {
                return Ok(outcome);
            }
        }
        let line = lang.pick(
            "solved: it prints the same and takes the same steps",
            "решено: печатает то же и делает те же шаги",
        );
        writeln!(out, "{}", screen.paint(GOOD, line))?;
        Ok(Outcome::Solved)
    }

    /// Runs the learner's program in one case.
    fn look_at(
        &self,
        program: &Own,
        shown: &Shown,
        wanted: &str,
        screen: Screen,
        stopped: &mut dyn FnMut() -> Result<bool>,
    ) -> Result<Outcome> {
        let Options { lang, limit, .. } = self.options;
        let (command, input, _folder) = match self.command(program, shown) {
            Ok(ready) => ready,
            // The next save may find it there.
            Err(error) => {
                interrupt::check()?;
                writeln!(io::stdout(), "{}", screen.paint(BAD, &format!("{error:#}")))?;
                return Ok(Outcome::NotYet);
            }
        };
        let Some([output]) = process::run_until([(command, input)], *limit, stopped)? else {
            return Ok(Outcome::NotYet);
        };
        let output = shown.prepare(output);
        let printed = String::from_utf8_lossy(&output.stdout()).into_owned();
        let difference = compare(wanted, &printed);
        if difference.is_none() && output.end == End::Exit(0) {
            return Ok(Outcome::Solved);
        }
        let mut out = io::stdout().lock();
        name_case(&mut out, shown, *lang, screen)?;
        let heads =
            [lang.pick("wanted", "нужно").to_owned(), lang.pick("yours", "у вас").to_owned()];
        let lines = |text: &str| text.lines().map(visible).collect::<Vec<_>>();
        for line in watch::picture(&heads, &[lines(wanted), lines(&printed)], screen) {
            writeln!(out, "{line}")?;
        }
        self.say_end(&mut out, &output, shown.exit, screen)?;
        if let Some(difference) = difference {
            writeln!(out, "{}", screen.paint(BAD, &difference.to_string()))?;
        }
        Ok(Outcome::NotYet)
    }

    fn say_end(
        &self,
        out: &mut impl Write,
        output: &Output,
        exit: i32,
        screen: Screen,
    ) -> io::Result<()> {
        if output.end == End::Exit(0) {
            return Ok(());
        }
        let said = output.stderr();
        let unwritten =
            said.contains("not yet implemented") || said.contains("NotImplementedError");
        if unwritten {
            let line = self
                .options
                .lang
                .pick("a body is still to be written", "какое-то тело ещё не написано");
            return writeln!(out, "{}", screen.paint(BAD, line));
        }
        writeln!(out, "{}", said.trim_end())?;
        let name = if self.to == To::Rust { "Rust" } else { "Python" };
        let line = match output.end {
            End::Exit(ENDED_WELL) => Some(self.options.lang.pick(
                format!("ended with exit code 0, and {exit} is wanted"),
                format!("завершается с кодом 0, а нужен {exit}"),
            )),
            end => run::end_in_words(name, end, self.options.lang),
        };
        writeln!(out, "{}", screen.paint(BAD, &line.unwrap_or_default()))
    }

    /// Wants the steps of the program that was given, too.
    fn compare_steps(
        &self,
        out: &mut impl Write,
        program: &Own,
        shown: &Shown,
        screen: Screen,
    ) -> Result<Outcome> {
        let Options { lang, .. } = self.options;
        let source =
            fs::canonicalize(&self.own).context("can't read the program of the practice")?;
        let own = match self.observe(program, shown, &source) {
            Ok(own) => own,
            Err(error) => {
                interrupt::check()?;
                writeln!(out, "{}", screen.paint(BAD, &format!("{error:#}")))?;
                return Ok(Outcome::NotYet);
            }
        };
        let given = self.given_steps(shown)?;
        let [given_path, own_path] = [&self.given, &self.own].map(|p| p.display().to_string());
        let (programs, paths) = match self.to {
            To::Rust => ([&given, &own], [given_path, own_path]),
            To::Python => ([&own, &given], [own_path, given_path]),
        };
        if steps::difference(programs[0], programs[1]).is_none() {
            return Ok(Outcome::Solved);
        }
        name_case(out, shown, *lang, screen)?;
        lockstep::table(out, &paths, programs, *lang, screen)?;
        let line = lang.pick(
            "it takes other steps than its twin: the first ≠ shows where",
            "шаги не те, что у близнеца: где именно, показывает первое ≠",
        );
        writeln!(out, "{}", screen.paint(BAD, line))?;
        Ok(Outcome::NotYet)
    }

    /// The steps of the program that the learner reads: as they are recorded, else as they are now.
    fn given_steps(&self, shown: &Shown) -> Result<recording::Program> {
        let root = &self.project.root;
        let name = if self.to == To::Rust { "python" } else { Variant::Plain.name() };
        let recording = Recording::read(root, self.pair, shown.name()).ok();
        if let Some(program) = recording.as_ref().and_then(|recording| recording.program(name)) {
            return Ok(program.clone());
        }
        let (program, source) = match self.to {
            To::Rust => (Own::Python(self.python()?), self.pair.path(".py")),
            To::Python => {
                require_gdb("gdb")?;
                let stem = &self.pair.stem;
                let mut build = self.twin()?;
                let program = build.executables.remove(stem);
                let program = program.with_context(|| {
                    format!("{stem} does not build: `cargo build --example {stem}` says why")
                })?;
                (Own::Rust(program), self.pair.source(&Variant::Plain))
            }
        };
        self.observe(&program, shown, Path::new(&source)).context(source)
    }

    /// The steps of a program as they are now.
    fn observe(&self, program: &Own, shown: &Shown, source: &Path) -> Result<recording::Program> {
        let python = self.python()?;
        let (project, pair, limit) = (self.project, self.pair, self.options.limit);
        record::observe(program.tracee(), &python, project, pair, shown, source, limit)
    }

    /// The interpreter, with what the pair needs.
    fn python(&self) -> Result<Interpreter> {
        needs::interpreter(self.project, self.pair, &self.options.python)
    }

    /// The pair's own twin, built, and with it what a twin stands on.
    fn twin(&self) -> Result<Build> {
        cargo::build(&self.project.root, std::slice::from_ref(&self.pair.stem))
    }

    /// The learner's program, ready to run; a compiler that refuses it has said why.
    fn build(&self, screen: Screen) -> Result<Option<Own>> {
        if self.to == To::Python {
            return Ok(Some(Own::Python(self.python()?)));
        }
        let build = self.twin()?;
        let program = cargo::target_folder(&self.project.root).join("twins").join(&self.pair.stem);
        fs::create_dir_all(program.parent().expect("it has a folder"))
            .map_err(|error| cannot_write(&program, error))?;
        let source =
            fs::canonicalize(&self.own).context("can't read the program of the practice")?;
        let compile = cargo::compile(self.project, &source, &build, &program, self.with_steps);
        let compiled = process::run(compile, Duration::MAX, |_| {})?;
        interrupt::check()?;
        if compiled.end != End::Exit(0) {
            let mut out = io::stdout().lock();
            writeln!(out, "\n{}", compiled.stderr().trim_end())?;
            let line = self.options.lang.pick("it does not build yet", "пока не собирается");
            writeln!(out, "{}", screen.paint(BAD, line))?;
            return Ok(None);
        }
        Ok(Some(Own::Rust(program)))
    }

    /// The command that runs the learner's program in a case, what it reads, and the folder of the
    /// case's files.
    fn command(
        &self,
        program: &Own,
        shown: &Shown,
    ) -> Result<(Command, Option<String>, Option<TempDir>)> {
        let mut command = match program {
            Own::Python(python) => {
                let own = fs::canonicalize(&self.own);
                let own = own.context("can't read the program of the practice")?;
                python.command(own.parent().expect("a file is in a folder"), &own)
            }
            Own::Rust(program) => self.python()?.command_of_twin(program, &self.project.root),
        };
        let (input, folder) = case::set(&mut command, self.project, self.pair, &shown.case)?;
        Ok((command, input, folder))
    }
}

/// A program that can run: by what.
enum Own {
    Python(Interpreter),
    Rust(PathBuf),
}

impl Own {
    fn tracee(&self) -> Tracee<'_> {
        match self {
            Self::Python(python) => Tracee::Python(python),
            Self::Rust(program) => Tracee::Rust(program),
        }
    }
}

/// Begins what is said of a program: names the case, where the pair has cases.
fn name_case(out: &mut impl Write, shown: &Shown, lang: Lang, screen: Screen) -> io::Result<()> {
    writeln!(out)?;
    let Some(case) = shown.name() else { return Ok(()) };
    let line = format!("{} {case}", lang.pick("case", "случай"));
    writeln!(out, "{}", screen.paint(BOLD, &line))
}

fn cannot_write(path: &Path, error: io::Error) -> Error {
    let remedy = remedy(&error, "--folder names one that you may write to");
    Error::new(error).context(format!("can't write {}: {remedy}", path.display()))
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let data = fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
}
