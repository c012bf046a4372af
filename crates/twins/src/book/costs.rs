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
    /// How many times as much Python takes: what, median, quartiles.
    pub ratios: Vec<[String; 3]>,
}

/// One column of a table: what each contestant takes for the same work.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// `iterate`.
    pub name: String,
    /// `ns per item`.
    pub unit: String,
    /// Under which conditions, where a table has some: `workers`, `2`.
    pub under: Vec<[String; 2]>,
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
    /// The columns that are conditions: each combination has a drawing of its own.
    under: &'static [&'static str],
    /// The columns that are drawn.
    columns: &'static [&'static str],
}

/// How the first column of a table of contestants is called.
const WHO: [&str; 3] = ["who", "client", "worker"];

/// How the names of contestants in Python begin.
const PYTHON: [&str; 5] = ["CPython", "Python", "asyncio", "uvloop", "aiohttp"];

/// From the small to the large.
const SECTIONS: [Section; 10] = [
    Section {
        heading: "Generators",
        table: None,
        title: ["Generators", "Генераторы"],
        lesson: [
            "An item taken, a value sent, an item through ten generators that delegate, a generator made, a leaf of a tree that generators walk.",
            "Взять элемент, передать значение, провести элемент через десять делегирующих генераторов, создать генератор, дойти до листа дерева, которое обходят генераторы.",
        ],
        under: &[],
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
        under: &[],
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
        under: &[],
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
        under: &[],
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
        under: &[],
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
        under: &[],
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
        under: &[],
        columns: &["processor, s", "peak, MiB"],
    },
    Section {
        heading: "An HTTP API",
        table: None,
        title: ["Requests to an API", "Запросы к API"],
        lesson: [
            "One of many requests to a server on the same machine, each with a limit: the processor's time of the client.",
            "Один из многих запросов к серверу на той же машине, каждый с ограничением по времени: время процессора у клиента.",
        ],
        under: &[],
        columns: &["processor, µs a request"],
    },
    Section {
        heading: "A log that workers share",
        table: None,
        title: ["A log that workers share", "Лог, который читают вместе"],
        lesson: [
            "An entry of a log on a server, read by a worker or by several, which acknowledge entries one by one or many at a time: the processor's time of the workers.",
            "Запись лога на сервере: её читает один обработчик или несколько, а подтверждают они записи по одной или помногу. Время процессора у обработчиков.",
        ],
        under: &["workers", "acknowledged by"],
        columns: &["processor, µs an entry"],
    },
    Section {
        heading: "A big log",
        table: None,
        title: ["A big log, counted", "Подсчёт по большому логу"],
        lesson: [
            "Requests in a log counted by status and path, on one core and on two: block by block with generators, with adaptors, in one loop, in processes of Python, with awk; grep only finds one status.",
            "Сколько в логе запросов с каким статусом и путём, на одном ядре и на двух: блоками через генераторы, адаптерами, одним циклом, процессами Python, через awk; grep только находит один статус.",
        ],
        under: &["cores"],
        columns: &["processor, s"],
    },
];

/// The words of the tables in Russian; names of libraries and functions stay what they are.
const RUSSIAN: [(&str, &str); 37] = [
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
    ("µs a request", "мкс на запрос"),
    ("µs an entry", "мкс на запись"),
    ("workers", "обработчиков"),
    ("acknowledged by", "подтверждают по"),
    ("cores", "ядер"),
    ("gen blocks", "gen-блоки"),
    ("adaptors", "адаптеры"),
    ("time over the sleep", "время сверх сна"),
    ("ours", "наш"),
    ("batches of 100", "пачки по 100"),
    ("one worker", "один обработчик"),
];

/// How the lines on the machine begin in Russian, or their parts.
const MACHINE: [(&str, &str); 7] = [
    ("processor: ", "процессор: "),
    ("(family ", "(семейство "),
    ("model ", "модель "),
    ("load averages before: ", "средняя загрузка до: "),
    ("after: ", "после: "),
    ("the fastest of: ", "самый быстрый из: "),
    (" on CPython ", " на CPython "),
];

/// What is counted there.
const COUNTED: [(&str, &str); 11] = [
    ("core", "ядер"),
    ("cores", "ядер"),
    ("rounds", "проходов"),
    ("requests", "запросов"),
    ("at once", "одновременно"),
    ("entries", "записей"),
    ("lines", "строк"),
    ("bytes", "байт"),
    ("lines with `ERROR`", "строк с `ERROR`"),
    ("MB of log", "лог, МБ"),
    ("MB for the peaks of those in Rust", "для пиков памяти программ на Rust, МБ"),
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
            table.head.first().is_some_and(|head| WHO.contains(head))
                && self.table.is_none_or(|before| table.before.trim_end_matches(':') == before)
        };
        let table = tables.iter().find(is_it).context("no table of who takes how much")?;
        let parts = table.parts(self.under)?;
        let plots =
            self.columns.iter().flat_map(|column| parts.iter().map(|part| part.plot(column)));
        let ratios = tables.iter().filter(|table| table.head.first() == Some(&"what"));
        let ratios = ratios.flat_map(|table| &table.rows).filter_map(|cells| match **cells {
            [what, _, median, quartiles, ..] if is_of_python(what) => {
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

/// Whether a ratio tells how much more Python takes: `walk: CPython 3.11.2 / twin-generators`.
fn is_of_python(what: &str) -> bool {
    let name = what.split_once(": ").map_or(what, |(_, name)| name);
    PYTHON.iter().any(|python| name.starts_with(python))
}

/// A table of a Markdown text, and the last line of the text before it.
struct Table<'a> {
    before: &'a str,
    head: Vec<&'a str>,
    rows: Vec<Vec<&'a str>>,
}

/// The rows of a table that were measured under the same conditions.
struct Part<'a> {
    head: &'a [&'a str],
    under: Vec<[String; 2]>,
    rows: Vec<&'a [&'a str]>,
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
    /// Its rows by what stands in these columns, in the order of the table; all of them, if there
    /// are none.
    fn parts(&self, under: &[&str]) -> Result<Vec<Part<'_>>> {
        let place = |name: &&str| {
            let place = self.head.iter().position(|head| head == name);
            place.with_context(|| format!("no column `{name}`"))
        };
        let places = under.iter().map(place).collect::<Result<Vec<_>>>()?;
        let mut parts: Vec<Part<'_>> = Vec::new();
        for row in &self.rows {
            let own = places.iter().map(|place| {
                [self.head[*place], row.get(*place).copied().unwrap_or("—")].map(str::to_owned)
            });
            let own: Vec<_> = own.collect();
            match parts.iter_mut().find(|part| part.under == own) {
                Some(part) => part.rows.push(row),
                None => parts.push(Part { head: &self.head, under: own, rows: vec![row] }),
            }
        }
        Ok(parts)
    }
}

impl Part<'_> {
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
            under: self.under.clone(),
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
            who if is_of_python(who) => "python",
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

/// The same of what two contestants are compared in: `iterate: CPython 3.11.2 / by hand`.
pub fn words(text: &str, lang: Lang) -> String {
    let side = |side: &str| {
        let parts: Vec<String> = side.split(": ").map(|part| word(part, lang)).collect();
        parts.join(": ")
    };
    text.split(" / ").map(side).collect::<Vec<_>>().join(" / ")
}

/// A line on the machine in a language: `processor: …, 2 cores`.
pub fn machine(line: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return line.to_owned();
    }
    let part = |part: &str| {
        let counted = part.split_once(' ').and_then(|(number, what)| {
            let (_, russian) = COUNTED.iter().find(|(english, _)| *english == what)?;
            number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{russian}: {number}"))
        });
        counted.unwrap_or_else(|| {
            MACHINE
                .iter()
                .fold(part.to_owned(), |part, (english, russian)| part.replace(english, russian))
        })
    };
    let parts = |parts: &str| parts.split(", ").map(part).collect::<Vec<_>>().join(", ");
    line.split("; ").map(parts).collect::<Vec<_>>().join("; ")
}

/// Lengths of a plot, in its own pixels: names, marks, numbers; a row, and the axis below.
const NAMES: f64 = 280.0;
const MARKS: f64 = 330.0;
const NUMBERS: f64 = 80.0;
const ROW: f64 = 20.0;
const AXIS: f64 = 22.0;

impl Plot {
    /// What the plot shows: `iterate, ns per item`, `processor, s; cores: 2`.
    pub fn title(&self, lang: Lang) -> String {
        let unit = word(&self.unit, lang);
        let title = match &*self.name {
            "" => unit,
            name => format!("{}, {unit}", word(name, lang)),
        };
        self.under
            .iter()
            .fold(title, |title, [what, value]| format!("{title}; {}: {value}", word(what, lang)))
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
            .map(|row| format!("{}: {}", word(&row.who, lang), lang.decimal(row.shown.clone())))
            .collect();
        let mut svg = format!(
            "<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" role=\"img\"><title>{}</title><desc>{}</desc>",
            text(&self.title(lang)),
            text(&told.join("; ")),
        );
        for (value, shown) in axis.ticks() {
            let x = axis.x(value);
            svg += &format!(
                "<path class=\"tick\" d=\"M{x:.1} 0V{bottom}\"/><text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                bottom + AXIS * 0.75,
                lang.decimal(shown),
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
                text(&lang.decimal(row.shown.clone())),
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
        let whole = &tables[0].parts(&[]).unwrap()[0];
        let plot = whole.plot("iterate").unwrap();
        assert_eq!(plot.title(Lang::Ru), "iterate, нс на элемент");
        assert_eq!(plot.rows.len(), 1, "who takes no part is left out");
        assert_eq!((plot.rows[0].median, plot.rows[0].quartiles), (3.52, Some((3.44, 3.62))));
        let error = whole.plot("send").unwrap_err();
        assert_eq!(error.to_string(), "no column `send`");
    }

    #[test]
    fn rows_under_other_conditions_have_a_drawing_of_their_own() {
        let tables = tables(
            "| worker | cores | processor, s |\n|:--|--:|--:|\n| ours | 1 | 3 |\n| awk | 1 | 4 |\n| ours | 2 | 5 |\n",
        );
        let parts = tables[0].parts(&["cores"]).unwrap();
        let plots: Vec<Plot> = parts.iter().map(|part| part.plot("processor").unwrap()).collect();
        let drawn: Vec<_> =
            plots.iter().map(|plot| (plot.title(Lang::Ru), plot.rows.len())).collect();
        assert_eq!(
            drawn,
            [("процессор, с; ядер: 1".to_owned(), 2), ("процессор, с; ядер: 2".to_owned(), 1)]
        );
        let error = tables[0].parts(&["workers"]).err().unwrap();
        assert_eq!(error.to_string(), "no column `workers`");
    }

    #[test]
    fn a_ratio_is_said_in_both_languages() {
        let what = "iterate: CPython 3.11.2 / twin-generators, async block";
        assert_eq!(words(what, Lang::En), what);
        assert_eq!(words(what, Lang::Ru), "iterate: CPython 3.11.2 / twin-generators, async-блок");
        assert!(is_of_python(what) && is_of_python("aiohttp / twin-tasks, hyper"));
        assert!(!is_of_python("iterate: twin-generators / gen block"));
    }

    #[test]
    fn a_machine_is_told_in_both_languages() {
        let line = "processor: AMD EPYC (family 26, model 2), 2 cores";
        assert_eq!(machine(line, Lang::En), line);
        assert_eq!(
            machine(line, Lang::Ru),
            "процессор: AMD EPYC (семейство 26, модель 2), ядер: 2"
        );
        assert_eq!(
            machine("5000 requests, 50 at once; 7 rounds", Lang::Ru),
            "запросов: 5000, одновременно: 50; проходов: 7"
        );
        assert_eq!(machine("smol 2.0.2, tokio 1.54.1", Lang::Ru), "smol 2.0.2, tokio 1.54.1");
    }

    #[test]
    fn a_drawing_has_the_numbers_of_its_table() {
        let plot = tables(TABLE)[0].parts(&[]).unwrap()[0].plot("bytes for one").unwrap();
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
            for line in &cost.machine {
                let russian = machine(line, Lang::Ru);
                for (english, _) in MACHINE {
                    assert!(!russian.contains(english), "{russian}");
                }
                for part in russian.split([',', ';']) {
                    // Names with a version, and numbers.
                    let counts = part.trim().split_once(' ').is_some_and(|(number, _)| {
                        number.bytes().all(|byte| byte.is_ascii_digit())
                    });
                    assert!(!counts, "`{part}` is not in Russian");
                }
            }
            for plot in &cost.plots {
                assert!(plot.rows.iter().any(|row| row.class() == "python"), "{plot:?}");
                assert!(plot.rows.iter().any(|row| row.class() == "ours"), "{plot:?}");
                assert!(plot.rows.iter().all(|row| text.contains(&row.shown)));
                assert_ne!(word(&plot.unit, Lang::Ru), plot.unit, "a unit in Russian");
            }
        }
        let used: BTreeSet<&str> = text.split(['|', ',', ':', '/']).map(str::trim).collect();
        for (en, _) in RUSSIAN {
            assert!(used.contains(en), "`{en}` is in no table");
        }
    }
}
