//! CSV files of users: in Tableau's format, or with a first line that names the columns.

use std::path::Path;

use tableau_client::UserEntry;
use tableau_client::wire::value::SiteRole;

use crate::failure::Failure;
use crate::input;

/// The columns in Tableau's order.
const ORDER: [&str; 8] = [
    "name",
    "password",
    "fullname",
    "license",
    "administrator",
    "publisher",
    "email",
    "authsetting",
];
/// Other words for columns, and the one that has no place in Tableau's order.
const WORDS: [(&str, &str); 14] = [
    ("username", "name"),
    ("login", "name"),
    ("loginname", "name"),
    ("user", "name"),
    ("displayname", "fullname"),
    ("licenselevel", "license"),
    ("licence", "license"),
    ("admin", "administrator"),
    ("administratorlevel", "administrator"),
    ("publish", "publisher"),
    ("publishingcapability", "publisher"),
    ("emailaddress", "email"),
    ("auth", "authsetting"),
    ("role", "siterole"),
];

/// The lines of a file, column by column.
struct Table {
    columns: Vec<String>,
    lines: Vec<(u64, Vec<String>)>,
}

/// The name of a column without spaces, case and hyphens; `None` for a word that is none.
fn column(word: &str) -> Option<String> {
    let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    let word = word.to_lowercase();
    let named = WORDS.iter().find(|(other, _)| *other == word);
    let word = named.map_or(word.as_str(), |(_, name)| name);
    (ORDER.contains(&word) || word == "siterole").then(|| word.to_owned())
}

/// The separator of a line whose first value has others than commas in it: no user is called so.
fn other_separator(words: &[String]) -> Option<char> {
    let first = words.first()?;
    [';', '\t']
        .into_iter()
        .find(|separator| first.contains(*separator))
}

/// Whether a quote at the beginning of a value is not closed, so that the rest of the text is part of that value.
fn is_open(text: &str) -> bool {
    let (mut is_quoted, mut begins) = (false, true);
    for character in text.chars() {
        match character {
            // Two quotes inside a value are one: the second opens it again.
            '"' if is_quoted => (is_quoted, begins) = (false, true),
            '"' if begins => is_quoted = true,
            _ if is_quoted => {}
            ',' | '\n' | '\r' => begins = true,
            _ => begins = false,
        }
    }
    is_quoted
}

/// The columns that a first line names, if it does: one of them is `name`, and each other word is a column too.
///
/// What the words are is not said: a line that is a user may have a password.
fn headers(words: &[String]) -> Result<Option<Vec<String>>, String> {
    let columns: Vec<_> = words.iter().map(|word| column(word)).collect();
    let has = |name: &str| columns.iter().flatten().any(|column| column == name);
    let known = format!(
        "there are {}, siterole. If it is a user, name the columns in a line above",
        ORDER.join(", ")
    );
    // A user may be called like a column, and has a role then.
    if is_user(words) {
        return Ok(None);
    }
    if !has("name") {
        let named = ["fullname", "email", "authsetting", "siterole"]
            .into_iter()
            .find(|name| has(name));
        return match named {
            Some(named) => Err(format!(
                "line 1 names the column {named}, and none for the name of the user: {known}"
            )),
            None => Ok(None),
        };
    }
    if let Some(unknown) = columns.iter().position(Option::is_none) {
        return Err(format!(
            "line 1 names columns, and number {} is none: {known}",
            unknown + 1
        ));
    }
    let columns: Vec<_> = columns.into_iter().flatten().collect();
    let is_twice = |(at, column): (usize, &String)| columns.iter().take(at).any(|other| other == column);
    match columns.iter().enumerate().position(is_twice) {
        Some(at) => Err(format!(
            "line 1 names a column twice, the second time as number {}",
            at + 1
        )),
        None => Ok(Some(columns)),
    }
}

/// Whether a line in Tableau's order says a role.
fn is_user(words: &[String]) -> bool {
    let value = |name: &str| {
        let at = ORDER.iter().position(|column| *column == name);
        at.and_then(|at| words.get(at)).map_or("", String::as_str)
    };
    let [license, administrator, publisher] = ["license", "administrator", "publisher"].map(value);
    let is_said = !license.is_empty() || !administrator.is_empty();
    is_said && SiteRole::from_columns(license, administrator, publisher).is_some()
}

impl Table {
    fn read(file: &Path) -> Result<Self, Failure> {
        let text = input::read_text(file)?;
        if is_open(&text) {
            return Err(wrong(file, "it has a quote that is not closed"));
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| wrong(file, &error.to_string()))?;
            if record.iter().any(|value| !value.is_empty()) {
                let line = record.position().map_or(0, csv::Position::line);
                if record.iter().any(|value| value.contains(['\n', '\r'])) {
                    let reason = format!("line {line} has a value with a line break: is its quote closed?");
                    return Err(wrong(file, &reason));
                }
                let values: Vec<_> = record.iter().map(str::to_owned).collect();
                if let Some(separator) = other_separator(&values) {
                    let reason = format!("line {line} is separated by {separator:?}: write commas");
                    return Err(wrong(file, &reason));
                }
                lines.push((line, values));
            }
        }
        let first = lines.first().map_or(&[][..], |(_, words)| words);
        let headers = headers(first).map_err(|reason| wrong(file, &reason))?;
        let columns = match headers {
            Some(columns) => {
                lines.remove(0);
                columns
            }
            None => ORDER.map(str::to_owned).to_vec(),
        };
        if let Some((line, _)) = lines.iter().find(|(_, values)| values.len() > columns.len()) {
            let most = columns.len();
            return Err(wrong(
                file,
                &format!("line {line} has more than {most} columns: name the columns in a first line"),
            ));
        }
        Ok(Self { columns, lines })
    }

    /// The value of a column in a line, if it has one.
    fn value<'v>(&self, values: &'v [String], column: &str) -> Option<&'v str> {
        let at = self.columns.iter().position(|known| known == column)?;
        values
            .get(at)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

fn wrong(file: &Path, reason: &str) -> Failure {
    Failure::Usage(format!("{}: {reason}", file.display()))
}

/// A user of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Listed {
    pub(super) user: UserEntry,
    /// Whether the file says what the user may do: if not, a user that there is keeps the role, and a new one is unlicensed.
    pub(super) has_role: bool,
}

/// The users of a file, all with a role if one is given.
pub(super) fn users(file: &Path, role_of_all: Option<&SiteRole>) -> Result<Vec<Listed>, Failure> {
    let table = Table::read(file)?;
    let mut users: Vec<Listed> = Vec::new();
    for (line, values) in &table.lines {
        let value = |column| table.value(values, column);
        let at = |reason: &str| wrong(file, &format!("line {line} {reason}"));
        let name = value("name").ok_or_else(|| at("names no user"))?;
        if users
            .iter()
            .any(|other| other.user.name.eq_ignore_ascii_case(name))
        {
            return Err(at(&format!("names {name} a second time")));
        }
        let role = match (role_of_all, value("siterole")) {
            (Some(role), _) => Some(role.clone()),
            (None, Some(role)) => SiteRole::KNOWN
                .iter()
                .find(|known| known.as_str().eq_ignore_ascii_case(role))
                .cloned(),
            // Without any of them, that of a new user.
            (None, None) => SiteRole::from_columns(
                value("license").unwrap_or_default(),
                value("administrator").unwrap_or_default(),
                value("publisher").unwrap_or_default(),
            ),
        };
        let role =
            role.ok_or_else(|| at("has an unknown word for the role: see --help for those that there are"))?;
        let columns = ["siterole", "license", "administrator", "publisher"];
        users.push(Listed {
            has_role: role_of_all.is_some() || columns.into_iter().any(|column| value(column).is_some()),
            user: UserEntry::new(name, role).with(|user| {
                user.password = value("password").map(Into::into);
                user.full_name = value("fullname").map(str::to_owned);
                user.email = value("email").map(str::to_owned);
                user.auth_setting = value("authsetting").map(Into::into);
            }),
        });
    }
    if users.is_empty() {
        return Err(wrong(file, "it names no user"));
    }
    Ok(users)
}

/// The name of a user as it is: in Tableau's files, `\0x40` stands for an `@` that separates no domain.
pub(super) fn decoded(name: &str) -> String {
    name.replace(r"\0x40", "@")
}

/// The names in a file, each once; it may name none.
pub(super) fn names(file: &Path) -> Result<Vec<String>, Failure> {
    let table = Table::read(file)?;
    let mut names: Vec<String> = Vec::new();
    for (_, values) in &table.lines {
        let name = decoded(table.value(values, "name").unwrap_or_default());
        if !name.is_empty() && !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn tableaus_format_and_one_with_names_say_the_same() {
        let plain =
            file("ada,,\"Lovelace, Ada\",Creator,Site,1,ada@example.com,SAML\nbob,,,Viewer,None,0,,\n");
        let named = file(
            "\u{feff}Email Address,Display Name,siteRole,Username,auth\nada@example.com,\"Lovelace, Ada\",SiteAdministratorCreator,ada,SAML\n,,viewer,bob,\n",
        );
        let plain = users(plain.path(), None).unwrap();
        assert_eq!(plain, users(named.path(), None).unwrap());
        assert_eq!(plain.len(), 2);
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, reason) in [
            ("ada,,,Wizard\n", "line 1 has an unknown word for the role"),
            ("ada\nADA\n", "line 2 names ADA a second time"),
            ("name,license\n,Viewer\n", "line 2 names no user"),
            ("ada,,,,,,,,extra\n", "line 1 has more than 8 columns"),
            ("\n", "it names no user"),
            (
                "name,siteRole\n\"ada,Viewer\nbob,Viewer\n",
                "a quote that is not closed",
            ),
            ("ada,,\"Love\nlace\"\n", "line 1 has a value with a line break"),
            ("\"ada,,,Viewer", "a quote that is not closed"),
            (
                "ada,,,Viewer\nbob;;;Viewer;None;false\n",
                "line 2 is separated by ';'",
            ),
            ("ada\t\t\tViewer\n", "line 1 is separated by '\\t'"),
            ("name,foo\nada,1\n", "line 1 names columns, and number 2 is none"),
            ("Full name,Account\nAda,ada\n", "line 1 names the column fullname"),
            ("email\nada@example.com\n", "none for the name of the user"),
            ("ada;;\"Lovelace, Ada\";Creator\n", "line 1 is separated by ';'"),
            ("Name,Login,Email\nAda,ada,a@b.c\n", "line 1 names a column twice"),
            ("user,S3cret\n", "number 2 is none"),
            (
                "name,siteRole,department\nada,Viewer,IT\n",
                "line 1 names columns, and number 3 is none",
            ),
            ("name;siteRole\nada;Viewer\n", "line 1 is separated by ';'"),
        ] {
            let Err(Failure::Usage(said)) = users(file(text).path(), None) else {
                panic!("{text:?} is taken");
            };
            assert!(said.contains(reason) && !said.contains("S3cret"), "{said}");
        }
    }

    #[test]
    fn a_user_may_be_called_like_a_column() {
        let listed = users(file("user,,,Viewer,None,0,,\nadmin\n").path(), None).unwrap();
        let names: Vec<_> = listed.iter().map(|listed| listed.user.name.as_str()).collect();
        assert_eq!(names, ["user", "admin"]);
        // A quote inside a value is part of it.
        let text = "svc,,Email,Viewer\nbob,pa\"ss,Bob,Viewer\nada,\"a \"\"b\"\"\",Ada 6\" Love,Viewer";
        assert_eq!(users(file(text).path(), None).unwrap().len(), 3);
        let listed = users(file("Full Name,Login\nAda,ada\n").path(), None).unwrap();
        assert_eq!((listed.len(), listed[0].user.name.as_str()), (1, "ada"));
    }

    #[test]
    fn names_come_once() {
        let file = file("name\nada\nAda\nbob\n");
        assert_eq!(names(file.path()).unwrap(), ["ada", "bob"]);
    }
}
