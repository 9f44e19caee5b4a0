//! What failed, whether the server may have seen the request, and what to try.

mod kind;
mod timeout;

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use tableau_wire::query::InvalidQuery;
use tableau_wire::tsm::TsmError;
use tableau_wire::{ApiError, ArgumentError, EncodeError, Operation, SignInCode};

pub use kind::{ErrorKind, Reached, Suspect};
pub use timeout::{Bound, Timeout};

/// The one error type of this library.
///
/// [`kind`](Self::kind) says what to do in a program; [`hint`](Self::hint) and [`causes`](Self::causes) say what a person may try;
/// [`api`](Self::api) is what the server said.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    reached: Reached,
    api: Option<ApiError>,
    tsm: Option<Box<TsmError>>,
    status: Option<StatusCode>,
    answer: Option<Arc<Response<Bytes>>>,
    operation: Option<Operation>,
    server: Option<String>,
    causes: Vec<String>,
    suspect: Option<Suspect>,
    hint: Option<String>,
    attempts: u32,
    elapsed: Duration,
    timeout: Option<Timeout>,
    retry_after: Option<Duration>,
    /// The next attempt would fail the same way.
    is_lasting: bool,
    /// A later attempt may be made with something else, whatever failed: other credentials.
    passes: bool,
    // Shared, so that all calls that waited for one sign-in get its error.
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: String) -> Self {
        Self(Box::new(Inner {
            kind,
            message,
            reached: Reached::No,
            api: None,
            tsm: None,
            status: None,
            answer: None,
            operation: None,
            server: None,
            causes: Vec::new(),
            suspect: None,
            hint: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            timeout: None,
            retry_after: None,
            is_lasting: false,
            passes: false,
            source: None,
        }))
    }

    /// The server answered, with a status that is no reply.
    pub(crate) fn answered(mut self, status: StatusCode) -> Self {
        self.0.reached = Reached::Yes;
        self.0.status = Some(status);
        self
    }

    /// The server answered with this status, and the rest of the answer is missing.
    pub(crate) fn of_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Says whether the server may have seen the request.
    pub(crate) fn reached_as(mut self, reached: Reached) -> Self {
        self.0.reached = reached;
        self
    }

    /// Says what the server said, as Tableau's document of errors.
    pub(crate) fn with_answer(mut self, answer: Response<Bytes>) -> Self {
        self.0.answer = Some(Arc::new(answer));
        self
    }

    pub(crate) fn with_api(mut self, api: ApiError) -> Self {
        self.0.api = Some(api);
        self
    }

    /// Says what Tableau Services Manager said.
    pub(crate) fn with_tsm(mut self, error: Box<TsmError>) -> Self {
        self.0.tsm = Some(error);
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_causes(mut self, causes: Vec<String>) -> Self {
        self.0.causes = causes;
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn suspecting(mut self, suspect: Option<Suspect>) -> Self {
        self.0.suspect = suspect;
        self
    }

    /// Says which bound was reached.
    pub(crate) fn timed_out(mut self, timeout: Option<Timeout>) -> Self {
        self.0.timeout = timeout;
        self
    }

    /// Says that the next attempt would fail the same way.
    pub(crate) fn lasting(mut self, is_lasting: bool) -> Self {
        self.0.is_lasting = is_lasting;
        self
    }

    /// Says that a later attempt may be made with something else.
    pub(crate) fn passing(mut self) -> Self {
        self.0.passes = true;
        self
    }

    pub(crate) fn passes(&self) -> bool {
        self.0.passes
    }

    pub(crate) fn is_lasting(&self) -> bool {
        self.0.is_lasting
    }

    /// Says when the server wants the next request.
    pub(crate) fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.0.retry_after = after;
        self
    }

    /// Says that this is why a session that had ended could not be renewed.
    pub(crate) fn of_renewal(mut self) -> Self {
        self.0.message = format!(
            "the session has ended, and signing in again failed: {}",
            self.0.message
        );
        self
    }

    /// Says which call failed, at which server, and how long it took.
    pub(crate) fn during(
        self,
        operation: Operation,
        server: String,
        attempts: u32,
        elapsed: Duration,
    ) -> Self {
        let mut this = self.of_call(operation, server);
        this.0.attempts = attempts;
        this.0.elapsed = elapsed;
        this
    }

    /// The same, of a call whose answers were seen together.
    pub(crate) fn of_call(mut self, operation: Operation, server: String) -> Self {
        self.0.operation = Some(operation);
        self.0.server = Some(server);
        self
    }

    /// What failed.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was wrong, without the call and the server that [`Display`](fmt::Display) names before it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the server may have seen the request.
    #[must_use]
    pub fn reached(&self) -> Reached {
        self.0.reached
    }

    /// What the server said, if it was the server that refused.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        self.0.api.as_ref()
    }

    /// What Tableau Services Manager said, if it was TSM that refused.
    #[must_use]
    pub fn tsm(&self) -> Option<&TsmError> {
        self.0.tsm.as_deref()
    }

    /// Tableau's code, such as `401002`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let of_tsm = || self.0.tsm.as_ref()?.code.as_deref();
        let of_api = || self.0.api.as_ref().map(|api| api.code.as_str());
        of_api().or_else(of_tsm).filter(|code| !code.is_empty())
    }

    /// The number behind a refused JWT, if the server gave one that is known.
    #[must_use]
    pub fn sign_in_code(&self) -> Option<&'static SignInCode> {
        self.0.api.as_ref().and_then(SignInCode::of)
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status.map(|status| status.as_u16())
    }

    /// The whole answer that refused a request by hand ([`Site::request`](crate::Site::request)); `None` for calls that have a type.
    #[must_use]
    pub fn answer(&self) -> Option<&Response<Bytes>> {
        self.0.answer.as_deref()
    }

    /// The call, as `group.name`, if one was made.
    #[must_use]
    pub fn operation(&self) -> Option<String> {
        self.0.operation.map(|operation| operation.full_name())
    }

    /// What is likely to be the cause, the likeliest first; often empty.
    #[must_use]
    pub fn causes(&self) -> &[String] {
        &self.0.causes
    }

    /// What the first of the [causes](Self::causes) of a refused sign-in is about, if it was seen and is not only what often is the reason.
    #[must_use]
    pub fn suspect(&self) -> Option<Suspect> {
        self.0.suspect
    }

    /// What to try.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// How many times the request was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The bound that was reached, if the client stopped waiting: for a connection ([`ErrorKind::Connection`]) or for the answer
    /// ([`ErrorKind::TimedOut`]).
    #[must_use]
    pub fn timeout(&self) -> Option<Timeout> {
        self.0.timeout
    }

    /// After how long the server wants the next request (`Retry-After`), if its last answer said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How long the call took until it failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }
}

impl fmt::Display for Error {
    /// One line: the call, and what was wrong with it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.0.operation {
            write!(f, "{}", operation.full_name())?;
            if let Some(server) = &self.0.server {
                write!(f, " at {server}")?;
            }
            f.write_str(": ")?;
        }
        in_one_line(&self.0.message, f)
    }
}

/// Writes a text of which a server may have written a part: without what would begin another line, or change how a line is shown.
fn in_one_line(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => f.write_char(' ')?,
            // The line separators and the marks of direction.
            '\u{2028}'
            | '\u{2029}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                write!(f, "{}", letter.escape_unicode())?;
            }
            letter if letter.is_control() => write!(f, "{}", letter.escape_unicode())?,
            letter => f.write_char(letter)?,
        }
    }
    Ok(())
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("message", &self.to_string())
            .field("reached", &inner.reached)
            .field("status", &self.status())
            .field("causes", &inner.causes)
            .field("hint", &inner.hint)
            .field("attempts", &inner.attempts)
            .field("elapsed", &inner.elapsed)
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        Self::new(ErrorKind::Input, format!("the request cannot be sent: {error}")).caused_by(error)
    }
}

impl From<ArgumentError> for Error {
    fn from(error: ArgumentError) -> Self {
        Self::new(ErrorKind::Input, format!("the request cannot be sent: {error}")).caused_by(error)
    }
}

impl From<InvalidQuery> for Error {
    fn from(error: InvalidQuery) -> Self {
        Self::new(ErrorKind::Input, error.to_string()).caused_by(error)
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
