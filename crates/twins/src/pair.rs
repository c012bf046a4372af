//! A pair: a Python program, its Rust twin, and the twin's variants.

use std::{collections::BTreeSet, ffi::OsStr, fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{
    file::{self, read_text},
    language::Lang,
    modules,
    notes::Notes,
    project,
};

/// The files with one stem in the folder of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The folder: `tasks`, `generators`, ….
    pub chapter: String,
    /// The name of the files without their endings.
    pub stem: String,
    /// The Rust programs, the plain one first.
    pub variants: Vec<Variant>,
    /// The Python programs beside the plain one, by what follows the stem: `aiohttp` for
    /// `STEM_aiohttp.py`.
    pub pythons: Vec<String>,
}

/// One of a pair's Rust programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// `STEM.rs`: the twin in our crates.
    Plain,
    /// `STEM_native.rs`: in nightly's own syntax.
    Native,
    /// `STEM_by_hand.rs`: the state machine that the compiler would write, or plain smol.
    ByHand,
    /// `STEM_channel.rs`: over a channel.
    Channel,
    /// `STEM_deadlock.rs`: what happens where nobody prevents it, and who notices.
    Deadlock,
    /// `STEM_tokio.rs`: on tokio, in a package of its own (`examples/with`).
    Tokio,
    /// `STEM_threads.rs`: with a thread for each of what waits.
    Threads,
    /// `STEM_compile_fail.rs`: what Rust refuses.
    CompileFail,
}

/// The variants that the manifest lists under a name of their own.
pub(crate) const VARIANTS: [Variant; 6] = [
    Variant::Native,
    Variant::ByHand,
    Variant::Channel,
    Variant::Deadlock,
    Variant::Tokio,
    Variant::Threads,
];
pub(crate) const COMPILE_FAIL: Variant = Variant::CompileFail;

/// What the names of variants end with.
pub(crate) fn suffixes() -> impl Iterator<Item = &'static str> {
    VARIANTS.iter().chain([&COMPILE_FAIL]).map(Variant::suffix)
}

impl Variant {
    /// What follows the pair's stem in the name of the file.
    pub fn suffix(&self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Native => "_native",
            Self::ByHand => "_by_hand",
            Self::Channel => "_channel",
            Self::Deadlock => "_deadlock",
            Self::Tokio => "_tokio",
            Self::Threads => "_threads",
            Self::CompileFail => "_compile_fail",
        }
    }

    /// The variant's name in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Plain => "rust",
            variant => &variant.suffix()[1..],
        }
    }

    /// What the variant is called where people read: on tabs and in the READMEs.
    pub fn label(&self, lang: Lang) -> &'static str {
        match self {
            Self::Plain => "Rust",
            Self::Native => lang.pick("native", "nightly"),
            Self::ByHand => lang.pick("by hand", "вручную"),
            Self::Channel => lang.pick("channel", "через канал"),
            Self::Deadlock => lang.pick("deadlock", "взаимная блокировка"),
            Self::Tokio => "tokio",
            Self::Threads => lang.pick("threads", "в потоках"),
            Self::CompileFail => lang.pick("refused", "не компилируется"),
        }
    }

    /// Whether it is a program that runs, and not one that Rust must refuse.
    pub fn compiles(&self) -> bool {
        *self != Self::CompileFail
    }

    /// Whether its steps are recorded: those of a program that runs, and whose functions suspend.
    /// Threads block, each by itself.
    pub fn takes_steps(&self) -> bool {
        self.compiles() && *self != Self::Threads
    }
}

impl Pair {
    /// The path of one of the pair's files, from the project's root: `.py`, `.toml`, `.stdout`.
    pub fn path(&self, suffix: &str) -> String {
        format!("examples/{}/{}{suffix}", self.chapter, self.stem)
    }

    /// The path of a Python variant, from the project's root.
    pub fn python(&self, variant: &str) -> String {
        self.path(&format!("_{variant}.py"))
    }

    /// The path of a variant's source, from the project's root.
    pub fn source(&self, variant: &Variant) -> String {
        self.path(&format!("{}.rs", variant.suffix()))
    }

    /// The name of a variant's program, which `cargo run --example` takes.
    pub fn variant_stem(&self, variant: &Variant) -> String {
        format!("{}{}", self.stem, variant.suffix())
    }

    /// What lies beside the programs and is not the point, by the folder and the stem that both
    /// languages' files have: `api/session`. A file may be there in one language alone.
    pub fn further_files(&self, root: &Path) -> Vec<String> {
        let text = |path: String| file::read(&root.join(path)).unwrap_or_default();
        let mut named = modules::imported(&text(self.path(".py")));
        named.extend(modules::declared(&text(self.source(&Variant::Plain))));
        let inside = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let chapter = root.join("examples").join(&self.chapter);
        let mut found = BTreeSet::new();
        for folder in inside(&chapter).filter(|entry| entry.path().is_dir()) {
            let name = folder.file_name().to_string_lossy().into_owned();
            if !named.contains(&name) {
                continue;
            }
            for file in inside(&folder.path()).map(|entry| entry.path()) {
                let part =
                    |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
                let (stem, end) = (part(file.file_stem()), part(file.extension()));
                // What only says what there is.
                let lists = ["mod", "__init__"].contains(&&*stem);
                if ["py", "rs"].contains(&&*end) && !lists {
                    found.insert(format!("{name}/{stem}"));
                }
            }
        }
        found.into_iter().collect()
    }

    /// The pair's notes.
    ///
    /// # Errors
    ///
    /// When they can't be read, or, in a course, a key or translation is missing.
    pub fn notes(&self, root: &Path) -> Result<Notes> {
        let path = self.path(".toml");
        let is_course = project::is_course(root);
        if !root.join(&path).exists() {
            ensure!(
                !is_course,
                "can't read {path}: write the pair's notes, as CONTRIBUTING.md shows"
            );
            return Notes::parse_free("", &self.stem).context(path);
        }
        let text = read_text(root, &path)?;
        match is_course {
            true => Notes::parse(&text).context(path),
            false => Notes::parse_free(&text, &self.stem).context(path),
        }
    }
}
