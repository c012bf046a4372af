//! `init`: a project with one pair that runs.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::Files;

/// What the Rust programs of a project are built on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Runtime {
    /// Our crates: asyncio's vocabulary, and generators.
    Twins,
    /// smol.
    Smol,
    /// tokio.
    Tokio,
    /// Threads of the system, no dependency.
    Threads,
    /// No dependency at all.
    #[default]
    None,
}

/// Makes a project in `folder`; `crates` is where ours are, for [`Runtime::Twins`]. Gives the folder
/// as it was named.
///
/// # Errors
///
/// When the folder has a manifest already, or can't be written; then nothing is made.
pub fn init(folder: &Path, runtime: Runtime, crates: Option<&Path>) -> Result<()> {
    let manifest = folder.join("Cargo.toml");
    if manifest.exists() {
        bail!(
            "{} is there already: `cargo twins init FOLDER` makes a project in a folder of its own",
            manifest.display()
        );
    }
    let dependencies = dependencies(runtime, crates)?;
    let mut files = Files::default();
    files.add("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"examples\"]\n");
    files.add(
        "examples/Cargo.toml",
        format!(
            "[package]\nname = \"pairs\"\nedition = \"2024\"\npublish = false\n\
             # The list below is the list of pairs.\nautoexamples = false\n\n\
             # What `cargo twins` shows by itself.\n\
             [package.metadata.twins]\ntour = [\"kettle\"]\n\n\
             [dependencies]\n{dependencies}\n\
             [[example]]\nname = \"kettle\"\npath = \"first/kettle.rs\"\n"
        ),
    );
    files.add("examples/src/lib.rs", "//! What the programs share.\n");
    let (python, rust) = programs(runtime);
    files.add("examples/first/kettle.py", python);
    files.add("examples/first/kettle.rs", rust);
    files.add(
        "examples/first/kettle.stdout",
        "tea: heating water\ncake: baking\ntea: ready\ncake: ready\n",
    );
    if !folder.join(".gitignore").exists() {
        files.add(".gitignore", "/target\n__pycache__/\n");
    }
    if !folder.exists() {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        if parent.is_some_and(|parent| !parent.is_dir()) {
            bail!("there is no folder {}: make it first", parent.expect("looked at").display());
        }
        fs::create_dir(folder).with_context(|| {
            format!("can't make {}: go to a folder that you may write to", folder.display())
        })?;
        files.write(folder).inspect_err(|_| drop(fs::remove_dir(folder)))?.keep();
        return Ok(());
    }
    files.write(folder)?.keep();
    Ok(())
}

fn dependencies(runtime: Runtime, crates: Option<&Path>) -> Result<String> {
    Ok(match runtime {
        Runtime::None | Runtime::Threads => String::new(),
        Runtime::Smol => "smol = \"2\"\n".to_owned(),
        Runtime::Tokio => {
            "tokio = { version = \"1\", features = [\"macros\", \"rt\", \"sync\", \"time\"] }\n"
                .to_owned()
        }
        Runtime::Twins => {
            let crates = our_crates(crates)?;
            let mut text = String::new();
            for (name, folder) in [
                ("twin-generators", "generators"),
                ("twin-tasks", "tasks"),
                ("twin-async-generators", "async-generators"),
            ] {
                let path = crates.join(folder);
                // A string of JSON is one of TOML.
                let path = serde_json::to_string(&path.to_string_lossy())?;
                text += &format!(
                    "{name} = {{ path = {path} }}\n# {name} = \"{}\"    # once it is published\n",
                    env!("CARGO_PKG_VERSION")
                );
            }
            text
        }
    })
}

/// The folder of our crates: the named one, or that which this program was built from.
fn our_crates(named: Option<&Path>) -> Result<PathBuf> {
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let folder = named.or(built_from).unwrap_or(Path::new("."));
    let is_it = |folder: &Path| folder.join("tasks/Cargo.toml").is_file();
    let found = [folder.to_owned(), folder.join("crates")].into_iter().find(|folder| is_it(folder));
    let found = found.with_context(|| {
        format!(
            "our crates are not in {}: --crates PATH names the folder `crates` of a clone of Twins",
            folder.display()
        )
    })?;
    fs::canonicalize(&found).with_context(|| format!("can't read {}", found.display()))
}

/// Two things at once, by what each runtime has for it.
fn programs(runtime: Runtime) -> (String, String) {
    let python = match runtime {
        Runtime::None => {
            "\"\"\"A kettle and an oven.\"\"\"\n\n\n\
             def main():\n    \
                 print(\"tea: heating water\")\n    \
                 print(\"cake: baking\")\n    \
                 for name in [\"tea\", \"cake\"]:\n        \
                     print(f\"{name}: ready\")\n\n\n\
             main()\n"
        }
        Runtime::Threads => {
            "\"\"\"A kettle and an oven, each on a thread of its own.\"\"\"\n\n\
             import threading\nimport time\n\n\n\
             def cook(name, what, seconds):\n    \
                 print(f\"{name}: {what}\")\n    \
                 time.sleep(seconds)\n    \
                 print(f\"{name}: ready\")\n\n\n\
             def main():\n    \
                 tea = threading.Thread(target=cook, args=(\"tea\", \"heating water\", 0.3))\n    \
                 tea.start()\n    \
                 time.sleep(0.1)\n    \
                 cake = threading.Thread(target=cook, args=(\"cake\", \"baking\", 0.4))\n    \
                 cake.start()\n    \
                 tea.join()\n    \
                 cake.join()\n\n\n\
             main()\n"
        }
        Runtime::Twins | Runtime::Smol | Runtime::Tokio => {
            "\"\"\"A kettle and an oven at once, on one thread.\"\"\"\n\n\
             import asyncio\n\n\n\
             async def cook(name, what, seconds):\n    \
                 print(f\"{name}: {what}\")\n    \
                 await asyncio.sleep(seconds)\n    \
                 print(f\"{name}: ready\")\n\n\n\
             async def main():\n    \
                 await asyncio.gather(cook(\"tea\", \"heating water\", 0.2), cook(\"cake\", \"baking\", 0.4))\n\n\n\
             asyncio.run(main())\n"
        }
    };
    let cook = |sleep: &str| {
        format!(
            "async fn cook(name: &str, what: &str, seconds: f64) {{\n    \
                 println!(\"{{name}}: {{what}}\");\n    \
                 {sleep}\n    \
                 println!(\"{{name}}: ready\");\n}}\n\n"
        )
    };
    const BOTH: &str = "cook(\"tea\", \"heating water\", 0.2), cook(\"cake\", \"baking\", 0.4)";
    let rust = match runtime {
        Runtime::None => "//! A kettle and an oven.\n\n\
             fn main() {\n    \
                 println!(\"tea: heating water\");\n    \
                 println!(\"cake: baking\");\n    \
                 for name in [\"tea\", \"cake\"] {\n        \
                     println!(\"{name}: ready\");\n    \
                 }\n}\n"
            .to_owned(),
        Runtime::Threads => "//! A kettle and an oven, each on a thread of its own.\n\n\
             use std::{thread, time::Duration};\n\n\
             fn cook(name: &str, what: &str, seconds: f64) {\n    \
                 println!(\"{name}: {what}\");\n    \
                 thread::sleep(Duration::from_secs_f64(seconds));\n    \
                 println!(\"{name}: ready\");\n}\n\n\
             fn main() {\n    \
                 let tea = thread::spawn(|| cook(\"tea\", \"heating water\", 0.3));\n    \
                 thread::sleep(Duration::from_secs_f64(0.1));\n    \
                 let cake = thread::spawn(|| cook(\"cake\", \"baking\", 0.4));\n    \
                 tea.join().unwrap();\n    \
                 cake.join().unwrap();\n}\n"
            .to_owned(),
        Runtime::Smol => format!(
            "//! A kettle and an oven at once, on one thread.\n\n\
             use std::time::Duration;\n\n\
             use smol::{{Timer, block_on, future::zip}};\n\n{}\
             fn main() {{\n    block_on(async {{\n        \
                 zip({BOTH}).await;\n    }});\n}}\n",
            cook("Timer::after(Duration::from_secs_f64(seconds)).await;")
        ),
        Runtime::Tokio => format!(
            "//! A kettle and an oven at once, on one thread.\n\n\
             use std::time::Duration;\n\n\
             use tokio::{{join, time::sleep}};\n\n{}\
             #[tokio::main(flavor = \"current_thread\")]\n\
             async fn main() {{\n    \
                 join!({BOTH});\n}}\n",
            cook("sleep(Duration::from_secs_f64(seconds)).await;")
        ),
        Runtime::Twins => format!(
            "//! A kettle and an oven at once, on one thread.\n\n\
             use std::time::Duration;\n\n\
             use twin_tasks::{{gather, run, sleep}};\n\n{}\
             fn main() {{\n    run(async {{\n        \
                 gather(({BOTH})).await;\n    }});\n}}\n",
            cook("sleep(Duration::from_secs_f64(seconds)).await;")
        ),
    };
    (python.to_owned(), rust)
}
