//! `--bless`: what all programs of a pair print alike is what is recorded from now on.

use anyhow::{Context, Result};

use super::{
    Options, Program, Report, Verdict,
    judge::{Judged, text_of},
};
use crate::{
    cargo::{Build, Refusal},
    file::{self, write_whole},
    pair::Variant,
    project::Project,
};

/// Records what all programs of a pair print alike. Where any pair disagrees, nothing is written.
pub(super) fn bless(
    project: &Project,
    judged: &[Judged<'_>],
    build: &Build,
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut refused = false;
    for judged in judged {
        let pair = judged.pair;
        let not_run = judged.missing.as_ref().or(judged.not_started.as_ref()).cloned();
        // With broken notes its filters and cases are not known.
        let broken = || pair.notes(&project.root).err().map(|error| format!("{error:#}"));
        if let Some(why) = not_run.or_else(broken) {
            refused = true;
            let why = why.replace('\n', " ");
            report.problems.push(format!("{}: not blessed: {why}", pair.stem));
            continue;
        }
        let compiling = pair.variants.iter().filter(|variant| variant.compiles());
        let ran = judged.outputs.iter().filter(|(program, _)| judged.is_twin(program));
        let not_built = compiling.clone().find(|variant| {
            build.refusals.contains_key(&pair.variant_stem(variant)) && **variant != Variant::Native
        });
        let agreed = match not_built {
            Some(variant) => Err(format!("{} does not build", variant.name())),
            None if ran.clone().count() < 2 || options.pythons.is_empty() => {
                Err("Python and Rust must both run".to_owned())
            }
            None => judged.agreed(),
        };
        match agreed {
            Ok(text) => files.push((judged.stdout(), text)),
            Err(why) => {
                refused = true;
                let why = why.replace('\n', " ");
                report.problems.push(format!("{}: not blessed: {why}", pair.stem));
            }
        }
        for (variant, path) in judged.by_design() {
            let ran = judged.outputs.iter().find(|(program, _)| *program == Program::Rust(variant));
            match ran.map(|(_, output)| text_of(output)) {
                Some(Ok(text)) => files.push((path, text)),
                Some(Err((word, _))) => {
                    refused = true;
                    let stem = pair.variant_stem(&variant);
                    report.problems.push(format!("{stem}: not blessed: {word}"));
                }
                // That it does not build is reported above.
                None => {}
            }
        }
        for (_, output) in
            judged.outputs.iter().filter(|(p, _)| *p == Program::Rust(Variant::CompileFail))
        {
            // A program that compiles, or fails for another reason, has no message to record.
            match judged.judge_compile_fail(output) {
                Verdict::Wrong(word, _) => {
                    refused = true;
                    let stem = pair.variant_stem(&Variant::CompileFail);
                    report.problems.push(format!("{stem}: not blessed: {word}"));
                }
                _ => {
                    let message = Refusal::of(&output.stderr()).to_record();
                    files.push((pair.path("_compile_fail.stderr"), message));
                }
            }
        }
    }
    if refused {
        report
            .problems
            .push("nothing was written: --bless records what all programs print alike".to_owned());
        return Ok(());
    }
    for (path, text) in files {
        let full = project.root.join(&path);
        if file::read(&full).ok().as_deref() == Some(&text) {
            continue;
        }
        write_whole(&full, &text).with_context(|| format!("can't write {path}"))?;
        report.written.push(path);
    }
    Ok(())
}
