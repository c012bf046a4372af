//! `check`'s report: what is wrong, and the table of all programs.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use serde_json::json;

use crate::{
    check::{ALL, Report, Row, STEPS, Verdict},
    language::Lang,
    record,
    screen::{Screen, pad, width},
};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default();

/// How many pairs the last line names.
const NAMED: usize = 8;

/// Writes the table, the pairs that are wrong last, then what is wrong with them, and in the last
/// line, where the eye is when the command ends, their names.
///
/// # Errors
///
/// When standard output can't be written.
pub fn write(report: &Report, lang: Lang, screen: Screen) -> Result<()> {
    let mut out = io::stdout().lock();
    let wrong: BTreeSet<(&str, &str)> = report
        .rows
        .iter()
        .filter(|row| !row.verdict.is_good())
        .map(|row| (&*row.chapter, &*row.stem))
        .collect();
    let is_wrong = |row: &&Row| wrong.contains(&(&*row.chapter, &*row.stem));
    let (last, first): (Vec<&Row>, Vec<&Row>) = report.rows.iter().partition(is_wrong);
    let rows: Vec<&Row> = first.into_iter().chain(last).collect();
    table(&mut out, &rows, lang, screen)?;
    writeln!(out)?;
    for row in &rows {
        let name = format!("{}, {}", row.name(), row.program);
        // Of a run that was no better the second one says enough.
        if let Some(why) = row.first_run.as_ref().filter(|_| row.verdict.is_good()) {
            let when = lang.pick("in its first run", "при первом запуске");
            writeln!(out, "{}: {why}\n", screen.paint(NOTE, &format!("{name}, {when}")))?;
        }
        let (style, why) = match &row.verdict {
            Verdict::Wrong(_, why) if !why.is_empty() => (BAD, why),
            Verdict::NewerNightly(why) | Verdict::NotHeld(why) | Verdict::NotTried(why) => {
                (NOTE, why)
            }
            _ => continue,
        };
        writeln!(out, "{}: {why}\n", screen.paint(style, &name))?;
    }
    for problem in &report.problems {
        writeln!(out, "{} {problem}\n", screen.paint(BAD, "error:"))?;
    }
    for path in &report.written {
        writeln!(out, "{} {path}\n", lang.pick("wrote", "записан"))?;
    }
    let late = report.rows.iter().filter(|row| row.first_run.is_some() && row.verdict.is_good());
    match late.count() {
        0 => {}
        late => {
            let line = lang.pick(
                format!("{late} of them only in a second run, alone: this machine is busy, or a program leaves its order to chance"),
                format!("из них лишь со второго раза, в одиночку: {late} — машина перегружена, или программа полагается на случай"),
            );
            writeln!(out, "{}", screen.paint(NOTE, &line))?;
        }
    }
    let not_held = report.rows.iter().filter(|row| matches!(row.verdict, Verdict::NotHeld(_)));
    let not_held: Vec<String> = not_held.map(Row::name).collect();
    if !not_held.is_empty() {
        let names = not_held.join(", ");
        let line = lang.pick(
            format!("the steps of {names} are not held today, as this machine can't record (Linux on x86-64 with gdb can): go on, `.ci/run` there records them"),
            format!("шаги {names} сегодня не сверены: эта машина не умеет записывать (умеет Linux на x86-64 с gdb); продолжайте, запишет `.ci/run` там"),
        );
        writeln!(out, "{}", screen.paint(NOTE, &line))?;
    }
    if !report.has_steps {
        let line = lang.pick(
            "steps are not judged: nothing is recorded (`cargo twins record` does, with gdb)",
            "шаги не сверяются: ничего не записано (записывает `cargo twins record`, нужен gdb)",
        );
        writeln!(out, "{}", screen.paint(Style::new().dimmed(), line))?;
    } else if !report.unrecorded.is_empty() {
        let names = report.unrecorded.join(", ");
        let line = lang.pick(
            format!("not recorded, so that their steps are not judged: {names}"),
            format!("не записаны, поэтому их шаги не сверяются: {names}"),
        );
        writeln!(out, "{}", screen.paint(Style::new().dimmed(), &line))?;
    }
    let (style, line) = last_line(report, lang);
    writeln!(out, "{}", screen.paint(style, &line))?;
    Ok(())
}

/// So many of something, in English.
fn many(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

fn last_line(report: &Report, lang: Lang) -> (Style, String) {
    let (programs, steps): (Vec<&Row>, Vec<&Row>) =
        report.rows.iter().partition(|row| row.is_program());
    let wrong = |rows: &[&Row]| rows.iter().filter(|row| !row.verdict.is_good()).count();
    let (wrong, others) = (wrong(&programs), wrong(&steps) + report.problems.len());
    let by_design = programs.iter().filter(|row| row.verdict == Verdict::ByDesign).count();
    // What was not tried is no program that ran.
    let programs =
        programs.iter().filter(|row| !matches!(row.verdict, Verdict::NotTried(_))).count();
    let rustc = &report.rustc;
    let untried: Vec<String> = report
        .rows
        .iter()
        .filter(|row| matches!(row.verdict, Verdict::NotTried(_)))
        .map(|row| match &*row.program {
            ALL => row.name(),
            program => format!("{} ({program})", row.name()),
        })
        .collect();
    if report.is_good() {
        // Counted apart: they are right, and no proof that the languages do the same.
        let others = match by_design {
            0 => String::new(),
            _ => lang.pick(
                format!(", {by_design} of them by design unlike their pairs"),
                format!(", из них намеренно отличаются: {by_design}"),
            ),
        };
        let line = match (&*untried, lang) {
            ([], Lang::En) => {
                format!("all {programs} programs are as they should be{others} (rustc {rustc})")
            }
            ([], Lang::Ru) => {
                format!("все программы в порядке: {programs}{others} (rustc {rustc})")
            }
            (untried, Lang::En) => format!(
                "{programs} programs are as they should be{others} (rustc {rustc}); not tried: {}, {}",
                untried.len(),
                untried.join(", ")
            ),
            (untried, Lang::Ru) => format!(
                "программ в порядке: {programs}{others} (rustc {rustc}); не запускалось: {}, {}",
                untried.len(),
                untried.join(", ")
            ),
        };
        return (if untried.is_empty() { GOOD.bold() } else { NOTE }, line);
    }
    let line = lang.pick(
        format!(
            "{wrong} of {} wrong, {} (rustc {rustc})",
            many(programs, "program"),
            many(others, "other error")
        ),
        format!(
            "неверных программ: {wrong} из {programs}, других ошибок: {others} (rustc {rustc})"
        ),
    );
    let names = wrong_names(report, lang);
    let mut named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        let left = names.len() - NAMED;
        named += &lang.pick(format!(", and {left} more"), format!(" и ещё {left}"));
    }
    let colon = if named.is_empty() { "" } else { ": " };
    (BAD, line + colon + &named)
}

/// The pairs that are wrong, each with its programs that are: `tasks/tea (python, steps)`.
fn wrong_names(report: &Report, lang: Lang) -> Vec<String> {
    let mut names: Vec<(String, Vec<&str>)> = Vec::new();
    for row in report.rows.iter().filter(|row| !row.verdict.is_good()) {
        let name = row.name();
        let program = said(&row.program, lang);
        match names.last_mut().filter(|(last, _)| *last == name) {
            Some((_, programs)) => programs.push(program),
            None => names.push((name, vec![program])),
        }
    }
    names.into_iter().map(|(name, programs)| format!("{name} ({})", programs.join(", "))).collect()
}

/// Writes what `record` wrote or found.
///
/// # Errors
///
/// When standard output can't be written.
pub fn write_recorded(
    report: &record::Report,
    check: bool,
    lang: Lang,
    screen: Screen,
) -> Result<()> {
    let mut out = io::stdout().lock();
    for path in &report.written {
        writeln!(out, "{} {path}", lang.pick("wrote", "записан"))?;
    }
    for problem in &report.problems {
        writeln!(out, "{} {problem}", screen.paint(BAD, "error:"))?;
    }
    for missing in &report.untried {
        let not = lang.pick("not held:", "не сверено:");
        writeln!(out, "{} {missing}", screen.paint(NOTE, not))?;
    }
    let programs = report.programs;
    let (style, line) = match (report.problems.len(), check) {
        (0, true) => (
            GOOD.bold(),
            lang.pick(
                format!("all {programs} programs take the steps that are recorded"),
                format!("все программы делают записанные шаги: {programs}"),
            ),
        ),
        (0, false) => (
            GOOD.bold(),
            lang.pick(
                format!("{} recorded", many(programs, "program")),
                format!("записано программ: {programs}"),
            ),
        ),
        (problems, _) => (
            BAD,
            lang.pick(
                format!("{} in {}", many(problems, "error"), many(programs, "program")),
                format!("ошибок: {problems}, программ: {programs}"),
            ),
        ),
    };
    writeln!(out, "{}", screen.paint(style, &line))?;
    Ok(())
}

fn table(out: &mut impl Write, rows: &[&Row], lang: Lang, screen: Screen) -> Result<()> {
    let heads = lang
        .pick(["pair", "variant", "verdict", "seconds"], ["пара", "вариант", "вердикт", "секунды"]);
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let seconds = row.seconds.map(|seconds| lang.decimal(format!("{seconds:.2}")));
            let seconds = seconds.unwrap_or_default();
            let mut verdict = word(&row.verdict, lang);
            if let (Verdict::Equal, Some(after)) = (&row.verdict, &row.after) {
                verdict += &lang.pick(format!(" after {after}"), format!(", правила: {after}"));
            }
            if row.first_run.is_some() {
                verdict += lang.pick(", run twice", ", два запуска");
            }
            let program = said(&row.program, lang);
            [row.name(), program.to_owned(), verdict, seconds]
        })
        .collect();
    let widest = |column: usize| {
        let cells = cells.iter().map(|row| width(&row[column]));
        cells.chain([width(heads[column])]).max().unwrap_or_default()
    };
    let widths = [widest(0), widest(1), widest(2), widest(3)];
    let head: Vec<String> =
        heads.iter().zip(widths).map(|(head, width)| pad(head, width)).collect();
    writeln!(out, "{}", screen.paint(Style::new().bold(), head.join("  ").trim_end()))?;
    let mut pair = "";
    for (row, [name, program, verdict, seconds]) in rows.iter().zip(&cells) {
        let style = match &row.verdict {
            Verdict::Equal if row.first_run.is_some() => NOTE,
            Verdict::Equal | Verdict::Refused(_) | Verdict::ByDesign => GOOD,
            Verdict::NewerNightly(_)
            | Verdict::Explained
            | Verdict::NotHeld(_)
            | Verdict::NotTried(_) => NOTE,
            Verdict::Wrong(..) => BAD,
        };
        // The name of a pair stands once, at its first program.
        let shown = if pair == name { "" } else { name };
        let verdict = screen.paint(style, &pad(verdict, widths[2]));
        let [name_width, program_width, _, seconds_width] = widths;
        let (shown, program) = (pad(shown, name_width), pad(program, program_width));
        let line = format!("{shown}  {program}  {verdict}  {seconds:>seconds_width$}");
        writeln!(out, "{}", line.trim_end())?;
        pair = name;
    }
    Ok(())
}

/// What stands for a program in the table.
fn said(program: &str, lang: Lang) -> &str {
    match program {
        STEPS => lang.pick(STEPS, "шаги"),
        ALL => lang.pick(ALL, "все"),
        program => program,
    }
}

fn word(verdict: &Verdict, lang: Lang) -> String {
    match verdict {
        Verdict::Equal => lang.pick("equal", "совпадает").to_owned(),
        // A message in place of a code is too long for a table.
        Verdict::Refused(code) if code.contains(' ') => {
            lang.pick("refused", "не компилируется").to_owned()
        }
        Verdict::Refused(code) => lang.pick("refused, ", "не компилируется, ").to_owned() + code,
        Verdict::ByDesign => lang.pick("differs by design", "отличается намеренно").to_owned(),
        Verdict::Explained => lang.pick("differ, explained", "отличаются, объяснено").to_owned(),
        Verdict::NewerNightly(_) => lang.pick("newer nightly", "новый nightly").to_owned(),
        Verdict::NotHeld(_) => lang.pick("not held today", "сегодня не сверены").to_owned(),
        Verdict::NotTried(_) => lang.pick("not tried", "не запускалась").to_owned(),
        Verdict::Wrong(word, _) => match lang {
            Lang::En => (*word).to_owned(),
            Lang::Ru => russian(word).to_owned(),
        },
    }
}

fn russian(word: &str) -> &str {
    match word {
        "differs" => "отличается",
        "not recorded" => "не записан",
        "too quick" => "слишком быстро",
        "crashed" => "упала",
        "timed out" => "не уложилась",
        "printed too much" => "печатает без конца",
        "not UTF-8" => "не UTF-8",
        "not built" => "не собралась",
        "outdated" => "устарела",
        "no difference" => "нет отличия",
        "missing" => "нет файла",
        "not tried" => "не запускалась",
        "not started" => "не запускается",
        "not installed" => "не установлено",
        "compiles" => "компилируется",
        "other error" => "другая ошибка",
        word => word,
    }
}

/// Writes the report for scripts: one object.
///
/// # Errors
///
/// When standard output can't be written.
pub fn write_json(report: &Report) -> Result<()> {
    let (steps, programs): (Vec<_>, Vec<_>) =
        report.rows.iter().partition(|row| row.program == STEPS);
    let objects = |rows: Vec<&Row>| -> Vec<_> {
        let object = |row: &Row| {
            let (verdict, why) = match &row.verdict {
                Verdict::Equal => ("equal", None),
                Verdict::Refused(code) => ("refused", Some(code)),
                Verdict::ByDesign => ("differs by design", None),
                Verdict::Explained => ("differ, explained", None),
                Verdict::NewerNightly(why) => ("newer nightly", Some(why)),
                Verdict::NotHeld(why) => ("not held today", Some(why)),
                Verdict::NotTried(why) => ("not tried", Some(why)),
                Verdict::Wrong(word, why) => (*word, Some(why)),
            };
            json!({
                "chapter": row.chapter,
                "pair": row.stem,
                "case": row.case,
                "variant": row.program,
                "verdict": verdict,
                "good": row.verdict.is_good(),
                "why": why,
                "seconds": row.seconds,
                "first_run": row.first_run,
                "after": row.after,
            })
        };
        rows.into_iter().map(object).collect()
    };
    let report = json!({
        "good": report.is_good(),
        "rustc": report.rustc,
        "programs": objects(programs),
        "steps": objects(steps),
        "errors": report.problems,
        "written": report.written,
    });
    writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
    Ok(())
}
