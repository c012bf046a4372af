//! Running pairs live: both programs at the same time, each line with the time since its start.

use std::{
    io::{self, Write},
    path::Path,
    process::Command,
    sync::mpsc,
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use anyhow::Result;

use crate::{
    cargo::{self, Build},
    columns::{Columns, Side},
    compare::{compare, not_utf8},
    interrupt,
    language::Lang,
    pair::{Pair, Variant},
    process::{self, End, Event, Line, Output, Stream},
    project::Project,
    python::Interpreter,
    screen::{Screen, pad, visible, wrap},
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
    let good = run(project, &chosen, options)?;
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
            say(
                "the same in nightly Rust's own syntax",
                "то же в собственном синтаксисе ночного Rust",
            ),
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

/// Runs each pair live, Python beside the given variant. Gives whether all were equal.
///
/// # Errors
///
/// When nothing can be run. A pair that does not build or differs is told, and the rest go on.
pub fn run(project: &Project, chosen: &[(&Pair, &Variant)], options: &Options) -> Result<bool> {
    project.require_sources()?;
    chosen.iter().try_for_each(|(pair, _)| project.require_python(pair))?;
    // A program that must not compile needs what its pair's plain program needs.
    let program = |pair: &Pair, variant: &Variant| match variant.compiles() {
        true => pair.variant_stem(variant),
        false => pair.stem.clone(),
    };
    let names: Vec<String> = chosen.iter().map(|(pair, variant)| program(pair, variant)).collect();
    let (rustc, rustc_date) = cargo::rustc(&project.root)?;
    let build = cargo::build(&project.root, &names)?;
    let mut good = true;
    for (index, (pair, variant)) in chosen.iter().enumerate() {
        interrupt::check()?;
        let mut out = io::stdout().lock();
        let number = match chosen.len() {
            1 => String::new(),
            all => format!("{}/{all}  ", index + 1),
        };
        let name = format!("{}/{}", pair.chapter, pair.variant_stem(variant));
        let (title, lesson) = match pair.notes(&project.root) {
            Ok(notes) => (
                format!(" · {}", notes.title.get(options.lang)),
                notes.lesson.get(options.lang).to_owned(),
            ),
            // `check` tells what is wrong with the notes; the programs run without them.
            Err(_) => (String::new(), String::new()),
        };
        let heading = format!("{number}{name}{title}");
        writeln!(out, "\n{}", options.screen.paint(HEADING, &heading))?;
        let width = options.screen.size.map_or(80, |(columns, _)| columns).min(100);
        for line in words(&lesson, width) {
            writeln!(out, "{}", options.screen.paint(DIM, &line))?;
        }
        writeln!(out)?;
        drop(out);
        let stem = program(pair, variant);
        let Some(executable) = build.executables.get(&stem) else {
            let newer = newer_nightly(project, &rustc_date, **variant);
            good &= refused(&stem, &build, newer, options)?;
            continue;
        };
        let right = match variant.compiles() {
            true => {
                let mut right = Command::new(executable);
                right.current_dir(&project.root);
                right
            }
            false => cargo::compile_fail(project, &pair.source(variant), &build, "human"),
        };
        let mut left = options.python.command(Path::new(&pair.path(".py")));
        left.current_dir(&project.root);
        let headings = [
            (format!("Python {}", options.python.version), pair.path(".py")),
            (format!("Rust {rustc}"), pair.source(variant)),
        ];
        let outputs = live([left, right], &headings, options)?;
        interrupt::check()?;
        good &= match variant.compiles() {
            true => verdict(project, pair, &outputs, options)?,
            false => verdict_compile_fail(&outputs[1], options)?,
        };
    }
    writeln!(io::stdout())?;
    Ok(good)
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
            format!(
                "{stem}: этот ночной компилятор не принимает её синтаксис; с {good} она собирается"
            ),
        ),
        None => say(format!("{stem} does not build"), format!("{stem} не собирается")),
    };
    writeln!(out, "{}", options.screen.paint(BAD, &line))?;
    Ok(false)
}

/// Runs both programs at the same time and shows their lines as they come.
fn live(
    commands: [Command; 2],
    headings: &[(String, String); 2],
    options: &Options,
) -> Result<[Output; 2]> {
    let mut view = View::new(options.screen, headings)?;
    let (sender, receiver) = mpsc::channel();
    let mut lines: [Vec<Line>; 2] = [Vec::new(), Vec::new()];
    let mut ends = [None, None];
    for (side, command) in Side::BOTH.into_iter().zip(commands) {
        let sender = sender.clone();
        process::spawn(command, options.limit, move |event| drop(sender.send((side, event))))?;
    }
    while ends.contains(&None) {
        let (side, event) = receiver.recv().expect("this function holds a sender");
        match event {
            Event::Line(line) => {
                view.line(side, &line)?;
                lines[side as usize].push(line);
            }
            Event::End(end, wall) => {
                ends[side as usize] = Some((end, wall));
                view.end(side)?;
            }
        }
    }
    let [left, right] = lines;
    let output = |lines, end: Option<(End, Duration)>| {
        let (end, wall) = end.expect("both have ended");
        Output { lines, end, wall }
    };
    Ok([output(left, ends[0]), output(right, ends[1])])
}

/// Two columns where there is room, else the lines one below the other, each with its speaker.
enum View {
    Columns(Columns),
    Stacked(Screen),
}

impl View {
    fn new(screen: Screen, headings: &[(String, String); 2]) -> Result<Self> {
        let mut out = io::stdout().lock();
        let Some(width) = screen.two_columns() else {
            for (language, path) in headings {
                writeln!(out, "{}", screen.paint(DIM, &format!("{language}  {path}")))?;
            }
            return Ok(Self::Stacked(screen));
        };
        let mut columns = Columns::new(screen, width);
        let mut writes = String::new();
        for (side, (language, path)) in Side::BOTH.into_iter().zip(headings) {
            writes += &columns.line(side, "", language, HEADING);
            writes += &columns.line(side, "", path, DIM);
        }
        write!(out, "{writes}")?;
        out.flush()?;
        Ok(Self::Columns(columns))
    }

    fn line(&mut self, side: Side, line: &Line) -> io::Result<()> {
        let time = format!("{:6.2}  ", line.at.as_secs_f64());
        let style = match line.stream {
            Stream::Stdout => Style::new(),
            Stream::Stderr => AnsiColor::Yellow.on_default(),
        };
        let mut out = io::stdout().lock();
        match self {
            Self::Columns(columns) => {
                write!(out, "{}", columns.line(side, &time, &line.text(), style))?
            }
            Self::Stacked(screen) => {
                let speaker = ["Python", "Rust"][side as usize];
                let label = format!("{} {time}", pad(speaker, 6));
                let text = visible(&line.text());
                // What is no terminal has no width: a line stays a line there.
                let room = screen.size.map_or(usize::MAX, |(columns, _)| columns);
                let room = room.saturating_sub(label.len()).max(1);
                for (index, piece) in wrap(&text, room).iter().enumerate() {
                    let label = if index == 0 { label.clone() } else { " ".repeat(label.len()) };
                    let label = screen.paint(DIM, &label);
                    writeln!(out, "{label}{}", screen.paint(style, piece))?;
                }
            }
        }
        out.flush()
    }

    fn end(&mut self, side: Side) -> io::Result<()> {
        if let Self::Columns(columns) = self {
            let mut out = io::stdout().lock();
            write!(out, "{}", columns.end(side))?;
            out.flush()?;
        }
        Ok(())
    }
}

/// Says whether the two outputs are equal, and both wall times.
fn verdict(
    project: &Project,
    pair: &Pair,
    outputs: &[Output; 2],
    options: &Options,
) -> Result<bool> {
    let say = |en: String, ru: String| options.lang.pick(en, ru);
    let [left, right] = outputs;
    let result = judge(left, right, options.lang);
    let mut out = io::stdout().lock();
    let times = format!(
        "Python {:.2} {unit}, Rust {:.2} {unit}",
        left.wall.as_secs_f64(),
        right.wall.as_secs_f64(),
        unit = options.lang.pick("s", "с")
    );
    match result {
        Ok(text) => {
            let lines = text.lines().count();
            let equal = say(
                format!(
                    "equal, byte for byte: {lines} {}",
                    if lines == 1 { "line" } else { "lines" }
                ),
                format!("совпадают байт в байт: {lines} {}", russian_lines(lines)),
            );
            writeln!(out, "\n{} · {times}", options.screen.paint(GOOD, &equal))?;
            let recorded = std::fs::read_to_string(project.root.join(pair.path(".stdout"))).ok();
            if recorded.as_deref() != Some(&text) {
                let path = pair.path(".stdout");
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

/// Says whether the compiler refused the program; which error it must be is `check`'s question.
fn verdict_compile_fail(compiler: &Output, options: &Options) -> Result<bool> {
    let refused = compiler.end != End::Exit(0);
    let (style, line) = match refused {
        true => (GOOD, options.lang.pick("Rust refuses it", "Rust это отвергает")),
        false => (BAD, options.lang.pick("Rust accepts it", "Rust это принимает")),
    };
    writeln!(io::stdout(), "\n{}", options.screen.paint(style, line))?;
    Ok(refused)
}

/// The text that both programs printed, or in one line why they are not equal.
fn judge(left: &Output, right: &Output, lang: Lang) -> Result<String, String> {
    let mut texts = Vec::new();
    for (name, output) in [("Python", left), ("Rust", right)] {
        let why = match output.end {
            End::Exit(0) => None,
            End::Exit(code) => Some(lang.pick(
                format!("{name} ended with exit code {code}"),
                format!("{name} завершается с кодом {code}"),
            )),
            End::Signal(signal) => Some(lang.pick(
                format!("{name} was ended by signal {signal}"),
                format!("{name} завершает сигнал {signal}"),
            )),
            End::TimedOut(limit) => Some(lang.pick(
                format!("{name} ran longer than {} s and was ended (a longer limit: --timeout SECONDS)", limit.as_secs_f64()),
                format!("{name} работает дольше {} с и остановлен (увеличить предел: --timeout СЕКУНДЫ)", limit.as_secs_f64()),
            )),
        };
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
fn russian_lines(count: usize) -> &'static str {
    match (count % 10, count % 100) {
        (_, 11..=14) => "строк",
        (1, _) => "строка",
        (2..=4, _) => "строки",
        _ => "строк",
    }
}

/// A text broken into lines of at most `width` columns.
fn words(text: &str, width: usize) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Vec::new();
    }
    wrap(&text, width).iter().map(|line| line.trim_end().to_owned()).collect()
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
