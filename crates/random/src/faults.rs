//! Planted faults: patches of the libraries that the ordinary programs must find.
//!
//! A harness that finds nothing may be blind. Each patch in `faults/` is applied to a copy of this
//! repository, never to the repository itself; the copy's own harness is built and runs the same
//! programs that everybody runs, and has to tell that they differ.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use twins::python::Interpreter;

use crate::program::Kind;

/// A fault: a patch that says what it breaks.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its name: that of the file.
    pub name: String,
    /// Of which kind the programs are that find it.
    pub kind: Kind,
    /// What it breaks, in a sentence.
    pub says: String,
    path: PathBuf,
}

/// What came of the search for a fault.
#[derive(Debug)]
pub struct Search {
    /// Whether it was found.
    pub found: bool,
    /// What the harness said of it, in a line.
    pub said: String,
    /// How long it took, without the build.
    pub took: Duration,
}

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All planted faults, by their names.
///
/// # Errors
///
/// If one can't be read, or does not say what it is.
pub fn all() -> Result<Vec<Fault>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("faults");
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("can't read the planted faults in {}", folder.display()))?;
    let mut faults = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "patch") {
            faults.push(read(path)?);
        }
    }
    faults.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(faults)
}

fn read(path: PathBuf) -> Result<Fault> {
    let shown = path.display();
    let text = fs::read_to_string(&path).with_context(|| format!("can't read {shown}"))?;
    let line = |head: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(head));
        line.with_context(|| format!("{shown} has no line `{head}…` before its patch: add it"))
    };
    let says = line("Fault: ")?.to_owned();
    let kind = Kind::from_str(line("Kind: ")?, false)
        .map_err(|error| anyhow::anyhow!("{shown}: {error}: name a kind of programs"))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Fault { name, kind, says, path })
}

impl Fault {
    /// Whether its patch fits the sources in a folder, as they are now.
    ///
    /// # Errors
    ///
    /// If it does not: what git says.
    pub fn check(&self, folder: &Path) -> Result<()> {
        self.git(folder, &["apply", "--check"])
    }

    fn git(&self, folder: &Path, arguments: &[&str]) -> Result<()> {
        let output = Command::new("git")
            .current_dir(folder)
            .args(arguments)
            .arg(&self.path)
            .output()
            .context("can't start git: install it")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "the fault `{}` does not fit the sources any more: write its patch anew: {}",
            self.name,
            said.trim().replace('\n', "; ")
        );
        Ok(())
    }
}

/// A copy of the repository, with a folder for its builds. It goes when this is dropped; the builds
/// stay, in `target/faults`.
pub struct Copy {
    folder: PathBuf,
    builds: PathBuf,
}

impl Copy {
    /// Copies what git knows of, as it lies there.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written, or there is no git.
    pub fn new() -> Result<Self> {
        let root = root().canonicalize().context("can't find the repository")?;
        let folder = std::env::temp_dir().join(format!("twins-faults-{}", std::process::id()));
        let copy = Self { folder, builds: root.join("target/faults") };
        let output = Command::new("git")
            .current_dir(&root)
            .args([
                "ls-files",
                "-z",
                "--",
                ".ci",
                "Cargo.*",
                "rust-toolchain.toml",
                "crates",
                "examples",
            ])
            .output()
            .context("can't start git: install it")?;
        ensure!(output.status.success(), "git can't list the files of {}", root.display());
        for name in String::from_utf8_lossy(&output.stdout).split_terminator('\0') {
            let (from, to) = (root.join(name), copy.folder.join(name));
            let parent = to.parent().expect("it lies in the folder");
            fs::create_dir_all(parent)
                .and_then(|()| fs::copy(&from, &to))
                .with_context(|| format!("can't copy {} to {}", from.display(), to.display()))?;
        }
        Ok(copy)
    }

    /// Plants a fault, looks for it by so many programs from the first seed on, and takes it out.
    ///
    /// # Errors
    ///
    /// If the patch does not fit, or the copy can't be built.
    pub fn search(
        &self,
        fault: &Fault,
        count: u64,
        python: &Interpreter,
        limit: Duration,
    ) -> Result<Search> {
        fault.git(&self.folder, &["apply"])?;
        let search = self.build().and_then(|()| {
            let began = Instant::now();
            let output = Command::new(self.builds.join("debug/twins-random"))
                .args(["run", "--first", "--seed", "0", "--count", &count.to_string()])
                .args(["--kind", fault.kind.name()])
                .args(["--limit", &limit.as_secs().to_string()])
                .arg("--python")
                .arg(&python.path)
                .output()
                .context("can't start the copy's harness")?;
            let (found, said) = verdict(&output)?;
            Ok(Search { found, said, took: began.elapsed() })
        });
        fault.git(&self.folder, &["apply", "--reverse"])?;
        search
    }

    fn build(&self) -> Result<()> {
        let output = Command::new("cargo")
            .current_dir(&self.folder)
            .args(["build", "--quiet", "--package", "twins-random"])
            .env("CARGO_TARGET_DIR", &self.builds)
            .output()
            .context("can't start cargo")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the copy can't be built: {}", said.trim());
        Ok(())
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // It lies among what is temporary.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether a run of the copy's harness has found something, and its line about that.
fn verdict(output: &Output) -> Result<(bool, String)> {
    let (out, err) = (&output.stdout, &output.stderr);
    let (out, err) = (String::from_utf8_lossy(out), String::from_utf8_lossy(err));
    let error = || err.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_default();
    match output.status.code() {
        Some(0) => Ok((false, out.lines().next().unwrap_or_default().to_owned())),
        Some(1) => Ok((true, out.lines().next().unwrap_or_default().to_owned())),
        // A program that never ends, or ends the process, is a difference, too.
        Some(3) if error().contains("our side") => Ok((true, error().to_owned())),
        None => Ok((true, format!("our side has died ({})", output.status))),
        Some(_) => bail!("the copy's harness did not run: {}", error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_fit_the_sources() {
        let faults = all().unwrap();
        assert!(faults.len() >= 12, "only {} faults", faults.len());
        let root = root();
        for fault in faults {
            fault.check(&root).unwrap();
        }
    }

    #[test]
    fn a_patch_that_does_not_fit_is_told_of_in_one_line() {
        let fault = all().unwrap().remove(0);
        let empty = std::env::temp_dir().join(format!("twins-no-sources-{}", std::process::id()));
        fs::create_dir_all(&empty).unwrap();
        let error = fault.check(&empty).unwrap_err().to_string();
        fs::remove_dir(&empty).unwrap();
        assert!(error.contains("write its patch anew") && !error.contains('\n'), "{error}");
    }
}
