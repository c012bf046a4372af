//! Running pairs live: both programs at the same time, each line with the time since its start.

use std::{
    io::{self, Write},
    path::Path,
    process::Command,
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::{
    cargo::{self, Build},
    case::{self, ENDED_WELL, Shown},
    clock,
    columns::{self, Columns, Side},
    compare::{compare, not_utf8},
    file, interrupt,
    keys::Keys,
    language::Lang,
    needs,
    pair::{Pair, Variant},
    process::{self, End, Event, Line, Output, Started, Stream},
    project::Project,
    python::Interpreter,
    screen::{Screen, TWO_OUTPUTS, pad, visible, width, words, wrap},
};

/// How `run` works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The interpreter of the left column.
    pub python: Interpreter,
    /// How long a program may run.
    pub limit: Duration,
    /// The language of titles and verdicts.
    pub lang: Lang,
    /// Where it shows.
    pub screen: Screen,
}

/// How often we look for a key and for the terminal's size while nothing comes.
const LOOK_AROUND: Duration = Duration::from_millis(100);

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const HEADING: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The tour: the document's pairs in order, and at the end what to type next.
///
/// # Errors
///
/// When it can't be given at all. Gives whether all pairs were equal.
pub fn tour(project: &Project, options: &Options) -> Result<bool> {
    let pairs = project.tour()?;
    let chosen: Vec<(&Pair, &Variant)> =
        pairs.iter().map(|pair| (*pair, &Variant::Plain)).collect();
    let good = run(project, &chosen, None, options)?;
    let mut out = io::stdout().lock();
    let say = |en, ru| options.lang.pick(en, ru);
    writeln!(out, "{}", options.screen.paint(HEADING, say("Next:", "Дальше:")))?;
    let first = pairs.first().map_or("PAIR", |pair| &*pair.stem);
    let with_variant = pairs.iter().find(|pair| pair.variants.contains(&Variant::Native));
    let mut rows = vec![
        (
            "cargo twins show ".to_owned() + first,
            say("the two programs side by side", "обе программы рядом"),
        ),
        ("cargo twins list".to_owned(), say("all pairs", "все пары")),
    ];
    if let Some(pair) = with_variant {
        rows.push((
            "cargo twins run ".to_owned() + &pair.variant_stem(&Variant::Native),
            say("the same in nightly Rust's own syntax", "то же в собственном синтаксисе nightly"),
        ));
    }
    rows.push((
        "cargo twins check".to_owned(),
        say("every program, proven equal", "доказать равенство всех программ"),
    ));
    let width = rows.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    for (command, meaning) in rows {
        writeln!(out, "  {command:width$}  {}", options.screen.paint(DIM, meaning))?;
    }
    Ok(good)
}

/// Runs each pair live, Python beside the given variant, with the `case` of this name, else with its
/// first one, where it has cases. Gives whether all were equal.
///
/// # Errors
///
/// When nothing can be run, or a pair has no such case. A pair that does not build, lacks what it
/// needs, or differs, is reported, and the rest go on.
pub fn run(
    project: &Project,
    chosen: &[(&Pair, &Variant)],
    case: Option<&str>,
    options: &Options,
) -> Result<bool> {
    project.require_sources()?;
    let cases = chosen.iter().map(|(pair, _)| Shown::of(project, pair, case));
    let cases: Vec<Shown> = cases.collect::<Result<_>>()?;
    // A program that must not compile needs what its pair's plain program needs.
    let program = |pair: &Pair, variant: &Variant| match variant.compiles() {
        true => pair.variant_stem(variant),
        false => pair.stem.clone(),
    };
    let names: Vec<String> = chosen.iter().map(|(pair, variant)| program(pair, variant)).collect();
    let (rustc, rustc_date) = cargo::rustc(&project.root)?;
    let build = cargo::build(&project.root, &names)?;
    let mut good = true;
    let keys = if chosen.len() > 1 { Keys::take() } else { None };
    say_how(keys.is_some(), options)?;
    for (index, ((pair, variant), shown)) in chosen.iter().zip(&cases).enumerate() {
        interrupt::check()?;
        let mut out = io::stdout().lock();
        let number = match chosen.len() {
            1 => String::new(),
            all => format!("{}/{all}  ", index + 1),
        };
        let name = format!("{}/{}{}", pair.chapter, pair.variant_stem(variant), shown.suffix());
        let mut broken = None;
        let (title, lesson, by_design) = match pair.notes(&project.root) {
            Ok(notes) => (
                format!(" · {}", notes.title.get(options.lang)),
                notes.lesson.get(options.lang).to_owned(),
                notes.by_design.get(variant.name()).map(|why| why.get(options.lang).to_owned()),
            ),
            // The programs run without them.
            Err(error) => {
                good = false;
                broken = Some(format!("{error:#}"));
                (String::new(), String::new(), None)
            }
        };
        let heading = format!("{number}{name}{title}");
        // What is no terminal has no width.
        let room = options.screen.size.map_or(usize::MAX, |(columns, _)| columns);
        writeln!(out)?;
        let fits = width(&heading) <= room;
        for line in if fits { vec![heading] } else { words(&heading, room) } {
            writeln!(out, "{}", options.screen.paint(HEADING, &line))?;
        }
        let text_width = options.screen.size.map_or(80, |_| room.min(100));
        for line in words(&lesson, text_width) {
            writeln!(out, "{}", options.screen.paint(DIM, &line))?;
        }
        if let Some(error) = broken {
            writeln!(out, "{}", options.screen.paint(BAD, &error))?;
        }
        writeln!(out)?;
        drop(out);
        let stem = program(pair, variant);
        let Some(executable) = build.executables.get(&stem) else {
            let newer = newer_nightly(project, &rustc_date, **variant);
            good &= refused(&stem, &build, newer, options)?;
            continue;
        };
        let compiler = (!variant.compiles())
            .then(|| cargo::compile_fail(project, &pair.source(variant), &build, "human"));
        let ready = Ready::of(project, pair, shown, executable, compiler, &options.python);
        let Ready { commands, _folders } = match ready {
            Ok(ready) => ready,
            Err(error) if chosen.len() == 1 => return Err(error),
            Err(error) => {
                interrupt::check()?;
                good = false;
                let line = options.screen.paint(BAD, &format!("{error:#}"));
                writeln!(io::stdout(), "{line}")?;
                continue;
            }
        };
        let headings = [
            (format!("Python {}", options.python.version), pair.path(".py")),
            (format!("Rust {rustc}"), pair.source(variant)),
        ];
        let outputs = live(commands, headings, options, keys.as_ref())?;
        interrupt::check()?;
        let Some(outputs) = outputs else {
            let line = options.lang.pick("skipped", "пропущено");
            writeln!(io::stdout(), "\n{}", options.screen.paint(DIM, line))?;
            continue;
        };
        good &= match (variant.compiles(), by_design) {
            (true, Some(why)) => verdict_by_design(&outputs[1], &why, options)?,
            (true, None) => verdict(project, pair, outputs, shown, options)?,
            (false, _) => verdict_compile_fail(&outputs[1], options)?,
        };
    }
    writeln!(io::stdout())?;
    Ok(good)
}

/// The two programs of a pair, ready to start: each with what it reads.
pub(crate) struct Ready {
    pub(crate) commands: [(Command, Option<String>); 2],
    /// Those that they run in.
    pub(crate) _folders: [Option<TempDir>; 2],
}

impl Ready {
    /// The Python program and this `executable`, or the `compiler` in its place.
    ///
    /// # Errors
    ///
    /// When something that the pair needs is not there: one line that names it.
    pub(crate) fn of(
        project: &Project,
        pair: &Pair,
        shown: &Shown,
        executable: &Path,
        compiler: Option<Command>,
        python: &Interpreter,
    ) -> Result<Self> {
        project.require_python(pair)?;
        let python = needs::interpreter(project, pair, python)?;
        let source = case::source(project, &pair.path(".py"), &shown.case);
        let mut left = python.command(&project.root, &source);
        let (input, left_folder) = case::set(&mut left, project, pair, &shown.case)?;
        let left = (left, input);
        let (right, right_folder) = match compiler {
            Some(compiler) => ((compiler, None), None),
            None => {
                let mut right = python.command_of_twin(executable, &project.root);
                let (input, folder) = case::set(&mut right, project, pair, &shown.case)?;
                ((right, input), folder)
            }
        };
        Ok(Self { commands: [left, right], _folders: [left_folder, right_folder] })
    }
}

/// Says once, on a terminal, what one can't see: the key that goes on, and why it is one column.
fn say_how(has_keys: bool, options: &Options) -> Result<()> {
    let mut out = io::stdout().lock();
    if has_keys {
        let line = options.lang.pick(
            "Enter goes on to the next pair, Ctrl-C ends.",
            "Enter — к следующей паре, Ctrl-C — конец.",
        );
        writeln!(out, "{}", options.screen.paint(DIM, line))?;
    }
    if let Some(line) = options.screen.narrow(TWO_OUTPUTS, options.lang) {
        for line in words(&line, options.screen.size.map_or(80, |(columns, _)| columns)) {
            writeln!(out, "{}", options.screen.paint(DIM, &line))?;
        }
    }
    Ok(())
}

/// The known-good nightly, where the one at hand is newer and the variant needs its syntax.
fn newer_nightly(project: &Project, rustc_date: &str, variant: Variant) -> Option<String> {
    let good = project.known_good_nightly()?;
    (variant == Variant::Native && rustc_date > good.trim_start_matches("nightly-")).then_some(good)
}

fn refused(stem: &str, build: &Build, newer: Option<String>, options: &Options) -> Result<bool> {
    let rendered = build.refusals.get(stem).map_or("", |refusal| refusal.rendered.trim_end());
    let mut out = io::stdout().lock();
    writeln!(out, "{rendered}")?;
    let say = |en: String, ru: String| options.lang.pick(en, ru);
    let line = match newer {
        Some(good) => say(
            format!("{stem}: this nightly refuses its syntax; it is known to build with {good}"),
            format!("{stem}: этот nightly не принимает её синтаксис; с {good} она собирается"),
        ),
        None => say(format!("{stem} does not build"), format!("{stem} не собирается")),
    };
    writeln!(out, "{}", options.screen.paint(BAD, &line))?;
    Ok(false)
}

/// Runs both programs at the same time and shows their lines as they come. Gives nothing where a key
/// ended them.
fn live(
    commands: [(Command, Option<String>); 2],
    headings: [(String, String); 2],
    options: &Options,
    keys: Option<&Keys>,
) -> Result<Option<[Output; 2]>> {
    let mut view = View::new(options, headings)?;
    let (sender, receiver) = mpsc::channel();
    let mut lines: [Vec<Line>; 2] = [Vec::new(), Vec::new()];
    let mut ends = [None, None];
    let mut started = Vec::new();
    for (side, (command, input)) in Side::BOTH.into_iter().zip(commands) {
        let sender = sender.clone();
        let on_event = move |event| drop(sender.send((side, event)));
        started.push(process::spawn(command, input.as_deref(), options.limit, on_event)?);
    }
    drop(sender);
    let mut skipped = false;
    while ends.contains(&None) {
        if !skipped && keys.is_some_and(|keys| keys.pressed().contains(&b'\n')) {
            skipped = true;
            started.iter().for_each(Started::end);
        }
        let (side, event) = match receiver.recv_timeout(LOOK_AROUND) {
            Ok(came) => came,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => bail!("a program was lost: run it again"),
        };
        match event {
            Event::Line(line) if !skipped => {
                view.line(side, &line)?;
                lines[side as usize].push(line);
            }
            Event::Line(_) => {}
            Event::End(end, wall, paused) => {
                ends[side as usize] = Some((end, wall, paused));
                view.end(side)?;
            }
        }
    }
    if skipped {
        return Ok(None);
    }
    let [left, right] = lines;
    let output = |lines, end: Option<(End, Duration, bool)>| {
        let (end, wall, paused) = end.expect("both have ended");
        Output { lines, end, wall, paused }
    };
    Ok(Some([output(left, ends[0]), output(right, ends[1])]))
}

/// Two columns where there is room, else the lines one below the other, each with its speaker.
struct View {
    screen: Screen,
    lang: Lang,
    headings: [(String, String); 2],
    pauses: usize,
    columns: Option<Columns>,
}

impl View {
    fn new(options: &Options, headings: [(String, String); 2]) -> Result<Self> {
        let (screen, lang) = (options.screen, options.lang);
        let mut view = Self { screen, lang, headings, pauses: clock::pauses(), columns: None };
        let writes = view.begin();
        view.write(&writes)?;
        Ok(view)
    }

    /// The headings, in as many columns as there is room for.
    fn begin(&mut self) -> String {
        let mut writes = String::new();
        let Some(width) = self.screen.two_outputs() else {
            self.columns = None;
            for (language, path) in &self.headings {
                writes += &self.screen.paint(DIM, &format!("{language}  {path}"));
                writes.push('\n');
            }
            return writes;
        };
        let mut columns = Columns::new(self.screen, width);
        for (side, (language, path)) in Side::BOTH.into_iter().zip(&self.headings) {
            writes += &columns.line(side, "", language, HEADING);
            writes += &columns.line(side, "", path, DIM);
        }
        self.columns = Some(columns);
        writes
    }

    /// Begins below, where the terminal has got another size, or was the shell's for a while: what
    /// stands on it is no longer where we put it.
    fn look_around(&mut self) -> io::Result<()> {
        let (size, pauses) = (Screen::stdout().size, clock::pauses());
        if self.screen.size.is_none() || (size, pauses) == (self.screen.size, self.pauses) {
            return Ok(());
        }
        (self.screen.size, self.pauses) = (size, pauses);
        let writes = match (&mut self.columns, self.screen.two_outputs()) {
            (Some(columns), Some(width)) => columns.restart(self.screen, width),
            (Some(columns), None) => {
                let undrawn = Side::BOTH.map(|side| columns.undrawn(side).to_vec());
                let mut writes = self.begin();
                for (side, lines) in Side::BOTH.into_iter().zip(undrawn) {
                    writes.extend(lines.iter().map(|line| self.stacked(side, line)));
                }
                writes
            }
            (None, Some(_)) => self.begin(),
            (None, None) => String::new(),
        };
        self.write(&writes)
    }

    fn line(&mut self, side: Side, line: &Line) -> io::Result<()> {
        self.look_around()?;
        let time = self.lang.decimal(format!("{:6.2}  ", line.at.as_secs_f64()));
        let style = match line.stream {
            Stream::Stdout => Style::new(),
            Stream::Stderr => AnsiColor::Yellow.on_default(),
        };
        let writes = match &mut self.columns {
            Some(columns) => columns.line(side, &time, &line.text(), style),
            None => {
                let text = visible(&line.text());
                self.stacked(side, &columns::Line { label: time, text, style })
            }
        };
        self.write(&writes)
    }

    /// A line with its speaker before it.
    fn stacked(&self, side: Side, line: &columns::Line) -> String {
        let speaker = ["Python", "Rust"][side as usize];
        let label = format!("{} {}", pad(speaker, 6), line.label);
        // What is no terminal has no width: a line stays a line there.
        let room = self.screen.size.map_or(usize::MAX, |(columns, _)| columns);
        let room = room.saturating_sub(label.len()).max(1);
        let mut rows = String::new();
        for (index, piece) in wrap(&line.text, room).iter().enumerate() {
            let label = if index == 0 { label.clone() } else { " ".repeat(label.len()) };
            let label = self.screen.paint(DIM, &label);
            rows += &format!("{label}{}\n", self.screen.paint(line.style, piece));
        }
        rows
    }

    fn end(&mut self, side: Side) -> io::Result<()> {
        self.look_around()?;
        let writes = self.columns.as_mut().map(|columns| columns.end(side));
        self.write(&writes.unwrap_or_default())
    }

    fn write(&self, writes: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        write!(out, "{writes}")?;
        out.flush()
    }
}

/// Says whether the two outputs are equal, and both wall times.
fn verdict(
    project: &Project,
    pair: &Pair,
    outputs: [Output; 2],
    shown: &Shown,
    options: &Options,
) -> Result<bool> {
    let say = |en: String, ru: String| options.lang.pick(en, ru);
    let [left, right] = &outputs.map(|output| shown.prepare(output));
    let result = judge(left, right, options.lang);
    let mut out = io::stdout().lock();
    let times = options.lang.decimal(format!(
        "Python {:.2} {unit}, Rust {:.2} {unit}",
        left.wall.as_secs_f64(),
        right.wall.as_secs_f64(),
        unit = options.lang.pick("s", "с")
    ));
    match result {
        Ok(text) => {
            let lines = text.lines().count();
            let how = match shown.rules.said() {
                None => say(", byte for byte".to_owned(), " байт в байт".to_owned()),
                Some(said) => say(format!(" after {said}"), format!(" (правила: {said})")),
            };
            let equal = say(
                format!("equal{how}: {lines} {}", if lines == 1 { "line" } else { "lines" }),
                format!("совпадают{how}: {lines} {}", russian_lines(lines)),
            );
            writeln!(out, "\n{} · {times}", options.screen.paint(GOOD, &equal))?;
            for note in asides(left, right, options.lang) {
                writeln!(out, "{}", options.screen.paint(DIM, &note))?;
            }
            let path = pair.path(&format!("{}.stdout", shown.suffix()));
            let recorded = file::read(&project.root.join(&path)).ok();
            let recorded = recorded.map(|recorded| shown.rules.apply_to_text(&recorded));
            if recorded.as_deref() != Some(&text) {
                let note = say(
                    format!(
                        "{path} says something else: `cargo twins check {}` tells what",
                        pair.stem
                    ),
                    format!(
                        "в {path} записано другое: `cargo twins check {}` скажет, что",
                        pair.stem
                    ),
                );
                writeln!(out, "{}", options.screen.paint(BAD, &note))?;
            }
            Ok(true)
        }
        Err(why) => {
            writeln!(out, "\n{} · {times}", options.screen.paint(BAD, &why))?;
            Ok(false)
        }
    }
}

/// What was seen and not compared: lines on standard error, and times with a pause in them.
fn asides(left: &Output, right: &Output, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, output) in [("Python", left), ("Rust", right)] {
        match output.lines.iter().filter(|line| line.stream == Stream::Stderr).count() {
            0 => {}
            count => notes.push(lang.pick(
                format!(
                    "{name} also wrote {count} {} to standard error, in yellow: not compared",
                    if count == 1 { "line" } else { "lines" }
                ),
                format!(
                    "{name} пишет ещё в стандартный поток ошибок, жёлтым ({count} {}): это не сравнивается",
                    russian_lines(count)
                ),
            )),
        }
    }
    if left.paused || right.paused {
        notes.push(
            lang.pick(
                "the programs were stopped meanwhile: their times are without the pause",
                "программы приостанавливали: время показано без этой паузы",
            )
            .to_owned(),
        );
    }
    notes
}

/// Says why the variant prints something else than its pair; whether it prints what is recorded of it
/// is `check`'s question.
fn verdict_by_design(output: &Output, why: &str, options: &Options) -> Result<bool> {
    let ended = output.end == End::Exit(0);
    let (style, line) = match ended {
        true => (GOOD, options.lang.pick("differs by design", "отличается намеренно")),
        false => (BAD, options.lang.pick("did not end well", "закончилась неудачей")),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "\n{}", options.screen.paint(style, line))?;
    let width = options.screen.size.map_or(80, |(columns, _)| columns).min(100);
    for line in words(why, width) {
        writeln!(out, "{}", options.screen.paint(DIM, &line))?;
    }
    Ok(ended)
}

/// Says whether the compiler refused the program; which error it must be is `check`'s question.
fn verdict_compile_fail(compiler: &Output, options: &Options) -> Result<bool> {
    let refused = compiler.end != End::Exit(0);
    let (style, line) = match refused {
        true => (GOOD, options.lang.pick("Rust refuses it", "не компилируется, как и должно быть")),
        false => (BAD, options.lang.pick("Rust accepts it", "компилируется, хотя не должно")),
    };
    writeln!(io::stdout(), "\n{}", options.screen.paint(style, line))?;
    Ok(refused)
}

/// How a program ended, if not well.
pub(crate) fn end_in_words(name: &str, end: End, lang: Lang) -> Option<String> {
    match end {
        End::Exit(0) => None,
        End::Exit(ENDED_WELL) => Some(lang.pick(
            format!("{name} ended with exit code 0, and another one is wanted"),
            format!("{name} завершается с кодом 0, а нужен другой"),
        )),
        End::Exit(code) => Some(lang.pick(
            format!("{name} ended with exit code {code}"),
            format!("{name} завершается с кодом {code}"),
        )),
        End::Signal(signal) => Some(lang.pick(
            format!("{name} was ended by signal {signal}"),
            format!("{name} завершает сигнал {signal}"),
        )),
        End::TimedOut(limit) => Some(lang.pick(
            format!(
                "{name} ran longer than {} s and was ended (a longer limit: --timeout SECONDS)",
                limit.as_secs_f64()
            ),
            format!(
                "{name} работает дольше {} с и остановлен (увеличить предел: --timeout СЕКУНДЫ)",
                limit.as_secs_f64()
            ),
        )),
        End::TooMuch => Some(lang.pick(
            format!("{name} printed more than 64 MB and was ended: print what can be compared"),
            format!("{name} печатает больше 64 МБ и остановлен: печатайте то, что можно сравнить"),
        )),
    }
}

/// The text that both programs printed, or in one line why they are not equal.
pub(crate) fn judge(left: &Output, right: &Output, lang: Lang) -> Result<String, String> {
    let mut texts = Vec::new();
    for (name, output) in [("Python", left), ("Rust", right)] {
        let why = end_in_words(name, output.end, lang);
        if let Some(why) = why {
            return Err(why);
        }
        let bytes = output.stdout();
        if let Some((line, column, byte)) = not_utf8(&bytes) {
            return Err(lang.pick(
                format!("{name}: line {line}, column {column}: the byte 0x{byte:02x} is not UTF-8: print text"),
                format!("{name}: строка {line}, столбец {column}: байт 0x{byte:02x} — не UTF-8: печатайте текст"),
            ));
        }
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    match compare(&texts[0], &texts[1]) {
        None => Ok(texts.swap_remove(0)),
        Some(difference) => {
            let shown = |line: Option<String>| {
                line.map_or_else(
                    || lang.pick("nothing", "ничего").to_owned(),
                    |line| format!("`{line}`"),
                )
            };
            let (line, column) = (difference.line, difference.column);
            let (python, rust) = (shown(difference.expected), shown(difference.found));
            Err(lang.pick(
                format!("different in line {line}, column {column}: Python prints {python}, Rust prints {rust}"),
                format!("различие в строке {line}, столбце {column}: Python печатает {python}, Rust печатает {rust}"),
            ))
        }
    }
}

/// строка, строки, строк.
pub(crate) fn russian_lines(count: usize) -> &'static str {
    match (count % 10, count % 100) {
        (_, 11..=14) => "строк",
        (1, _) => "строка",
        (2..=4, _) => "строки",
        _ => "строк",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_counts_its_lines() {
        for (count, word) in [
            (1, "строка"),
            (3, "строки"),
            (5, "строк"),
            (11, "строк"),
            (22, "строки"),
            (111, "строк"),
        ] {
            assert_eq!(russian_lines(count), word, "{count}");
        }
    }
}
