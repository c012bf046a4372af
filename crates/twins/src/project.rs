//! The project: its root folder and its pairs, read from the manifest of the examples and held
//! against the files on disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    chapter::Chapter,
    file::read_text,
    modules,
    needs::Install,
    pair::{COMPILE_FAIL, Pair, VARIANTS, Variant},
    recording::Recording,
};

/// What makes a project a course, whose pairs have titles and lessons in both languages.
const COURSE: &str = "examples/chapters.toml";

/// Folders of `examples/` that are for something else: Cargo's, and the packages apart.
pub(crate) const NO_CHAPTERS: [&str; 6] = ["benches", "bin", "src", "target", "tests", "with"];

/// Whether the project in this folder is a course.
pub fn is_course(root: &Path) -> bool {
    root.join(COURSE).exists()
}

/// Minimum similarity for a suggestion: a typing error stays above it.
const NEAR: f64 = 0.8;

/// A workspace with a package `examples`, whose `[[example]]` entries list the pairs.
#[derive(Debug)]
pub struct Project {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// The chapters in reading order; one that has no pairs yet among them.
    pub chapters: Vec<Chapter>,
    /// The pairs in reading order: chapter by chapter.
    pub pairs: Vec<Pair>,
    /// The stems of the pairs that `cargo twins` shows when nothing else is asked for.
    tour: Vec<String>,
    /// The Python packages that all programs need.
    pub requirements: Vec<String>,
    /// When they and those of the pairs are installed.
    pub install: Install,
    /// The packages that an example can name, as the compiler calls them.
    pub externs: BTreeSet<String>,
    /// Everything that is not in order, one line each.
    pub problems: Vec<Problem>,
}

/// Something in the project that is not in order, with its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stem that it is about.
    pub stem: String,
    /// What is wrong and what helps, in one line.
    pub message: String,
    /// The file that is missing, if that is what is wrong.
    missing: Option<String>,
}

impl Problem {
    fn missing(stem: &str, path: String, remedy: &str) -> Self {
        Self { stem: stem.to_owned(), message: format!("no {path}: {remedy}"), missing: Some(path) }
    }

    /// Whether it is about a file that no list names.
    pub fn is_unlisted(&self) -> bool {
        self.missing.is_none()
    }

    /// Whether the missing file is there by now: `--bless` writes some.
    pub fn is_mended(&self, root: &Path) -> bool {
        self.missing.as_ref().is_some_and(|path| root.join(path).is_file())
    }
}

impl Project {
    /// Finds the project around `folder`: the nearest one above it that has examples.
    ///
    /// # Errors
    ///
    /// When there is none, or its manifest can't be read.
    pub fn find(folder: &Path) -> Result<Self> {
        let root = folder
            .ancestors()
            .find(|folder| folder.join("examples/Cargo.toml").is_file())
            .with_context(|| {
            format!(
                "no examples/Cargo.toml in {} or above it: `cargo twins init` makes a project, or go to one",
                folder.display()
            )
        })?;
        Self::load(root)
    }

    fn load(root: &Path) -> Result<Self> {
        let manifest = Manifest::read(root, "examples/Cargo.toml")?;
        let chapters = match is_course(root) {
            true => {
                let path = COURSE;
                let text = read_text(root, path)?;
                Chapter::parse(&text).context(path)?
            }
            false => Vec::new(),
        };
        let mut project = Self {
            root: root.to_owned(),
            chapters,
            pairs: Vec::new(),
            tour: manifest.package.metadata.twins.tour,
            requirements: manifest.package.metadata.twins.requirements,
            install: manifest.package.metadata.twins.install,
            externs: manifest
                .dependencies
                .into_keys()
                .chain([manifest.package.name])
                .map(|name| name.replace('-', "_"))
                .collect(),
            problems: Vec::new(),
        };
        let mut examples: Vec<(String, String)> =
            manifest.example.into_iter().map(|example| (example.name, example.path)).collect();
        let (further, dependencies) = beside(root)?;
        examples.extend(further.into_iter().map(|example| (example.name, example.path)));
        let name = |name: String| name.replace('-', "_");
        project.externs.extend(dependencies.into_iter().map(name));
        project.group(&examples)?;
        if !is_course(root) {
            // The folders, as they come.
            for pair in &project.pairs {
                let folder = &pair.chapter;
                if !project.chapters.iter().any(|chapter| chapter.folder == *folder) {
                    project.chapters.push(Chapter::of_folder(folder));
                }
            }
        }
        if is_course(root) {
            project.require_order()?;
        }
        project.compare_with_disk(&examples)?;
        Ok(project)
    }

    /// Groups the entries of the manifest into pairs: a variant follows its pair.
    fn group(&mut self, examples: &[(String, String)]) -> Result<()> {
        let mut paths: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, path) in examples {
            if let Some(other) = paths.insert(name, path) {
                bail!(
                    "examples/Cargo.toml: two programs are called `{name}`, {other} and {path}: rename one"
                );
            }
        }
        for (name, path) in examples {
            let Some((chapter, file)) = path.split_once('/') else {
                bail!(
                    "examples/Cargo.toml: `{name}` has the path {path}: a pair lies in the folder of its chapter, CHAPTER/{name}.rs"
                );
            };
            if file != format!("{name}.rs") {
                bail!(
                    "examples/Cargo.toml: `{name}` has the path {path}: name both alike, {chapter}/{name}.rs"
                );
            }
            match split_variant(name, |base| paths.contains_key(base)) {
                Some((base, variant)) => {
                    let Some(pair) = self
                        .pairs
                        .iter_mut()
                        .find(|pair| pair.stem == base && pair.chapter == chapter)
                    else {
                        bail!(
                            "examples/Cargo.toml: `{name}` stands before its pair `{base}` or in another chapter: put it right after the pair"
                        );
                    };
                    pair.variants.push(variant);
                }
                None => self.pairs.push(Pair {
                    chapter: chapter.to_owned(),
                    stem: name.clone(),
                    variants: vec![Variant::Plain],
                    pythons: Vec::new(),
                }),
            }
        }
        Ok(())
    }

    /// Fails where a pair lies in no chapter, or before the pairs of an earlier one.
    fn require_order(&self) -> Result<()> {
        let mut last = 0;
        for pair in &self.pairs {
            let Pair { chapter, stem, .. } = pair;
            let Some(place) = self.chapters.iter().position(|known| known.folder == *chapter)
            else {
                bail!(
                    "examples/Cargo.toml: `{stem}` lies in `{chapter}`, which is no chapter: add it to examples/chapters.toml"
                );
            };
            if place < last {
                bail!(
                    "examples/Cargo.toml: `{stem}` stands after a pair of `{}`: list the pairs chapter by chapter, in the order of examples/chapters.toml",
                    self.chapters[last].folder
                );
            }
            last = place;
        }
        Ok(())
    }

    /// The chapters that have pairs, each with them.
    pub fn course(&self) -> impl Iterator<Item = (&Chapter, Vec<&Pair>)> {
        self.chapters.iter().filter_map(|chapter| {
            let of_chapter = self.pairs.iter().filter(|pair| pair.chapter == chapter.folder);
            let pairs: Vec<&Pair> = of_chapter.collect();
            (!pairs.is_empty()).then_some((chapter, pairs))
        })
    }

    /// Holds the manifest's list against the files in the folders of the chapters, both ways.
    fn compare_with_disk(&mut self, examples: &[(String, String)]) -> Result<()> {
        let listed: BTreeSet<&str> = examples.iter().map(|(_, path)| &**path).collect();
        let folder = self.root.join("examples");
        let mut chapters: BTreeSet<String> =
            self.pairs.iter().map(|pair| pair.chapter.clone()).collect();
        // A new chapter whose pairs nobody listed yet.
        for entry in
            fs::read_dir(&folder).with_context(|| format!("can't read {}", folder.display()))?
        {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir()
                && !name.starts_with(['.', '_'])
                && !NO_CHAPTERS.contains(&&*name)
            {
                chapters.insert(name);
            }
        }
        for chapter in &chapters {
            let Ok(entries) = fs::read_dir(folder.join(chapter)) else { continue };
            let mut files: Vec<PathBuf> = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.is_file())
                .collect();
            files.sort();
            for file in files {
                self.compare_file(chapter, &file, &listed);
            }
        }
        let (mut recordings, mut all_known) = (BTreeSet::new(), true);
        for pair in &self.pairs {
            let mut require = |path: String, remedy| {
                let full = self.root.join(&path);
                if full.is_file() {
                    return;
                }
                let problem = match fs::read_link(&full) {
                    Ok(to) => {
                        let to = full.parent().unwrap_or(&self.root).join(to);
                        let remedy = format!(
                            "it is a link, and what it leads to, {}, is gone: put it back, or link to it anew",
                            to.display()
                        );
                        Problem::missing(&pair.stem, path, &remedy)
                    }
                    Err(_) => Problem::missing(&pair.stem, path, remedy),
                };
                self.problems.push(problem);
            };
            require(pair.path(".py"), "write the Python twin");
            let is_course = is_course(&self.root);
            if is_course {
                require(pair.path(".toml"), "write the pair's notes, as CONTRIBUTING.md shows");
            }
            let notes = pair.notes(&self.root);
            // With broken notes nobody knows its cases: that is told elsewhere.
            all_known &= notes.is_ok();
            let cases = notes.map(|notes| notes.cases).unwrap_or_default();
            recordings.insert(Recording::path(pair, None));
            recordings.extend(cases.iter().map(|case| Recording::path(pair, Some(&case.name))));
            let bless = "`cargo twins check --bless` writes what all print alike";
            if cases.is_empty() {
                require(pair.path(".stdout"), bless);
            }
            for case in &cases {
                require(pair.path(&format!(".{}.stdout", case.name)), bless);
            }
            for variant in &pair.variants {
                if variant.compiles() {
                    let remedy = "write it, or take its [[example]] out of examples/Cargo.toml";
                    require(pair.source(variant), remedy);
                } else {
                    let path = pair.path("_compile_fail.stderr");
                    require(path, "`cargo twins check --bless` writes the compiler's message");
                }
            }
        }
        if all_known {
            self.compare_recordings(&recordings);
        }
        Ok(())
    }

    /// Holds the recordings against those that are `known`, of the pairs and their cases.
    fn compare_recordings(&mut self, known: &BTreeSet<String>) {
        let inside = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
        let chapters = inside(self.root.join("recordings"));
        let mut found: Vec<(String, String)> = Vec::new();
        for chapter in chapters {
            for file in inside(chapter.path()) {
                let [chapter, file] =
                    [&chapter, &file].map(|entry| entry.file_name().to_string_lossy().into_owned());
                found.push((format!("recordings/{chapter}/{file}"), file));
            }
        }
        found.sort();
        for (path, file) in found.into_iter().filter(|(path, _)| !known.contains(path)) {
            let stem = file.split('.').next().unwrap_or_default().to_owned();
            let message = format!("{path} is of no pair and no case: delete it");
            self.problems.push(Problem { stem, message, missing: None });
        }
    }

    /// Fails where the manifest lists a program that is not there: cargo builds nothing at all then.
    ///
    /// # Errors
    ///
    /// One line that names the file.
    pub fn require_sources(&self) -> Result<()> {
        let is_source =
            |problem: &&Problem| problem.missing.as_ref().is_some_and(|path| path.ends_with(".rs"));
        match self.problems.iter().find(is_source) {
            Some(problem) => bail!("{}", problem.message),
            None => Ok(()),
        }
    }

    /// Fails where the pair has no Python program to run.
    ///
    /// # Errors
    ///
    /// One line that names the file.
    pub fn require_python(&self, pair: &Pair) -> Result<()> {
        let python = pair.path(".py");
        match self.problems.iter().find(|problem| {
            problem.missing.as_ref() == Some(&python) && !problem.is_mended(&self.root)
        }) {
            Some(problem) => bail!("{}", problem.message),
            None => Ok(()),
        }
    }

    fn compare_file(&mut self, chapter: &str, file: &Path, listed: &BTreeSet<&str>) {
        let mut stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        let known = |pairs: &[Pair], stem: &str| {
            pairs.iter().any(|pair| pair.chapter == chapter && pair.stem == stem)
        };
        // What is recorded of a case: tea.two_cups.stdout.
        if extension == "stdout"
            && let Some((base, case)) = stem.split_once('.')
        {
            let of_pair = |pair: &&Pair| pair.chapter == chapter && pair.stem == base;
            let Some(pair) = self.pairs.iter().find(of_pair) else {
                stem.truncate(base.len());
                return self.compare_file(chapter, &file.with_file_name(stem + ".stdout"), listed);
            };
            let cases = pair.notes(&self.root).map(|notes| notes.cases);
            if cases.is_ok_and(|cases| cases.iter().all(|known| known.name != case)) {
                let message = format!(
                    "examples/{chapter}/{stem}.stdout belongs to no case: delete it, or write [[case]] name = \"{case}\" in {}",
                    pair.path(".toml")
                );
                self.problems.push(Problem { stem: base.to_owned(), message, missing: None });
            }
            return;
        }
        let message = match &*extension {
            "rs" => match stem.strip_suffix("_compile_fail") {
                Some(base) => {
                    if let Some(pair) = self
                        .pairs
                        .iter_mut()
                        .find(|pair| pair.chapter == chapter && pair.stem == base)
                    {
                        pair.variants.push(COMPILE_FAIL);
                        return;
                    }
                    format!(
                        "examples/{chapter}/{stem}.rs has no pair: list the pair `{base}` in examples/Cargo.toml"
                    )
                }
                None if listed.contains(&*format!("{chapter}/{stem}.rs")) => return,
                None if modules::is_module(file) => return,
                None => format!(
                    "examples/{chapter}/{stem}.rs is not listed: add [[example]] name = \"{stem}\", path = \"{chapter}/{stem}.rs\" to examples/Cargo.toml"
                ),
            },
            "stderr" => {
                let base = stem.strip_suffix("_compile_fail").unwrap_or(&stem);
                if file.with_extension("rs").is_file() && known(&self.pairs, base) {
                    return;
                }
                format!(
                    "examples/{chapter}/{stem}.stderr belongs to no program: delete it, or write examples/{chapter}/{stem}.rs"
                )
            }
            "py" if !known(&self.pairs, &stem) && modules::is_module(file) => return,
            "py" if !known(&self.pairs, &stem)
                && !file.with_extension("rs").is_file()
                && let Some((pair, variant)) = python_variant(&mut self.pairs, chapter, &stem) =>
            {
                pair.pythons.push(variant);
                return;
            }
            "py" | "toml" | "stdout" if !known(&self.pairs, &stem) => {
                if file.with_extension("rs").is_file() {
                    // Told once, for the `.rs` that the manifest doesn't list.
                    return;
                }
                format!(
                    "examples/{chapter}/{stem}.{extension} has no Rust twin: write examples/{chapter}/{stem}.rs and list it in examples/Cargo.toml"
                )
            }
            _ => return,
        };
        self.problems.push(Problem { stem, message, missing: None });
    }

    /// The pairs of the tour, in its order.
    ///
    /// # Errors
    ///
    /// When the tour names a pair that is not there.
    pub fn tour(&self) -> Result<Vec<&Pair>> {
        if self.tour.is_empty() {
            bail!(
                "no tour: name its pairs in examples/Cargo.toml, [package.metadata.twins] tour = [\"STEM\", …]"
            );
        }
        self.tour.iter().map(|stem| {
            self.pairs.iter().find(|pair| pair.stem == *stem).with_context(|| {
                format!("the tour in examples/Cargo.toml names `{stem}`, which is no pair: list it, or take it out")
            })
        }).collect()
    }

    /// The pair and variant that a name on the command line means: `STEM`, `CHAPTER/STEM`, or one
    /// with the variant's suffix, such as `log_generator_native`.
    ///
    /// # Errors
    ///
    /// [`UnknownPair`], with the nearest names.
    pub fn named(&self, name: &str) -> Result<(&Pair, &Variant)> {
        self.pair_of(name).ok_or_else(|| {
            let chapter = name.trim_end_matches('/');
            let inside = self.pairs.iter().filter(|pair| pair.chapter == chapter);
            let of_chapter = inside.map(|pair| pair.stem.clone()).collect();
            UnknownPair { of_chapter, ..self.unknown(name, &[]) }.into()
        })
    }

    /// The pairs and variants that several names mean; a chapter's name means all of its pairs.
    ///
    /// # Errors
    ///
    /// [`UnknownPair`], with the nearest names.
    pub fn all_named(&self, names: &[String]) -> Result<Vec<(&Pair, &Variant)>> {
        let mut all = Vec::new();
        for name in names {
            match self.pair_of(name) {
                Some(named) => all.push(named),
                None => {
                    let pairs = self.select(std::slice::from_ref(name))?;
                    all.extend(pairs.into_iter().map(|pair| (pair, &pair.variants[0])));
                }
            }
        }
        Ok(all)
    }

    fn pair_of(&self, name: &str) -> Option<(&Pair, &Variant)> {
        let wanted = name.strip_prefix("examples/").unwrap_or(name);
        let wanted =
            [".rs", ".py"].iter().find_map(|end| wanted.strip_suffix(end)).unwrap_or(wanted);
        for pair in &self.pairs {
            for variant in &pair.variants {
                let full = pair.variant_stem(variant);
                if wanted == full
                    || wanted.strip_prefix(&*pair.chapter).and_then(|rest| rest.strip_prefix('/'))
                        == Some(&full)
                {
                    return Some((pair, variant));
                }
            }
        }
        None
    }

    /// The pairs that several names mean; a chapter's name means all of its pairs, no name means all.
    ///
    /// # Errors
    ///
    /// [`UnknownPair`], with the nearest names.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Pair>> {
        if names.is_empty() {
            return Ok(self.pairs.iter().collect());
        }
        let mut wanted = BTreeSet::new();
        for name in names {
            let chapter = name.strip_prefix("examples/").unwrap_or(name).trim_end_matches('/');
            let of_chapter: Vec<&str> = self
                .pairs
                .iter()
                .filter(|pair| pair.chapter == chapter)
                .map(|pair| &*pair.stem)
                .collect();
            match &*of_chapter {
                [] => match self.pair_of(name) {
                    Some((pair, _)) => drop(wanted.insert(&*pair.stem)),
                    None => {
                        let chapters: BTreeSet<&str> =
                            self.pairs.iter().map(|pair| &*pair.chapter).collect();
                        return Err(self.unknown(name, &Vec::from_iter(chapters)).into());
                    }
                },
                stems => wanted.extend(stems),
            }
        }
        Ok(self.pairs.iter().filter(|pair| wanted.contains(&*pair.stem)).collect())
    }

    /// With the nearest names of pairs, and of those `chapters`.
    fn unknown(&self, name: &str, chapters: &[&str]) -> UnknownPair {
        let likeness = |known: &str| match known.contains(name) {
            true => 1.0,
            false => strsim::jaro_winkler(name, known),
        };
        let names = self.pairs.iter().flat_map(|pair| {
            pair.variants.iter().map(|variant| (&pair.chapter, pair.variant_stem(variant)))
        });
        let mut near: Vec<(f64, String)> = names
            .map(|(chapter, stem)| match name.contains('/') {
                true => (likeness(&format!("{chapter}/{stem}")), stem),
                false => (likeness(&stem), stem),
            })
            .chain(chapters.iter().map(|chapter| (likeness(chapter), (*chapter).to_owned())))
            .filter(|(likeness, _)| !name.is_empty() && *likeness > NEAR)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        UnknownPair {
            name: name.to_owned(),
            unlisted: self.unlisted(name),
            of_chapter: Vec::new(),
            near: near.into_iter().take(3).map(|(_, stem)| stem).collect(),
        }
    }

    /// What is wrong with a pair that is on disk and in no list.
    fn unlisted(&self, name: &str) -> Option<String> {
        let name = name.strip_prefix("examples/").unwrap_or(name);
        let name = [".rs", ".py"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        let stem = name.rsplit('/').next().unwrap_or(name);
        let is_it = |problem: &&Problem| problem.is_unlisted() && problem.stem == stem;
        self.problems.iter().find(is_it).map(|problem| problem.message.clone())
    }

    /// The date of the nightly that all native programs are known to build with.
    pub fn known_good_nightly(&self) -> Option<String> {
        let text = fs::read_to_string(self.root.join("rust-toolchain.toml")).ok()?;
        let start = text.find("nightly-")?;
        text.get(start..start + "nightly-2026-01-01".len()).map(str::to_owned)
    }
}

/// What the package beside the examples lists: programs that need more than the tour may, such as
/// tokio, and what it depends on. Their sources lie with their pairs.
fn beside(root: &Path) -> Result<(Vec<Example>, Vec<String>)> {
    let path = "examples/with/Cargo.toml";
    if !root.join(path).is_file() {
        return Ok(Default::default());
    }
    let manifest = Manifest::read(root, path)?;
    let dependencies = manifest.dependencies.into_keys().collect();
    let place = |example: Example| match example.path.strip_prefix("../") {
        Some(place) => Ok(Example { path: place.to_owned(), name: example.name }),
        None => bail!(
            "{path}: `{}` has the path {}: a program lies in the folder of its chapter, ../CHAPTER/{0}.rs",
            example.name,
            example.path
        ),
    };
    let examples: Result<_> = manifest.example.into_iter().map(place).collect();
    Ok((examples?, dependencies))
}

/// The pair whose Python variant a file is, `STEM_aiohttp.py`, and what follows the stem.
fn python_variant<'a>(
    pairs: &'a mut [Pair],
    chapter: &str,
    name: &str,
) -> Option<(&'a mut Pair, String)> {
    pairs
        .iter_mut()
        .filter(|pair| pair.chapter == chapter)
        .filter_map(|pair| {
            let variant = name.strip_prefix(&*pair.stem)?.strip_prefix('_')?.to_owned();
            Some((pair, variant))
        })
        // Of `tea` and `tea_party` the nearer.
        .min_by_key(|(_, variant)| variant.len())
}

/// Splits `log_generator_native` into its pair and variant, if that pair is there.
fn split_variant(name: &str, is_pair: impl Fn(&str) -> bool) -> Option<(&str, Variant)> {
    VARIANTS.iter().find_map(|variant| {
        let base = name.strip_suffix(variant.suffix())?;
        is_pair(base).then_some((base, *variant))
    })
}

/// A name on the command line that no pair has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPair {
    name: String,
    /// What is wrong with it, if its files are there.
    unlisted: Option<String>,
    /// The pairs of the chapter of this name, where one pair is asked for.
    of_chapter: Vec<String>,
    near: Vec<String>,
}

impl std::fmt::Display for UnknownPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no pair `{}`: ", self.name)?;
        if let Some(unlisted) = &self.unlisted {
            return f.write_str(unlisted);
        }
        if !self.of_chapter.is_empty() {
            return write!(
                f,
                "it is a chapter; name one of its pairs: {}",
                self.of_chapter.join(", ")
            );
        }
        match &*self.near {
            [] => f.write_str("`cargo twins list` names all"),
            near => {
                let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "did you mean {}?", names.join(", "))
            }
        }
    }
}

impl std::error::Error for UnknownPair {}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
    #[serde(default)]
    example: Vec<Example>,
}

impl Manifest {
    fn read(root: &Path, path: &str) -> Result<Self> {
        let text = read_text(root, path)?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            anyhow::anyhow!("{path}: line {line}: {}", error.message())
        })
    }
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    twins: Tour,
}

#[derive(Default, Deserialize)]
struct Tour {
    #[serde(default)]
    tour: Vec<String>,
    #[serde(default)]
    requirements: Vec<String>,
    #[serde(default)]
    install: Install,
}

#[derive(Deserialize)]
struct Example {
    name: String,
    path: String,
}
