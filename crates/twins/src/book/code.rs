//! A source as the page shows it: coloured, a line at a time, one short class a token.

use std::fmt::Write;

use crate::highlight::{Syntax, Token, highlight};
use askama::filters::{Html, escape};

/// One line of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its tokens as HTML.
    pub html: String,
    /// Which of the pair's differences a comment on it speaks of, counted from 1.
    pub difference: Option<usize>,
}

/// The lines of a source.
pub fn lines(source: &str, syntax: Syntax) -> Vec<Line> {
    let mut differences = 0;
    let mut line = |tokens: Vec<(Token, &str)>| {
        let speaks = tokens.iter().any(|(token, text)| {
            *token == Token::Comment && (text.contains("Here Rust") || text.contains("Here Python"))
        });
        differences += usize::from(speaks);
        Line { html: tokens_html(&tokens), difference: speaks.then_some(differences) }
    };
    highlight(source, syntax).into_iter().map(&mut line).collect()
}

fn tokens_html(tokens: &[(Token, &str)]) -> String {
    let mut html = String::new();
    for (token, text) in tokens {
        let text = escape(text, Html).expect("escaping a string never fails");
        match class(*token) {
            None => write!(html, "{text}"),
            Some(class) => write!(html, "<i class={class}>{text}</i>"),
        }
        .expect("writing to a string never fails");
    }
    html
}

/// The style sheet's name for a token.
fn class(token: Token) -> Option<&'static str> {
    match token {
        Token::Plain => None,
        Token::Keyword => Some("k"),
        Token::Function => Some("f"),
        Token::Macro => Some("m"),
        Token::String => Some("s"),
        Token::Number => Some("n"),
        Token::Comment => Some("c"),
        Token::Attribute => Some("a"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(syntax: Syntax, source: &str, html: &[&str]) {
        let found: Vec<String> = lines(source, syntax).into_iter().map(|line| line.html).collect();
        assert_eq!(found, html);
    }

    #[test]
    fn nightly_words_are_keywords() {
        check(
            Syntax::Rust,
            "async gen fn f() {\n    yield 1;\n}\n",
            &[
                "<i class=k>async</i> <i class=k>gen</i> <i class=k>fn</i> <i class=f>f</i>() {",
                "    <i class=k>yield</i> <i class=n>1</i>;",
                "}",
            ],
        );
        check(Syntax::Rust, "gen {}", &["<i class=k>gen</i> {}"]);
    }

    #[test]
    fn odd_characters_show_as_themselves() {
        check(
            Syntax::Python,
            "x = '</script>' & y",
            &["x = <i class=s>&#39;&#60;/script&#62;&#39;</i> &#38; y"],
        );
    }

    #[test]
    fn a_remark_knows_its_difference() {
        let source = "// Here Rust owns.\nf();\n    // Here Rust drops.\n";
        let found: Vec<_> =
            lines(source, Syntax::Rust).into_iter().map(|line| line.difference).collect();
        assert_eq!(found, [Some(1), None, Some(2)]);
        assert_eq!(lines("'Here Rust'", Syntax::Python)[0].difference, None);
    }
}
