//! `steps`: what both programs of a pair did, a row a step.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result};

use crate::{
    case::Shown,
    language::Lang,
    pair::{Pair, Variant},
    project::Project,
    recording::{Event, Program, Recording, Step},
    screen::{SEPARATOR, Screen, pad, visible, width, wrap},
    show::paragraph,
    steps::{self, align},
    why,
};

/// What stands between two steps that are not the same.
const UNEQUAL: &str = " ≠ ";

/// How wide Python's column is at most where lines are not wrapped.
const LEFT_COLUMN: usize = 60;

/// Shows the recorded steps of a pair's Python program beside those of one of its variants; of the
/// `case` with this name, else of the first one, where the pair has cases.
///
/// # Errors
///
/// When the recording is missing or older than a source, the variant is one that does not run, there
/// is no such case, or standard output can't be written.
pub fn steps(
    project: &Project,
    pair: &Pair,
    variant: &Variant,
    case: Option<&str>,
    lang: Lang,
    screen: Screen,
) -> Result<()> {
    let shown = Shown::of(project, pair, case)?;
    let case = shown.name();
    let recording = Recording::read(&project.root, pair, case)?;
    let stem = pair.variant_stem(variant);
    let rust = recording.variant(*variant).with_context(|| {
        let why = match variant.compiles() {
            true => "blocks threads, and nothing of it is suspended",
            false => "does not compile",
        };
        format!("{stem} {why}, so it takes no steps: `cargo twins show {stem}`")
    })?;
    let python = recording.program("python").expect("a recording is read with it");
    let paths = [pair.path(".py"), pair.source(variant)];
    let notes = pair.notes(&project.root);
    let mut out = io::stdout().lock();
    let bold = Style::new().bold();
    if let Ok(notes) = &notes {
        let case = case.map_or_else(String::new, |case| format!(" · {case}"));
        writeln!(out, "{}\n", screen.paint(bold, &(notes.title.get(lang).to_owned() + &case)))?;
    }
    table(&mut out, &paths, [python, rust], lang, screen)?;

    let text_width = screen.size.map_or(80, |(columns, _)| columns).min(100);
    writeln!(out)?;
    let all_steps = [python, rust].map(|program| steps::marks(program).len());
    match steps::difference(python, rust) {
        None => {
            let (compared, shown) = steps::values(python, rust);
            let line = lang.pick(
                format!("equal: {} steps, {compared} values", all_steps[0]),
                format!("совпадают, шагов: {}, значений: {compared}", all_steps[0]),
            );
            writeln!(out, "{}", screen.paint(AnsiColor::Green.on_default().bold(), &line))?;
            if shown > 0 {
                let line = lang.pick(
                    format!("{shown} values of other kinds are shown, not compared"),
                    format!("показано без сравнения значений других видов: {shown}"),
                );
                writeln!(out, "{line}")?;
            }
        }
        Some(_) => {
            let [python, rust] = all_steps;
            let line = lang.pick(
                format!("different: {python} steps in Python, {rust} in Rust"),
                format!("отличаются: шагов в Python {python}, в Rust {rust}"),
            );
            writeln!(out, "{}", screen.paint(AnsiColor::Yellow.on_default().bold(), &line))?;
            // The notes speak of the plain twin.
            let reason = notes.as_ref().ok().filter(|_| *variant == Variant::Plain);
            if let Some(reason) = reason.and_then(|notes| notes.steps.as_ref()) {
                paragraph(&mut out, reason.get(lang), text_width)?;
            }
        }
    }
    reasons(&mut out, [python, rust], lang)?;
    if let Some(reason) = notes.as_ref().ok().and_then(|notes| notes.order_varies.as_ref()) {
        let line = lang.pick(
            "from run to run the steps come in another order",
            "от запуска к запуску порядок шагов другой",
        );
        writeln!(out, "{line}")?;
        paragraph(&mut out, reason.get(lang), text_width)?;
    }
    notes.map(drop)
}

/// How far the reasons are the same.
fn reasons(out: &mut impl Write, [python, rust]: [&Program; 2], lang: Lang) -> Result<()> {
    let (compared, shown, missing) = steps::reasons(python, rust);
    let differ = steps::unequal_reasons(python, rust).len();
    let mut say = |count: usize, en: &str, ru: &str| {
        let line = lang.pick(format!("{count} {en}"), format!("{ru}: {count}"));
        if count > 0 { writeln!(out, "{line}") } else { Ok(()) }
    };
    say(compared - differ, "reasons are the same", "одинаковых причин")?;
    say(differ, "reasons differ", "разных причин")?;
    say(shown, "reasons are shown, not compared", "показано без сравнения причин")?;
    say(missing, "suspensions without a recorded reason", "приостановок без записанной причины")?;
    Ok(())
}

/// The steps of two programs side by side, a row each.
///
/// # Errors
///
/// When they can't be written.
pub(crate) fn table(
    out: &mut impl Write,
    paths: &[String; 2],
    programs: [&Program; 2],
    lang: Lang,
    screen: Screen,
) -> Result<()> {
    let cells = programs.map(|program| cells(program, lang));
    let numbers = programs.map(|program| {
        let last = program.steps.iter().map(|step| step.line).max().unwrap_or_default();
        last.to_string().len()
    });
    let widest = cells[0].iter().flatten().map(|(text, _)| numbers[0] + 2 + width(text)).max();
    let content = widest.unwrap_or_default().max(width(&paths[0]));
    // Without room for two nothing is wrapped: a long line pushes the other column aside.
    let column = screen.two_columns().unwrap_or(LEFT_COLUMN).min(content);
    let room = screen.two_columns();
    let bold = Style::new().bold();
    let separator = screen.paint(Style::new().dimmed(), SEPARATOR);
    let head = screen.paint(bold, &pad(&paths[0], column));
    writeln!(out, "{head}{separator}{}", screen.paint(bold, &paths[1]))?;
    for (left, right) in align(programs[0], programs[1]) {
        let of = |side: usize, place: Option<usize>| {
            let place = place?;
            let (text, style) = cells[side][place].as_ref()?;
            Some((programs[side].steps[place].line, text, *style))
        };
        let row = [of(0, left), of(1, right)];
        let differ = match row {
            [None, None] => continue,
            [Some(_), Some(_)] => false,
            _ => true,
        };
        let unequal = screen.paint(AnsiColor::Yellow.on_default().bold(), UNEQUAL);
        let between = if differ { &unequal } else { &separator };
        let rows = [0, 1].map(|side| {
            let room = room.map_or(usize::MAX, |room| if side == 0 { column } else { room });
            row[side].map_or_else(Vec::new, |(line, text, style)| {
                let room = room.saturating_sub(numbers[side] + 2).max(1);
                let mut number = format!("{line:>width$}  ", width = numbers[side]);
                let mut rows = Vec::new();
                for piece in wrap(text, room) {
                    let used = numbers[side] + 2 + width(piece);
                    let label = screen.paint(Style::new().dimmed(), &number);
                    rows.push((label + &screen.paint(style, piece), used));
                    number = " ".repeat(numbers[side] + 2);
                }
                rows
            })
        });
        for index in 0..rows[0].len().max(rows[1].len()) {
            let (left, used) = rows[0].get(index).map_or(("", 0), |(text, used)| (&**text, *used));
            let gap = " ".repeat(column.saturating_sub(used));
            let right = rows[1].get(index).map_or("", |(text, _)| &**text);
            let between = if index == 0 { between } else { &separator };
            writeln!(out, "{}", format!("{left}{gap}{between}{right}").trim_end())?;
        }
    }
    Ok(())
}

/// What each step says, but for those that only execute a line.
fn cells(program: &Program, lang: Lang) -> Vec<Option<(String, Style)>> {
    let names = steps::names(program);
    let cell = |(place, step): (usize, &Step)| {
        let color = |color: AnsiColor| color.on_default();
        let value = |value: &Option<String>| value.clone().unwrap_or_default();
        let (what, more, style) = match &step.event {
            Event::Line(_) => return None,
            Event::Fold(fold) if fold.steps == 0 => {
                let rest = lang.pick(
                    "… from here on only what is printed is shown",
                    "… дальше показано только то, что печатается",
                );
                return Some((rest.to_owned(), Style::new().dimmed()));
            }
            Event::Fold(fold) if fold.control == 0 => return None,
            Event::Fold(fold) => {
                let steps = lang.pick(
                    format!("… {} steps more", fold.steps),
                    format!("… ещё шагов: {}", fold.steps),
                );
                return Some((steps, Style::new().dimmed()));
            }
            Event::Start => {
                (lang.pick("starts", "начинается"), String::new(), color(AnsiColor::Green))
            }
            Event::Suspend => (
                lang.pick("suspends", "приостанавливается"),
                String::new(),
                color(AnsiColor::Yellow),
            ),
            Event::Yield(item) => {
                (lang.pick("yields", "отдаёт"), value(item), color(AnsiColor::Yellow))
            }
            Event::Resume => {
                (lang.pick("resumes", "продолжается"), String::new(), color(AnsiColor::Green))
            }
            Event::Send(sent) => {
                (lang.pick("is sent", "получает"), sent.clone(), color(AnsiColor::Green))
            }
            Event::Throw(error) => (
                lang.pick("is thrown", "получает исключение"),
                error.clone(),
                color(AnsiColor::Red),
            ),
            Event::Return(result) => {
                let what = match result {
                    Some(_) => lang.pick("returns", "возвращает"),
                    None => lang.pick("returns", "завершается"),
                };
                (what, value(result), color(AnsiColor::Blue))
            }
            Event::Raise(error) => {
                (lang.pick("raises", "завершается ошибкой"), value(error), color(AnsiColor::Red))
            }
            Event::Cancel => {
                (lang.pick("is cancelled", "отменяется"), String::new(), color(AnsiColor::Red))
            }
            Event::Close => {
                (lang.pick("is closed", "закрывается"), String::new(), color(AnsiColor::Red))
            }
            Event::Drop => {
                (lang.pick("is dropped", "уничтожается"), String::new(), color(AnsiColor::Red))
            }
            Event::Print(text) => (
                lang.pick("prints:", "печатает:"),
                visible(text.trim_end_matches('\n')),
                Style::new(),
            ),
        };
        let text = format!("{} {what} {more}", names[step.activation]).trim_end().to_owned();
        let more = [why::receives(program, place, lang), why::words(program, place, &names, lang)];
        Some((more.into_iter().flatten().fold(text, |text, more| text + ", " + &more), style))
    };
    program.steps.iter().enumerate().map(cell).collect()
}
