//! What things cost: plots of the measured tables of `crates/bench/README.md`, drawn when the book
//! is written. Every number on the page is one of that file; here are only words.

use std::path::Path;

use anyhow::{Context, Result};
use askama::filters::{Html, escape};

use crate::{file::read_text, language::Lang, notes::Text};

/// Where the measurements stand.
const MEASUREMENTS: &str = "crates/bench/README.md";

/// What one bench measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Its heading.
    pub title: Text,
    /// What was measured.
    pub lesson: Text,
    /// The command that measures it.
    pub command: String,
    /// Processor, versions, rounds: the lines of the file, in the words of the bench.
    pub machine: Vec<String>,
    /// A plot for each column.
    pub plots: Vec<Plot>,
    /// How many times as long CPython takes: what, median, quartiles.
    pub ratios: Vec<[String; 3]>,
}

/// One column of a table: what each contestant takes for the same work.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// `iterate`.
    pub name: String,
    /// `ns per item`.
    pub unit: String,
    /// Who took how much, in the order of the table.
    pub rows: Vec<Row>,
}

/// What one contestant takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// `twin-generators, native`.
    pub who: String,
    /// The median, as it stands in the table.
    pub shown: String,
    /// The median.
    pub median: f64,
    /// The quartiles, where the table has them.
    pub quartiles: Option<(f64, f64)>,
}

/// Which tables the page shows, and what they are called.
struct Section {
    /// The heading in the file, and the line before the table where a bench has several.
    heading: &'static str,
    table: Option<&'static str>,
    title: [&'static str; 2],
    lesson: [&'static str; 2],
    /// The columns that are drawn.
    columns: &'static [&'static str],
}

/// From the small to the large.
const SECTIONS: [Section; 7] = [
    Section {
        heading: "Generators",
        table: None,
        title: ["Generators", "Генераторы"],
        lesson: [
            "An item taken, a value sent, an item through ten generators that delegate, a generator made, a leaf of a tree that generators walk.",
            "Взять элемент, передать значение, провести элемент через десять делегирующих генераторов, создать генератор, дойти до листа дерева, которое обходят генераторы.",
        ],
        columns: &["iterate", "send", "delegate_10", "create", "walk"],
    },
    Section {
        heading: "Async generators",
        table: None,
        title: ["Async generators", "Асинхронные генераторы"],
        lesson: [
            "An item of one that never waits, of one that is woken for each, a value sent, an item through a delegate and through a bounded channel.",
            "Элемент генератора, который не ждёт, и того, который будят ради каждого; переданное значение; элемент через делегата и через ограниченный канал.",
        ],
        columns: &["items", "wakes", "asend", "delegate", "channel_64"],
    },
    Section {
        heading: "Fan-out",
        table: None,
        title: ["Many at once", "Много сразу"],
        lesson: [
            "Many coroutines at once, each of which gives up its turn once. A future is polled inside the task that joins them all; a task can be awaited and cancelled by itself.",
            "Много сопрограмм разом, и каждая один раз уступает ход. Future опрашивает та задача, которая ждёт их всех; задачу можно ждать и отменить отдельно.",
        ],
        columns: &["ns per unit"],
    },
    Section {
        heading: "Queues",
        table: None,
        title: ["Queues", "Очереди"],
        lesson: [
            "A number from one task to another, through a queue that holds one, and through a longer one.",
            "Число от одной задачи к другой: через очередь, в которой есть место для одного, и через более длинную.",
        ],
        columns: &["capacity_1", "capacity_64"],
    },
    Section {
        heading: "Timeouts",
        table: None,
        title: ["Timeouts", "Тайм-ауты"],
        lesson: [
            "A limit on what is ready at once, on what ends in time, under two limits, and one that expires.",
            "Ограничение на то, что готово сразу; на то, что успевает; под двумя ограничениями; и такое, срок которого истёк.",
        ],
        columns: &["ready", "in_time", "nested", "expired"],
    },
    Section {
        heading: "Sleepers",
        table: Some("1000000 sleepers"),
        title: ["A million sleepers", "Миллион спящих"],
        lesson: [
            "Each sleeps and returns its index, all at the same time: the processor's time for one, and its memory.",
            "Каждый спит и возвращает свой номер, все одновременно: время процессора на одного и память на одного.",
        ],
        columns: &["processor, ns for one", "bytes for one"],
    },
    Section {
        heading: "Logs",
        table: None,
        title: ["A big log", "Большой лог"],
        lesson: [
            "Counting the lines of a big file that hold a word: as a pipeline of generators, in one loop, and with the system's own programs.",
            "Сколько строк большого файла содержат слово: конвейером генераторов, одним циклом и программами самой системы.",
        ],
        columns: &["processor, s", "peak, MiB"],
    },
];

/// The words of the tables in Russian; names of libraries and functions stay what they are.
const RUSSIAN: [(&str, &str); 26] = [
    ("ns", "нс"),
    ("ns per item", "нс на элемент"),
    ("ns per send", "нс на передачу"),
    ("ns per generator", "нс на генератор"),
    ("ns per leaf", "нс на лист"),
    ("ns per unit", "нс на единицу"),
    ("ns for one", "нс на одного"),
    ("bytes for one", "байт на одного"),
    ("processor", "процессор"),
    ("peak", "наибольшая память"),
    ("s", "с"),
    ("MiB", "МиБ"),
    ("by hand", "вручную"),
    ("async block", "async-блок"),
    ("native", "nightly"),
    ("boxed", "в Box"),
    ("recursive", "рекурсивный"),
    ("over gen", "поверх gen"),
    ("gen block", "gen-блок"),
    ("polled directly", "опрос напрямую"),
    ("pipeline", "конвейер"),
    ("by line", "по строкам"),
    ("by chunk", "по кускам"),
    ("one loop", "один цикл"),
    ("the pipeline's lines", "строки конвейера"),
    ("generators", "генераторы"),
];

/// The tables that the page shows; nothing in a project that measures nothing.
///
/// # Errors
///
/// When a section or a column is missing, or what should be a number is none: a line that says where.
pub fn read(root: &Path) -> Result<Vec<Cost>> {
    if !root.join(MEASUREMENTS).is_file() {
        return Ok(Vec::new());
    }
    parse(&read_text(root, MEASUREMENTS)?).context(MEASUREMENTS)
}

fn parse(markdown: &str) -> Result<Vec<Cost>> {
    let cost = |section: &Section| {
        let text = markdown
            .split("\n## ")
            .find(|text| text.lines().next() == Some(section.heading))
            .context("it is not there: measure it, or take it out of the page of costs")?;
        section.cost(text)
    };
    let all = SECTIONS
        .iter()
        .map(|section| cost(section).with_context(|| format!("section {}", section.heading)));
    all.collect()
}

impl Section {
    fn cost(&self, text: &str) -> Result<Cost> {
        let marked = text.split_once("<!-- ").and_then(|(_, rest)| rest.split_once(" -->"));
        let (command, rest) = marked.context("no `<!-- COMMAND -->` before what it measured")?;
        let machine = rest.trim_start().lines().map_while(|line| line.strip_prefix("- "));
        let tables = tables(rest);
        let is_it = |table: &&Table<'_>| {
            table.head.first() == Some(&"who")
                && self.table.is_none_or(|before| table.before.trim_end_matches(':') == before)
        };
        let table = tables.iter().find(is_it).context("no table of who takes how much")?;
        let plots = self.columns.iter().map(|column| table.plot(column));
        let ratios = tables.iter().filter(|table| table.head.first() == Some(&"what"));
        let ratios = ratios.flat_map(|table| &table.rows).filter_map(|cells| match **cells {
            [what, _, median, quartiles, ..] if what.contains("CPython") => {
                Some([what, median, quartiles].map(str::to_owned))
            }
            _ => None,
        });
        let both = |[en, ru]: [&str; 2]| Text { en: en.to_owned(), ru: ru.to_owned() };
        Ok(Cost {
            title: both(self.title),
            lesson: both(self.lesson),
            command: command.to_owned(),
            machine: machine.map(str::to_owned).collect(),
            plots: plots.collect::<Result<_>>()?,
            ratios: ratios.collect(),
        })
    }
}

/// A table of a Markdown text, and the last line of the text before it.
struct Table<'a> {
    before: &'a str,
    head: Vec<&'a str>,
    rows: Vec<Vec<&'a str>>,
}

fn tables(markdown: &str) -> Vec<Table<'_>> {
    let mut tables: Vec<Table<'_>> = Vec::new();
    let mut before = "";
    let mut inside = false;
    for line in markdown.lines().map(str::trim) {
        let Some(row) = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            inside = false;
            if !line.is_empty() {
                before = line;
            }
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        match tables.last_mut() {
            Some(table) if inside => {
                let is_rule = cells.iter().all(|cell| cell.trim_matches([':', '-']).is_empty());
                if !is_rule {
                    table.rows.push(cells);
                }
            }
            _ => tables.push(Table { before, head: cells, rows: Vec::new() }),
        }
        inside = true;
    }
    tables
}

impl Table<'_> {
    /// The column of this name, or of this whole heading.
    fn plot(&self, column: &str) -> Result<Plot> {
        let names = |head: &&str| head.split_once(", ").map_or(*head, |(name, _)| name) == column;
        let place = self.head.iter().position(|head| *head == column);
        let place = place.or_else(|| self.head.iter().position(names));
        let place = place.with_context(|| format!("no column `{column}`"))?;
        let (name, unit) = self.head[place].split_once(", ").unwrap_or(("", self.head[place]));
        let rows =
            self.rows.iter().filter(|cells| cells.get(place).is_some_and(|cell| *cell != "—"));
        let rows = rows.map(|cells| Row::parse(cells[0], cells[place]));
        Ok(Plot {
            name: name.to_owned(),
            unit: unit.to_owned(),
            rows: rows.collect::<Result<_>>().with_context(|| format!("column `{column}`"))?,
        })
    }
}

impl Row {
    /// Of a cell such as `3.52 (3.44–3.62)`, or `517`.
    fn parse(who: &str, cell: &str) -> Result<Self> {
        let number = |text: &str| -> Result<f64> {
            text.trim().parse().with_context(|| format!("`{cell}` of {who} is no number"))
        };
        let (shown, quartiles) = match cell.trim_end_matches(')').split_once(" (") {
            None => (cell, None),
            Some((median, quartiles)) => {
                let (low, high) = quartiles.split_once('–').context("quartiles are two numbers")?;
                (median, Some((number(low)?, number(high)?)))
            }
        };
        Ok(Self { who: who.to_owned(), shown: shown.to_owned(), median: number(shown)?, quartiles })
    }

    /// Whose it is, for its colour.
    fn class(&self) -> &'static str {
        match &*self.who {
            who if who.starts_with("CPython") => "python",
            who if who.starts_with("twin-") || who.starts_with("pipeline") => "ours",
            _ => "others",
        }
    }
}

/// Words of a table in a language, piece by piece between the commas.
pub fn word(text: &str, lang: Lang) -> String {
    let russian = |part: &str| RUSSIAN.iter().find(|(en, _)| *en == part).map(|(_, ru)| *ru);
    match lang {
        Lang::En => text.to_owned(),
        Lang::Ru => {
            let parts = text.split(", ").map(|part| russian(part).unwrap_or(part));
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Lengths of a plot, in its own pixels: names, marks, numbers; a row, and the axis below.
const NAMES: f64 = 280.0;
const MARKS: f64 = 330.0;
const NUMBERS: f64 = 80.0;
const ROW: f64 = 20.0;
const AXIS: f64 = 22.0;

impl Plot {
    /// What the plot shows: `iterate, ns per item`.
    pub fn title(&self, lang: Lang) -> String {
        let unit = word(&self.unit, lang);
        match &*self.name {
            "" => unit,
            name => format!("{}, {unit}", word(name, lang)),
        }
    }

    /// The drawing: a dot for each median, with a line from quartile to quartile, on an axis of
    /// powers. Dots and not bars: such an axis has no zero for a bar to stand on.
    pub fn svg(&self, lang: Lang) -> String {
        let axis = Axis::new(&self.rows);
        let bottom = self.rows.len() as f64 * ROW;
        let (width, height) = (NAMES + MARKS + NUMBERS, bottom + AXIS);
        let text = |text: &str| escape(text, Html).expect("escaping never fails").to_string();
        let told: Vec<String> = self
            .rows
            .iter()
            .map(|row| format!("{}: {}", word(&row.who, lang), row.shown))
            .collect();
        let mut svg = format!(
            "<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" role=\"img\"><title>{}</title><desc>{}</desc>",
            text(&self.title(lang)),
            text(&told.join("; ")),
        );
        for (value, shown) in axis.ticks() {
            let x = axis.x(value);
            svg += &format!(
                "<path class=\"tick\" d=\"M{x:.1} 0V{bottom}\"/><text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\">{shown}</text>",
                bottom + AXIS * 0.75,
            );
        }
        for (index, row) in self.rows.iter().enumerate() {
            let y = (index as f64 + 0.5) * ROW;
            let base = y + 4.5;
            let (low, high) = row.quartiles.unwrap_or((row.median, row.median));
            let (x, low, high) = (axis.x(row.median), axis.x(low), axis.x(high));
            svg += &format!(
                "<g class=\"{}\"><text class=\"contestant\" x=\"{:.1}\" y=\"{base:.1}\">{}</text>\
                 <path d=\"M{low:.1} {y:.1}H{high:.1}\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>\
                 <text x=\"{:.1}\" y=\"{base:.1}\">{}</text></g>",
                row.class(),
                NAMES - 12.0,
                text(&word(&row.who, lang)),
                NAMES + MARKS + 12.0,
                text(&row.shown),
            );
        }
        svg + "</svg>"
    }
}

/// An axis of powers of ten.
struct Axis {
    /// The powers between which all lies.
    low: f64,
    high: f64,
}

impl Axis {
    fn new(rows: &[Row]) -> Self {
        // What is measured as nothing has no place on such an axis: it stands at its beginning.
        let values = || rows.iter().map(|row| row.median).filter(|value| *value > 0.0);
        let low = values().fold(f64::INFINITY, f64::min).log10().floor();
        let high = values().fold(0.0, f64::max).log10().ceil();
        match low.is_finite() && high.is_finite() {
            true => Self { low, high: high.max(low + 1.0) },
            false => Self { low: 0.0, high: 1.0 },
        }
    }

    fn x(&self, value: f64) -> f64 {
        let place = (value.max(f64::MIN_POSITIVE).log10() - self.low) / (self.high - self.low);
        NAMES + place.clamp(0.0, 1.0) * MARKS
    }

    fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        let (low, high) = (self.low as i32, self.high as i32);
        (low..=high).map(|power| {
            let value = 10_f64.powi(power);
            (
                value,
                if power < 0 { format!("{value:.*}", -power as usize) } else { format!("{value}") },
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TABLE: &str = "\
Ten sleepers:

| who | a | iterate, ns per item | bytes for one |
|:----|--:|---------------------:|--------------:|
| twin-tasks, gather | future | 3.52 (3.44–3.62) | 517 |
| by <hand> | — | — | 0.00 |
";

    #[test]
    fn a_column_is_a_plot() {
        let tables = tables(TABLE);
        assert_eq!((tables.len(), tables[0].before), (1, "Ten sleepers:"));
        let plot = tables[0].plot("iterate").unwrap();
        assert_eq!(plot.title(Lang::Ru), "iterate, нс на элемент");
        assert_eq!(plot.rows.len(), 1, "who takes no part is left out");
        assert_eq!((plot.rows[0].median, plot.rows[0].quartiles), (3.52, Some((3.44, 3.62))));
        let error = tables[0].plot("send").unwrap_err();
        assert_eq!(error.to_string(), "no column `send`");
    }

    #[test]
    fn a_drawing_has_the_numbers_of_its_table() {
        let plot = tables(TABLE)[0].plot("bytes for one").unwrap();
        let svg = plot.svg(Lang::En);
        assert!(svg.contains(">517</text>") && svg.contains(">0.00</text>"), "{svg}");
        assert!(svg.contains("by &#60;hand&#62;") && !svg.contains("<hand>"), "{svg}");
        assert!(svg.contains("<title>bytes for one</title>"), "{svg}");
        // Nothing on an axis of powers is its beginning; 517 lies within.
        assert!(svg.contains(&format!("cx=\"{NAMES:.1}\"")), "{svg}");
        let ticks: Vec<String> = Axis::new(&plot.rows).ticks().map(|(_, shown)| shown).collect();
        assert_eq!(ticks, ["100", "1000"]);
    }

    #[test]
    fn what_is_missing_is_said() {
        let error = format!("{:#}", parse("# Measurements\n").unwrap_err());
        assert_eq!(
            error,
            "section Generators: it is not there: measure it, or take it out of the page of costs"
        );
        let error = Row::parse("x", "many").unwrap_err().to_string();
        assert_eq!(error, "`many` of x is no number");
    }

    /// The project's own measurements: every section is there, with its command and machine, and
    /// every word on the page is in both languages.
    #[test]
    fn the_page_of_this_project_is_whole() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        if !root.join(MEASUREMENTS).is_file() {
            // The crate by itself, from a registry.
            return;
        }
        let costs = read(&root).unwrap();
        assert_eq!(costs.len(), SECTIONS.len());
        let text = read_text(&root, MEASUREMENTS).unwrap();
        for cost in &costs {
            assert!(cost.command.starts_with("cargo bench -p twins-bench"), "{}", cost.command);
            for what in ["processor: ", "rustc ", "CPython "] {
                assert!(cost.machine.iter().any(|line| line.starts_with(what)), "{what}: {cost:?}");
            }
            for plot in &cost.plots {
                assert!(plot.rows.iter().any(|row| row.class() == "python"), "{plot:?}");
                assert!(plot.rows.iter().any(|row| row.class() == "ours"), "{plot:?}");
                assert!(plot.rows.iter().all(|row| text.contains(&row.shown)));
                assert_ne!(word(&plot.unit, Lang::Ru), plot.unit, "a unit in Russian");
            }
        }
        let used: BTreeSet<&str> = text.split(['|', ',']).map(str::trim).collect();
        for (en, _) in RUSSIAN {
            assert!(used.contains(en), "`{en}` is in no table");
        }
    }
}
