//! `show`: a pair's two sources in two columns, its lesson above, the twins' differences below.

use std::{
    io::{self, Write},
    path::Path,
};

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};

use crate::{
    file::read_text,
    highlight::{Syntax, Token, highlight},
    language::Lang,
    pair::{Pair, Variant},
    project::Project,
    screen::{SEPARATOR, Screen, TWO_COLUMNS, pad, visible, width, words, wrap},
};

/// Shows one variant of a pair beside its Python twin.
///
/// # Errors
///
/// When a source can't be read, or standard output can't be written.
pub fn show(
    project: &Project,
    pair: &Pair,
    variant: &Variant,
    lang: Lang,
    screen: Screen,
) -> Result<()> {
    let read = |path: &str| read_text(&project.root, path);
    let paths = [pair.path(".py"), pair.source(variant)];
    let sources = [read(&paths[0])?, read(&paths[1])?];
    let notes = pair.notes(&project.root);
    let mut out = io::stdout().lock();
    let bold = Style::new().bold();
    let text_width = screen.size.map_or(80, |(columns, _)| columns).min(100);
    if let Ok(notes) = &notes {
        writeln!(out, "{}", screen.paint(bold, notes.title.get(lang)))?;
        if !notes.lesson.get(lang).is_empty() {
            paragraph(&mut out, notes.lesson.get(lang), text_width)?;
        }
        writeln!(out)?;
    }
    both(&mut out, &paths, &sources, lang, screen)?;
    if !variant.compiles() {
        // The message lies beside the program; `check` holds its code against the compiler.
        let path = pair.path("_compile_fail.stderr");
        writeln!(out, "\n{}", screen.paint(bold, &path))?;
        write!(out, "{}", read(&path)?)?;
    }
    // They are those between the two twins: a variant has others, or none.
    if let (Ok(notes), Variant::Plain) = (&notes, variant) {
        for difference in &notes.differences {
            writeln!(out)?;
            paragraph(&mut out, difference.get(lang), text_width)?;
        }
    }
    if let Ok(notes) = &notes
        && let Some(why) = notes.by_design.get(variant.name())
    {
        writeln!(out)?;
        paragraph(&mut out, why.get(lang), text_width)?;
    }
    let variants = pair.variants.iter().filter(|other| *other != variant);
    let beside = further(project, pair).into_iter().map(|file| format!("{} {file}", pair.stem));
    let others: Vec<String> =
        variants.map(|other| pair.variant_stem(other)).chain(beside).collect();
    if !others.is_empty() {
        let also = lang.pick("See also: cargo twins show", "Ещё: cargo twins show");
        let line = format!("{also} {}", others.join(" | "));
        writeln!(out, "\n{}", screen.paint(Style::new().dimmed(), &line))?;
    }
    notes.map(drop)
}

/// What can be shown of a pair beside its programs: the Python variants, and the further files.
fn further(project: &Project, pair: &Pair) -> Vec<String> {
    pair.pythons.iter().cloned().chain(pair.further_files(&project.root)).collect()
}

/// Shows what lies beside the programs of a pair: a further file in both languages, or a Python
/// variant beside the Rust twin.
///
/// # Errors
///
/// When the pair has no such file, or one can't be read.
pub fn show_file(
    project: &Project,
    pair: &Pair,
    file: &str,
    lang: Lang,
    screen: Screen,
) -> Result<()> {
    let known = further(project, pair);
    if !known.iter().any(|known| known == file) {
        let known = match known.is_empty() {
            true => "nothing lies beside it".to_owned(),
            false => format!("there are {}", known.join(", ")),
        };
        bail!("{}: no file {file}: {known}", pair.stem);
    }
    let paths = match pair.pythons.iter().any(|variant| variant == file) {
        true => [pair.python(file), pair.source(&Variant::Plain)],
        false => ["py", "rs"].map(|end| format!("examples/{}/{file}.{end}", pair.chapter)),
    };
    // In one language alone where the other does without it.
    let is_there = paths.each_ref().map(|path| project.root.join(path).is_file());
    let mut out = io::stdout().lock();
    let read = |path: &str| read_text(&project.root, path);
    match is_there {
        [true, true] => {
            let sources = [read(&paths[0])?, read(&paths[1])?];
            both(&mut out, &paths, &sources, lang, screen)
        }
        [left, _] => {
            let path = &paths[usize::from(!left)];
            stacked(&mut out, &[(path, &read(path)?)], screen)?;
            Ok(())
        }
    }
}

/// Two sources in two columns, or one below the other where the screen is narrow.
fn both(
    out: &mut impl Write,
    paths: &[String; 2],
    sources: &[String; 2],
    lang: Lang,
    screen: Screen,
) -> Result<()> {
    match screen.two_columns() {
        Some(column) => columns(out, paths, sources, screen, column)?,
        None => {
            let [left, right] = [0, 1].map(|side| (&paths[side], &sources[side]));
            stacked(out, &[left, right], screen)?;
        }
    }
    if let Some(line) = screen.narrow(TWO_COLUMNS, lang) {
        writeln!(out)?;
        let width = screen.size.map_or(80, |(columns, _)| columns).min(100);
        for line in wrap(&line, width) {
            writeln!(out, "{}", screen.paint(Style::new().dimmed(), line.trim_end()))?;
        }
    }
    Ok(())
}

pub(crate) fn paragraph(out: &mut impl Write, text: &str, width: usize) -> io::Result<()> {
    words(&visible(&text.replace('\n', " ")), width)
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
}

fn stacked(out: &mut impl Write, sources: &[(&String, &String)], screen: Screen) -> io::Result<()> {
    for (index, (path, source)) in sources.iter().enumerate() {
        let gap = if index == 0 { "" } else { "\n" };
        writeln!(out, "{gap}{}", screen.paint(Style::new().bold(), path))?;
        let lines = highlight(source, syntax(path));
        for (index, line) in lines.iter().enumerate() {
            match screen.size {
                Some((columns, _)) => {
                    for (text, _) in numbered(line, index, lines.len(), screen, columns) {
                        writeln!(out, "{}", text.trim_end())?;
                    }
                }
                // What is no terminal has no width, and may be a file: the source as it is.
                None => {
                    let line = line.iter().map(|(token, text)| screen.paint(style(*token), text));
                    writeln!(out, "{}", line.collect::<String>())?;
                }
            }
        }
    }
    Ok(())
}

fn columns(
    out: &mut impl Write,
    paths: &[String; 2],
    sources: &[String; 2],
    screen: Screen,
    column: usize,
) -> io::Result<()> {
    let separator = screen.paint(Style::new().dimmed(), SEPARATOR);
    let bold = Style::new().bold();
    let head = screen.paint(bold, &pad(&paths[0], column));
    writeln!(out, "{head}{separator}{}", screen.paint(bold, &paths[1]))?;
    let lines = [0, 1].map(|side| highlight(&sources[side], syntax(&paths[side])));
    for (left, right) in align(&lines) {
        let [left, right] = [(0, left), (1, right)].map(|(side, index)| {
            index.map_or_else(Vec::new, |index| {
                let lines = &lines[side];
                numbered(&lines[index], index, lines.len(), screen, column)
            })
        });
        for row in 0..left.len().max(right.len()) {
            let (text, used) = left.get(row).map_or(("", 0), |(text, used)| (&**text, *used));
            let gap = " ".repeat(column - used.min(column));
            let other = right.get(row).map_or("", |(text, _)| &**text);
            writeln!(out, "{}", format!("{text}{gap}{separator}{other}").trim_end())?;
        }
    }
    Ok(())
}

/// The rows of a line of code behind its number, which `steps` and error messages name.
fn numbered(
    line: &CodeLine<'_>,
    index: usize,
    lines: usize,
    screen: Screen,
    limit: usize,
) -> Vec<(String, usize)> {
    let digits = lines.to_string().len();
    let indent = digits + 2;
    let mut number = format!("{:>digits$}  ", index + 1);
    let rows = rows(line, screen, limit.saturating_sub(indent).max(1)).into_iter();
    rows.map(|(text, used)| {
        let label = screen.paint(Style::new().dimmed(), &number);
        number = " ".repeat(indent);
        (label + &text, indent + used)
    })
    .collect()
}

type CodeLine<'a> = Vec<(Token, &'a str)>;

/// Which line stands beside which: functions of the same name begin in the same row.
fn align(sources: &[Vec<CodeLine<'_>>; 2]) -> Vec<(Option<usize>, Option<usize>)> {
    let [left, right] = [0, 1].map(|side| definitions(&sources[side]));
    let mut anchors = Vec::new();
    let mut from = 0;
    for (name, line) in left {
        if let Some(found) = right[from..].iter().position(|(other, _)| *other == name) {
            anchors.push((line, right[from + found].1));
            from += found + 1;
        }
    }
    anchors.push((sources[0].len(), sources[1].len()));
    let mut pairs = Vec::new();
    let (mut at_left, mut at_right) = (0, 0);
    for (to_left, to_right) in anchors {
        let (lefts, rights) = (at_left..to_left, at_right..to_right);
        for row in 0..lefts.len().max(rights.len()) {
            let nth =
                |range: &std::ops::Range<usize>| (row < range.len()).then_some(range.start + row);
            pairs.push((nth(&lefts), nth(&rights)));
        }
        (at_left, at_right) = (to_left, to_right);
    }
    pairs
}

/// The names that a source defines, each with the line where its definition begins: its comments
/// and attributes belong to it.
fn definitions<'a>(lines: &[CodeLine<'a>]) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((_, name)) = line.iter().find(|(token, _)| *token == Token::Function) else {
            continue;
        };
        let belongs = |line: &CodeLine<'_>| {
            line.first().is_some_and(|(token, text)| {
                *token == Token::Attribute
                    || *token == Token::Comment
                        && !text.starts_with("//!")
                        && !text.starts_with("#!")
            })
        };
        let mut start = index;
        while start > 0 && belongs(&lines[start - 1]) {
            start -= 1;
        }
        found.push((*name, start));
    }
    found
}

/// A line of code as rows of at most `limit` columns: styled text and the columns it takes. What
/// does not fit goes on a little right of where the line began.
fn rows(line: &CodeLine<'_>, screen: Screen, limit: usize) -> Vec<(String, usize)> {
    let start = line.first().map_or("", |(_, text)| text);
    let start = (start.len() - start.trim_start_matches(' ').len() + 2).min(limit / 2);
    let mut rows = vec![(String::new(), 0)];
    for (token, text) in line {
        let text = visible(text);
        for mut atom in atoms(*token, &text) {
            let (_, used) = rows.last().expect("never empty");
            if used + width(atom) > limit && *used > start {
                rows.push((" ".repeat(start), start));
                atom = atom.trim_start_matches(' ');
            }
            // Only what is wider than a whole row breaks anywhere.
            while !atom.is_empty() {
                let (row, used) = rows.last_mut().expect("never empty");
                let piece = wrap(atom, limit.saturating_sub(*used).max(1))[0];
                row.push_str(&screen.paint(style(*token), piece));
                *used += width(piece);
                atom = &atom[piece.len()..];
                if !atom.is_empty() {
                    rows.push((" ".repeat(start), start));
                }
            }
        }
    }
    rows
}

/// The pieces of a token between which a row may end: words of texts, names and operators of code.
fn atoms(token: Token, text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        ' ' => 0,
        c if c.is_alphanumeric() || c == '_' => 1,
        // What belongs to what stands before it, as a comma does.
        ')' | ']' | '}' | ',' | ';' | '?' | ':' => 2,
        _ => 3,
    };
    match token {
        Token::String | Token::Comment => text.split_inclusive(' ').collect(),
        Token::Plain => {
            let mut atoms = Vec::new();
            let mut from = 0;
            let mut before = None;
            for (index, c) in text.char_indices() {
                let joins = match (before.map(kind), kind(c)) {
                    (None, _) => true,
                    (Some(before), now) => before == now || now == 2 && before != 0,
                };
                if !joins {
                    atoms.push(&text[from..index]);
                    from = index;
                }
                before = Some(c);
            }
            atoms.push(&text[from..]);
            atoms
        }
        _ => vec![text],
    }
}

fn syntax(path: &str) -> Syntax {
    match Path::new(path).extension() {
        Some(extension) if extension == "py" => Syntax::Python,
        _ => Syntax::Rust,
    }
}

fn style(token: Token) -> Style {
    match token {
        Token::Plain => Style::new(),
        Token::Keyword => AnsiColor::Magenta.on_default(),
        Token::Function => AnsiColor::Blue.on_default().bold(),
        Token::Macro => AnsiColor::Cyan.on_default(),
        Token::String => AnsiColor::Green.on_default(),
        Token::Number => AnsiColor::Yellow.on_default(),
        Token::Comment => AnsiColor::BrightBlack.on_default(),
        Token::Attribute => AnsiColor::Cyan.on_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_one_name_begin_in_one_row() {
        let python = highlight(
            "import a\n\ndef tea():\n    pass\n\ndef main():\n    tea()\n",
            Syntax::Python,
        );
        let rust = highlight(
            "//! Tea.\n\nuse a;\nuse b;\n\n// Hot.\nfn tea() {}\nfn main() {\n    tea();\n}\n",
            Syntax::Rust,
        );
        let rows = align(&[python, rust]);
        assert!(rows.contains(&(Some(2), Some(5))), "a comment belongs to its function: {rows:?}");
        assert!(rows.contains(&(Some(5), Some(7))), "{rows:?}");
        let lefts: Vec<usize> = rows.iter().filter_map(|row| row.0).collect();
        let rights: Vec<usize> = rows.iter().filter_map(|row| row.1).collect();
        assert_eq!(lefts, (0..7).collect::<Vec<_>>(), "every line once, in order");
        assert_eq!(rights, (0..10).collect::<Vec<_>>(), "every line once, in order");
    }

    #[test]
    fn a_long_line_of_code_wraps() {
        let screen = Screen { size: Some((100, 24)), color: false };
        let line =
            vec![(Token::Plain, "  "), (Token::Keyword, "let"), (Token::Plain, " abc = defg")];
        let rows: Vec<String> = rows(&line, screen, 10).into_iter().map(|(text, _)| text).collect();
        assert_eq!(rows, ["  let abc ", "    = defg"]);
    }

    #[test]
    fn a_token_is_not_broken_where_a_row_can_hold_it() {
        let screen = Screen { size: Some((100, 24)), color: false };
        let lines = highlight("sleep(seconds(0.25)).await;\n", Syntax::Rust);
        let rows: Vec<String> =
            rows(&lines[0], screen, 17).into_iter().map(|(text, _)| text).collect();
        assert_eq!(rows, ["sleep(seconds(", "  0.25)).await;"]);
        let rows = numbered(&lines[0], 8, 120, screen, 22);
        assert_eq!(rows[0], ("  9  sleep(seconds(".to_owned(), 19));
        assert_eq!(rows[1], ("       0.25)).await;".to_owned(), 20));
    }
}
