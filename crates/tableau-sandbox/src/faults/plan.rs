//! Several faults with their seed, as a file has them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fault::Fault;

/// Faults and the seed of their probabilities: the document of `tabctl sandbox --faults FILE` and of `POST /_sandbox/faults`.
///
/// ```
/// let plan: tableau_sandbox::FaultPlan = r#"{
///     "seed": 7,
///     "faults": [
///         {"on": {"operation": "workbooks.list", "page": 2}, "fault": {"status": {"code": 503, "retry_after": 3}}},
///         {"on": {"operation": "*.list"}, "probability": 0.1, "times": "always", "fault": {"delay": {"milliseconds": 200}}}
///     ]
/// }"#.parse()?;
/// assert_eq!(plan.faults.len(), 2);
/// # Ok::<(), tableau_sandbox::InvalidFaults>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultPlan {
    /// The seed; the one that is set stays without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The faults, in the order in which they are looked through.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

impl std::str::FromStr for FaultPlan {
    type Err = InvalidFaults;

    /// Reads a plan in JSON, or one fault alone.
    fn from_str(text: &str) -> Result<Self, InvalidFaults> {
        let invalid = |error: serde_json::Error| InvalidFaults {
            reason: error.to_string(),
        };
        let document: Map<String, Value> = serde_json::from_str(text).map_err(invalid)?;
        let alone = document.contains_key("fault");
        let document = Value::from(document);
        let plan = if alone {
            Self {
                seed: None,
                faults: vec![serde_json::from_value(document).map_err(invalid)?],
            }
        } else {
            serde_json::from_value(document).map_err(invalid)?
        };
        plan.check()
    }
}

impl FaultPlan {
    fn check(self) -> Result<Self, InvalidFaults> {
        let mut numbered = self.faults.iter().zip(1..);
        let problem = numbered.find_map(|(fault, number)| Some((number, fault.problem()?)));
        match problem {
            Some((number, problem)) => Err(InvalidFaults {
                reason: format!("fault {number}: {problem}"),
            }),
            None => Ok(self),
        }
    }
}

/// A text that is not a plan of faults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidFaults {
    /// The reason.
    pub reason: String,
}

impl fmt::Display for InvalidFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "these are no faults, which look like {{\"seed\": 7, \"faults\": [{{\"on\": {{\"operation\": \"workbooks.list\"}}, \"fault\": \"commit_then_reset\"}}]}}: {}",
            self.reason
        )
    }
}

impl std::error::Error for InvalidFaults {}
