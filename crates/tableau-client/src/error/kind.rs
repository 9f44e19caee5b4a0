//! What errors are told apart by.

/// What failed, grouped by what a program can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address is not one of a Tableau server.
    Address,
    /// The client could not be set up.
    Setup,
    /// An argument cannot be sent.
    Input,
    /// The server does not have the call at the version in use, or does not have the version.
    UnsupportedVersion,
    /// No connection: nothing was sent.
    Connection,
    /// No connection that can be trusted: nothing was sent.
    Tls,
    /// The request may have arrived, but no whole answer came back.
    Interrupted,
    /// The request may have arrived, and the client has waited for the answer for as long as it may; [`Error::timeout`](crate::Error::timeout) says which bound it was.
    TimedOut,
    /// The answer is larger than the client's [`Limits`](crate::Limits); it would be again.
    TooLarge,
    /// The server answered with another address.
    Redirected,
    /// The server does not accept the credentials (401001).
    SignInRefused,
    /// The session is over (401002, 401000), or was ended by this program.
    SessionEnded,
    /// The session was over and has been renewed, but the call was not sent again, since it is not idempotent.
    ///
    /// The server had refused it before doing anything, so it can be made again.
    SessionRenewed,
    /// The user may not do this (403).
    Forbidden,
    /// There is no such thing (404).
    NotFound,
    /// The server does not accept the request (400).
    BadRequest,
    /// The address does not take the method (405).
    MethodNotAllowed,
    /// It conflicts with what is there (409).
    Conflict,
    /// All items of a limited resource are in use: every token of a pool.
    Busy,
    /// The server wants fewer requests (429).
    TooManyRequests,
    /// The server failed (5xx), or took too long (408).
    Server,
    /// The answer does not come from Tableau: a proxy, a gateway, a sign-on page.
    Foreign,
    /// The answer cannot be read.
    Decode,
    /// A file on this machine cannot be written: a full disk, a folder that is gone.
    File,
    /// The caller has [cancelled](crate::Cancel) it.
    Cancelled,
    /// It may have been done or not: the answer was lost, and what the server has does not tell. [`Error::hint`](crate::Error::hint) says what to look at.
    OutcomeUnknown,
    /// What a server has of an upload is not what was sent; nothing was published.
    UploadInconsistent,
    /// The pages of a list are not what was announced, so that it would not be complete.
    PaginationInconsistent,
}

/// Whether the server may have seen the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reached {
    /// Nothing was sent.
    No,
    /// It was sent, and what became of it is not known.
    Unknown,
    /// The server answered.
    Yes,
}

/// What a refused sign-in is about, where that can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Suspect {
    /// How the site is named.
    Site,
    /// The credentials.
    Credentials,
    /// This machine's clock, or the server's.
    Clock,
}
