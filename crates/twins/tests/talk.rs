//! A speaker's own talk: what its file may say, and what is said of one that is wrong.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use twins::{
    book::{Book, Page, talk::Talk},
    project::Project,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Read once: it has every recording.
static BOOK: LazyLock<(Project, Book)> = LazyLock::new(|| {
    let project = Project::find(&root()).unwrap();
    let book = Book::read(&project, None).unwrap();
    (project, book)
});

/// What comes of a file with this text.
fn read(text: &str) -> anyhow::Result<Talk> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("My talk.toml");
    fs::write(&path, text).unwrap();
    let (project, book) = &*BOOK;
    let pages: Vec<&Page> = book.pages();
    Talk::of_file(&path, project, &pages)
}

#[track_caller]
fn check_refused(text: &str, message: &str) {
    let error = format!("{:#}", read(text).unwrap_err());
    assert!(!error.contains('\n'), "one line: {error}");
    let (_, said) = error.split_once("My talk.toml").expect("names the file");
    assert_eq!(said, message);
}

#[test]
fn a_talk_has_its_own_order_minutes_and_words() {
    let talk = read(
        "title = 'Races'\n\
         [[part]]\nwords = { en = 'Who wins?', ru = 'Кто победит?' }\n\
         [[part]]\npair = 'race_by_hand@3'\nminutes = 2.5\nnotes = 'Ask.'\n\
         [[part]]\npair = 'fetch_parallel'\nat = 10\n",
    )
    .unwrap();
    assert_eq!((&*talk.id, &*talk.title.ru), ("my-talk", "Races"));
    let [words, race, fetch] = &*talk.parts else { panic!("{talk:?}") };
    assert_eq!((words.pair.as_ref(), words.at, words.minutes), (None, 0.0, 1.0));
    assert_eq!(&*words.words.as_ref().unwrap().ru, "Кто победит?");
    let shown = race.pair.as_ref().unwrap();
    assert_eq!((&*shown.id, &*shown.variant, shown.step), ("race", "by_hand", 3));
    assert_eq!((race.at, race.minutes), (1.0, 2.5));
    // Without minutes of its own, a pair has those of its notes.
    let own = BOOK.1.pages().iter().find(|page| page.id == "fetch_parallel").unwrap().notes.minutes;
    assert_eq!((fetch.at, fetch.minutes), (10.0, own));
    assert_eq!(talk.minutes, 10.0 + own);
}

#[test]
fn a_wrong_talk_is_told_where_and_how_to_mend_it() {
    check_refused(
        "title = ",
        " is no talk: line 1: string values must be quoted, expected literal string: those in talks/ show what one says",
    );
    check_refused(
        "titel = 'x'\n",
        " is no talk: line 1: unknown field `titel`, expected one of `title`, `subtitle`, `minutes`, `part`: those in talks/ show what one says",
    );
    check_refused(
        "title = 3\n",
        " is no talk: line 1: a text is a string, or { en = \"…\", ru = \"…\" }: those in talks/ show what one says",
    );
    check_refused("", ": no `title`: add one");
    check_refused("title = 'x'\n", ": no [[part]]: add one, with a `pair` or with `words`");
    check_refused("title = ' '\n", ": `title` is empty: say something, or take it out");
    let talk = |part: &str| {
        format!("title = 'x'\nminutes = 9\n[[part]]\ntitle = 'a'\nminutes = 4\n[[part]]\n{part}\n")
    };
    check_refused(&talk("pair = 'rase'"), ": part 2: no pair `rase`: did you mean `race`?");
    let steps = &BOOK.1.pages().into_iter().find(|page| page.id == "race").unwrap().playback;
    let last = steps.length("rust");
    check_refused(
        &talk("pair = 'race@9999'"),
        &format!(": part 2: `race` has no step `9999`: give one from 0 to {last}"),
    );
    check_refused(
        &talk("pair = 'race@soon'"),
        &format!(": part 2: `race` has no step `soon`: give one from 0 to {last}"),
    );
    check_refused(
        &talk("pair = 'race'\nat = 3"),
        ": part 2: it begins at minute 3, and the part before it ends at minute 4: raise `at`, or shorten that one",
    );
    check_refused(
        &talk("pair = 'race'\nminutes = 6"),
        ": its parts end at minute 10, the talk at minute 9: shorten one, or raise `minutes`",
    );
    check_refused(
        &talk("pair = 'race'\nminutes = -1"),
        ": part 2: `minutes` is -1: a number of minutes that is not negative is needed",
    );
    check_refused(
        &talk("minutes = 1"),
        ": part 2: nothing to show: give it a `pair`, or a `title` and `words`",
    );
}

/// The talks of the repository are what others learn from: whole minutes, both languages, and no pair
/// twice.
#[test]
fn the_talks_that_come_with_the_book_take_20_and_40_minutes() {
    let talks = &BOOK.1.talks;
    let minutes: Vec<f64> = talks.iter().map(|talk| talk.minutes).collect();
    assert_eq!(minutes, [20.0, 40.0]);
    for talk in talks {
        let last = talk.parts.last().unwrap();
        assert_eq!(last.at + last.minutes, talk.minutes, "{}", talk.id);
        let mut pairs: Vec<&str> =
            talk.parts.iter().filter_map(|part| part.pair.as_ref()).map(|pair| &*pair.id).collect();
        let all = pairs.len();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!(pairs.len(), all, "{}", talk.id);
    }
}

fn book(arguments: &[&str], out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-twins"));
    command.current_dir(root()).arg("book").arg("--out").arg(out).args(arguments);
    command.output().unwrap()
}

#[test]
fn the_book_opens_at_the_talk_that_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let (out, talk) = (folder.path().join("twins.html"), folder.path().join("races.toml"));
    fs::write(&talk, "title = 'The </script> race'\n[[part]]\npair = 'race'\n").unwrap();
    let output = book(&["--talk", talk.to_str().unwrap()], &out);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let html = fs::read_to_string(&out).unwrap();
    assert!(html.contains("data-opens=\"races\""));
    assert!(html.contains("The \\u003c/script> race"), "no word of a speaker ends the script");

    // What is no talk leaves the book that is there.
    for (given, remedy) in [
        (folder.path().join("none.toml"), "give --talk a file, such as those in talks/"),
        (folder.path().to_owned(), "give --talk one, such as those in talks/"),
        (root().join("recordings/waiting/fetch_parallel.json"), "is no talk: line 1"),
    ] {
        let output = book(&["--talk", given.to_str().unwrap()], &out);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), stderr.lines().count()), (Some(3), 1), "{stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains(remedy), "{stderr}");
    }
    fs::write(&talk, "title = 'x'\n[[part]]\npair = 'rase'\n").unwrap();
    let output = book(&["--talk", talk.to_str().unwrap()], &out);
    assert_eq!(output.status.code(), Some(2), "a name that no pair has");
    assert_eq!(fs::read_to_string(&out).unwrap(), html);
}
