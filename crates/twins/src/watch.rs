//! `watch`: at each save both programs run again, and their outputs stand side by side up to where
//! they part.

mod files;

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    thread,
    time::{Duration, SystemTime},
};

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};

use crate::{
    cargo,
    case::Shown,
    interrupt,
    pair::{Pair, Variant},
    process::{self, End, Stream},
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

/// Watches the files of one pair or variant, run with the `case` of this name, or of all pairs, also
/// of those that are listed meanwhile, until Ctrl-C.
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
    if let Some((pair, variant)) = chosen {
        Shown::of(project, pair, case)?;
        let mut one = [Watched::new(project, pair, variant, false)];
        // With a name it begins at once; otherwise with the first save.
        return go_round(&mut one, Some(0), None, case, options);
    }
    if project.pairs.is_empty() {
        bail!("no pair to watch: `cargo twins new CHAPTER/NAME` makes one");
    }
    let manifest = project.root.join("examples/Cargo.toml");
    let listed = stamp(&manifest);
    watch_all(project, (&manifest, listed), options)?;
    loop {
        let listed = stamp(&manifest);
        match Project::find(&project.root) {
            Ok(project) => watch_all(&project, (&manifest, listed), options)?,
            Err(error) => {
                let line = options.screen.paint(BAD, &format!("{error:#}"));
                writeln!(io::stdout(), "{line}")?;
                while stamp(&manifest) == listed {
                    interrupt::check()?;
                    thread::sleep(LOOK);
                }
            }
        }
    }
}

/// Watches all pairs until their list changes.
fn watch_all(project: &Project, manifest: (&PathBuf, Stamp), options: &Options) -> Result<()> {
    // Looked at before we say so: what is saved from then on counts.
    let pairs = project.pairs.iter();
    let mut all: Vec<Watched<'_>> =
        pairs.map(|pair| Watched::new(project, pair, &pair.variants[0], true)).collect();
    let pairs = match project.pairs.len() {
        1 => "1 pair: save one of its".to_owned(),
        all => format!("{all} pairs: save one of their"),
    };
    let line = options.lang.pick(
        format!("watching {pairs} programs (Ctrl-C ends)"),
        format!(
            "слежу за парами, их {}: сохраните одну из программ (Ctrl-C — конец)",
            project.pairs.len()
        ),
    );
    writeln!(io::stdout(), "{line}")?;
    go_round(&mut all, None, Some(manifest), None, options)
}

/// Runs the `next` pair, and from then on what has changed, until the manifest does.
fn go_round(
    watched: &mut [Watched<'_>],
    mut next: Option<usize>,
    manifest: Option<(&PathBuf, Stamp)>,
    case: Option<&str>,
    options: &Options,
) -> Result<()> {
    loop {
        interrupt::check()?;
        if manifest.is_some_and(|(path, listed)| stamp(path) != listed) {
            return Ok(());
        }
        if let Some(index) = next.take() {
            let one = &mut watched[index];
            if one.settle(options)? {
                once(one, case, options)?;
            }
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
    /// Where Cargo put the twin, or would by its defaults.
    executable: PathBuf,
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
        let folder = cargo::target_folder(&project.root).join("debug/examples");
        let executable = folder.join(pair.variant_stem(variant));
        let mut watched = Self { project, pair, variant, among, executable, files: Vec::new() };
        watched.look_for_files(SystemTime::now());
        watched
    }

    /// Those that it is made of now. One that was known has changed if it has since it was looked at
    /// last, a new one if it was written `since` then.
    fn look_for_files(&mut self, since: SystemTime) {
        let known = std::mem::take(&mut self.files);
        let Self { project, pair, variant, executable, among, .. } = self;
        let found = files::of(project, pair, variant, executable, *among);
        let with_stamp = |path: PathBuf| {
            let old = known.iter().find(|(known, _)| *known == path).map(|(_, stamp)| *stamp);
            let new = || stamp(&path).filter(|(written, _)| *written < since);
            let stamp = old.unwrap_or_else(new);
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
    /// Gives whether both programs are there; if not, says so, and their return is a change.
    fn settle(&mut self, options: &Options) -> Result<bool> {
        let mut looks = 0;
        loop {
            for (path, old) in &mut self.files {
                *old = stamp(path);
            }
            thread::sleep(LOOK);
            interrupt::check()?;
            if self.has_changed() {
                continue;
            }
            let Some(path) = self.missing() else { return Ok(true) };
            looks += 1;
            if looks == LOOKS_FOR_MISSING {
                let line = options.lang.pick("waiting for", "жду файл");
                let line = options.screen.paint(BAD, &format!("{line} {path}"));
                writeln!(io::stdout(), "{line}")?;
                return Ok(false);
            }
        }
    }
}

/// Builds and runs a pair once, and shows what came of it; stops when its files change meanwhile.
fn once(watched: &mut Watched<'_>, case: Option<&str>, options: &Options) -> Result<()> {
    let Watched { project, pair, variant, .. } = *watched;
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
    let begun = SystemTime::now();
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
    // It may be made of other files now.
    watched.executable = executable.clone();
    watched.look_for_files(begun);
    let ready = Ready::of(project, pair, &shown, executable, None, &options.python);
    let Ready { commands, _folders } = match ready {
        Ok(ready) => ready,
        Err(error) => return say(error),
    };
    let outputs = match process::run_until(commands, options.limit, || Ok(watched.has_changed())) {
        Ok(Some(outputs)) => outputs,
        Ok(None) => return Ok(()),
        Err(error) => return say(error),
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
