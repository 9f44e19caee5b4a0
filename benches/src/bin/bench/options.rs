//! What the runner is asked for.

use crate::Outcome;

/// How it is called.
pub(crate) const USAGE: &str = "usage: bench all [--quick] [--rounds N] [--only ROW,…] [--write]
       bench counts [--check | --write]";

/// How much is measured.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Rounds of each row; rows that take long have fewer.
    pub(crate) rounds: usize,
    pub(crate) sizes: Sizes,
    /// Whether everything is measured at the sizes that the goals are for.
    pub(crate) is_whole: bool,
    /// The rows to measure; all if there are none.
    pub(crate) only: Vec<String>,
    /// Whether `docs/performance.md` is written.
    pub(crate) writes: bool,
}

/// How large things are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    /// Items of the long list.
    pub(crate) items: u32,
    /// Items of the list whose answers come late.
    pub(crate) delayed_items: u32,
    /// Bytes of the file.
    pub(crate) file: u64,
    /// Sessions in all, and at once.
    pub(crate) sessions: u32,
    /// Workbooks of the large sandbox; the small one has a thousand.
    pub(crate) workbooks: u32,
    /// For how long each load lasts, in milliseconds.
    pub(crate) load: u32,
}

const WHOLE: Sizes = Sizes {
    items: 100_000,
    delayed_items: 10_000,
    file: 1 << 30,
    sessions: 32,
    workbooks: 100_000,
    load: 600,
};

const QUICK: Sizes = Sizes {
    items: 10_000,
    delayed_items: 2_000,
    file: 256 << 20,
    sessions: 8,
    workbooks: 20_000,
    load: 300,
};

impl Options {
    pub(crate) fn read(arguments: &[&str]) -> Outcome<Self> {
        let mut options = Self {
            rounds: 7,
            sizes: WHOLE,
            is_whole: true,
            only: Vec::new(),
            writes: false,
        };
        let mut arguments = arguments.iter();
        while let Some(&option) = arguments.next() {
            let mut value = || arguments.next().ok_or(USAGE);
            match option {
                "--quick" => {
                    (options.rounds, options.sizes, options.is_whole) = (2, QUICK, false);
                }
                "--rounds" => options.rounds = value()?.parse()?,
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--write" => options.writes = true,
                _ => return Err(USAGE.into()),
            }
        }
        Ok(options)
    }

    /// Whether a row is asked for, by its name or by the words that it begins with: `list` stands for `list-drop` too.
    pub(crate) fn wants(&self, key: &str) -> bool {
        let names = |wanted: &String| {
            let rest = key.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.only.is_empty() || self.only.iter().any(names)
    }

    /// The rounds of rows that take long.
    pub(crate) fn few(&self) -> usize {
        self.rounds.min(3)
    }
}
