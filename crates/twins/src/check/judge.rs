//! What a program did, held against what is recorded, and what is wrong with it in words.

use std::{collections::BTreeMap, io::ErrorKind};

use anyhow::Result;

use super::{ALL, Options, Program, Row, STEPS, Verdict};
use crate::{
    cargo::{Build, Refusal},
    case::{self, ENDED_WELL},
    compare::{compare, not_utf8},
    file, needs,
    pair::{Pair, Variant},
    process::{End, Output, Stream},
    project::Project,
    record::rust::require_gdb,
    recording::{self, Recording},
    rules::{Case, Rules},
    steps,
};

/// A pair, or one of its cases, what is recorded of it, and what its programs did.
pub(super) struct Judged<'a> {
    pub(super) pair: &'a Pair,
    pub(super) seconds: f64,
    compile_fail: Option<String>,
    /// Whether the notes say why the programs take different steps.
    explains_steps: bool,
    recorded: Option<String>,
    not_utf8: bool,
    /// The variants that print something else by design, and what is recorded of each.
    by_design: BTreeMap<Variant, Option<String>>,
    /// The run that this is about, where the pair has several.
    pub(super) case: Option<Case>,
    /// The exit code that the programs must end with.
    exit: i32,
    rules: Rules,
    /// The Python packages that the programs need.
    pub(super) requirements: Vec<String>,
    /// What the pair needs and is not there, and what installs it.
    pub(super) missing: Option<String>,
    /// The Python variants.
    pub(super) pythons: BTreeMap<String, PythonVariant>,
    /// Why the packages could not be installed.
    pub(super) not_installed: Option<String>,
    /// Why its programs could not be started.
    pub(super) not_started: Option<String>,
    pub(super) outputs: Vec<(Program, Output)>,
    /// What was wrong with the first run of each program that ran twice.
    pub(super) first_runs: BTreeMap<Program, String>,
}

/// What a Python variant needs.
pub(super) struct PythonVariant {
    /// The Python packages.
    pub(super) requirements: Vec<String>,
    /// What of it is not there, and what installs it.
    pub(super) missing: Option<String>,
}

impl<'a> Judged<'a> {
    /// A pair, or each of its cases.
    pub(super) fn all(
        project: &Project,
        pair: &'a Pair,
        options: &Options,
        problems: &mut Vec<String>,
    ) -> Vec<Judged<'a>> {
        let notes = pair.notes(&project.root).ok();
        let cases = notes.map(|notes| notes.cases).unwrap_or_default();
        let mut all = vec![Self::new(project, pair, None, options, problems)];
        if !cases.is_empty() {
            // What is wrong with the pair is reported once.
            all = cases
                .into_iter()
                .map(|case| Self::new(project, pair, Some(case), options, &mut Vec::new()))
                .collect();
        }
        all
    }

    fn new(
        project: &Project,
        pair: &'a Pair,
        case: Option<Case>,
        options: &Options,
        problems: &mut Vec<String>,
    ) -> Self {
        let mut judged = Self {
            pair,
            seconds: 0.0,
            compile_fail: None,
            explains_steps: false,
            recorded: None,
            not_utf8: false,
            by_design: BTreeMap::new(),
            case,
            exit: 0,
            rules: Rules::default(),
            requirements: Vec::new(),
            missing: None,
            pythons: BTreeMap::new(),
            not_installed: None,
            not_started: None,
            outputs: Vec::new(),
            first_runs: BTreeMap::new(),
        };
        let notes = pair.notes(&project.root);
        judged.requirements = needs::requirements(project, notes.as_ref().ok(), None);
        let missing = |variant: Option<&str>| {
            let notes = notes.as_ref().ok();
            options.pythons.iter().find_map(|python| {
                needs::missing("check", project, pair, notes, variant, python, options.install)
            })
        };
        judged.missing = missing(None);
        for variant in &pair.pythons {
            let requirements = needs::requirements(project, notes.as_ref().ok(), Some(variant));
            judged.pythons.insert(
                variant.clone(),
                PythonVariant { requirements, missing: missing(Some(variant)) },
            );
        }
        match notes {
            Ok(notes) => {
                judged.seconds = notes.seconds;
                judged.rules = notes.rules();
                let of_case = judged.case.as_ref().and_then(|case| case.exit);
                judged.exit = of_case.unwrap_or(notes.exit);
                judged.explains_steps = notes.steps.is_some();
                let must_fail = pair.variants.contains(&Variant::CompileFail);
                if must_fail != notes.compile_fail.is_some() {
                    problems.push(format!(
                        "{}: {}",
                        pair.path(".toml"),
                        match must_fail {
                            true => "no `compile_fail.code`: name the error code that the variant must fail with",
                            false => "`compile_fail` names a code, and there is no _compile_fail variant: write it, or take the key out",
                        }
                    ));
                }
                judged.compile_fail = notes.compile_fail;
                judged.read_by_design(project, notes.by_design.keys(), problems);
            }
            // A file that is not there at all is among the project's problems.
            Err(error) if project.root.join(pair.path(".toml")).exists() => {
                problems.push(format!("{error:#}"));
            }
            Err(_) => {}
        }
        judged.read_recorded(project);
        judged
    }

    /// Holds the variants that differ by design against the recorded outputs of their own, both ways.
    fn read_by_design<'n>(
        &mut self,
        project: &Project,
        names: impl Iterator<Item = &'n String>,
        problems: &mut Vec<String>,
    ) {
        let notes = self.pair.path(".toml");
        let others = || {
            let variants = self.pair.variants.iter();
            variants.filter(|variant| variant.compiles() && **variant != Variant::Plain)
        };
        for name in names {
            match others().find(|variant| variant.name() == name) {
                Some(variant) => drop(self.by_design.insert(*variant, None)),
                None => problems.push(format!(
                    "{notes}: `by_design.{name}` names no variant: write {}, or take the key out",
                    self.pair.path(&format!("_{name}.rs"))
                )),
            }
        }
        for variant in others().filter(|variant| !self.by_design.contains_key(variant)) {
            let path = self.own_stdout(*variant);
            if project.root.join(&path).is_file() {
                problems.push(format!(
                    "{path}: {notes} does not say why this variant prints something else: say it under `by_design.{}`, or delete the file",
                    variant.name()
                ));
            }
        }
    }

    /// Where it is recorded what a variant prints that differs by design.
    fn own_stdout(&self, variant: Variant) -> String {
        self.pair.path(&format!("{}.stdout", variant.suffix()))
    }

    /// The variants that differ by design, with the files of what they print.
    pub(super) fn by_design(&self) -> impl Iterator<Item = (Variant, String)> {
        self.by_design.keys().map(|variant| (*variant, self.own_stdout(*variant)))
    }

    /// The Python variants that have what they need, each with its packages.
    pub(super) fn variants_to_run(&self) -> Vec<(String, Vec<String>)> {
        let there = self.pythons.iter().filter(|(_, python)| python.missing.is_none());
        there.map(|(variant, python)| (variant.clone(), python.requirements.clone())).collect()
    }

    /// Whether a program must print what all programs of the pair print.
    pub(super) fn is_twin(&self, program: &Program) -> bool {
        match program {
            Program::Python(_) | Program::PythonVariant(..) => true,
            Program::Rust(variant) => variant.compiles() && !self.by_design.contains_key(variant),
        }
    }

    pub(super) fn read_recorded(&mut self, project: &Project) {
        let text = file::read(&project.root.join(self.stdout()));
        self.not_utf8 = text.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidData);
        self.recorded = text.ok().map(|text| self.rules.apply_to_text(&text));
        for variant in self.by_design.keys().copied().collect::<Vec<_>>() {
            let text = file::read(&project.root.join(self.own_stdout(variant)));
            let text = text.ok().map(|text| self.rules.apply_to_text(&text));
            self.by_design.insert(variant, text);
        }
    }

    /// Where it is recorded what all programs print.
    pub(super) fn stdout(&self) -> String {
        match &self.case {
            None => self.pair.path(".stdout"),
            Some(case) => self.pair.path(&format!(".{}.stdout", case.name)),
        }
    }

    /// What became of a program that was to run.
    pub(super) fn take(&mut self, program: Program, output: Result<Output>) {
        match output {
            Ok(output) => {
                let output = self.prepare(output);
                // They come in the order of their ends.
                let place = self.outputs.partition_point(|(other, _)| *other < program);
                self.outputs.insert(place, (program, output));
            }
            Err(error) => self.not_started = Some(format!("{error:#}")),
        }
    }

    /// An output as it is compared: after the rules, and with the exit code that is wanted for 0.
    fn prepare(&self, output: Output) -> Output {
        case::prepare(output, self.exit, &self.rules)
    }

    fn case_name(&self) -> Option<&str> {
        self.case.as_ref().map(|case| &*case.name)
    }

    /// Whether there are steps of it, be they outdated.
    pub(super) fn is_recorded(&self, project: &Project) -> bool {
        project.root.join(Recording::path(self.pair, self.case_name())).is_file()
    }

    pub(super) fn rows(
        &self,
        build: &Build,
        newer: Option<&str>,
        options: &Options,
        rows: &mut Vec<Row>,
    ) {
        let mut push = |program: &Program, verdict, seconds| {
            let first_run = self.first_runs.get(program).cloned();
            let after = self.rules.said();
            let program = program.name();
            rows.push(Row { program, seconds, first_run, after, ..self.row(verdict) });
        };
        if let Some(missing) = &self.missing {
            let verdict = not_tried(missing, options);
            rows.push(Row { program: ALL.to_owned(), ..self.row(verdict) });
            return;
        }
        if let Some(why) = &self.not_started {
            let verdict = Verdict::Wrong("not started", why.clone());
            rows.push(Row { program: ALL.to_owned(), ..self.row(verdict) });
            return;
        }
        let pythons = options.pythons.iter().map(|python| Program::Python(python.version.clone()));
        let rusts = self.pair.variants.iter().map(|variant| Program::Rust(*variant));
        let variants = self.pythons.keys().flat_map(|variant| {
            let versions = options.pythons.iter().map(|python| python.version.clone());
            versions.map(|version| Program::PythonVariant(variant.clone(), version))
        });
        for program in pythons.chain(variants).chain(rusts) {
            let output = self.outputs.iter().find(|(ran, _)| *ran == program);
            match (&program, output) {
                (Program::Rust(Variant::CompileFail), Some((_, output))) => {
                    push(&program, self.judge_compile_fail(output), None);
                }
                (_, Some((_, output))) => {
                    push(&program, self.judge(&program, output), Some(output.wall.as_secs_f64()));
                }
                (Program::Rust(variant), None) if variant.compiles() => {
                    let stem = self.pair.variant_stem(variant);
                    push(&program, judge_refusal(*variant, build.refusals.get(&stem), newer), None);
                }
                (Program::Python(_) | Program::PythonVariant(..), None)
                    if self.not_installed.is_some() =>
                {
                    let why = self.not_installed.clone().unwrap_or_default();
                    push(&program, Verdict::Wrong("not installed", why), None);
                }
                (Program::PythonVariant(variant, _), None)
                    if let Some(missing) = &self.pythons[variant].missing =>
                {
                    push(&program, not_tried(missing, options), None);
                }
                // The file itself is missing: that is among the problems.
                (_, None) => push(&program, Verdict::Wrong("missing", String::new()), None),
            }
        }
    }

    /// Compares what Python and the plain Rust program did, as it is recorded.
    pub(super) fn steps(&self, project: &Project) -> Row {
        let verdict = match Recording::read(&project.root, self.pair, self.case_name()) {
            Ok(recording) => self.judge_steps(&recording),
            Err(error) => {
                let is_there = self.is_recorded(project);
                let word = if is_there { "outdated" } else { "not recorded" };
                // Who can't renew it here can finish all the same: `.ci/run` holds it.
                match require_gdb("gdb") {
                    Ok(()) => Verdict::Wrong(word, format!("{error:#}")),
                    Err(_) => Verdict::NotHeld(format!("{error:#}")),
                }
            }
        };
        Row { program: STEPS.to_owned(), ..self.row(verdict) }
    }

    /// A row of this pair, without what only a run has.
    fn row(&self, verdict: Verdict) -> Row {
        Row {
            chapter: self.pair.chapter.clone(),
            stem: self.pair.stem.clone(),
            case: self.case.as_ref().map(|case| case.name.clone()),
            program: String::new(),
            verdict,
            seconds: None,
            first_run: None,
            after: None,
        }
    }

    fn judge_steps(&self, recording: &Recording) -> Verdict {
        let notes = self.pair.path(".toml");
        let programs = (recording.program("python"), recording.variant(Variant::Plain));
        let (Some(python), Some(rust)) = programs else {
            return Verdict::Wrong("missing", "there is no plain twin to compare with".to_owned());
        };
        match (steps::difference(python, rust), self.explains_steps) {
            (None, false) => Verdict::Equal,
            (Some(_), true) => Verdict::Explained,
            (None, true) => {
                let why = format!(
                    "both programs take the same steps, and `steps` in {notes} says why they don't: take the key out"
                );
                Verdict::Wrong("no difference", why)
            }
            (Some(_), false)
                if outermost(python)
                    .is_some_and(|name| name != "main" && outermost(rust) == Some("main")) =>
            {
                let name = outermost(python).unwrap_or_default();
                let why = format!(
                    "in Python `{name}` starts first, in Rust `main`: call Python's outermost function `main`, too, and let Rust's `main` be its twin: `run(async {{ … }})` in `fn main`"
                );
                Verdict::Wrong("differs", why)
            }
            (Some((in_python, in_rust)), false) => {
                let say = |program, place: Option<usize>| {
                    place.map_or_else(
                        || "is at its end".to_owned(),
                        |place| steps::describe(program, place),
                    )
                };
                let why = format!(
                    "in Python {}, in Rust {}: take the same steps, or say in {notes} under `[steps]` why not; `cargo twins steps {}{}` shows all",
                    say(python, in_python),
                    say(rust, in_rust),
                    self.pair.stem,
                    self.case_name().map_or_else(String::new, |case| format!(" --case {case}"))
                );
                Verdict::Wrong("differs", why)
            }
        }
    }

    /// Judges one run of a program.
    fn judge(&self, program: &Program, output: &Output) -> Verdict {
        let printed = match text_of(output) {
            Ok(printed) => printed,
            Err((word, why)) => return Verdict::Wrong(word, why + &self.remedy_of_end(output)),
        };
        if !self.is_twin(program) {
            return self.judge_by_design(program, output, &printed);
        }
        if self.recorded.is_none() {
            let what = match self.not_utf8 {
                true => format!("{} is not UTF-8", self.stdout()),
                false => "nothing is recorded".to_owned(),
            };
            let why = format!(
                "{what}: `cargo twins check {} --bless` writes what all programs print alike",
                self.pair.stem
            );
            return Verdict::Wrong("not recorded", why);
        }
        if let Some(difference) = self.difference(program, output, &printed) {
            let all_alike = self.agreed().is_ok();
            let remedy = match all_alike {
                true => format!(
                    "all programs print this alike: if it is right, `cargo twins check {} --bless` records it",
                    self.pair.stem
                ),
                false => "make the twins print the same".to_owned(),
            };
            return Verdict::Wrong("differs", format!("{difference}; {remedy}"));
        }
        let wall = output.wall.as_secs_f64();
        if self.is_too_quick(output) {
            let why = format!(
                "ended after {wall:.2} s, and the waits of this pair add up to {} s: wait as the twin does, or correct `seconds` in {}",
                self.seconds,
                self.pair.path(".toml")
            );
            return Verdict::Wrong("too quick", why);
        }
        Verdict::Equal
    }

    /// Judges one run of a program that prints something else than its pair.
    fn judge_by_design(&self, program: &Program, output: &Output, printed: &str) -> Verdict {
        let bless = format!("`cargo twins check {} --bless`", self.pair.stem);
        if self.recorded_of(program).is_none() {
            let why = format!("nothing is recorded: {bless} writes what it prints");
            return Verdict::Wrong("not recorded", why);
        }
        if let Some(difference) = self.difference(program, output, printed) {
            let why = format!("{difference}; if it is right, {bless} records it");
            return Verdict::Wrong("differs", why);
        }
        if self.recorded.as_deref() == Some(printed) {
            let why = format!(
                "it prints what the others print, and {} says why it doesn't: take `by_design.{}` out",
                self.pair.path(".toml"),
                program.name()
            );
            return Verdict::Wrong("no difference", why);
        }
        Verdict::ByDesign
    }

    /// What is recorded of a program.
    fn recorded_of(&self, program: &Program) -> Option<&str> {
        match program {
            Program::Rust(variant) if !self.is_twin(program) => {
                self.by_design.get(variant)?.as_deref()
            }
            _ => self.recorded.as_deref(),
        }
    }

    /// What helps where all programs end with the same exit code, and it is not the wanted one.
    fn remedy_of_end(&self, output: &Output) -> String {
        let alike = self
            .outputs
            .iter()
            .filter(|(program, _)| *program != Program::Rust(Variant::CompileFail));
        match output.end {
            End::Exit(code)
                if code != 0
                    && alike.clone().count() > 1
                    && alike.clone().all(|(_, o)| o.end == output.end) =>
            {
                let code = if code == ENDED_WELL { 0 } else { code };
                let place = if self.case.is_some() { " under its [[case]]" } else { "" };
                let notes = self.pair.path(".toml");
                format!(
                    "; all programs end so: if it is right, write `exit = {code}`{place} in {notes}"
                )
            }
            _ => String::new(),
        }
    }

    /// Whether a run ended before its waits can have ended.
    fn is_too_quick(&self, output: &Output) -> bool {
        // A hundredth for the clocks' grain; never more than a program with fewer waits would gain.
        output.wall.as_secs_f64() < self.seconds * 0.99
    }

    /// Where and when a run printed something else than what is recorded.
    fn difference(&self, program: &Program, output: &Output, printed: &str) -> Option<String> {
        let difference = compare(self.recorded_of(program)?, printed)?;
        let at = output
            .lines
            .iter()
            .filter(|line| line.stream == Stream::Stdout)
            .nth(difference.line - 1)
            .map_or(output.wall, |line| line.at);
        Some(format!("{difference}, {:.2} s after the start", at.as_secs_f64()))
    }

    /// The programs whose run was wrong in a way that a busy machine can bring about, and how:
    /// another order of lines, or an error for a deadline that was missed.
    pub(super) fn maybe_late(&self) -> BTreeMap<Program, String> {
        let mut late = BTreeMap::new();
        for (program, output) in &self.outputs {
            let why = match text_of(output) {
                _ if *program == Program::Rust(Variant::CompileFail) => None,
                // Its own clock went on while it was stopped.
                Ok(_) if output.paused && self.is_too_quick(output) => {
                    Some("it was stopped while it ran".to_owned())
                }
                Ok(printed) => self.difference(program, output, &printed),
                Err(("crashed", why)) => Some(why),
                Err(_) => None,
            };
            late.extend(why.map(|why| (program.clone(), why)));
        }
        late
    }

    pub(super) fn judge_compile_fail(&self, output: &Output) -> Verdict {
        if output.end == End::Exit(0) {
            let why = "the compiler accepts it: this is no _compile_fail program any more";
            return Verdict::Wrong("compiles", why.to_owned());
        }
        let refusal = Refusal::of(&output.stderr());
        let found: Vec<&str> = refusal.codes.iter().map(String::as_str).collect();
        match &self.compile_fail {
            Some(code) if found == [code] => Verdict::Refused(code.clone()),
            code => {
                let expected = code.as_deref().unwrap_or("a code in the .toml");
                let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
                Verdict::Wrong(
                    "other error",
                    format!("expected {expected}, found {found}:\n{}", refusal.rendered),
                )
            }
        }
    }

    /// What all programs that run print alike, or what speaks against it, in one line.
    pub(super) fn agreed(&self) -> Result<String, String> {
        let mut agreed: Option<(String, String)> = None;
        for (program, output) in self.outputs.iter().filter(|(program, _)| self.is_twin(program)) {
            let name = program.name();
            let printed = text_of(output).map_err(|(_, why)| format!("{name} {why}"))?;
            match &agreed {
                None => agreed = Some((name, printed)),
                Some((first, text)) => {
                    if let Some(difference) = compare(text, &printed) {
                        return Err(format!("{first} and {name} disagree: {difference}"));
                    }
                }
            }
        }
        agreed.map(|(_, text)| text).ok_or_else(|| "no program of the pair runs".to_owned())
    }
}

/// What a program printed, if it ended well; otherwise a word for the table and the reason.
pub(super) fn text_of(output: &Output) -> Result<String, (&'static str, String)> {
    let with_stderr = |why: String| match output.stderr().trim_end() {
        "" => why,
        stderr => format!("{why}; it says:\n{stderr}"),
    };
    let printed = || {
        let text = String::from_utf8_lossy(&output.stdout()).into_owned();
        if text.is_empty() { "nothing".to_owned() } else { format!("\n{}", text.trim_end()) }
    };
    match output.end {
        End::Exit(0) => {}
        End::Exit(ENDED_WELL) => {
            let why = "ended with exit code 0, and the .toml asks for another one";
            return Err(("crashed", with_stderr(why.to_owned())));
        }
        End::Exit(code) => {
            return Err(("crashed", with_stderr(format!("ended with exit code {code}"))));
        }
        End::Signal(signal) => {
            return Err(("crashed", with_stderr(format!("was ended by signal {signal}"))));
        }
        End::TimedOut(limit) => {
            let why = format!(
                "ran longer than {} s and was ended (a longer limit: --timeout SECONDS); it had printed {}",
                limit.as_secs_f64(),
                printed()
            );
            return Err(("timed out", with_stderr(why)));
        }
        End::TooMuch => {
            let why = "printed more than 64 MB and was ended: print what can be compared";
            return Err(("printed too much", why.to_owned()));
        }
    }
    let bytes = output.stdout();
    if let Some((line, column, byte)) = not_utf8(&bytes) {
        let why =
            format!("line {line}, column {column}: the byte 0x{byte:02x} is not UTF-8: print text");
        return Err(("not UTF-8", why));
    }
    Ok(String::from_utf8(bytes).expect("looked at above"))
}

/// The verdict of what needs something that is not there.
fn not_tried(missing: &str, options: &Options) -> Verdict {
    match options.all {
        true => Verdict::Wrong("not tried", missing.to_owned()),
        false => Verdict::NotTried(missing.to_owned()),
    }
}

/// The function whose body a program begins with.
fn outermost(program: &recording::Program) -> Option<&str> {
    program.activations.first().map(|activation| &*activation.function)
}

fn judge_refusal(variant: Variant, refusal: Option<&Refusal>, newer: Option<&str>) -> Verdict {
    let rendered = refusal.map_or("no program came of it", |refusal| refusal.rendered.trim_end());
    match (variant, newer) {
        (Variant::Native, Some(good)) => Verdict::NewerNightly(format!(
            "this nightly refuses its syntax; it is known to build with {good}"
        )),
        _ => Verdict::Wrong("not built", format!("the compiler refuses it:\n{rendered}")),
    }
}
