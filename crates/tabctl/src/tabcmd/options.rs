//! Options of tabcmd, and those that every command has.

/// An option of tabcmd.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opt {
    /// The names; the first is the one that translations ask for.
    pub(super) names: &'static [&'static str],
    pub(super) takes: Takes,
    pub(super) effect: Effect,
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// A value, by its name in help.
    Value(&'static str),
    /// One of these, in any case.
    OneOf(&'static [&'static str]),
}

/// What an option does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Honored,
    /// Nothing, here or in tabcmd: a warning says so.
    None,
    /// Something in a tabcmd that this cannot do: an error says what to do instead.
    Refused(&'static str),
}

pub(super) const fn flag(names: &'static [&'static str]) -> Opt {
    Opt {
        names,
        takes: Takes::Nothing,
        effect: Effect::Honored,
    }
}

pub(super) const fn value(names: &'static [&'static str], value: &'static str) -> Opt {
    Opt {
        names,
        takes: Takes::Value(value),
        effect: Effect::Honored,
    }
}

pub(super) const fn one_of(names: &'static [&'static str], words: &'static [&'static str]) -> Opt {
    Opt {
        names,
        takes: Takes::OneOf(words),
        effect: Effect::Honored,
    }
}

impl Opt {
    pub(super) const fn without_effect(mut self) -> Self {
        self.effect = Effect::None;
        self
    }

    pub(super) const fn refused(mut self, instead: &'static str) -> Self {
        self.effect = Effect::Refused(instead);
        self
    }
}

const LANGUAGES: &[&str] = &["de", "en", "es", "fr", "it", "ja", "ko", "pt", "sv", "zh"];

/// The options of every command, which may stand before it, too.
pub(super) const GLOBAL: &[Opt] = &[
    value(&["--server", "-s"], "URL"),
    value(&["--site", "-t"], "SITE"),
    value(&["--token-name"], "NAME"),
    value(&["--username", "--user", "-u"], "USER"),
    value(&["--token-value"], "VALUE"),
    value(&["--password", "-p"], "PASSWORD"),
    value(&["--password-file"], "FILE"),
    value(&["--token-file"], "FILE"),
    flag(&["--no-prompt"]),
    value(&["--use-certificate", "-c"], "FILE"),
    flag(&["--no-certcheck"]),
    flag(&["--no-cookie"]),
    flag(&["--cookie"]),
    value(&["--proxy", "-x"], "HOST:PORT").refused("set HTTPS_PROXY to it, which every command honors"),
    flag(&["--no-proxy"]).refused("set NO_PROXY to the server's host"),
    value(&["--timeout"], "SECONDS"),
    flag(&["--continue-if-exists"]),
    one_of(&["--country"], LANGUAGES).without_effect(),
    one_of(&["--language"], LANGUAGES).without_effect(),
    one_of(&["--logging-level", "-l"], &["TRACE", "DEBUG", "INFO", "ERROR"]),
    value(&["--query-page-size"], "N").without_effect(),
    flag(&["--nowait", "--no-wait"]).without_effect(),
    flag(&["--silent-progress"]).without_effect(),
];

/// Options of which one at most is given.
pub(super) const EXCLUSIVE: &[&[&str]] = &[
    &["--token-name", "--username"],
    &["--token-value", "--password", "--password-file", "--token-file"],
    &["--use-certificate", "--no-certcheck"],
    &["--proxy", "--no-proxy"],
    &["--complete", "--no-complete"],
    &["--datasource", "--workbook", "--url"],
    &["--embedded-datasources", "--include-all"],
    &["--site-id", "--url"],
    &["--site-mode", "--no-site-mode"],
    &["--oauth-username", "--db-username"],
    &["--thumbnail-username", "--thumbnail-group"],
    &["--append", "--replace", "--overwrite"],
    &["--addcalculations", "--removecalculations"],
    &["--pdf", "--fullpdf", "--png", "--csv"],
];
