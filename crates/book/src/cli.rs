//! The command line of `twins-book`.

use std::{env, fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Parser;
use twins::{cargo::target_folder, file::write_whole, language::Lang, project::Project};

use crate::{book::Book, page};

/// Writes the book: one HTML file with every pair, which opens without network.
#[derive(Parser)]
#[command(name = "cargo twins book", bin_name = "cargo twins book")]
struct Cli {
    /// The file to write; target/twins.html in the project without it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The language that it opens in; the reader's without it.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

/// Runs with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match write(cli.out, cli.lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(3)
        }
    }
}

fn write(out: Option<PathBuf>, lang: Option<Lang>) -> Result<()> {
    let folder =
        env::current_dir().context("can't tell the current folder: go to one that exists")?;
    let project = Project::find(&folder)?;
    let html = page::render(&Book::read(&project)?, lang)?;
    let out = match out {
        Some(out) => out,
        None => {
            let target = target_folder(&project.root);
            fs::create_dir_all(&target).with_context(|| {
                format!(
                    "can't make the folder {}: give --out a file, or CARGO_TARGET_DIR a folder that you may write to",
                    target.display()
                )
            })?;
            target.join("twins.html")
        }
    };
    if out.is_dir() {
        bail!("{} is a folder: give --out the name of a file", out.display());
    }
    // A rename over a device, such as /dev/null, would take it from everyone.
    if out.exists() && !out.is_file() {
        bail!("{} is no ordinary file: give --out the name of one", out.display());
    }
    write_whole(&out, &html).with_context(|| {
        format!(
            "can't write {}: give --out a file in a folder that you may write to",
            out.display()
        )
    })?;
    let shown = fs::canonicalize(&out).unwrap_or(out);
    let megabytes = html.len() as f64 / 1e6;
    println!("{} ({megabytes:.1} MB): open it in a browser", shown.display());
    Ok(())
}
