//! The steps of a pair as text, for readers without scripts: no words of either language, and
//! nothing of lines that only run.

use std::fmt::Write;

use super::remarks::Source;
use crate::{
    recording::{Event, Program, Step},
    steps::{align, names},
};

/// So many rows at most, of which so many at the end.
const MOST: usize = 120;
const END: usize = 30;
/// How wide the left column is.
const WIDE: usize = 44;

/// The steps of the first two programs, Python and Rust, row by row.
pub fn transcript(sources: &[Source<'_>]) -> String {
    let [left, right, ..] = sources else { return String::new() };
    let names = [names(left.run), names(right.run)];
    let mut rows = Vec::new();
    for (l, r) in align(left.run, right.run) {
        let told = [(left.run, l, &names[0]), (right.run, r, &names[1])]
            .map(|(run, place, names)| place.and_then(|place| tell(run, place, names)));
        if told != [None, None] {
            rows.push(told.map(Option::unwrap_or_default));
        }
    }
    let mut text = "▸ start, resume   ‖ wait   ↑ yield   ↓ send   ↯ throw   ■ return   ✕ raise, cancel, close, drop   > print\n\n".to_owned();
    let left_out = rows.len().saturating_sub(MOST);
    for (place, [left, right]) in rows.iter().enumerate() {
        if left_out > 0 && (MOST - END..rows.len() - END).contains(&place) {
            if place == MOST - END {
                writeln!(text, "… {left_out} …").expect("writing to a string never fails");
            }
            continue;
        }
        let pad = WIDE.saturating_sub(left.chars().count());
        let line = format!("{left}{:pad$} │ {right}", "");
        writeln!(text, "{}", line.trim_end()).expect("writing to a string never fails");
    }
    text
}

/// A step, with its line and whose it is; nothing for a line that runs.
fn tell(run: &Program, place: usize, names: &[String]) -> Option<String> {
    let Step { event, activation, line, .. } = &run.steps[place];
    let (sign, value) = match event {
        Event::Line(_) => return None,
        Event::Start | Event::Resume => ("▸", String::new()),
        Event::Suspend => ("‖", String::new()),
        Event::Yield(value) => ("↑", value.clone().unwrap_or_default()),
        Event::Send(value) => ("↓", value.clone()),
        Event::Throw(error) => ("↯", error.clone()),
        Event::Return(value) => ("■", value.clone().unwrap_or_default()),
        Event::Raise(error) => ("✕", error.clone().unwrap_or_default()),
        Event::Cancel | Event::Close | Event::Drop => ("✕", String::new()),
        Event::Print(text) => (">", text.clone()),
        Event::Fold(fold) => ("…", format!("× {}", fold.steps)),
    };
    let value: String = value.trim_end().replace('\n', "⏎").chars().take(60).collect();
    Some(format!("{line:>3} {} {sign} {value}", names[*activation]).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Activation, Kind};

    #[test]
    fn a_long_run_is_folded_and_says_so() {
        let step = |event| Step { event, activation: 0, line: 7, why: None };
        let run = |count: usize| Program {
            source: String::new(),
            code: String::new(),
            activations: vec![Activation {
                function: "main".to_owned(),
                kind: Kind::Function,
                thread: 0,
                number: 1,
            }],
            steps: (0..count)
                .flat_map(|place| {
                    [step(Event::Line([].into())), step(Event::Print(format!("{place}\n")))]
                })
                .collect(),
            times: None,
            untraced: None,
        };
        let of = |count| {
            let run = run(count);
            let source = |name| Source { name, text: "", run: &run };
            transcript(&[source("python"), source("rust")])
        };
        let text = of(2);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[1].starts_with("  7 main > 1  "), "{text}");
        assert!(lines[1].ends_with("│   7 main > 1"), "{text}");
        let text = of(MOST + 10);
        assert_eq!(text.lines().count(), 2 + MOST + 1, "{text}");
        assert!(text.contains("\n… 10 …\n"), "{text}");
        assert_eq!(transcript(&[]), "");
    }
}
