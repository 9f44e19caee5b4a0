//! Questions to the user at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use tableau_client::Secret;

use super::interrupt::end_on_interrupt;
use super::text::say;
use crate::failure::Failure;

/// A terminal that shows questions and takes answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal(());

impl Terminal {
    /// `None` unless both standard input and standard error are terminals.
    pub(crate) fn find() -> Result<Option<Self>, Failure> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Ok(None);
        }
        static WATCHED: OnceLock<Result<(), String>> = OnceLock::new();
        let watched = WATCHED.get_or_init(|| end_on_interrupt().map_err(|error| error.to_string()));
        match watched {
            Ok(()) => Ok(Some(Self(()))),
            Err(error) => Err(Failure::Local(format!("the terminal cannot be used: {error}"))),
        }
    }

    /// Asks for a line; trims its white space.
    pub(crate) fn line(self, question: &str) -> Result<String, Failure> {
        ask(question)?;
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(0) => {
                say("");
                Err(unanswered())
            }
            Ok(_) => Ok(line.trim().to_owned()),
            Err(error) => Err(unread(&error)),
        }
    }

    /// Asks for a non-empty line.
    pub(crate) fn text(self, question: &str) -> Result<String, Failure> {
        loop {
            let line = self.line(question)?;
            if !line.is_empty() {
                return Ok(line);
            }
        }
    }

    /// Asks for an answer without echo.
    pub(crate) fn secret(self, question: &str) -> Result<Secret, Failure> {
        // Before the question, which may be answered at once.
        let unseen = Unseen::begin();
        ask(&format!("{question} (not shown)"))?;
        match unseen.and_then(Unseen::read) {
            Ok(secret) => Ok(Secret::from(secret)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(unanswered()),
            Err(error) => Err(unread(&error)),
        }
    }

    /// Asks for one of several choices, by number; the first by default.
    pub(crate) fn choice<T: Copy>(self, question: &str, choices: &[(T, &str)]) -> Result<T, Failure> {
        say(question);
        for (number, (_, text)) in (1..).zip(choices) {
            say(&format!("  {number}  {text}"));
        }
        loop {
            let typed = self.line("Number [1]")?;
            let number = if typed.is_empty() {
                Ok(1)
            } else {
                typed.parse::<usize>()
            };
            let chosen = number.ok().and_then(|number| choices.get(number.checked_sub(1)?));
            if let Some((choice, _)) = chosen {
                return Ok(*choice);
            }
            say(&format!("a number from 1 to {}", choices.len()));
        }
    }

    /// Asks yes or no; no by default.
    pub(crate) fn confirm(self, question: &str) -> Result<bool, Failure> {
        let typed = self.line(&format!("{question} [y/N]"))?;
        Ok(matches!(typed.to_ascii_lowercase().as_str(), "y" | "yes"))
    }
}

/// A terminal without echo; dropping it restores the terminal.
#[cfg(unix)]
struct Unseen {
    before: rustix::termios::Termios,
}

#[cfg(unix)]
impl Unseen {
    fn begin() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut unseen = before.clone();
        // Character by character, since a terminal's line buffer is too short for a JWT. Ctrl-C keeps its meaning.
        unseen.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
        unseen.special_codes[SpecialCodeIndex::VMIN] = 1;
        unseen.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Now, &unseen)?;
        Ok(Self { before })
    }

    fn read(self) -> io::Result<String> {
        let config = rpassword::ConfigBuilder::new()
            .input_reader(io::stdin())
            .output_discard();
        let answer = rpassword::read_password_with_config(config.build());
        say("");
        answer
    }
}

#[cfg(unix)]
impl Drop for Unseen {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A closed terminal needs no restoring.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}

/// A console without echo, by `rpassword`.
#[cfg(not(unix))]
struct Unseen;

#[cfg(not(unix))]
impl Unseen {
    fn begin() -> io::Result<Self> {
        Ok(Self)
    }

    fn read(self) -> io::Result<String> {
        rpassword::read_password()
    }
}

fn ask(question: &str) -> Result<(), Failure> {
    let mut err = io::stderr().lock();
    write!(err, "{question}: ")?;
    err.flush()?;
    Ok(())
}

/// The failure after Ctrl-D, or if the terminal is gone.
fn unanswered() -> Failure {
    Failure::Usage("nothing was answered".to_owned())
}

fn unread(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidData => Failure::Usage("the answer is not valid UTF-8".to_owned()),
        _ => Failure::Local(format!("the terminal cannot be read: {error}")),
    }
}
