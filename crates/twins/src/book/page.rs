//! The page: templates that the compiler checks, with the style and the script in the page itself.

use anyhow::{Context, Result};
use askama::{
    Template,
    filters::{Html, escape},
};

use super::{Book, Chapter, Page, costs::Cost, glossary::Glossary, random::Random, talk::Talk};
use crate::language::Lang;

/// The style, in the order of the cascade.
const STYLE: &str = concat!(
    include_str!("../../page/book.css"),
    include_str!("../../page/player.css"),
    include_str!("../../page/search.css"),
    include_str!("../../page/costs.css"),
    include_str!("../../page/random.css"),
    include_str!("../../page/predict.css"),
    include_str!("../../page/talk.css"),
    include_str!("../../page/speaker.css"),
);

/// The script: one file an idea, in the order in which they need each other.
const SCRIPT: &str = concat!(
    include_str!("../../page/dom.js"),
    include_str!("../../page/keys.js"),
    include_str!("../../page/playback.js"),
    include_str!("../../page/words.js"),
    include_str!("../../page/scale.js"),
    include_str!("../../page/timeline.js"),
    include_str!("../../page/remarks.js"),
    include_str!("../../page/side.js"),
    include_str!("../../page/controls.js"),
    include_str!("../../page/player.js"),
    include_str!("../../page/pages.js"),
    include_str!("../../page/live.js"),
    include_str!("../../page/transcript.js"),
    include_str!("../../page/demo.js"),
    include_str!("../../page/address.js"),
    include_str!("../../page/book.js"),
    include_str!("../../page/search.js"),
    include_str!("../../page/predict.js"),
    include_str!("../../page/still.js"),
    include_str!("../../page/folds.js"),
    include_str!("../../page/talk.js"),
    include_str!("../../page/speaker.js"),
    include_str!("../../page/begin.js"),
);

#[derive(Template)]
#[template(path = "book.html", escape = "html")]
struct BookTemplate<'a> {
    lang: Option<&'a str>,
    has_document: bool,
    chapters: &'a [Chapter],
    pages: &'a [&'a Page],
    talks: &'a [Talk],
    talks_json: String,
    opens: Option<&'a str>,
    glossary: &'a Glossary,
    costs: &'a [Cost],
    random: Option<&'a Random>,
    style: &'a str,
    script: &'a str,
}

/// The whole page as text; it opens in this language, or in the reader's.
///
/// # Errors
///
/// When a template can't be filled, which none of ours does.
pub fn render(book: &Book, lang: Option<Lang>) -> Result<String> {
    let lang = lang.map(|lang| lang.pick("en", "ru"));
    let has_document = book.chapters.iter().any(|chapter| chapter.id == "document");
    // No `<` of a speaker's words opens or closes an element.
    let talks_json = serde_json::to_string(&book.talks).context("a talk is text and numbers")?;
    let template = BookTemplate {
        lang,
        has_document,
        chapters: &book.chapters,
        pages: &book.pages(),
        talks: &book.talks,
        talks_json: talks_json.replace('<', "\\u003c"),
        opens: book.opens.as_deref(),
        glossary: &book.glossary,
        costs: &book.costs,
        random: book.random.as_ref(),
        style: STYLE,
        script: SCRIPT,
    };
    template.render().context("can't fill the book's template")
}

/// A text of the notes as HTML: what stands between backticks is code.
pub(crate) fn inline(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part, Html).expect("escaping a string never fails");
        html += &match index % 2 {
            0 => part.to_string(),
            _ => format!("<code>{part}</code>"),
        };
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_are_code() {
        assert_eq!(inline("`a < b` & c"), "<code>a &#60; b</code> &#38; c");
        assert_eq!(inline("plain"), "plain");
    }
}
