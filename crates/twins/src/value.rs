//! Values as two languages write them: what both can write is compared.

use std::str::Chars;

/// A value that both languages have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `None`, `()`.
    Nothing,
    Bool(bool),
    Number(f64),
    Text(String),
    /// A list, an array, a tuple.
    List(Vec<Value>),
    /// A dict, a map, in its order.
    Map(Vec<(Value, Value)>),
}

/// Reads a value as Python's `repr` or the recorder of Rust programs writes it; nothing where it is of
/// another kind.
pub(crate) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.chars() };
    let value = reader.value()?;
    reader.space();
    reader.rest.as_str().is_empty().then_some(value)
}

struct Reader<'a> {
    rest: Chars<'a>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn space(&mut self) {
        self.rest = self.rest.as_str().trim_start().chars();
    }

    /// Passes over this text, if it comes next.
    fn pass(&mut self, text: &str) -> bool {
        self.space();
        let passed = self.rest.as_str().strip_prefix(text);
        self.rest = passed.unwrap_or(self.rest.as_str()).chars();
        passed.is_some()
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        match self.peek()? {
            '[' => self.items("[", "]").map(Value::List),
            '(' => {
                let items = self.items("(", ")")?;
                Some(if items.is_empty() { Value::Nothing } else { Value::List(items) })
            }
            '{' => self.map(),
            quote @ ('\'' | '"') => self.text(quote).map(Value::Text),
            _ => self.word(),
        }
    }

    fn items(&mut self, open: &str, close: &str) -> Option<Vec<Value>> {
        self.pass(open).then_some(())?;
        let mut items = Vec::new();
        while !self.pass(close) {
            items.push(self.value()?);
            if !self.pass(",") {
                self.pass(close).then_some(())?;
                break;
            }
        }
        Some(items)
    }

    fn map(&mut self) -> Option<Value> {
        self.pass("{").then_some(())?;
        let mut entries = Vec::new();
        while !self.pass("}") {
            let key = self.value()?;
            self.pass(":").then_some(())?;
            entries.push((key, self.value()?));
            if !self.pass(",") {
                self.pass("}").then_some(())?;
                break;
            }
        }
        Some(Value::Map(entries))
    }

    fn text(&mut self, quote: char) -> Option<String> {
        self.rest.next();
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                '\\' => match self.rest.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'x' => text.push(self.code(2)?),
                    'u' => text.push(self.code(4)?),
                    other => text.push(other),
                },
                c if c == quote => return Some(text),
                c => text.push(c),
            }
        }
    }

    fn code(&mut self, digits: usize) -> Option<char> {
        let code: String = self.rest.by_ref().take(digits).collect();
        char::from_u32(u32::from_str_radix(&code, 16).ok()?)
    }

    fn word(&mut self) -> Option<Value> {
        let text = self.rest.as_str();
        let end = text.find([',', ']', ')', '}', ':', ' ']).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.rest = rest.chars();
        match word {
            "None" => Some(Value::Nothing),
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            number => number.parse().ok().map(Value::Number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(python: &str, rust: &str) {
        let [left, right] = [python, rust].map(|text| read(text).unwrap());
        assert_eq!(left, right);
    }

    #[test]
    fn what_both_languages_write_is_one_value() {
        same("None", "()");
        same("True", "true");
        same("1", "1");
        same("2.0", "2.0");
        same("'it\\'s'", "\"it's\"");
        same("'a\\n\\x1b'", "\"a\\n\\u001b\"");
        same("[1, 'a', [False]]", "[1, \"a\", [false]]");
        same("('a', 1)", "(\"a\", 1)");
        same("(1,)", "(1)");
        same("{'id': 1}", "{\"id\": 1}");
        assert_ne!(read("1"), read("2"));
        assert_ne!(read("'1'"), read("1"));
    }

    #[test]
    fn what_is_of_another_kind_is_not_compared() {
        for text in ["Burnt('fish')", "PaperJam", "<x>", "[1, Burnt()]", "'open", "1 2", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
