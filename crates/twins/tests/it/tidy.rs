//! The rules of this repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use twins::{pair::Pair, project::Project};

use crate::{
    fixture::{run, twins},
    pairs::root,
};

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn project() -> Project {
    Project::find(&root()).unwrap()
}

/// The paths of all Rust programs, the `_compile_fail` ones among them.
fn sources(pair: &Pair) -> Vec<String> {
    pair.variants.iter().map(|variant| pair.source(variant)).collect()
}

/// The fenced code blocks of a Markdown text in one language, without the fences.
fn blocks(markdown: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line.trim_start() == format!("```{language}") {
            let block: Vec<&str> =
                lines.by_ref().take_while(|line| line.trim_start() != "```").collect();
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}

#[test]
fn the_document_stands_in_the_pairs_word_for_word() {
    let programs: Vec<String> = project().pairs.iter().map(|pair| read(pair.path(".py"))).collect();
    for document in ["docs/document.ru.md", "docs/document.en.md"] {
        let blocks = blocks(&read(document), "python");
        assert_eq!(blocks.len(), 5, "{document} has five programs");
        for block in blocks {
            assert!(
                programs.iter().any(|program| program.contains(&block)),
                "{document}: no pair's .py has this block word for word:\n{block}"
            );
        }
    }
}

/// The table of `docs/README.md`: each quoted sentence, in the document's order, and its programs.
fn claims() -> String {
    let text = read("docs/document.en.md");
    let mut rows = BTreeMap::new();
    for pair in project().pairs {
        let Some(claim) = pair.notes(&root()).unwrap().claim else { continue };
        let place = text.find(&claim.quote.en).unwrap_or(usize::MAX);
        let quotes = format!("{}<br>{}", claim.quote.en, claim.quote.ru);
        let (_, programs): &mut (_, Vec<_>) = rows.entry(place).or_insert((quotes, Vec::new()));
        let mut program = format!("[`{}`](../{})", pair.stem, pair.path(".rs"));
        for (en, ru, text) in
            [("implied", "подразумевается", claim.implied), ("remark", "замечание", claim.remark)]
        {
            if let Some(text) = text {
                program += &format!("<br>*{en}*: {}<br>*{ru}*: {}", text.en, text.ru);
            }
        }
        programs.push(program);
    }
    let rows = rows.into_values();
    rows.map(|(quotes, programs)| format!("| {quotes} | {} |\n", programs.join("<br>"))).collect()
}

#[test]
fn each_claim_quotes_the_document_word_for_word() {
    let documents = ["docs/document.en.md", "docs/document.ru.md"].map(read);
    let mut found = 0;
    for pair in project().pairs {
        let Some(claim) = pair.notes(&root()).unwrap().claim else { continue };
        for (document, quote) in documents.iter().zip([claim.quote.en, claim.quote.ru]) {
            let count = document.matches(&quote).count();
            assert_eq!(count, 1, "{}: the document has {count} times: {quote}", pair.stem);
        }
        found += 1;
    }
    assert!(found >= 15, "the document makes at least 15 claims, {found} pairs quote one");
    let list = read("docs/README.md");
    let list = list.split_once("|---|---|\n").unwrap().1;
    assert!(list == claims(), "put this under the table's head in docs/README.md:\n{}", claims());
}

/// A sentence of a description says something that a program can show, or says what a program is.
#[test]
fn no_sentence_of_the_descriptions_goes_unanswered() {
    // What these say is the document's own programs, which are pairs.
    const TOLD_BY_PROGRAMS: [&str; 5] = [
        "In this example the function `fetch_data`",
        "The asynchronous generator `async_log_generator` returns",
        "**Generators with `send()`** make it possible",
        "**Asynchronous coroutines** (`async def`)",
        "The generator `log_generator` returns",
    ];
    let quotes: Vec<String> = project()
        .pairs
        .iter()
        .filter_map(|pair| pair.notes(&root()).unwrap().claim)
        .map(|claim| claim.quote.en)
        .collect();
    let text = read("docs/document.en.md");
    let body = text.split("## Conclusion").next().unwrap();
    for bullet in body.lines().filter_map(|line| line.strip_prefix("- ")) {
        let mut rest = bullet.to_owned();
        for quote in &quotes {
            rest = rest.replace(quote, "");
        }
        assert!(
            rest.trim().is_empty() || TOLD_BY_PROGRAMS.iter().any(|told| rest.starts_with(told)),
            "no program stands for this sentence of the document: {rest}"
        );
    }
}

#[test]
fn both_documents_have_the_same_structure() {
    let headings = |path: &str| -> Vec<usize> {
        let text = read(path);
        let headings = text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| line.len() - line.trim_start_matches('#').len()).collect()
    };
    assert_eq!(headings("docs/document.ru.md"), headings("docs/document.en.md"));
}

#[test]
fn code_in_the_readme_is_code_that_runs() {
    let project = project();
    for readme in ["README.md", "README.ru.md"] {
        let text = read(readme);
        for (language, files) in [
            ("python", project.pairs.iter().map(|pair| pair.path(".py")).collect()),
            ("rust", project.pairs.iter().flat_map(sources).collect::<Vec<_>>()),
        ] {
            let blocks = blocks(&text, language);
            assert!(!blocks.is_empty(), "{readme} shows no {language}");
            for block in blocks {
                assert!(
                    files.iter().any(|file| read(file).contains(&block)),
                    "{readme}: no program has this block word for word:\n{block}"
                );
            }
        }
    }
}

#[test]
fn both_readmes_list_the_course_and_the_same_commands() {
    let texts = ["README.md", "README.ru.md"].map(read);
    for (text, lang) in texts.iter().zip(["en", "ru"]) {
        let list = text.split_once("<!-- pairs -->\n").unwrap().1;
        let list = list.split_once("<!-- /pairs -->").unwrap().0;
        let ran = run(twins(&root(), &["list", "--markdown", "--lang", lang]));
        assert_eq!(ran.code, 0, "{ran}");
        assert!(
            list == ran.stdout,
            "put what `cargo twins list --markdown --lang {lang}` prints between <!-- pairs --> and <!-- /pairs -->"
        );
    }
    assert_eq!(blocks(&texts[0], "sh"), blocks(&texts[1], "sh"));
}

/// What a pair's programs use of asyncio, of the generators' protocol and of our crates.
fn vocabulary(pair: &Pair) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let python = read(pair.path(".py"));
    // Without the head and the comments.
    let code: String = python
        .split("\"\"\"")
        .step_by(2)
        .flat_map(str::lines)
        .map(|line| line.split('#').next().unwrap_or_default().to_owned() + "\n")
        .collect();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    for (_, rest) in
        code.match_indices("asyncio.").map(|(at, found)| code.split_at(at + found.len()))
    {
        let name = rest.split(|c| !is_name(c)).next().unwrap_or_default();
        used.insert(format!("asyncio.{name}"));
    }
    for syntax in ["yield from", "async for", "async with", "except*"] {
        if code.contains(syntax) {
            used.insert(syntax.to_owned());
        }
    }
    for method in ["send", "throw", "asend", "athrow", "aclose"] {
        if code.contains(&format!(".{method}(")) {
            used.insert(method.to_owned());
        }
    }
    for source in sources(pair) {
        for import in read(source).split("\nuse twin_").skip(1) {
            let import = import.split(';').next().unwrap_or_default();
            let (library, names) = import.split_once("::").unwrap();
            for name in names.split(|c| !is_name(c)) {
                // The steps of `Step` come with it.
                if !["", "self", "Yielded", "Complete"].contains(&name) {
                    used.insert(format!("twin_{library}::{name}"));
                }
            }
        }
    }
    used
}

#[test]
fn no_pair_uses_what_none_before_it_has_introduced() {
    let project = project();
    let mut wrong = Vec::new();
    // What a reader of each pair has seen, and where each name came up first.
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut introduced: BTreeMap<String, &str> = BTreeMap::new();
    for pair in &project.pairs {
        let notes = pair.notes(&root()).unwrap();
        let mut before = BTreeSet::new();
        for name in &notes.builds_on {
            match seen.get_key_value(&**name) {
                Some((stem, theirs)) => {
                    before.insert(*stem);
                    before.extend(theirs);
                }
                None => {
                    wrong.push(format!("{} builds on {name}, which is no earlier pair", pair.stem))
                }
            }
        }
        let used = vocabulary(pair);
        for name in &used {
            match introduced.get(name) {
                Some(stem) if before.contains(stem) => {}
                Some(stem) => {
                    wrong.push(format!("{} uses {name}: build on {stem}, which has it", pair.stem))
                }
                None if notes.introduces.contains(name) => {}
                None => wrong.push(format!("{} introduces {name}: list it there", pair.stem)),
            }
        }
        for name in notes.introduces {
            if !used.contains(&name) {
                wrong.push(format!("{} introduces {name}, but does not use it", pair.stem));
            } else if let Some(stem) = introduced.get(&name) {
                wrong.push(format!("{} introduces {name}, which {stem} has", pair.stem));
            } else {
                introduced.insert(name, &pair.stem);
            }
        }
        seen.insert(&pair.stem, before);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_pair_builds_on_chapters_that_its_own_builds_on() {
    let project = project();
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for chapter in &project.chapters {
        let mut all = BTreeSet::from([&*chapter.folder]);
        for earlier in &chapter.builds_on {
            all.extend(&needs[&**earlier]);
        }
        needs.insert(&chapter.folder, all);
    }
    for pair in &project.pairs {
        for name in pair.notes(&root()).unwrap().builds_on {
            let (earlier, _) = project.named(&name).unwrap();
            assert!(
                needs[&*pair.chapter].contains(&*earlier.chapter),
                "{} builds on {name}: let {} build on {} in examples/chapters.toml",
                pair.stem,
                pair.chapter,
                earlier.chapter
            );
        }
    }
}

#[test]
fn examples_fit_a_projector() {
    let mut wrong = Vec::new();
    for pair in &project().pairs {
        for path in sources(pair) {
            let text = read(&path);
            let count = text.lines().count();
            let (most, remedy) = match pair.notes(&root()).unwrap().long {
                Some(_) => (120, "what is not the point goes into modules beside it"),
                None => (65, "one idea, or a reason under `[long]` in its .toml"),
            };
            if count > most {
                wrong.push(format!("{path} has {count} lines, {most} at most: {remedy}"));
            }
            for (number, line) in text.lines().enumerate() {
                let width = line.chars().count();
                if width > 68 {
                    wrong.push(format!("{path}:{}: {width} columns, 68 at most", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_example_says_how_it_is_run() {
    for pair in &project().pairs {
        for variant in pair.variants.iter().filter(|variant| variant.compiles()) {
            let path = pair.source(variant);
            let command = format!("cargo run --example {}", pair.variant_stem(variant));
            let header: Vec<String> = read(&path)
                .lines()
                .take_while(|line| line.starts_with("//!"))
                .map(str::to_owned)
                .collect();
            assert!(
                header.iter().any(|line| line.split('`').any(|code| code == command)),
                "{path}: its header does not name `{command}`"
            );
        }
    }
}

#[test]
fn a_difference_stands_in_both_programs_and_in_the_notes() {
    for pair in &project().pairs {
        let notes = pair.notes(&root()).unwrap();
        let programs = [pair.path(".py"), pair.path(".rs")].map(read);
        let remarks = |program: &str| {
            let is_remark = |line: &&str| {
                let line = line.trim_start().trim_start_matches(['#', '/']).trim_start();
                line.starts_with("Here Rust") || line.starts_with("Here Python")
            };
            program.lines().filter(is_remark).count()
        };
        let found = programs.each_ref().map(|program| remarks(program));
        assert!(
            found.iter().max() == Some(&notes.differences.len()),
            "{}: {} differences in the notes, {found:?} remarks in .py and .rs",
            pair.stem,
            notes.differences.len()
        );
    }
}

/// What a newcomer's first `cargo twins` builds of others, beside the tool.
const TOUR: &str = "
    adler2 async-channel async-executor async-fs async-io async-lock async-net async-process
    async-signal async-task atomic-waker autocfg bitflags blocking cfg-if concurrent-queue cordyceps
    crc32fast crossbeam-utils diatomic-waker errno event-listener event-listener-strategy fastrand
    fixedbitset flate2 futures-buffered futures-core futures-io futures-lite genawaiter
    genawaiter-macro getrandom libc linux-raw-sys miniz_oxide once_cell parking pin-project-lite
    piper polling rustix signal-hook signal-hook-registry simd-adler32 slab smol spin tempfile";

#[test]
fn the_tour_builds_no_more_than_it_did() {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--locked", "--package=twins-examples", "--edges=normal,build"])
        // The same packages wherever this runs.
        .args(["--prefix=none", "--target=x86_64-unknown-linux-gnu", "--format={p}"])
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    let names: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains("twin-tasks"), "{}", String::from_utf8_lossy(&output.stderr));
    let known: BTreeSet<&str> = TOUR.split_whitespace().collect();
    let new = names.iter().filter(|name| !name.starts_with("twin") && !known.contains(*name));
    let new: Vec<_> = new.collect();
    assert!(
        new.is_empty(),
        "{new:?} are new in examples/Cargo.toml: a program that needs more goes to examples/with"
    );
}

#[test]
fn no_crate_of_ours_is_unsafe() {
    let mut crates: BTreeSet<PathBuf> =
        fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()).collect();
    crates.extend(["examples", "examples/with"].map(|folder| root().join(folder)));
    for folder in crates {
        let library = read(folder.join("src/lib.rs"));
        assert!(library.contains("#![forbid(unsafe_code)]"), "{}", folder.display());
    }
}

/// The packages that can be published, by their folders.
const PUBLISHED: [&str; 5] = ["hooks", "generators", "tasks", "async-generators", "twins"];

#[test]
fn what_is_published_carries_its_texts() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let package = manifest["workspace"]["package"].as_table().unwrap();
    let version = package["version"].as_str().unwrap();
    assert!(read("CHANGELOG.md").contains(&format!("\n## {version}\n")), "no {version} there");
    // The placeholder is named where somebody replaces it.
    let repository = package["repository"].as_str().unwrap();
    assert!(read("CONTRIBUTING.md").contains(repository), "{repository}");
    for name in PUBLISHED {
        let folder = Path::new("crates").join(name);
        for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(read(folder.join(file)), read(file), "{name}");
        }
        let readme = read(folder.join("README.md"));
        assert!(readme.contains("## What is promised") && readme.contains(repository), "{name}");
        let manifest: toml::Table = toml::from_str(&read(folder.join("Cargo.toml"))).unwrap();
        let package = manifest["package"].as_table().unwrap();
        for key in
            ["description", "repository", "documentation", "readme", "keywords", "categories"]
        {
            assert!(package.contains_key(key), "{name} has no {key}");
        }
        assert!(!package.contains_key("publish"), "{name} can be published");
        // A version on a development dependency would have to be published before.
        for (dependency, value) in
            manifest.get("dev-dependencies").and_then(|d| d.as_table()).into_iter().flatten()
        {
            let ours = dependency.starts_with("twin-");
            assert!(!ours || value.get("path").is_some(), "{name}: {dependency} by its path alone");
        }
    }
    let (copy, original) =
        ("crates/tasks/src/fetch_parallel.py", "examples/waiting/fetch_parallel.py");
    assert_eq!(read(copy), read(original), "{copy} is a copy: `cp {original} {copy}`");
}

#[test]
fn the_guides_name_files_that_are_there() {
    for guide in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = read(guide);
        let mut found = 0;
        for code in text.split('`').skip(1).step_by(2) {
            let is_path = code.contains('/')
                && !code.contains([' ', '…', '*', '<', '\n'])
                && !code.contains("://")
                && !code.chars().any(|c| c.is_ascii_uppercase());
            // What a row names after a folder stands in that folder.
            let is_ours = ["crates/", "examples/", "docs/", ".ci/", "conformance/", "recordings/"];
            if is_path && is_ours.iter().any(|folder| code.starts_with(folder)) {
                found += 1;
                assert!(root().join(code).exists(), "{guide}: no {code}");
            }
        }
        assert!(found > 1 || guide != "ARCHITECTURE.md", "{guide} names {found} files");
    }
}

#[test]
fn a_pair_that_sleeps_says_how_long() {
    // The clock of one is virtual; the other looks up every few milliseconds while it computes.
    const NOT_REALLY: [&str; 2] = ["virtual_time", "cpu_bound"];
    for pair in &project().pairs {
        let python = read(pair.path(".py"));
        let mut calls = python.split("sleep(").skip(1);
        let sleeps = calls.any(|call| !call.starts_with("0)"));
        let seconds = pair.notes(&root()).unwrap().seconds;
        assert!(
            !sleeps || seconds > 0.0 || NOT_REALLY.contains(&&*pair.stem),
            "{}: it sleeps, and `seconds` is 0: say what its waits add up to",
            pair.path(".toml")
        );
    }
}

#[test]
fn a_length_of_time_is_a_duration_from_where_it_is_written() {
    for pair in &project().pairs {
        for path in sources(pair) {
            let text = read(&path);
            for unit in ["from_secs(", "from_millis(", "from_micros(", "from_secs_f64("] {
                let given = |call: &str| call.starts_with(|c: char| c.is_ascii_digit());
                assert!(
                    text.split(unit).skip(1).all(given),
                    "{path}: {unit}…) of a variable: let that be a `Duration`"
                );
            }
        }
    }
}

#[test]
fn programs_that_race_in_python_do_it_alike() {
    let races: Vec<String> = project()
        .pairs
        .iter()
        .filter_map(|pair| {
            let python = read(pair.path(".py"));
            let (_, race) = python.split_once("\nasync def race(")?;
            Some(race.split("\n\n\n").next()?.to_owned())
        })
        .collect();
    assert!(races.len() >= 2, "`race` and `cancel_safety` race");
    assert!(races.iter().all(|race| *race == races[0]), "{races:#?}");
}
