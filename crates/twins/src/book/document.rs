//! The document, cut at its programs: the book shows the pair where the document shows Python.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// The prose between the document's programs, as HTML: one piece more than it has programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What stands before the first program, between two, and after the last.
    pub prose: Vec<String>,
    /// The programs, as they stand in the document.
    pub programs: Vec<String>,
}

/// Something that the book says at a sentence of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The sentence, as it stands in the Markdown.
    pub quote: &'a str,
    /// What comes after it, as HTML.
    pub html: String,
}

/// Puts the marks into the Markdown of a document, each right after its sentence, in their order.
///
/// # Errors
///
/// When a sentence does not stand there word for word, exactly once.
pub fn mark(markdown: &str, marks: &[Mark<'_>]) -> Result<String> {
    let mut at_ends: BTreeMap<usize, String> = BTreeMap::new();
    for Mark { quote, html } in marks {
        let found: Vec<usize> = markdown.match_indices(quote).map(|(start, _)| start).collect();
        let [start] = *found else {
            bail!("this sentence stands there {} times, not once: {quote}", found.len());
        };
        at_ends.entry(start + quote.len()).or_default().push_str(html);
    }
    let mut marked = String::new();
    let mut last = 0;
    for (end, html) in at_ends {
        marked += &markdown[last..end];
        marked += &html;
        last = end;
    }
    Ok(marked + &markdown[last..])
}

/// One sentence of Markdown as HTML, without a paragraph around it.
pub fn sentence(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::empty());
    let inner = events.filter(|event| {
        !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
    });
    let mut text = String::new();
    html::push_html(&mut text, inner);
    text
}

impl Document {
    /// Cuts the text of `docs/document.LANG.md`.
    pub fn parse(markdown: &str) -> Self {
        let mut document = Self { prose: Vec::new(), programs: Vec::new() };
        let mut events = Vec::new();
        let mut program = None;
        for event in Parser::new_ext(markdown, Options::empty()) {
            match (event, &mut program) {
                (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))), None)
                    if &*language == "python" =>
                {
                    document.prose.push(render(&mut events));
                    program = Some(String::new());
                }
                (Event::Text(text), Some(program)) => program.push_str(&text),
                (_, Some(_)) => document.programs.extend(program.take()),
                (event, None) => events.push(event),
            }
        }
        document.prose.push(render(&mut events));
        document
    }

    /// Holds the document against the pairs that stand for its programs, in order.
    ///
    /// # Errors
    ///
    /// When a program of the document is not, word for word, in the pair of its place.
    pub fn require(&self, sources: &[(&str, &str)]) -> Result<()> {
        ensure!(
            self.programs.len() == sources.len(),
            "the document has {} programs and the tour {} pairs: make them one for each",
            self.programs.len(),
            sources.len()
        );
        for (program, (stem, source)) in self.programs.iter().zip(sources) {
            let missing = program.trim().split("\n\n").find(|part| !source.contains(part.trim()));
            ensure!(
                missing.is_none(),
                "{stem}.py lacks what the document has at its place: {}",
                missing.unwrap_or_default().lines().next().unwrap_or_default()
            );
        }
        Ok(())
    }
}

fn render(events: &mut Vec<Event<'_>>) -> String {
    let mut text = String::new();
    let mut above = Vec::new();
    html::push_html(&mut text, events.drain(..).map(|event| below_the_page(event, &mut above)));
    text
}

/// A page's title is of the second level: the piece's headings follow below it, without a gap.
fn below_the_page<'a>(event: Event<'a>, above: &mut Vec<HeadingLevel>) -> Event<'a> {
    const LEVELS: [HeadingLevel; 3] = [HeadingLevel::H3, HeadingLevel::H4, HeadingLevel::H5];
    match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            above.retain(|higher| *higher < level);
            above.push(level);
            let level = LEVELS[above.len().min(LEVELS.len()) - 1];
            Event::Start(Tag::Heading { level, id, classes, attrs })
        }
        Event::End(TagEnd::Heading(_)) => {
            Event::End(TagEnd::Heading(LEVELS[above.len().min(LEVELS.len()) - 1]))
        }
        event => event,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "# A\nfirst\n```python\nx = 1\n\ny = 2\n```\nsecond\n```python\nz = 3\n```\n";

    #[test]
    fn the_document_is_cut_at_its_programs() {
        let document = Document::parse(TWO);
        assert_eq!(document.prose, ["<h3>A</h3>\n<p>first</p>\n", "<p>second</p>\n", ""]);
        assert_eq!(document.programs, ["x = 1\n\ny = 2\n", "z = 3\n"]);
    }

    #[test]
    fn a_mark_follows_its_sentence() {
        let text = "- One `a`.\n- **Two**. Three.\n";
        let mark_at = |quote, html: &str| Mark { quote, html: html.to_owned() };
        let marks = [mark_at("**Two**.", "<b>2</b>"), mark_at("One `a`.", "<i>1</i>")];
        let marked = mark(text, &marks).unwrap();
        assert_eq!(marked, "- One `a`.<i>1</i>\n- **Two**.<b>2</b> Three.\n");
        // Two programs for one sentence keep their order.
        let marks = [mark_at("Three.", "<b>a</b>"), mark_at("Three.", "<b>b</b>")];
        assert!(mark(text, &marks).unwrap().ends_with("Three.<b>a</b><b>b</b>\n"));
        let error = mark(text, &[mark_at("Four.", "")]).unwrap_err();
        assert_eq!(error.to_string(), "this sentence stands there 0 times, not once: Four.");
        assert_eq!(sentence("**Two** `a`."), "<strong>Two</strong> <code>a</code>.");
    }

    #[test]
    fn headings_follow_the_page_s_without_a_gap() {
        let document = Document::parse("### c\n# a\n## b\n### c\n# a\n");
        assert_eq!(
            document.prose,
            ["<h3>c</h3>\n<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h3>a</h3>\n"]
        );
    }

    #[test]
    fn a_block_in_another_language_is_prose() {
        let document = Document::parse("```sh\nls\n```\n");
        assert_eq!(document.programs, Vec::<String>::new());
        assert!(document.prose[0].contains("ls"), "{document:?}");
    }

    #[test]
    fn a_program_that_no_pair_has_is_an_error() {
        let document = Document::parse(TWO);
        document.require(&[("a", "x = 1\n\n\ny = 2\n"), ("b", "z = 3\n")]).unwrap();
        let error = document.require(&[("a", "x = 1\ny = 4\n"), ("b", "z = 3\n")]).unwrap_err();
        assert_eq!(error.to_string(), "a.py lacks what the document has at its place: y = 2");
        let error = document.require(&[("a", "x = 1\n")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the document has 2 programs and the tour 1 pairs: make them one for each"
        );
    }
}
