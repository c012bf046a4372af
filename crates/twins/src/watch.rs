//! `watch`: at each save both programs run again, and their outputs stand side by side up to where
//! they part.

mod files;

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::Command,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, SystemTime},
};

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};

use crate::{
    cargo,
    case::Shown,
    columns::Side,
    interrupt,
    pair::{Pair, Variant},
    process::{self, End, Event, Line, Output, Started, Stream},
    project::Project,
    run::{self, Options, Ready},
    screen::{SEPARATOR, Screen, pad, visible, width, wrap},
};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(150);

/// How many looks at a missing program pass before we say that we wait for it: an editor may take it
/// away for a moment.
const LOOKS_FOR_MISSING: usize = 8;

/// What stands between two lines that are not the same.
const UNEQUAL: &str = " ≠ ";

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Watches the files of one pair or variant, run with the `case` of this name, or of all pairs,
/// until Ctrl-C.
///
/// # Errors
///
/// [`interrupt::Interrupted`], and when nothing can be run or shown at all, or there is no such case.
/// What a program or the compiler says is shown, and the next save tries again.
pub fn watch(
    project: &Project,
    chosen: Option<(&Pair, &Variant)>,
    case: Option<&str>,
    options: &Options,
) -> Result<()> {
    if let Some((pair, _)) = chosen {
        Shown::of(project, pair, case)?;
    }
    let mut watched: Vec<Watched<'_>> = match chosen {
        Some((pair, variant)) => vec![Watched::new(project, pair, variant, false)],
        None => {
            let pairs = project.pairs.iter();
            pairs.map(|pair| Watched::new(project, pair, &pair.variants[0], true)).collect()
        }
    };
    if watched.is_empty() {
        bail!("no pair to watch: `cargo twins new CHAPTER/NAME` makes one");
    }
    // With a name it begins at once; otherwise with the first save.
    let mut next = chosen.map(|_| 0);
    if next.is_none() {
        let pairs = match watched.len() {
            1 => "1 pair: save one of its".to_owned(),
            all => format!("{all} pairs: save one of their"),
        };
        let line = options.lang.pick(
            format!("watching {pairs} programs (Ctrl-C ends)"),
            format!(
                "слежу за парами, их {}: сохраните одну из программ (Ctrl-C — конец)",
                watched.len()
            ),
        );
        writeln!(io::stdout(), "{line}")?;
    }
    loop {
        interrupt::check()?;
        if let Some(index) = next.take() {
            let one = &mut watched[index];
            one.settle(options)?;
            once(project, one.pair, one.variant, case, options, || one.has_changed())?;
            // It may be made of other files now.
            one.look_for_files();
        }
        next = watched.iter().position(Watched::has_changed);
        if next.is_none() {
            thread::sleep(LOOK);
        }
    }
}

/// A pair or variant, and the files that it is made of.
struct Watched<'a> {
    project: &'a Project,
    pair: &'a Pair,
    variant: &'a Variant,
    /// Whether others are watched beside it.
    among: bool,
    files: Vec<(PathBuf, Stamp)>,
}

/// When a file was written last, and how long it is.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &PathBuf) -> Stamp {
    let data = fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
}

impl<'a> Watched<'a> {
    fn new(project: &'a Project, pair: &'a Pair, variant: &'a Variant, among: bool) -> Self {
        let mut watched = Self { project, pair, variant, among, files: Vec::new() };
        watched.look_for_files();
        watched
    }

    /// Those that it is made of now; one that was known has changed since it was looked at last.
    fn look_for_files(&mut self) {
        let known = std::mem::take(&mut self.files);
        let found = files::of(self.project, self.pair, self.variant, self.among);
        let with_stamp = |path: PathBuf| {
            let old = known.iter().find(|(known, _)| *known == path).map(|(_, stamp)| *stamp);
            let stamp = old.unwrap_or_else(|| stamp(&path));
            (path, stamp)
        };
        self.files = found.into_iter().map(with_stamp).collect();
    }

    fn has_changed(&self) -> bool {
        self.files.iter().any(|(path, old)| stamp(path) != *old)
    }

    fn missing(&self) -> Option<String> {
        let programs = [self.pair.path(".py"), self.pair.source(self.variant)];
        programs.into_iter().find(|path| !self.project.root.join(path).is_file())
    }

    /// Waits until an editor has done: it may write a file in pieces, or take it away for a moment.
    fn settle(&mut self, options: &Options) -> Result<()> {
        for look in 0.. {
            for (path, old) in &mut self.files {
                *old = stamp(path);
            }
            thread::sleep(LOOK);
            interrupt::check()?;
            match self.missing() {
                None if !self.has_changed() => break,
                Some(path) if look == LOOKS_FOR_MISSING => {
                    let line = options.lang.pick("waiting for", "жду файл");
                    let line = options.screen.paint(BAD, &format!("{line} {path}"));
                    writeln!(io::stdout(), "{line}")?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Builds and runs a pair once, and shows what came of it; stops when its files change meanwhile.
fn once(
    project: &Project,
    pair: &Pair,
    variant: &Variant,
    case: Option<&str>,
    options: &Options,
    changed: impl Fn() -> bool,
) -> Result<()> {
    let screen = Screen { size: Screen::stdout().size, ..options.screen };
    let name = format!("{}/{}", pair.chapter, pair.variant_stem(variant));
    let stem = pair.variant_stem(variant);
    if !variant.compiles() {
        bail!("{stem} does not compile, so there is nothing to watch: `cargo twins show {stem}`");
    }
    // The next save may mend it.
    let say = |error: anyhow::Error| -> Result<()> {
        interrupt::check()?;
        writeln!(io::stdout(), "{}", screen.paint(BAD, &format!("{error:#}")))?;
        Ok(())
    };
    if project.root.join(pair.path(".toml")).exists()
        && let Err(error) = pair.notes(&project.root)
    {
        return say(error);
    }
    let shown = match Shown::of(project, pair, case) {
        Ok(shown) => shown,
        // It was there when this began.
        Err(error) => return say(error),
    };
    let build = match cargo::build(&project.root, std::slice::from_ref(&stem)) {
        Ok(build) => build,
        // Cargo has said why.
        Err(error) => return say(error),
    };
    let Some(executable) = build.executables.get(&stem) else {
        let said = build.refusals.get(&stem).map_or("", |refusal| refusal.rendered.trim_end());
        let line = options.lang.pick("does not build", "не собирается");
        let line = screen.paint(BAD, &format!("{name}: {line}"));
        clear(screen)?;
        writeln!(io::stdout(), "{said}\n{line}")?;
        return Ok(());
    };
    let ready = Ready::of(project, pair, &shown, executable, None, &options.python);
    let Ready { commands, _folders } = match ready {
        Ok(ready) => ready,
        Err(error) => return say(error),
    };
    let Some(outputs) = run_both(commands, options, changed)? else {
        return Ok(());
    };
    let outputs = outputs.map(|output| shown.prepare(output));
    clear(screen)?;
    let mut out = io::stdout().lock();
    let heads = [pair.path(".py"), pair.source(variant)];
    let texts = outputs.each_ref().map(|output| {
        let stdout = output.lines.iter().filter(|line| line.stream == Stream::Stdout);
        stdout.map(|line| visible(&line.text())).collect::<Vec<_>>()
    });
    for line in picture(&heads, &texts, screen) {
        writeln!(out, "{line}")?;
    }
    // A traceback or a panic says more than its exit code.
    for (head, output) in
        heads.iter().zip(&outputs).filter(|(_, output)| output.end != End::Exit(0))
    {
        writeln!(out, "\n{}", screen.paint(BAD, head))?;
        writeln!(out, "{}", output.stderr().trim_end())?;
    }
    let (style, verdict) = match run::judge(&outputs[0], &outputs[1], options.lang) {
        Ok(text) => {
            let after = shown.rules.said().map_or_else(String::new, |said| {
                options.lang.pick(format!(" after {said}"), format!(" (правила: {said})"))
            });
            let lines = text.lines().count();
            let equal = options.lang.pick(
                format!("equal{after}: {lines} {}", if lines == 1 { "line" } else { "lines" }),
                format!("совпадают{after}: {lines} {}", run::russian_lines(lines)),
            );
            (GOOD, equal)
        }
        Err(why) => (BAD, why),
    };
    writeln!(out, "\n{}", screen.paint(style, &verdict))?;
    out.flush()?;
    Ok(())
}

/// Runs both at the same time to their ends, or until something has changed.
fn run_both(
    commands: [(Command, Option<String>); 2],
    options: &Options,
    changed: impl Fn() -> bool,
) -> Result<Option<[Output; 2]>> {
    let (sender, receiver) = mpsc::channel();
    let mut started = Vec::new();
    for (side, (command, input)) in Side::BOTH.into_iter().zip(commands) {
        let sender = sender.clone();
        let on_event = move |event| drop(sender.send((side, event)));
        started.push(process::spawn(command, input.as_deref(), options.limit, on_event)?);
    }
    drop(sender);
    let mut lines: [Vec<Line>; 2] = [Vec::new(), Vec::new()];
    let mut ends = [None, None];
    let mut stopped = false;
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok((side, Event::Line(line))) => lines[side as usize].push(line),
            Ok((side, Event::End(end, wall, paused))) => {
                ends[side as usize] = Some((end, wall, paused));
            }
            Err(RecvTimeoutError::Timeout) => {
                if !stopped && changed() {
                    stopped = true;
                    started.iter().for_each(Started::end);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    interrupt::check()?;
    let [left, right] = lines;
    let output = |lines, end: Option<(End, Duration, bool)>| {
        end.map(|(end, wall, paused)| Output { lines, end, wall, paused })
    };
    match (output(left, ends[0]), output(right, ends[1])) {
        (Some(left), Some(right)) if !stopped => Ok(Some([left, right])),
        _ => Ok(None),
    }
}

fn clear(screen: Screen) -> io::Result<()> {
    match screen.size {
        // The terminal's own history stays.
        Some(_) => write!(io::stdout(), "\x1b[2J\x1b[H"),
        None => writeln!(io::stdout()),
    }
}

/// Both outputs side by side, as many lines as fit, around the first that differs.
pub(crate) fn picture(
    heads: &[String; 2],
    texts: &[Vec<String>; 2],
    screen: Screen,
) -> Vec<String> {
    let (columns, rows) = screen.size.unwrap_or((80, usize::MAX));
    let column = columns.saturating_sub(width(SEPARATOR)) / 2;
    let count = texts[0].len().max(texts[1].len());
    let same = |row: usize| texts[0].get(row) == texts[1].get(row);
    let parts = (0..count).find(|row| !same(*row));
    let room = rows.saturating_sub(8).max(3);
    let first = parts.unwrap_or(0).saturating_sub(room / 2).min(count.saturating_sub(room));
    let mut picture = Vec::new();
    let bold = Style::new().bold();
    let cell = |text: &str| wrap(text, column.max(1))[0].to_owned();
    let separator = screen.paint(DIM, SEPARATOR);
    picture.push(format!(
        "{}{separator}{}",
        screen.paint(bold, &pad(&cell(&heads[0]), column)),
        screen.paint(bold, &cell(&heads[1]))
    ));
    if first > 0 {
        picture.push(screen.paint(DIM, &format!("… {first}")));
    }
    for row in first..count.min(first.saturating_add(room)) {
        let [left, right] = texts.each_ref().map(|lines| lines.get(row).map_or("", |line| line));
        let between = match same(row) {
            true => separator.clone(),
            false => screen.paint(BAD, UNEQUAL),
        };
        let line = format!("{}{between}{}", pad(&cell(left), column), cell(right));
        picture.push(line.trim_end().to_owned());
    }
    let left = count.saturating_sub(first.saturating_add(room));
    if left > 0 {
        picture.push(screen.paint(DIM, &format!("… {left}")));
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &str, right: &str, size: (usize, usize), expected: &[&str]) {
        let screen = Screen { size: Some(size), color: false };
        let heads = ["a.py".to_owned(), "a.rs".to_owned()];
        let texts = [left, right].map(|text| text.lines().map(str::to_owned).collect());
        assert_eq!(picture(&heads, &texts, screen), expected);
    }

    #[test]
    fn a_line_that_differs_is_marked() {
        check(
            "tea\nmilk\ncake",
            "tea\nmild",
            (17, 24),
            &["a.py    │ a.rs", "tea     │ tea", "milk    ≠ mild", "cake    ≠"],
        );
    }

    #[test]
    fn of_long_outputs_the_place_where_they_part_is_shown() {
        let left: String = (0..100).map(|number| format!("{number}\n")).collect();
        let right = left.replace("\n50\n", "\nx\n");
        check(
            &left,
            &right,
            (17, 11),
            &["a.py    │ a.rs", "… 49", "49      │ 49", "50      ≠ x", "51      │ 51", "… 48"],
        );
    }
}
