//! What a suspended activation awaits by its source, where the running program does not tell for
//! what it waits: the expression at the one `await` of its line.
//!
//! It is what stands there, and nothing is made of it. Where a line has several, there is no telling
//! which one it is.

use super::steps::Steps;
use crate::{
    highlight::{Syntax, Token, highlight},
    recording::{Event, Wait, WaitKind, Why},
};

/// How many characters of an expression are told.
const LONGEST: usize = 60;

/// Gives the suspensions without a reason that of the source.
pub(super) fn explain(steps: &mut Steps, text: &str, is_python: bool) {
    let syntax = if is_python { Syntax::Python } else { Syntax::Rust };
    let source = Source::of(text, syntax);
    for step in &mut steps.steps {
        if step.event == Event::Suspend && step.why.is_none() {
            let wait = |text| Wait { text: Some(text), ..Wait::of(WaitKind::Source) };
            let awaited = source.awaited(step.line, is_python);
            step.why = awaited.map(|text| Why::Waits(vec![wait(text)]));
        }
    }
}

struct Source<'a> {
    text: &'a str,
    /// The same with strings and comments blanked out, byte by byte.
    code: Vec<u8>,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    fn of(text: &'a str, syntax: Syntax) -> Self {
        let (mut code, mut lines) = (Vec::new(), Vec::new());
        for pieces in highlight(text, syntax) {
            lines.push(code.len());
            for (token, piece) in pieces {
                match token {
                    Token::Comment => code.resize(code.len() + piece.len(), b' '),
                    Token::String => code.resize(code.len() + piece.len(), b'"'),
                    _ => code.extend_from_slice(piece.as_bytes()),
                }
            }
            code.push(b'\n');
        }
        Self { text, code, lines }
    }

    /// The expression that is awaited in this line, if there is one alone.
    fn awaited(&self, line: usize, is_python: bool) -> Option<String> {
        let begin = *self.lines.get(line.checked_sub(1)?)?;
        let end = if is_python { self.statement_end(begin) } else { self.line_end(begin) };
        let places: Vec<usize> = (begin..end).filter(|at| self.is_word(*at, b"await")).collect();
        let loops = (begin..end).find(|at| self.is_word(*at, b"in"));
        let (from, to) = match (&*places, loops) {
            // `for await item in …`, `async for item in …`.
            ([_], Some(at))
                if !is_python
                    && self.code[begin..end].trim_ascii_start().starts_with(b"for await") =>
            {
                (at + 2, end)
            }
            ([], Some(at))
                if is_python
                    && self.code[begin..end].trim_ascii_start().starts_with(b"async for") =>
            {
                (at + 2, end)
            }
            ([at], _) if is_python => (at + 5, self.expression_end(at + 5, end)),
            ([at], _) => (self.chain_begin(at.checked_sub(1)?), *at - 1),
            _ => return None,
        };
        let words = self.text.get(from..to)?.split_whitespace();
        let told = words.collect::<Vec<_>>().join(" ").replace(" .", ".");
        let told = told.trim_end_matches(['{', ':', ' ']).trim();
        let is_block = told.is_empty() || told.starts_with('{');
        let is_long = told.chars().count() > LONGEST;
        let short = || told.chars().take(LONGEST - 1).chain(['…']).collect();
        (!is_block).then(|| if is_long { short() } else { told.to_owned() })
    }

    fn is_word(&self, at: usize, word: &[u8]) -> bool {
        let is_name = |at: Option<usize>| {
            let byte = at.and_then(|at| self.code.get(at));
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        self.code[at..].starts_with(word)
            && !is_name(at.checked_sub(1))
            && !is_name(Some(at + word.len()))
    }

    fn line_end(&self, begin: usize) -> usize {
        let length = self.code[begin..].iter().position(|byte| *byte == b'\n');
        begin + length.unwrap_or(self.code.len() - begin)
    }

    /// The end of the line in which all brackets are closed again.
    fn statement_end(&self, begin: usize) -> usize {
        let mut depth = 0_i32;
        for (at, byte) in self.code.iter().enumerate().skip(begin) {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                b'\n' if depth <= 0 => return at,
                _ => {}
            }
        }
        self.code.len()
    }

    /// Where an expression ends that begins here: names, dots, and what stands in brackets.
    fn expression_end(&self, from: usize, end: usize) -> usize {
        let (mut depth, mut begun) = (0_i32, false);
        for at in from..end {
            match self.code[at] {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' if depth == 0 => return at,
                b')' | b']' | b'}' => depth -= 1,
                b' ' | b'\n' if depth == 0 && begun => return at,
                b',' | b':' if depth == 0 => return at,
                _ => {}
            }
            begun |= self.code[at] != b' ';
        }
        end
    }

    /// Where a chain of calls begins that ends here, before a dot; it may begin in a line before.
    fn chain_begin(&self, end: usize) -> usize {
        let (mut depth, mut begin, mut at) = (0_i32, end, end);
        while at > 0 {
            let byte = self.code[at - 1];
            match byte {
                b')' | b']' | b'}' => depth += 1,
                b'(' | b'[' | b'{' if depth == 0 => break,
                b'(' | b'[' | b'{' => depth -= 1,
                _ if depth > 0 => {}
                _ if byte.is_ascii_whitespace() => {
                    // A chain goes on in the line before.
                    if begin != end && self.code[begin] != b'.' {
                        break;
                    }
                }
                b'.' | b'_' | b':' | b'?' | b'!' | b'"' => {}
                _ if byte.is_ascii_alphanumeric() => {}
                _ => break,
            }
            at -= 1;
            if !byte.is_ascii_whitespace() {
                begin = at;
            }
        }
        begin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, line: usize, expected: Option<&str>) {
        let is_python = text.contains("async def");
        let syntax = if is_python { Syntax::Python } else { Syntax::Rust };
        assert_eq!(Source::of(text, syntax).awaited(line, is_python).as_deref(), expected);
    }

    #[test]
    fn rust_awaits_the_chain_before_the_await() {
        let rust = |line: &str| format!("async fn tea() {{\n    {line}\n}}\n");
        for (line, expected) in [
            ("Timer::after(pause).await;", "Timer::after(pause)"),
            ("let cup = receiver.recv().await?;", "receiver.recv()"),
            ("print(&cups[0].fill(\"a)\").await);", "cups[0].fill(\"a)\")"),
            ("for await cup in cups(2) {", "cups(2)"),
            ("tea.await; // later.await", "tea"),
        ] {
            check(&rust(line), 2, Some(expected));
        }
        check(&rust("(a.await, b.await)"), 2, None);
        check(&rust("let tea = 1;"), 2, None);
        check(&rust("async { 1 }.await"), 2, None);
        check(&rust("cups\n        .fill(1)\n        .await;"), 4, Some("cups.fill(1)"));
    }

    #[test]
    fn python_awaits_what_stands_behind_the_await() {
        let python = |line: &str| format!("async def tea():\n    {line}\n");
        for (line, expected) in [
            ("cup = await queue.get()", "queue.get()"),
            ("print(await cup, 1)", "cup"),
            ("async for cup in cups(2):", "cups(2)"),
            ("await tea(\n        1)", "tea( 1)"),
        ] {
            check(&python(line), 2, Some(expected));
        }
        check(&python("await a() + await b()"), 2, None);
        check(&python("async with lock:"), 2, None);
    }
}
