//! Python's `repr`: the text that `print` shows for the items of a
//! collection.
//!
//! Rust's nearest form, `{:?}`, writes `"a"`, `Some(1)` and `true`
//! where Python writes `'a'`, `1` and `True`. The twins print what
//! their Python programs print, byte for byte: they use this.
//!
//! ```
//! use twins_examples::repr::Repr;
//!
//! assert_eq!(["soup", "it's"].repr(), r#"['soup', "it's"]"#);
//! assert_eq!((1, true, None::<u32>).repr(), "(1, True, None)");
//! ```

/// A value that Python would have, and can print.
pub trait Repr {
    /// Returns what Python's `repr` returns for this value.
    fn repr(&self) -> String;
}

/// Returns the `repr` of a dict with these entries, in this order.
///
/// Where Python has a dict with fixed keys, Rust has a struct; this
/// is how such a struct prints itself.
///
/// ```
/// use twins_examples::repr::{Repr, dict};
///
/// struct Order {
///     table: u32,
///     dish: String,
/// }
///
/// impl Repr for Order {
///     fn repr(&self) -> String {
///         dict(&[("table", &self.table), ("dish", &self.dish)])
///     }
/// }
///
/// let order = Order { table: 7, dish: "soup".to_owned() };
/// assert_eq!(order.repr(), "{'table': 7, 'dish': 'soup'}");
/// ```
pub fn dict(entries: &[(&str, &dyn Repr)]) -> String {
    let entries = entries.iter().map(|(key, value)| {
        format!("{}: {}", key.repr(), value.repr())
    });
    format!("{{{}}}", commas(entries))
}

impl<T: Repr + ?Sized> Repr for &T {
    fn repr(&self) -> String {
        (**self).repr()
    }
}

impl Repr for bool {
    fn repr(&self) -> String {
        if *self { "True".to_owned() } else { "False".to_owned() }
    }
}

/// `None` is Python's `None`; a value is itself, without a `Some`.
impl<T: Repr> Repr for Option<T> {
    fn repr(&self) -> String {
        match self {
            Some(value) => value.repr(),
            None => "None".to_owned(),
        }
    }
}

macro_rules! ints {
    ($($int:ty)*) => {$(
        impl Repr for $int {
            fn repr(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

ints! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

impl Repr for str {
    fn repr(&self) -> String {
        // Python quotes with ', or " where that saves escapes.
        let quote = if self.contains('\'') && !self.contains('"') {
            '"'
        } else {
            '\''
        };
        let mut text = String::from(quote);
        for c in self.chars() {
            match c {
                '\\' => text.push_str(r"\\"),
                '\n' => text.push_str(r"\n"),
                '\r' => text.push_str(r"\r"),
                '\t' => text.push_str(r"\t"),
                c if c == quote => text.extend(['\\', c]),
                c if is_printable(c) => text.push(c),
                c => text.push_str(&escape(c)),
            }
        }
        text.push(quote);
        text
    }
}

impl Repr for String {
    fn repr(&self) -> String {
        self.as_str().repr()
    }
}

/// Says whether Python's `str.isprintable` holds for the character.
fn is_printable(c: char) -> bool {
    // `Debug` has the same rule, but for quotes and for a combining
    // mark at the beginning (hence the letter). Its Unicode is newer
    // than CPython's: characters new in it are not escaped.
    let text = ['a', c].iter().collect::<String>();
    matches!(c, '\'' | '"') || text.escape_debug().count() == 2
}

/// Writes a character as its number, in Python's shortest form.
fn escape(c: char) -> String {
    match u32::from(c) {
        code @ ..=0xff => format!(r"\x{code:02x}"),
        code @ ..=0xffff => format!(r"\u{code:04x}"),
        code => format!(r"\U{code:08x}"),
    }
}

impl<T: Repr> Repr for [T] {
    fn repr(&self) -> String {
        format!("[{}]", commas(self.iter().map(T::repr)))
    }
}

impl<T: Repr, const N: usize> Repr for [T; N] {
    fn repr(&self) -> String {
        self.as_slice().repr()
    }
}

impl<T: Repr> Repr for Vec<T> {
    fn repr(&self) -> String {
        self.as_slice().repr()
    }
}

impl<A: Repr> Repr for (A,) {
    fn repr(&self) -> String {
        // Without its comma this would be a value in brackets.
        format!("({},)", self.0.repr())
    }
}

impl<A: Repr, B: Repr> Repr for (A, B) {
    fn repr(&self) -> String {
        format!("({}, {})", self.0.repr(), self.1.repr())
    }
}

impl<A: Repr, B: Repr, C: Repr> Repr for (A, B, C) {
    fn repr(&self) -> String {
        let (a, b, c) = self;
        format!("({}, {}, {})", a.repr(), b.repr(), c.repr())
    }
}

fn commas(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Repr, dict};

    /// Each row is a value and its text. CPython confirms the text:
    /// read as a value and printed again, it comes out as it was.
    #[track_caller]
    fn check(rows: &[(&dyn Repr, &str)]) {
        for (value, expected) in rows {
            assert_eq!(value.repr(), *expected);
        }
        let program = "\
import ast, sys
for text in sys.argv[1:]:
    printed = repr(ast.literal_eval(text))
    assert printed == text, f'{text} is {printed} in Python'
";
        let python = std::env::var("TWINS_PYTHON")
            .unwrap_or_else(|_| "python3".to_owned());
        let output = Command::new(&python)
            .args(["-X", "utf8", "-c", program])
            .args(rows.iter().map(|(_, expected)| expected))
            .output()
            .unwrap_or_else(|error| panic!("{python}: {error}"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
    }

    #[test]
    fn numbers_and_singletons_are_bare_words() {
        check(&[
            (&0, "0"),
            (&-7, "-7"),
            (&u64::MAX, "18446744073709551615"),
            (&i64::MIN, "-9223372036854775808"),
            (&true, "True"),
            (&false, "False"),
            (&None::<u32>, "None"),
            (&Some(42), "42"),
            (&Some("42"), "'42'"),
        ]);
    }

    #[test]
    fn strings_take_the_quote_that_needs_no_escape() {
        check(&[
            (&"", "''"),
            (&"soup", "'soup'"),
            (&"the cook's", r#""the cook's""#),
            (&r#"said "hi""#, r#"'said "hi"'"#),
            (&r#"the cook's "hi""#, r#"'the cook\'s "hi"'"#),
            (&"data_for_1".to_owned(), "'data_for_1'"),
        ]);
    }

    #[test]
    fn only_unprintable_characters_are_escaped() {
        check(&[
            (&r"C:\new", r"'C:\\new'"),
            (&"\n\r\t", r"'\n\r\t'"),
            (&"\0\x1b\x7f", r"'\x00\x1b\x7f'"),
            (&"\u{a0}\u{ad}", r"'\xa0\xad'"),
            (&"\u{200b}\u{2028}\u{feff}", r"'\u200b\u2028\ufeff'"),
            (&"\u{e000}\u{ffff}", r"'\ue000\uffff'"),
            (&"\u{e0001}\u{10ffff}", r"'\U000e0001\U0010ffff'"),
            (&"Данные: 5 °C, 🍲", "'Данные: 5 °C, 🍲'"),
            (&"\u{301}e\u{301}", "'\u{301}e\u{301}'"),
        ]);
    }

    #[test]
    fn collections_show_the_repr_of_their_items() {
        check(&[
            (&Vec::<u32>::new(), "[]"),
            (&[1, 2, 3], "[1, 2, 3]"),
            (&vec!["tea", "it's"], r#"['tea', "it's"]"#),
            (&vec![vec![1], vec![]], "[[1], []]"),
            (&(1,), "(1,)"),
            (&("tea", 2), "('tea', 2)"),
            (&("tea", true, None::<u32>), "('tea', True, None)"),
            (&[("a", [1]), ("b", [2])], "[('a', [1]), ('b', [2])]"),
        ]);
    }

    struct Record {
        id: u32,
        data: String,
    }

    impl Repr for Record {
        fn repr(&self) -> String {
            dict(&[("id", &self.id), ("data", &self.data)])
        }
    }

    #[test]
    fn a_struct_prints_as_a_dict() {
        let record = Record { id: 1, data: "it's".to_owned() };
        check(&[
            (&record, r#"{'id': 1, 'data': "it's"}"#),
            (&[&record], r#"[{'id': 1, 'data': "it's"}]"#),
        ]);
        assert_eq!(dict(&[]), "{}");
    }
}
