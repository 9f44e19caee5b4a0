//! Programs that do the same, in turn, round after round.

use crate::Outcome;
use crate::process::{Sample, Task};
use crate::result::{Bound, Figure, Judged, Line, Row};
use crate::setup::Setup;
use crate::spread::{Spread, Unit};

/// A row whose programs take turns.
#[derive(Debug)]
pub(crate) struct Contest {
    pub(crate) key: &'static str,
    pub(crate) title: String,
    pub(crate) tasks: Vec<Task>,
    pub(crate) goals: Vec<Goal>,
    pub(crate) rounds: usize,
    /// Whether all have to say the same of what they did.
    pub(crate) says: bool,
}

/// A goal of a contest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal {
    quantity: Quantity,
    /// The program that has it.
    of: &'static str,
    /// The program that it is measured by; none for a goal in seconds or megabytes.
    beside: Option<&'static str>,
    at_most: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
    Cpu,
    Wall,
    Peak,
}

const QUANTITIES: [Quantity; 3] = [Quantity::Cpu, Quantity::Wall, Quantity::Peak];

impl Quantity {
    fn of(self, sample: &Sample) -> f64 {
        match self {
            Self::Cpu => sample.cpu,
            Self::Wall => sample.wall,
            Self::Peak => sample.peak,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::Wall => "time",
            Self::Peak => "memory",
        }
    }

    fn unit(self) -> Unit {
        match self {
            Self::Cpu | Self::Wall => Unit::Seconds,
            Self::Peak => Unit::Megabytes,
        }
    }
}

/// No more than this much of another's CPU.
pub(crate) const fn cpu(of: &'static str, beside: &'static str, at_most: f64) -> Goal {
    Goal {
        quantity: Quantity::Cpu,
        of,
        beside: Some(beside),
        at_most,
    }
}

/// No more than this much of another's time.
pub(crate) const fn wall(of: &'static str, beside: &'static str, at_most: f64) -> Goal {
    Goal {
        quantity: Quantity::Wall,
        ..cpu(of, beside, at_most)
    }
}

/// No more memory than so many megabytes.
pub(crate) const fn peak(of: &'static str, at_most: f64) -> Goal {
    Goal {
        quantity: Quantity::Peak,
        of,
        beside: None,
        at_most,
    }
}

impl Contest {
    /// Drops the goals in megabytes.
    pub(crate) fn forget_memory(&mut self) {
        self.goals.retain(|goal| goal.beside.is_some());
    }

    pub(crate) fn run(&self, setup: &Setup) -> Outcome<Row> {
        let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); self.tasks.len()];
        let mut first: Option<String> = None;
        for _ in 0..self.rounds {
            for (task, samples) in self.tasks.iter().zip(&mut samples) {
                let (sample, said) = task.run(setup)?;
                samples.push(sample);
                if !self.says {
                    continue;
                }
                let first = first.get_or_insert_with(|| said.clone());
                if *first != said {
                    let name = task.name;
                    return Err(format!("{}: {name} says {said}, and not {first}", self.key).into());
                }
            }
        }
        Ok(Row {
            key: self.key,
            title: self.title.clone(),
            lines: self.lines(&samples),
            goals: self
                .goals
                .iter()
                .filter_map(|goal| self.judge(goal, &samples))
                .collect(),
            rounds: self.rounds,
        })
    }

    fn lines(&self, samples: &[Vec<Sample>]) -> Vec<Line> {
        let line = |(task, samples): (&Task, &Vec<Sample>)| Line {
            name: task.name.to_owned(),
            figures: QUANTITIES
                .iter()
                .map(|quantity| Figure {
                    of: quantity.name(),
                    spread: Spread::of(samples.iter().map(|sample| quantity.of(sample))),
                    unit: quantity.unit(),
                })
                .collect(),
        };
        self.tasks.iter().zip(samples).map(line).collect()
    }

    /// Round by round; `None` for a goal of a program that is not in the contest.
    fn judge(&self, goal: &Goal, samples: &[Vec<Sample>]) -> Option<Judged> {
        let samples_of = |name: &str| {
            let index = self.tasks.iter().position(|task| task.name == name)?;
            samples.get(index)
        };
        let ours = samples_of(goal.of)?.iter().map(|sample| goal.quantity.of(sample));
        let quantity = goal.quantity.name();
        let (what, measured, unit) = match goal.beside {
            None => {
                let what = format!("{} of {}", quantity, goal.of);
                (what, Spread::of(ours), goal.quantity.unit())
            }
            Some(beside) => {
                let theirs = samples_of(beside)?.iter().map(|sample| goal.quantity.of(sample));
                let what = format!("{quantity}, {} ÷ {beside}", goal.of);
                let ratios = ours.zip(theirs).map(|(ours, theirs)| ours / theirs);
                (what, Spread::of(ratios), Unit::Ratio)
            }
        };
        Some(Judged {
            what,
            measured,
            bound: Bound::AtMost(goal.at_most),
            unit,
        })
    }
}
