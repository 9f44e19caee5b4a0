//! The doctor's report: one line for each layer, and under the failed one the causes and the fix.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::text::{escaped, plain};

/// The layers, in the order in which they are examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Layer {
    Address,
    Dns,
    Tcp,
    Tls,
    Redirect,
    Proxy,
    Serverinfo,
    ApiVersion,
    Site,
    Credential,
    Scopes,
    Clock,
}

impl Layer {
    fn title(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Redirect => "redirect",
            Self::Proxy => "proxy",
            Self::Serverinfo => "serverinfo",
            Self::ApiVersion => "api version",
            Self::Site => "site",
            Self::Credential => "credential",
            Self::Scopes => "scopes",
            Self::Clock => "clock",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    Ok,
    /// It works, with a warning.
    Warning,
    /// There is nothing to check.
    Skipped,
    Failed,
}

impl Outcome {
    fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Warning => '!',
            Self::Skipped => '-',
            Self::Failed => '✗',
        }
    }
}

/// The finding of a layer.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    layer: Layer,
    outcome: Outcome,
    says: String,
    /// The causes, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    /// The fix, if possible as a command to type.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

/// The findings; printed as they come, except as JSON.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    #[serde(skip)]
    json: bool,
    pub(super) server: Option<String>,
    pub(super) site: Option<String>,
    ok: bool,
    layers: Vec<Finding>,
}

/// The causes of a failed layer, and the fix.
pub(super) struct Diagnosis {
    pub(super) causes: Vec<String>,
    pub(super) fix: Option<String>,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            server: None,
            site: None,
            ok: true,
            layers: Vec::new(),
        }
    }

    pub(super) fn ok(&mut self, layer: Layer, says: impl Into<String>) -> io::Result<()> {
        self.add(layer, Outcome::Ok, says.into(), None)
    }

    pub(super) fn skipped(&mut self, layer: Layer, says: impl Into<String>) -> io::Result<()> {
        self.add(layer, Outcome::Skipped, says.into(), None)
    }

    pub(super) fn warning(
        &mut self,
        layer: Layer,
        says: impl Into<String>,
        diagnosis: impl Into<Option<Diagnosis>>,
    ) -> io::Result<()> {
        self.add(layer, Outcome::Warning, says.into(), diagnosis.into())
    }

    pub(super) fn failed(
        &mut self,
        layer: Layer,
        says: impl Into<String>,
        diagnosis: Diagnosis,
    ) -> io::Result<()> {
        self.ok = false;
        self.add(layer, Outcome::Failed, says.into(), Some(diagnosis))
    }

    fn add(
        &mut self,
        layer: Layer,
        outcome: Outcome,
        says: String,
        diagnosis: Option<Diagnosis>,
    ) -> io::Result<()> {
        let (causes, fix) = diagnosis.map_or((Vec::new(), None), |found| (found.causes, found.fix));
        let finding = Finding {
            layer,
            outcome,
            says,
            causes,
            fix,
        };
        if !self.json {
            finding.print()?;
        }
        self.layers.push(finding);
        Ok(())
    }

    /// Prints the rest of the report.
    pub(super) fn finish(&self) -> Result<(), Failure> {
        if self.json {
            let mut out = io::stdout().lock();
            let text = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
            writeln!(out, "{}", escaped(&text))?;
        }
        Ok(())
    }
}

impl Finding {
    fn print(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let (mark, title) = (self.outcome.mark(), self.layer.title());
        writeln!(out, "{mark} {title:<11}  {}", plain(&self.says))?;
        for (number, cause) in self.causes.iter().enumerate() {
            let word = if number == 0 { "cause" } else { "or" };
            writeln!(out, "  {:<7}{}", format!("{word}:"), plain(cause))?;
        }
        if let Some(fix) = &self.fix {
            writeln!(out, "  {:<7}{}", "fix:", plain(fix))?;
        }
        out.flush()
    }
}
