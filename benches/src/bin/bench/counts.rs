//! Instructions, which are the same however busy a machine is: counted by callgrind, and compared with a file.
//!
//! They are the same from run to run within a thousandth, and differ between compilers and C libraries by a few hundredths. valgrind has the vector
//! instructions of AVX2 where the machine has them, and none beyond.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::options::USAGE;
use crate::servers::Reference;
use crate::setup::Setup;

/// How much a count may differ from that of the file, either way.
const TOLERANCE: f64 = 0.05;

const HEAD: &str = "# Instructions of release builds, as callgrind counts them. After a change that is meant to change them:\n\
                    # benches/run counts --write\n\n";

#[derive(Debug, Serialize, Deserialize)]
struct Counts {
    /// The compiler that they were counted with.
    rustc: String,
    instructions: BTreeMap<String, u64>,
}

/// What is counted.
struct Counted {
    name: &'static str,
    /// One of the programs of this workspace, and its arguments.
    program: &'static str,
    arguments: &'static [&'static str],
    /// How often it is done in the two runs whose difference counts; none if the whole process does.
    between: Option<[u32; 2]>,
}

const fn part(name: &'static str, arguments: &'static [&'static str], between: [u32; 2]) -> Counted {
    Counted {
        name,
        program: "counted",
        arguments,
        between: Some(between),
    }
}

const fn command(name: &'static str, arguments: &'static [&'static str]) -> Counted {
    Counted {
        name,
        program: "tabctl",
        arguments,
        between: None,
    }
}

const ALL: [Counted; 8] = [
    part("decode a page of 1000 workbooks", &["decode"], [1, 3]),
    part("encode a page of 1000 workbooks", &["encode"], [1, 3]),
    part(
        "encode permissions of 20 groups",
        &["encode-permissions"],
        [10, 110],
    ),
    part("one request of a session", &["request"], [20, 120]),
    command("tabctl --version", &["--version"]),
    command("tabctl --help", &["--help"]),
    command("tabctl workbooks list --help", &["workbooks", "list", "--help"]),
    command(
        "tabctl call workbooks.list --help",
        &["call", "workbooks.list", "--help"],
    ),
];

pub(crate) fn run(arguments: &[&str]) -> Outcome<()> {
    let setup = Setup::new(false, 0)?;
    let file = setup.root.join("benches/counts.toml");
    match arguments {
        [] => print(&count(&setup)?),
        ["--write"] => {
            let counts = count(&setup)?;
            print(&counts)?;
            std::fs::write(&file, format!("{HEAD}{}", toml::to_string(&counts)?))?;
            Ok(())
        }
        ["--check"] => {
            let known: Counts = toml::from_str(&std::fs::read_to_string(&file)?)?;
            compare(&known, &count(&setup)?)
        }
        _ => Err(USAGE.into()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an arm of a match")]
fn print(counts: &Counts) -> Outcome<()> {
    for (name, count) in &counts.instructions {
        println!("{count:>14}  {name}");
    }
    Ok(())
}

/// Fails if one has grown, or is no longer counted; says so if one has fallen, or is new.
fn compare(known: &Counts, counts: &Counts) -> Outcome<()> {
    if known.rustc != counts.rustc {
        println!("the file is of {}, and this is {}", known.rustc, counts.rustc);
    }
    let mut wrong = Vec::new();
    for (name, &count) in &counts.instructions {
        let Some(&before) = known.instructions.get(name) else {
            println!("{count:>14}           {name}: not in the file yet");
            continue;
        };
        let change = count as f64 / before as f64 - 1.0;
        println!("{count:>14}  {:>+6.1} %  {name}", change * 100.0);
        if change > TOLERANCE {
            wrong.push(format!("`{name}` has grown from {before} to {count}"));
        } else if change < -TOLERANCE {
            println!(
                "                `{name}` has fallen from {before}: update the file, so that it stays so"
            );
        }
    }
    for name in known.instructions.keys() {
        if !counts.instructions.contains_key(name) {
            wrong.push(format!("`{name}` is in the file and was not counted"));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}\nif that is meant: benches/run counts --write",
            wrong.join("\n")
        )
        .into()),
    }
}

fn count(setup: &Setup) -> Outcome<Counts> {
    let reference = Reference::start(setup, 1, 0, 0)?;
    let mut instructions = BTreeMap::new();
    for counted in ALL {
        let count = match counted.between {
            None => of_process(setup, &counted, &[])?,
            Some([few, many]) => {
                let run = |count: u32| of_process(setup, &counted, &[&count.to_string(), &reference.http]);
                run(many)?.saturating_sub(run(few)?) / u64::from(many - few)
            }
        };
        instructions.insert(counted.name.to_owned(), count);
    }
    let rustc = Command::new("rustc").arg("--version").output()?;
    Ok(Counts {
        rustc: String::from_utf8(rustc.stdout)?.trim().to_owned(),
        instructions,
    })
}

/// The instructions of a whole process.
fn of_process(setup: &Setup, counted: &Counted, more: &[&str]) -> Outcome<u64> {
    let program: PathBuf = setup.program(counted.program);
    // Only a request needs to know where to.
    let more = match counted.arguments {
        ["request"] => more,
        _ => more.get(..more.len().min(1)).unwrap_or_default(),
    };
    let output = Command::new("valgrind")
        .env_clear()
        .envs(setup.environment())
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(counted.arguments)
        .args(more)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{}: {said}", counted.name).into());
    }
    // `==123== Collected : 456`
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.ok_or("valgrind did not say what it collected")?;
    Ok(count.trim().parse()?)
}
