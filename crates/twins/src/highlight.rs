//! Colours for both languages: one pass over the characters, good enough to read by.
//!
//! Our own, since no grammar at hand knows `gen fn`, `async gen fn` and `yield` in Rust yet.

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// Names, operators, spaces.
    Plain,
    /// `async`, `def`, `gen`, `yield`, ….
    Keyword,
    /// The name that a definition defines.
    Function,
    /// `println!`.
    Macro,
    /// Text in quotes.
    String,
    /// `42`, `0.5`.
    Number,
    /// `# …`, `// …`, `/* … */`.
    Comment,
    /// `#[coroutine]`, `@contextmanager`.
    Attribute,
}

/// The language of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Python 3.
    Python,
    /// Rust, with nightly's generators.
    Rust,
}

const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "while", "with", "yield",
];

const RUST: &[&str] = &[
    "Self", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
    "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod",
    "move", "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "type", "unsafe", "use", "where", "while", "yield",
];

/// The words after which a name is defined.
const DEFINE: &[&str] = &["def", "class", "fn", "struct", "enum", "trait"];

/// The source as lines of coloured pieces; together they are the source, less its ends of line.
pub fn highlight(source: &str, syntax: Syntax) -> Vec<Vec<(Token, &str)>> {
    // Pieces as places in the source, so that plain ones that touch can become one.
    let mut lines: Vec<Vec<(Token, std::ops::Range<usize>)>> = vec![Vec::new()];
    let mut at = 0;
    let mut defines = false;
    while at < source.len() {
        let (mut token, length) = next(&source[at..], syntax);
        let piece = &source[at..at + length];
        // `re.match` is no statement.
        if token == Token::Keyword && syntax == Syntax::Python && source[..at].ends_with('.') {
            token = Token::Plain;
        }
        if token == Token::Plain && piece.starts_with(is_name_start) {
            if defines {
                token = Token::Function;
            }
            defines = false;
        } else if token == Token::Keyword {
            defines = DEFINE.contains(&piece);
        }
        // A string or a comment of several lines stays what it is on each.
        for (index, part) in piece.split('\n').enumerate() {
            if index > 0 {
                lines.push(Vec::new());
                at += 1;
            }
            let end = at + part.len();
            let line = lines.last_mut().expect("never empty");
            match line.last_mut() {
                Some((Token::Plain, place)) if token == Token::Plain => place.end = end,
                _ if part.is_empty() => {}
                _ => line.push((token, at..end)),
            }
            at = end;
        }
    }
    if lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
        .into_iter()
        .map(|line| line.into_iter().map(|(token, place)| (token, &source[place])).collect())
        .collect()
}

/// The first token of a source that is not empty, and its length in bytes.
fn next(source: &str, syntax: Syntax) -> (Token, usize) {
    let first = source.chars().next().expect("not empty");
    if let Some(length) = comment(source, syntax) {
        return (Token::Comment, length);
    }
    if let Some(length) = attribute(source, syntax) {
        return (Token::Attribute, length);
    }
    if let Some(length) = string(source, syntax) {
        return (Token::String, length);
    }
    if first.is_ascii_digit() {
        return (Token::Number, number(source));
    }
    if is_name_start(first) {
        let length = source.find(|c| !is_name(c)).unwrap_or(source.len());
        let name = &source[..length];
        let keywords = match syntax {
            Syntax::Python => PYTHON,
            Syntax::Rust => RUST,
        };
        if keywords.contains(&name) {
            return (Token::Keyword, length);
        }
        let after = &source[length..];
        if syntax == Syntax::Rust && after.starts_with('!') && !after.starts_with("!=") {
            return (Token::Macro, length + 1);
        }
        return (Token::Plain, length);
    }
    (Token::Plain, first.len_utf8())
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_end(source: &str) -> usize {
    source.find('\n').unwrap_or(source.len())
}

fn comment(source: &str, syntax: Syntax) -> Option<usize> {
    match syntax {
        Syntax::Python => source.starts_with('#').then(|| line_end(source)),
        Syntax::Rust if source.starts_with("//") => Some(line_end(source)),
        Syntax::Rust if source.starts_with("/*") => {
            let (mut depth, mut at) = (0, 0);
            // Two characters at a time where they are a mark: in `*//*` the slash closes, no more.
            while let Some(c) = source[at..].chars().next() {
                if source[at..].starts_with("/*") {
                    (depth, at) = (depth + 1, at + 2);
                } else if source[at..].starts_with("*/") {
                    (depth, at) = (depth - 1, at + 2);
                    if depth == 0 {
                        return Some(at);
                    }
                } else {
                    at += c.len_utf8();
                }
            }
            Some(source.len())
        }
        Syntax::Rust => None,
    }
}

fn attribute(source: &str, syntax: Syntax) -> Option<usize> {
    match syntax {
        Syntax::Python => {
            let name = source.strip_prefix('@')?;
            let length = name.find(|c| !is_name(c) && c != '.').unwrap_or(name.len());
            (length > 0 && name.starts_with(is_name_start)).then_some(length + 1)
        }
        Syntax::Rust => {
            if !source.starts_with("#[") && !source.starts_with("#![") {
                return None;
            }
            let mut depth = 0;
            for (index, c) in source.char_indices() {
                match c {
                    '[' => depth += 1,
                    ']' if depth == 1 => return Some(index + 1),
                    ']' => depth -= 1,
                    _ => {}
                }
            }
            Some(source.len())
        }
    }
}

fn string(source: &str, syntax: Syntax) -> Option<usize> {
    let prefix = source.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(source.len());
    let letters = source[..prefix].to_ascii_lowercase();
    let quoted = &source[prefix..];
    match syntax {
        Syntax::Python => {
            if !["", "r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"]
                .contains(&&*letters)
            {
                return None;
            }
            let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|q| quoted.starts_with(q))?;
            let open = prefix + quote.len();
            let many_lines = quote.len() == 3;
            // What stands in the braces of an f- or t-string is code, with strings of its own.
            if letters.contains(['f', 't']) {
                return Some(open + until_of_format(&source[open..], quote, many_lines));
            }
            Some(open + until(&source[open..], quote, many_lines))
        }
        Syntax::Rust => {
            if !["", "r", "b", "c", "br", "cr"].contains(&&*letters) {
                return None;
            }
            let hashes = quoted.len() - quoted.trim_start_matches('#').len();
            if letters.ends_with('r') && quoted[hashes..].starts_with('"') {
                let end = format!("\"{}", "#".repeat(hashes));
                let open = prefix + hashes + 1;
                let length =
                    source[open..].find(&end).map_or(source.len() - open, |at| at + end.len());
                return Some(open + length);
            }
            if let Some(text) = quoted.strip_prefix('"') {
                return Some(prefix + 1 + until(text, "\"", true));
            }
            // 'a' and '\n' are characters; 'a without its end is a lifetime.
            let text = quoted.strip_prefix('\'')?;
            let mut chars = text.chars();
            let is_char = chars.next()? == '\\' || chars.next() == Some('\'');
            is_char.then(|| prefix + 1 + until(text, "'", false))
        }
    }
}

/// How far it is past the closing quote; an unclosed one ends with its line, or with the source.
fn until(source: &str, quote: &str, many_lines: bool) -> usize {
    let mut escaped = false;
    for (index, c) in source.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if source[index..].starts_with(quote) {
            return index + quote.len();
        } else if c == '\n' && !many_lines {
            return index;
        }
    }
    source.len()
}

/// The same for a string with code in braces, which may use the quote that the string began with.
fn until_of_format(source: &str, quote: &str, many_lines: bool) -> usize {
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        if rest.starts_with(quote) {
            return at + quote.len();
        }
        match c {
            '\n' if !many_lines => return at,
            '\\' => at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '{' if rest.starts_with("{{") => at += 2,
            '{' => match code_in_braces(rest, quote, many_lines) {
                Some(length) => at += length,
                // Not closed before the string is: an older Python's, or a mistake.
                None => return at + until(rest, quote, many_lines),
            },
            c => at += c.len_utf8(),
        }
    }
    source.len()
}

/// The length of `{code}`, braces included, if it is closed.
fn code_in_braces(source: &str, quote: &str, many_lines: bool) -> Option<usize> {
    let (mut depth, mut at) = (0, 0);
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        if depth > 0
            && let Some(length) = string(rest, Syntax::Python)
        {
            // One that does not end in the braces is the end of the outer string.
            if !many_lines && rest[..length].contains('\n') || !rest[length..].contains('}') {
                return None;
            }
            at += length;
            continue;
        }
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth -= 1,
            '\n' if !many_lines && quote.len() == 1 && depth == 0 => return None,
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn number(source: &str) -> usize {
    let mut end = 0;
    for (index, c) in source.char_indices() {
        let is_point = c == '.' && source[index + 1..].starts_with(|c: char| c.is_ascii_digit());
        if !is_name(c) && !(is_point && !source[..index].contains('.')) {
            return index;
        }
        end = index + c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens that are not plain, each with its text.
    #[track_caller]
    fn check(syntax: Syntax, source: &str, expected: &[(Token, &str)]) {
        let lines = highlight(source, syntax);
        let together: Vec<String> =
            lines.iter().map(|line| line.iter().map(|(_, text)| *text).collect()).collect();
        assert_eq!(together.join("\n"), source.trim_end_matches('\n'), "nothing is lost");
        let found: Vec<(Token, &str)> =
            lines.concat().into_iter().filter(|(token, _)| *token != Token::Plain).collect();
        assert_eq!(found, expected, "{source}");
    }

    use Syntax::{Python, Rust};
    use Token::{Attribute, Comment, Function, Keyword, Macro, Number, String as Str};

    #[test]
    fn nightly_generators_are_rust() {
        check(
            Rust,
            "gen fn f() { yield 1; }",
            &[
                (Keyword, "gen"),
                (Keyword, "fn"),
                (Function, "f"),
                (Keyword, "yield"),
                (Number, "1"),
            ],
        );
        check(
            Rust,
            "async gen fn g() {}",
            &[(Keyword, "async"), (Keyword, "gen"), (Keyword, "fn"), (Function, "g")],
        );
        check(Rust, "for await x in s", &[(Keyword, "for"), (Keyword, "await"), (Keyword, "in")]);
        check(Rust, "#[coroutine] |x| ()", &[(Attribute, "#[coroutine]")]);
    }

    #[test]
    fn python_coroutines_are_python() {
        check(
            Python,
            "async def f(id):\n    await g()  # wait\n",
            &[
                (Keyword, "async"),
                (Keyword, "def"),
                (Function, "f"),
                (Keyword, "await"),
                (Comment, "# wait"),
            ],
        );
        check(Python, "@contextmanager\n", &[(Attribute, "@contextmanager")]);
        check(Python, "a @ b\n", &[]);
        check(Python, "re.match(a)\n", &[]);
    }

    #[test]
    fn strings_end_where_they_end() {
        check(Python, r#"f"a\"b" + 'c'"#, &[(Str, r#"f"a\"b""#), (Str, "'c'")]);
        check(Python, "'''a\n'b'\n''' + c", &[(Str, "'''a"), (Str, "'b'"), (Str, "'''")]);
        check(Rust, r##"r#"a"b"# + "c\"d""##, &[(Str, r##"r#"a"b"#"##), (Str, r#""c\"d""#)]);
        check(Rust, r"'a' '\'' &'a str", &[(Str, "'a'"), (Str, r"'\''")]);
    }

    #[test]
    fn an_f_string_may_hold_its_own_quote() {
        check(Python, r#"f"{d["a"]}" + b"#, &[(Str, r#"f"{d["a"]}""#)]);
        check(Python, r#"f"a{f"{1}"}b" # c"#, &[(Str, r#"f"a{f"{1}"}b""#), (Comment, "# c")]);
        check(Python, r#"f"{{" + g"#, &[(Str, r#"f"{{""#)]);
        check(Python, r#"f"{x!r:>{n}}" + g('a')"#, &[(Str, r#"f"{x!r:>{n}}""#), (Str, "'a'")]);
        // What is not closed ends with the string, as everywhere.
        check(Python, "f'{a' + b\nc", &[(Str, "f'{a'")]);
    }

    #[test]
    fn comments_nest_in_rust() {
        check(
            Rust,
            "/* a *//* b */ fn f() {}",
            &[(Comment, "/* a */"), (Comment, "/* b */"), (Keyword, "fn"), (Function, "f")],
        );
        check(Rust, "/*/ a */ b", &[(Comment, "/*/ a */")]);
        check(Rust, "/* a /* b */ c */ d", &[(Comment, "/* a /* b */ c */")]);
        check(Rust, "/**/ d // e", &[(Comment, "/**/"), (Comment, "// e")]);
    }

    #[test]
    fn a_range_is_no_number() {
        check(Rust, "0..10", &[(Number, "0"), (Number, "10")]);
        check(Rust, "1_000.5e3_f64", &[(Number, "1_000.5e3_f64")]);
        check(Python, "x2 + 0.5", &[(Number, "0.5")]);
    }

    #[test]
    fn a_macro_is_no_comparison() {
        check(Rust, "println!(a != b)", &[(Macro, "println!")]);
    }
}
