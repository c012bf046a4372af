//! The glossary: the words of the field in English and Russian, and the names of Python beside ours.
//!
//! The words are those of `docs/words.md`, the names those of the tables on the front pages of the
//! three libraries: each has its home there.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::Page;
use crate::{file::read_text, notes::Text};

/// The words and the names that the book explains.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glossary {
    /// Words, as `docs/words.md` has them.
    pub words: Vec<Word>,
    /// Names, library by library.
    pub libraries: Vec<Library>,
}

/// A word in both languages, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub word: Text,
    /// What it is.
    pub what: Text,
    /// Where more is said of it.
    pub links: Vec<Link>,
}

/// The names of one of our libraries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// `twin-tasks`.
    pub package: &'static str,
    /// Its documentation.
    pub link: Link,
    /// Python's names beside its own.
    pub names: Vec<Name>,
}

/// What Python calls so, the library calls so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// `asyncio.gather(f(), g())`.
    pub python: Vec<String>,
    /// `gather((f(), g())).await`.
    pub rust: Vec<String>,
    /// Python's documentation and the library's.
    pub links: Vec<Link>,
    /// The pairs that introduce it.
    pub pairs: Vec<String>,
}

/// Where another page stands: the book only points there, it loads nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is read.
    pub label: String,
    /// Where it leads.
    pub address: String,
}

/// Which words lead to each other in a search: those of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alike(Vec<String>, Vec<String>);

/// The libraries, and where their names stand.
const LIBRARIES: [(&str, &str); 3] = [
    ("twin-generators", "crates/generators/src/lib.rs"),
    ("twin-tasks", "crates/tasks/src/lib.rs"),
    ("twin-async-generators", "crates/async-generators/src/lib.rs"),
];

/// Where the words stand.
const WORDS: &str = "docs/words.md";

/// More about a word of `docs/words.md`.
const ABOUT: [(&str, &str, &str); 18] = [
    ("coroutine", "PEP 492", "https://peps.python.org/pep-0492/"),
    ("coroutine", "std::ops::Coroutine", "https://doc.rust-lang.org/std/ops/trait.Coroutine.html"),
    ("generator", "PEP 255", "https://peps.python.org/pep-0255/"),
    ("generator", "PEP 342", "https://peps.python.org/pep-0342/"),
    ("async generator", "PEP 525", "https://peps.python.org/pep-0525/"),
    ("future", "std::future::Future", "https://doc.rust-lang.org/std/future/trait.Future.html"),
    ("future", "asyncio.Future", "https://docs.python.org/3/library/asyncio-future.html"),
    ("task", "asyncio.Task", "https://docs.python.org/3/library/asyncio-task.html#task-object"),
    ("waker", "std::task::Waker", "https://doc.rust-lang.org/std/task/struct.Waker.html"),
    (
        "event loop",
        "asyncio: event loop",
        "https://docs.python.org/3/library/asyncio-eventloop.html",
    ),
    (
        "to suspend, to pause",
        "Rust reference: await",
        "https://doc.rust-lang.org/reference/expressions/await-expr.html",
    ),
    (
        "to drop",
        "Rust reference: destructors",
        "https://doc.rust-lang.org/reference/destructors.html",
    ),
    (
        "clean-up",
        "Python: try, finally",
        "https://docs.python.org/3/reference/compound_stmts.html#finally-clause",
    ),
    (
        "to cancel, a request to cancel",
        "asyncio: task cancellation",
        "https://docs.python.org/3/library/asyncio-task.html#task-cancellation",
    ),
    (
        "timeout",
        "asyncio.timeout",
        "https://docs.python.org/3/library/asyncio-task.html#asyncio.timeout",
    ),
    ("task group", "PEP 654", "https://peps.python.org/pep-0654/"),
    (
        "task group",
        "asyncio.TaskGroup",
        "https://docs.python.org/3/library/asyncio-task.html#asyncio.TaskGroup",
    ),
    ("thread", "std::thread", "https://doc.rust-lang.org/std/thread/"),
];

/// Python's own pages: what stands in a name, the page, its anchor. Of several, the first that fits.
const PYTHON: [(&str, &str); 26] = [
    (
        "asyncio.run_coroutine_threadsafe",
        "library/asyncio-task.html#asyncio.run_coroutine_threadsafe",
    ),
    ("asyncio.run(", "library/asyncio-runner.html#asyncio.run"),
    ("asyncio.Runner", "library/asyncio-runner.html#asyncio.Runner"),
    ("asyncio.CancelledError", "library/asyncio-exceptions.html#asyncio.CancelledError"),
    ("asyncio.capture_call_graph", "library/asyncio-graph.html#asyncio.capture_call_graph"),
    ("asyncio.Lock", "library/asyncio-sync.html#asyncio.Lock"),
    ("asyncio.Event", "library/asyncio-sync.html#asyncio.Event"),
    ("asyncio.Semaphore", "library/asyncio-sync.html#asyncio.Semaphore"),
    ("asyncio.Barrier", "library/asyncio-sync.html#asyncio.Barrier"),
    ("asyncio.Queue", "library/asyncio-queue.html#asyncio.Queue"),
    ("task_done", "library/asyncio-queue.html#asyncio.Queue.task_done"),
    ("task.cancel", "library/asyncio-task.html#asyncio.Task.cancel"),
    ("create_future", "library/asyncio-eventloop.html#asyncio.loop.create_future"),
    ("contextvars", "library/contextvars.html"),
    ("@contextmanager", "library/contextlib.html#contextlib.contextmanager"),
    ("@asynccontextmanager", "library/contextlib.html#contextlib.asynccontextmanager"),
    ("aclosing", "library/contextlib.html#contextlib.aclosing"),
    ("inspect.getgeneratorstate", "library/inspect.html#inspect.getgeneratorstate"),
    ("inspect.getasyncgenstate", "library/inspect.html#inspect.getasyncgenstate"),
    ("yield from", "whatsnew/3.3.html#pep-380"),
    ("g.asend", "reference/expressions.html#agen.asend"),
    ("g.athrow", "reference/expressions.html#agen.athrow"),
    ("g.aclose", "reference/expressions.html#agen.aclose"),
    ("g.send", "reference/expressions.html#generator.send"),
    ("g.throw", "reference/expressions.html#generator.throw"),
    ("g.close", "reference/expressions.html#generator.close"),
];

impl Glossary {
    /// Reads what the project explains; a project of a user's own explains nothing.
    ///
    /// # Errors
    ///
    /// When a file can't be read, or its table is gone.
    pub fn read(root: &Path, pages: &[&Page]) -> Result<Self> {
        if !root.join(WORDS).is_file() {
            return Ok(Self::default());
        }
        let words = words(&read_text(root, WORDS)?).context(WORDS)?;
        let mut libraries = Vec::new();
        for (package, path) in LIBRARIES {
            if root.join(path).is_file() {
                let text = read_text(root, path)?;
                libraries.push(Library::parse(package, &text, pages).context(path)?);
            }
        }
        Ok(Self { words, libraries })
    }

    /// Whether there is nothing to explain.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The names that a search takes for each other, as JSON: `CancelledError` finds `Cancelled`.
    ///
    /// # Panics
    ///
    /// Never: everything in it is a list of strings.
    pub fn alike(&self) -> String {
        let names = self.libraries.iter().flat_map(|library| &library.names);
        let alike: Vec<Alike> = names.map(Name::alike).collect();
        serde_json::to_string(&alike).expect("lists of strings").replace('<', "\\u003c")
    }
}

/// The rows of the first table that say what a word is, in both languages.
fn words(markdown: &str) -> Result<Vec<Word>> {
    let table = markdown.split("\n## ").next().unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let words: Vec<Word> = rows
        .filter_map(|row| {
            let cells = cells(row);
            let [en, _, ru, _, what_en, what_ru, ..] = &*cells else { return None };
            let text = |en: &str, ru: &str| Text { en: en.to_owned(), ru: ru.to_owned() };
            let links = ABOUT.iter().filter(|(word, ..)| word == en);
            let links = links.map(|(_, label, address)| Link::new(label, address)).collect();
            let word = Word { word: text(en, ru), what: text(what_en, what_ru), links };
            (!what_en.is_empty() && !what_ru.is_empty()).then_some(word)
        })
        .collect();
    anyhow::ensure!(!words.is_empty(), "no word says what it is: the table has six columns");
    Ok(words)
}

impl Library {
    fn parse(package: &'static str, source: &str, pages: &[&Page]) -> Result<Self> {
        let docs: Vec<&str> =
            source.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim).collect();
        let is_head = |line: &&str| ["| Python | here |", "| asyncio | here |"].contains(line);
        let head = docs.iter().position(is_head).context(
            "no table of names: it begins with `| Python | here |` or `| asyncio | here |`",
        )?;
        let rows = docs[head + 2..].iter().take_while(|line| line.starts_with('|'));
        let root = package.replace('-', "_");
        let link = Link::new(package, &format!("https://docs.rs/{package}/latest/{root}/"));
        let names = rows.filter_map(|row| Name::parse(row, &link, &root, pages)).collect();
        Ok(Self { package, link, names })
    }
}

impl Name {
    /// A row of names; none, where Python's side is a description.
    fn parse(row: &str, docs: &Link, root: &str, pages: &[&Page]) -> Option<Self> {
        let cells = cells(row);
        let [python, here] = &*cells else { return None };
        let (python, prose) = codes(python);
        let (rust, _) = codes(here);
        if prose || python.is_empty() || rust.is_empty() {
            return None;
        }
        let mut links = Vec::new();
        links.extend(python_page(&python));
        let item = here.split_once("[`").and_then(|(_, rest)| identifiers(rest).next());
        let item = item.map(|item| {
            let address = format!("{}?search={item}", docs.address);
            Link::new(&docs.label, &address)
        });
        links.extend(item);
        let known: Vec<String> =
            python.iter().flat_map(|code| identifiers(code)).map(str::to_owned).collect();
        // `TaskGroup::run` is about the group.
        let ours: Vec<String> =
            rust.iter().filter_map(|code| identifiers(code).next()).map(str::to_owned).collect();
        let introduces = |name: &String| {
            let last = name.rsplit([':', '.']).next().unwrap_or(name);
            match name.split_once("::") {
                Some((package, _)) => package == root && ours.iter().any(|own| own == last),
                None => name.starts_with("asyncio.") && known.iter().any(|own| own == last),
            }
        };
        let pairs = pages.iter().filter(|page| page.notes.introduces.iter().any(introduces));
        let pairs = pairs.map(|page| page.id.clone()).collect();
        Some(Self { python, rust, links, pairs })
    }

    fn alike(&self) -> Alike {
        let names = |codes: &[String]| {
            let mut names: Vec<String> =
                codes.iter().flat_map(|code| identifiers(code)).map(str::to_lowercase).collect();
            names.retain(|name| name.len() > 2 && !COMMON.contains(&&**name));
            names.dedup();
            names
        };
        Alike(names(&self.python), names(&self.rust))
    }
}

/// What says nothing about a row that it stands in.
const COMMON: [&str; 46] = [
    "asyncio",
    "await",
    "async",
    "with",
    "from",
    "for",
    "try",
    "except",
    "raise",
    "return",
    "main",
    "aws",
    "task",
    "tasks",
    "loop",
    "group",
    "name",
    "msg",
    "tea",
    "let",
    "future",
    "duration",
    "from_secs",
    "iterable",
    "run",
    "new",
    "result",
    "option",
    "done",
    "put",
    "get",
    "join",
    "close",
    "next",
    "start",
    "send",
    "value",
    "stream",
    "iter",
    "step",
    "limit",
    "items",
    "futures",
    "work",
    "context",
    "delay",
];

impl Link {
    fn new(label: &str, address: &str) -> Self {
        Self { label: label.to_owned(), address: address.to_owned() }
    }
}

/// Where Python's documentation speaks of a name.
fn python_page(codes: &[String]) -> Option<Link> {
    let all = codes.join(" ");
    let known =
        PYTHON.iter().find(|(name, _)| all.contains(name)).map(|(_, page)| (*page).to_owned());
    // What is left of asyncio stands on the page of tasks.
    let of_tasks = || {
        let (_, rest) = all.split_once("asyncio.")?;
        let name = identifiers(rest).next()?;
        Some(format!("library/asyncio-task.html#asyncio.{name}"))
    };
    let page = known.or_else(of_tasks)?;
    Some(Link::new("Python", &format!("https://docs.python.org/3/{page}")))
}

/// The cells of a row; `\|` is no border.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", "\u{0}");
    row.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

/// The code of a cell, without its links; whether there is prose beside it.
fn codes(cell: &str) -> (Vec<String>, bool) {
    let mut plain = String::new();
    let mut rest = cell;
    while let Some(start) = rest.find("[`") {
        let (before, link) = rest.split_at(start);
        plain += before;
        let Some(end) = link.find("`]") else { break };
        plain += &link[1..=end];
        rest = &link[end + 2..];
        if let Some(target) = rest.strip_prefix('(') {
            rest = target.split_once(')').map_or("", |(_, rest)| rest);
        }
    }
    plain += rest;
    // Code upon code is one piece of it.
    let plain = plain.replace("``", "");
    let mut codes = Vec::new();
    let mut prose = false;
    for (index, part) in plain.split('`').enumerate() {
        match index % 2 {
            1 => codes.push(part.to_owned()),
            _ => prose |= part.chars().any(char::is_alphabetic),
        }
    }
    (codes, prose)
}

fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "\
| English | not | Russian | not | what it is | что это |
|---|---|---|---|---|---|
| task | | задача | | what runs by itself | что выполняется само |
| crawler | | краулер | | | |

## Phrases

| inside | | | | | |
";

    #[test]
    fn a_word_is_told_in_both_languages() {
        let words = words(WORDS).unwrap();
        assert_eq!(words.len(), 1, "what says nothing is left out");
        assert_eq!((&*words[0].word.ru, &*words[0].what.en), ("задача", "what runs by itself"));
        assert_eq!(words[0].links[0].label, "asyncio.Task");
        let error = super::words("# Words\n").unwrap_err().to_string();
        assert_eq!(error, "no word says what it is: the table has six columns");
    }

    #[test]
    fn a_name_is_its_code_without_links_and_prose() {
        let source = "\
//! | asyncio | here |
//! |---|---|
//! | `await asyncio.gather(f(), g())` | [`gather`]`((f(), g())).await`, also of an array |
//! | `async with asyncio.TaskGroup() as group:` | [`TaskGroup::run`](X::run)`(async \\|group\\| { … }).await` |
//! | a task that nobody awaits | [`spawn(f()).detach()`](Task::detach) |
//!
//! | other | table |
";
        let library = Library::parse("twin-tasks", source, &[]).unwrap();
        let [gather, group] = &*library.names else { panic!("{library:?}") };
        assert_eq!(gather.rust, ["gather((f(), g())).await"]);
        assert_eq!(group.rust, ["TaskGroup::run(async |group| { … }).await"]);
        let addresses: Vec<&str> = gather.links.iter().map(|link| &*link.address).collect();
        assert_eq!(
            addresses,
            [
                "https://docs.python.org/3/library/asyncio-task.html#asyncio.gather",
                "https://docs.rs/twin-tasks/latest/twin_tasks/?search=gather",
            ]
        );
        assert_eq!(group.alike(), Alike(vec!["taskgroup".into()], vec!["taskgroup".into()]));
    }

    #[test]
    fn the_names_of_this_project_lead_to_each_other() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        if !root.join(super::WORDS).is_file() {
            // The crate by itself, from a registry.
            return;
        }
        let glossary = Glossary::read(&root, &[]).unwrap();
        assert!(glossary.words.len() > 25, "{}", glossary.words.len());
        let text = read_text(&root, super::WORDS).unwrap();
        for (word, ..) in ABOUT {
            assert!(
                text.contains(&format!("\n| {word} |")),
                "{word} is no word of {}",
                super::WORDS
            );
        }
        let names: Vec<&Name> = glossary.libraries.iter().flat_map(|it| &it.names).collect();
        for (python, rust) in
            [("cancellederror", "cancelled"), ("as_completed", "as_completed"), ("asend", "asend")]
        {
            let found = names.iter().map(|name| name.alike()).any(|Alike(a, b)| {
                a.iter().any(|name| name == python) && b.iter().any(|name| name == rust)
            });
            assert!(found, "{python} leads to {rust}");
        }
        for (name, _) in PYTHON {
            let used = names.iter().any(|row| row.python.iter().any(|code| code.contains(name)));
            assert!(used, "{name} is in no table");
        }
    }
}
