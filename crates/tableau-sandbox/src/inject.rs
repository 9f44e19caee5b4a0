//! Injected faults: the refusals of a server that is overloaded, broken, or has calls that the sandbox lacks.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tableau_wire::{KnownCode, Operation};

use crate::dialect::Address;
use crate::refusal::Refusal;

/// An answer that the sandbox gives to the next matching request, instead of its own.
///
/// ```
/// use tableau_sandbox::{Fault, Sandbox};
///
/// let service = Sandbox::builder().build()?;
/// service.controls().inject(Fault::new(429, "429000").on("workbooks.list").retry_after(std::time::Duration::from_secs(3)).times(2));
/// # Ok::<(), tableau_sandbox::StartError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Fault {
    refusal: Refusal,
    on: On,
    retry_after: Option<Duration>,
    times: u32,
}

/// Which requests a fault is for.
#[derive(Debug, Clone)]
enum On {
    Any,
    Operation(String),
    Path(String),
}

impl Fault {
    /// A fault with a status and one of Tableau's codes, once, for any request.
    ///
    /// Summary and detail default to the code's known meaning.
    #[must_use]
    pub fn new(status: u16, code: &str) -> Self {
        let known = KnownCode::find(code);
        let text = |text: fn(&KnownCode) -> &'static str| known.map_or("Fault on request", text);
        let mut refusal = Refusal::new(code, text(|known| known.summary), text(|known| known.meaning));
        refusal.status = status;
        Self {
            refusal,
            on: On::Any,
            retry_after: None,
            times: 1,
        }
    }

    /// Only for this call, by its group and name: `workbooks.list`.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.on = On::Operation(operation.into());
        self
    }

    /// Only for paths that begin with this after `/api`, without regard to case: `/-/search`. The path need not be a call of the sandbox.
    #[must_use]
    pub fn on_path(mut self, prefix: impl Into<String>) -> Self {
        self.on = On::Path(prefix.into().to_lowercase());
        self
    }

    /// For this many requests, instead of one.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// With this summary.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.refusal.error.summary = summary.into().into();
        self
    }

    /// With this detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.refusal.error.detail = detail.into().into();
        self
    }

    /// With a `Retry-After`, in seconds. Whether Tableau Cloud sends one is not known.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    fn is_for(&self, operation: Option<&Operation>, address: &Address<'_>) -> bool {
        match &self.on {
            On::Any => true,
            On::Operation(name) => operation.is_some_and(|operation| operation.full_name() == *name),
            On::Path(prefix) => address.raw.to_lowercase().starts_with(prefix),
        }
    }
}

/// The faults that are still due, in the order in which they were injected.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        if fault.times > 0 {
            self.faults().push(fault);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.faults().is_empty()
    }

    /// The fault for a request, if there is one: the refusal and its `Retry-After`.
    pub(crate) fn next(
        &self,
        operation: Option<&Operation>,
        address: &Address<'_>,
    ) -> Option<(Refusal, Option<Duration>)> {
        let mut faults = self.faults();
        let at = faults.iter().position(|fault| fault.is_for(operation, address))?;
        let fault = faults.get_mut(at)?;
        fault.times -= 1;
        let found = (fault.refusal.clone(), fault.retry_after);
        if fault.times == 0 {
            faults.remove(at);
        }
        Some(found)
    }

    fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        // A panic here leaves no partial change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
