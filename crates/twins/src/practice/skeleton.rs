//! A program without its bodies: what a learner begins with.

use crate::highlight::{Syntax, Token, highlight};

/// The source with all signatures, and a body of each function that only says that it is to be
/// written.
pub fn skeleton(source: &str, syntax: Syntax) -> String {
    match syntax {
        Syntax::Rust => rust(source),
        Syntax::Python => python(source),
    }
}

fn rust(source: &str) -> String {
    let mut text = String::new();
    // The braces that are open in a body that is left out, and how far in its function stands.
    let mut depth = 0;
    let mut indent = "";
    // From `fn NAME` to its body; brackets of the signature in between.
    let mut in_signature = false;
    let mut brackets = 0;
    for line in highlight(source, Syntax::Rust) {
        let first = line.first().map_or("", |(_, text)| text);
        let begins_in = &first[..first.len() - first.trim_start_matches(' ').len()];
        for (token, piece) in line {
            if token == Token::Function && depth == 0 {
                // The highlighter calls a type that is defined so, too.
                in_signature = is_fn(&text);
                (brackets, indent) = (0, begins_in);
            }
            if token != Token::Plain {
                if depth == 0 {
                    text.push_str(piece);
                }
                continue;
            }
            for c in piece.chars() {
                match c {
                    '{' if depth > 0 => depth += 1,
                    '{' if in_signature && brackets == 0 => {
                        (in_signature, depth) = (false, 1);
                        text += &format!("{{\n{indent}    todo!()\n{indent}}}");
                    }
                    '}' if depth > 0 => depth -= 1,
                    _ if depth > 0 => {}
                    c => {
                        match c {
                            '(' | '[' => brackets += 1,
                            ')' | ']' => brackets -= 1,
                            ';' if brackets == 0 => in_signature = false,
                            _ => {}
                        }
                        text.push(c);
                    }
                }
            }
        }
        if depth == 0 {
            text.push('\n');
        }
    }
    text
}

/// Whether what stands before a name makes it a function's.
fn is_fn(before: &str) -> bool {
    before.trim_end().ends_with("fn")
}

fn python(source: &str) -> String {
    let mut text = String::new();
    let indent_of = |line: &str| line.len() - line.trim_start().len();
    let lines = highlight(source, Syntax::Python);
    // How far in the function stands whose body is left out.
    let mut leaves_out = None;
    let mut brackets = 0;
    let mut in_signature = false;
    let mut indent = 0;
    for line in lines {
        let whole: String = line.iter().map(|(_, text)| *text).collect();
        if let Some(indent) = leaves_out {
            if whole.trim().is_empty() || indent_of(&whole) > indent {
                // One empty line is kept where several stood before the next function.
                if whole.trim().is_empty() && !text.ends_with("\n\n\n") {
                    text.push('\n');
                }
                continue;
            }
            leaves_out = None;
        }
        let defines = |(token, piece): &(Token, &str)| *token == Token::Keyword && *piece == "def";
        if line.iter().any(defines) {
            (in_signature, brackets, indent) = (true, 0, indent_of(&whole));
        }
        text += &whole;
        text.push('\n');
        if in_signature {
            let plain = line.iter().filter(|(token, _)| *token == Token::Plain);
            for c in plain.flat_map(|(_, piece)| piece.chars()) {
                match c {
                    '(' | '[' | '{' => brackets += 1,
                    ')' | ']' | '}' => brackets -= 1,
                    _ => {}
                }
            }
            if brackets == 0 && whole.trim_end().ends_with(':') {
                text += &format!("{}    raise NotImplementedError\n", " ".repeat(indent));
                (in_signature, leaves_out) = (false, Some(indent));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(syntax: Syntax, source: &str, expected: &str) {
        assert_eq!(skeleton(source, syntax), expected);
    }

    #[test]
    fn a_rust_function_keeps_its_signature() {
        check(
            Syntax::Rust,
            "//! Tea.\n\nuse std::fmt;\n\nstruct Cup {\n    size: u8,\n}\n\nimpl Cup {\n    // Hot.\n    \
             fn pour(&self, [a, b]: [u8; 2]) -> String {\n        if a > b { return \"}\".into() }\n        \
             format!(\"{a}\")\n    }\n}\n\nasync gen fn main() {\n    yield 1;\n}\n",
            "//! Tea.\n\nuse std::fmt;\n\nstruct Cup {\n    size: u8,\n}\n\nimpl Cup {\n    // Hot.\n    \
             fn pour(&self, [a, b]: [u8; 2]) -> String {\n        todo!()\n    }\n}\n\n\
             async gen fn main() {\n    todo!()\n}\n",
        );
    }

    #[test]
    fn what_has_no_body_stays() {
        let source = "trait Pour {\n    fn pour(&self);\n}\n\nstatic F: fn(u8) -> u8 = id;\n";
        check(Syntax::Rust, source, source);
    }

    #[test]
    fn a_python_function_keeps_its_signature() {
        check(
            Syntax::Python,
            "import asyncio\n\n\nclass Cup:\n    def pour(self):\n        # Hot.\n        return 1\n\n    size = 2\n\n\n\
             async def main(a={1: ':'},\n               b=2):\n    await a\n\n    await b\n\n\nasyncio.run(main())\n",
            "import asyncio\n\n\nclass Cup:\n    def pour(self):\n        raise NotImplementedError\n\n    size = 2\n\n\n\
             async def main(a={1: ':'},\n               b=2):\n    raise NotImplementedError\n\n\nasyncio.run(main())\n",
        );
    }
}
