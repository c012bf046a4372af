//! What the book says, in its order: the document with its pairs, then the other pairs, chapter by
//! chapter.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{
    code::{self, Line},
    costs::{self, Cost},
    document::{self, Document, Mark},
    glossary::Glossary,
    page,
    playback::Playback,
    random::{self, Random},
    remarks::{self, At, Remark, Source},
    talk::Talk,
    transcript,
};
use crate::{
    file::read_text,
    highlight::Syntax,
    language::Lang,
    list,
    notes::{Claim, Notes, Text},
    pair::{Pair, Variant},
    project::{Project, is_course},
    recording::Recording,
    rules::Case,
};

/// The whole book.
#[derive(Clone, Debug)]
pub struct Book {
    /// The document first, then the chapters of the course.
    pub chapters: Vec<Chapter>,
    /// The talks that come with it, and the one that it was written for.
    pub talks: Vec<Talk>,
    /// The talk that it opens at.
    pub opens: Option<String>,
    /// Its words and names.
    pub glossary: Glossary,
    /// What was measured.
    pub costs: Vec<Cost>,
    /// What random programs show.
    pub random: Option<Random>,
}

/// Pairs under one heading.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// `document`, or the chapter's folder.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// What one learns in it.
    pub lesson: Text,
    /// Its pairs, in reading order.
    pub pages: Vec<Page>,
}

/// One pair.
#[derive(Clone, Debug)]
pub struct Page {
    /// The pair's stem: what a link to it names.
    pub id: String,
    /// The document's words before it, as HTML; empty outside the document.
    pub before: Text,
    /// The document's words after it, as HTML; empty but for the document's last pair.
    pub after: Text,
    /// What the pair's `.toml` says.
    pub notes: Notes,
    /// The Python program.
    pub python: Program,
    /// The Rust programs, the plain one first.
    pub rust: Vec<Program>,
    /// What all of them print.
    pub output: String,
    /// What variants print that differ by design, in place of that.
    pub by_design: Vec<ByDesign>,
    /// The recordings, for the player.
    pub playback: Playback,
    /// The steps of the pair, for readers without scripts.
    pub transcript: String,
    /// What to look at, in English.
    pub look_en: Vec<Remark>,
    /// The same in Russian.
    pub look_ru: Vec<Remark>,
    /// Where the two languages part, and the steps at which they do.
    pub differences: Vec<Difference>,
    /// What lies beside the programs.
    pub further: Vec<Further>,
}

/// What lies beside a pair's programs: a Python variant, or a file of one language or of both.
#[derive(Clone, Debug)]
pub struct Further {
    /// How `cargo twins show` takes it: `aiohttp`, `api/session`.
    pub name: String,
    /// Whether it is a Python variant.
    pub is_variant: bool,
    /// What is there of it, Python first.
    pub sources: Vec<FurtherSource>,
}

/// The text of such a file.
#[derive(Clone, Debug)]
pub struct FurtherSource {
    /// Its path, from the project's root.
    pub path: String,
    /// Its text, coloured.
    pub lines: Vec<Line>,
}

/// Where the two languages part.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What is different.
    pub text: Text,
    /// Where it shows.
    pub at: Option<At>,
}

/// A variant that prints something else, and why.
#[derive(Clone, Debug)]
pub struct ByDesign {
    /// The variant.
    pub variant: Variant,
    /// Why it differs.
    pub reason: Text,
    /// What it prints.
    pub output: String,
}

/// One program of a pair.
#[derive(Clone, Debug)]
pub struct Program {
    /// `python`, or the variant's name.
    pub name: &'static str,
    /// Its source, from the project's root.
    pub path: String,
    /// Its source, coloured.
    pub lines: Vec<Line>,
    /// What the compiler says of it, where Rust refuses it.
    pub refusal: Option<String>,
}

impl Chapter {
    /// The minutes that a speaker talks about its pairs.
    pub fn minutes(&self) -> String {
        list::minutes(self.pages.iter().map(|page| &page.notes)).to_string()
    }
}

impl Page {
    /// The minutes that a speaker talks about the pair, as people write them.
    pub fn minutes(&self) -> String {
        self.notes.minutes.to_string()
    }

    /// The seconds that the pair's programs wait; 0 where they only compute.
    pub fn seconds(&self) -> String {
        self.notes.seconds.to_string()
    }

    /// The sentence of the document that the pair stands for, as HTML.
    pub fn quote(&self) -> Option<Text> {
        let quote = &self.notes.claim.as_ref()?.quote;
        let [en, ru] = [&quote.en, &quote.ru].map(|quote| document::sentence(quote));
        Some(Text { en, ru })
    }

    /// The command that runs the pair.
    pub fn command(&self) -> String {
        format!("cargo run --example {}", self.id)
    }
}

impl Program {
    /// What the program's tab says.
    pub fn label(&self) -> Text {
        let text = |en: &str, ru: &str| Text { en: en.to_owned(), ru: ru.to_owned() };
        match self.name {
            "python" => text("Python", "Python"),
            "native" => text("Rust, native", "Rust, nightly"),
            "by_hand" => text("Rust, by hand", "Rust, вручную"),
            "channel" => text("Rust, channel", "Rust, через канал"),
            "threads" => text("Rust, threads", "Rust, в потоках"),
            "compile_fail" => text("Refused by Rust", "Не компилируется"),
            _ => text("Rust", "Rust"),
        }
    }
}

impl Book {
    /// Gathers the book from the project's files, and a talk from the file of a speaker.
    ///
    /// # Errors
    ///
    /// When a file is missing or can't be read, a recording no longer fits its sources, or the
    /// document has a program that its pair has not, or what is given is no talk: one line that
    /// names the remedy.
    pub fn read(project: &Project, talk: Option<&Path>) -> Result<Self> {
        project.require_sources()?;
        let (mut chapters, tour) = match has_document(&project.root) {
            true => {
                let tour = project.tour()?;
                (vec![Chapter::document(project, &tour)?], tour)
            }
            false => (Vec::new(), Vec::new()),
        };
        for (chapter, pairs) in project.course() {
            let pairs = pairs.into_iter().filter(|pair| !tour.contains(pair));
            let pages: Vec<Page> =
                pairs.map(|pair| Page::read(&project.root, pair)).collect::<Result<_>>()?;
            if !pages.is_empty() {
                chapters.push(Chapter {
                    id: chapter.folder.clone(),
                    title: chapter.title.clone(),
                    lesson: chapter.lesson.clone(),
                    pages,
                });
            }
        }
        ensure!(!chapters.is_empty(), "no pair to show: `cargo twins new CHAPTER/NAME` makes one");
        let pages: Vec<&Page> = chapters.iter().flat_map(|chapter| &chapter.pages).collect();
        let mut talks = Talk::all(project, &pages)?;
        let own = talk.map(|path| Talk::of_file(path, project, &pages)).transpose()?;
        let opens = own.as_ref().map(|own| own.id.clone());
        if let Some(own) = own {
            talks.retain(|talk| talk.id != own.id);
            talks.insert(0, own);
        }
        let glossary = Glossary::read(&project.root, &pages)?;
        let costs = costs::read(&project.root)?;
        let random = random::read(&project.root)?;
        Ok(Self { chapters, talks, opens, glossary, costs, random })
    }

    /// All pairs, in their order.
    pub fn pages(&self) -> Vec<&Page> {
        self.chapters.iter().flat_map(|chapter| &chapter.pages).collect()
    }
}

/// Whether the project has a document that its pairs come from; one of a user's own needs none.
fn has_document(root: &Path) -> bool {
    root.join("docs/document.en.md").exists()
}

impl Chapter {
    /// The document's chapter: its words, and the pairs of the tour, which are its programs.
    fn document(project: &Project, tour: &[&Pair]) -> Result<Self> {
        let mut document = Chapter {
            id: "document".to_owned(),
            title: Text { en: "The document".to_owned(), ru: "Документ".to_owned() },
            lesson: Text {
                en: "Where it all comes from: its words, and its five programs in both languages."
                    .to_owned(),
                ru: "С чего всё началось: его слова и пять его программ на обоих языках."
                    .to_owned(),
            },
            pages: tour
                .iter()
                .map(|pair| Page::read(&project.root, pair))
                .collect::<Result<_>>()?,
        };
        let claims = Claimed::all(project)?;
        tell(&project.root, tour, &claims, &mut document.pages)?;
        Ok(document)
    }
}

/// A pair that stands for a sentence of the document.
struct Claimed {
    stem: String,
    title: Text,
    claim: Claim,
}

impl Claimed {
    fn all(project: &Project) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for pair in &project.pairs {
            let Notes { title, claim, .. } = pair.notes(&project.root)?;
            all.extend(claim.map(|claim| Self { stem: pair.stem.clone(), title, claim }));
        }
        Ok(all)
    }

    /// What the book says at the sentence: a link to the program, and how it is.
    fn mark(&self, lang: Lang) -> Mark<'_> {
        let Self { stem, title, claim } = self;
        let tag = lang.pick("en", "ru");
        let title = page::inline(title.get(lang));
        let remark = match &claim.remark {
            Some(remark) => format!(". {}", page::inline(remark.get(lang))),
            None => String::new(),
        };
        let html = format!(
            "<span class=\"claim\" id=\"quote-{tag}-{stem}\"><a href=\"#{stem}\">{title}</a>{remark}</span>"
        );
        Mark { quote: claim.quote.get(lang), html }
    }
}

/// Gives the document's words to the pages of its programs.
fn tell(root: &Path, tour: &[&Pair], claims: &[Claimed], pages: &mut [Page]) -> Result<()> {
    let sources: Vec<(&str, String)> = tour
        .iter()
        .map(|pair| Ok((&*pair.stem, read(root, &pair.path(".py"))?)))
        .collect::<Result<_>>()?;
    let sources: Vec<(&str, &str)> = sources.iter().map(|(stem, text)| (*stem, &**text)).collect();
    for (lang, language) in [("en", Lang::En), ("ru", Lang::Ru)] {
        let path = format!("docs/document.{lang}.md");
        let marks: Vec<Mark<'_>> = claims.iter().map(|claimed| claimed.mark(language)).collect();
        let marked = document::mark(&read(root, &path)?, &marks).context(path.clone())?;
        let document = Document::parse(&marked);
        document.require(&sources).context(path)?;
        let put = |text: &mut Text, html: &str| match lang {
            "en" => text.en = html.to_owned(),
            _ => text.ru = html.to_owned(),
        };
        for (page, html) in pages.iter_mut().zip(&document.prose) {
            put(&mut page.before, html);
        }
        if let (Some(page), Some(html)) = (pages.last_mut(), document.prose.last()) {
            put(&mut page.after, html);
        }
    }
    Ok(())
}

impl Page {
    fn read(root: &Path, pair: &Pair) -> Result<Self> {
        let program = |name, path: String, syntax, refusal| -> Result<Program> {
            let lines = code::lines(&read(root, &path)?, syntax);
            Ok(Program { name, path, lines, refusal })
        };
        let rust = pair.variants.iter().map(|variant| {
            let refusal = match variant {
                Variant::CompileFail => Some(read(root, &pair.path("_compile_fail.stderr"))?),
                _ => None,
            };
            program(variant.name(), pair.source(variant), Syntax::Rust, refusal)
        });
        let nothing = || Text { en: String::new(), ru: String::new() };
        let notes = pair.notes(root)?;
        let recording = recording(root, pair)?;
        let mut texts = vec![("python", read(root, &pair.path(".py"))?)];
        for variant in &pair.variants {
            texts.push((variant.name(), read(root, &pair.source(variant))?));
        }
        let sources: Vec<Source<'_>> = texts
            .iter()
            .filter_map(|(name, text)| {
                Some(Source { name, text, run: recording.as_ref()?.program(name)? })
            })
            .collect();
        let differences = notes.differences.iter().enumerate().map(|(place, text)| Difference {
            text: text.clone(),
            at: remarks::difference(place + 1, &sources),
        });
        Ok(Self {
            id: pair.stem.clone(),
            before: nothing(),
            after: nothing(),
            python: program("python", pair.path(".py"), Syntax::Python, None)?,
            rust: rust.collect::<Result<_>>()?,
            output: output(root, pair)?,
            by_design: by_design(root, pair)?,
            playback: Playback::new(&sources),
            transcript: transcript::transcript(&sources),
            look_en: remarks::remarks(&notes.notes.en, &sources),
            look_ru: remarks::remarks(&notes.notes.ru, &sources),
            differences: differences.collect(),
            further: further(root, pair)?,
            notes,
        })
    }
}

/// What all programs of a pair print, or do in each of its cases.
fn output(root: &Path, pair: &Pair) -> Result<String> {
    let cases = pair.notes(root)?.cases;
    if cases.is_empty() {
        return read(root, &pair.path(".stdout"));
    }
    let mut outputs = Vec::new();
    for Case { name, .. } in cases {
        let text = read(root, &pair.path(&format!(".{name}.stdout")))?;
        outputs.push(format!("{name}:\n{text}"));
    }
    Ok(outputs.join("\n"))
}

/// The Python variants of a pair, and the files beside its programs.
fn further(root: &Path, pair: &Pair) -> Result<Vec<Further>> {
    let source = |path: String, syntax| -> Result<Option<FurtherSource>> {
        if !root.join(&path).is_file() {
            return Ok(None);
        }
        let lines = code::lines(&read(root, &path)?, syntax);
        Ok(Some(FurtherSource { path, lines }))
    };
    let mut all = Vec::new();
    for name in &pair.pythons {
        let sources = source(pair.python(name), Syntax::Python)?.into_iter().collect();
        all.push(Further { name: name.clone(), is_variant: true, sources });
    }
    for name in pair.further_files(root) {
        let path = |end| format!("examples/{}/{name}.{end}", pair.chapter);
        let python = source(path("py"), Syntax::Python)?;
        let rust = source(path("rs"), Syntax::Rust)?;
        let sources = python.into_iter().chain(rust).collect();
        all.push(Further { name, is_variant: false, sources });
    }
    Ok(all)
}

/// What the variants of a pair print that differ by design.
fn by_design(root: &Path, pair: &Pair) -> Result<Vec<ByDesign>> {
    let reasons = pair.notes(root)?.by_design;
    let variants = pair.variants.iter().filter_map(|variant| {
        let reason = reasons.get(variant.name())?.clone();
        let path = pair.path(&format!("{}.stdout", variant.suffix()));
        Some(read(root, &path).map(|output| ByDesign { variant: *variant, reason, output }))
    });
    variants.collect()
}

/// What the player shows, the first case where there are several; nothing where a project of a
/// user's own has recorded nothing.
fn recording(root: &Path, pair: &Pair) -> Result<Option<Recording>> {
    let cases = pair.notes(root)?.cases;
    let case = cases.first().map(|case| &*case.name);
    if !is_course(root) && !root.join(Recording::path(pair, case)).exists() {
        return Ok(None);
    }
    Recording::read(root, pair, case).map(Some)
}

fn read(root: &Path, path: &str) -> Result<String> {
    read_text(root, path)
}
