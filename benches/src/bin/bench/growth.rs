//! How the work of the sandbox grows with what it holds.

use crate::Outcome;
use crate::options::Options;
use crate::result::{Bound, Judged, Line, Row};
use crate::sandbox::{BY_PASSWORD, Load, Sandbox, by_token, figure};
use crate::setup::Setup;
use crate::spread::{Spread, Unit};

/// How many workbooks the small sandbox has.
const FEW: u32 = 1000;
/// How much the work for a request may grow.
const GROWTH: f64 = 1.3;
/// The most that a sort or a filter may take, in seconds of CPU.
const LONGEST: f64 = 0.005;
/// Sessions that are begun between the first sign-ins and the last.
const SIGN_INS: &str = "10000";
/// How many sign-ins are measured: few enough that their own sessions are no matter.
const MEASURED: &str = "1000";

/// Both in the small sandbox and in the large one, or before and after.
struct Grown {
    name: &'static str,
    few: Vec<f64>,
    many: Vec<f64>,
}

impl Grown {
    fn line(&self) -> Line {
        Line {
            name: self.name.to_owned(),
            figures: vec![
                figure("few", self.few.clone(), Unit::Seconds),
                figure("many", self.many.clone(), Unit::Seconds),
            ],
        }
    }

    fn goal(&self) -> Judged {
        Judged {
            what: format!("{}, many ÷ few", self.name),
            measured: Spread::of(self.few.iter().zip(&self.many).map(|(few, many)| many / few)),
            bound: Bound::AtMost(GROWTH),
            unit: Unit::Ratio,
        }
    }
}

/// CPU of requests in a small sandbox and in a large one.
pub(crate) fn requests(setup: &Setup, options: &Options) -> Outcome<Row> {
    let many = options.sizes.workbooks;
    let (small, large) = (
        Sandbox::start(setup, FEW, None)?,
        Sandbox::start(setup, many, None)?,
    );
    let middle = |workbooks: u32| format!("pageSize=100&pageNumber={}", workbooks / 200);
    let same = |query: &str| [query.to_owned(), query.to_owned()];
    let kinds = [
        ("a page in the middle", [middle(FEW), middle(many)]),
        ("sort by name", same("pageSize=100&sort=name:desc")),
        ("filter by owner", same("pageSize=100&filter=ownerName:eq:admin")),
    ];
    let (mut lines, mut goals) = (Vec::new(), Vec::new());
    for (index, (name, [few, many])) in kinds.into_iter().enumerate() {
        let cost = |sandbox: &Sandbox, query: &str| costs(setup, options, sandbox, by_token(query));
        let grown = Grown {
            name,
            few: cost(&small, &few)?,
            many: cost(&large, &many)?,
        };
        lines.push(grown.line());
        goals.push(grown.goal());
        // A page is no sort and no filter.
        if index > 0 {
            goals.push(Judged {
                what: format!("{name}, CPU of a request"),
                measured: Spread::of(grown.many),
                bound: Bound::AtMost(LONGEST),
                unit: Unit::Seconds,
            });
        }
    }
    Ok(Row {
        key: "sandbox-growth",
        title: format!("sandbox: CPU of a request for 100 workbooks, at {FEW} (few) and at {many} (many)"),
        lines,
        goals,
        rounds: options.few(),
    })
}

/// Seconds of CPU for a request, each round.
fn costs(setup: &Setup, options: &Options, sandbox: &Sandbox, load: Load<'_>) -> Outcome<Vec<f64>> {
    let limit = format!("{}ms", options.sizes.load);
    let rate = |_| sandbox.rate(setup, load, &limit);
    (0..options.few()).map(rate).map(|rate| Ok(1.0 / rate?)).collect()
}

/// CPU of a sign-in before and after many others, in a sandbox of its own each round.
pub(crate) fn sign_ins(setup: &Setup, options: &Options) -> Outcome<Row> {
    let rounds = options.few();
    let mut grown = Grown {
        name: "sign-in by token",
        few: Vec::new(),
        many: Vec::new(),
    };
    for _ in 0..rounds {
        let sandbox = Sandbox::start(setup, 40, None)?;
        let rate = |load: Load<'_>, limit| sandbox.rate(setup, load, limit);
        grown.few.push(1.0 / rate(by_token("sign-in"), MEASURED)?);
        rate(BY_PASSWORD, SIGN_INS)?;
        grown.many.push(1.0 / rate(by_token("sign-in"), MEASURED)?);
    }
    Ok(Row {
        key: "sandbox-sign-ins",
        title: format!(
            "sandbox: CPU of a sign-in by token, at first (few) and after {SIGN_INS} sign-ins by password (many)"
        ),
        lines: vec![grown.line()],
        goals: vec![grown.goal()],
        rounds,
    })
}

/// The first start with a folder of data: time and memory.
pub(crate) fn first_start(setup: &Setup, options: &Options) -> Outcome<Row> {
    let (rounds, workbooks) = (options.few(), options.sizes.workbooks);
    let (mut times, mut cpu, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let folder = setup.path(&format!("data-{round}"));
        let sandbox = Sandbox::start(setup, workbooks, Some(&folder))?;
        times.push(sandbox.start);
        let sample = sandbox.server.stop()?;
        cpu.push(sample.cpu);
        peaks.push(sample.peak);
        std::fs::remove_dir_all(&folder)?;
    }
    let judged = |what: &str, values: &[f64], most, unit| Judged {
        what: what.to_owned(),
        measured: Spread::of(values.iter().copied()),
        bound: Bound::AtMost(most),
        unit,
    };
    let goals = match options.is_whole {
        true => vec![
            judged("time", &times, 1.0, Unit::Seconds),
            judged("memory", &peaks, 250.0, Unit::Megabytes),
        ],
        false => Vec::new(),
    };
    Ok(Row {
        key: "sandbox-start",
        title: format!("sandbox: first start with `--data` and {workbooks} workbooks"),
        lines: vec![Line {
            name: "sandbox".to_owned(),
            figures: vec![
                figure("CPU", cpu, Unit::Seconds),
                figure("time", times, Unit::Seconds),
                figure("memory", peaks, Unit::Megabytes),
            ],
        }],
        goals,
        rounds,
    })
}
