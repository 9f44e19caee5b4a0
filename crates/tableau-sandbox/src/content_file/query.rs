//! The tables that a custom SQL query reads: the names after `FROM` and `JOIN`.

use std::collections::HashSet;

/// A table by its schema, which may be empty, and its name.
pub(crate) type Named = (String, String);

/// How many tables a query may name.
const MOST: usize = 500;

/// The tables that a query names, without those that it defines itself (`WITH … AS`); `None` if it reads something that has no name, or more than can be.
pub(crate) fn tables(query: &str) -> Option<Vec<Named>> {
    let mut reader = Reader::default();
    let mut tokens = tokens(query).into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            // `FROM ONLY parents`: without the tables below that one.
            Token::Name(only)
                if reader.expects()
                    && only.eq_ignore_ascii_case("ONLY")
                    && matches!(tokens.peek(), Some(Token::Name(_))) => {}
            Token::Name(first) if reader.expects() => {
                let mut parts = vec![first];
                while tokens.next_if_eq(&Token::Mark('.')).is_some() {
                    if let Some(Token::Name(part) | Token::Word(part)) =
                        tokens.next_if(|token| matches!(token, Token::Name(_) | Token::Word(_)))
                    {
                        parts.push(part);
                    }
                }
                // What is called is no table.
                let is_called = tokens.peek() == Some(&Token::Mark('('));
                reader.table(&parts, is_called);
            }
            token => reader.take(token),
        }
    }
    let Reader {
        found, own, reads, ..
    } = reader;
    let (mut tables, mut known) = (Vec::new(), HashSet::new());
    for (schema, name) in found {
        let is_own = schema.is_empty() && own.contains(&name.to_ascii_lowercase());
        // Databases fold the case of names that are not quoted.
        if !is_own && known.insert((schema.to_ascii_lowercase(), name.to_ascii_lowercase())) {
            tables.push((schema, name));
        }
    }
    ((!reads || !tables.is_empty()) && tables.len() <= MOST).then_some(tables)
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// A name, quoted or not.
    Name(String),
    /// A word of SQL that ends or begins a part, in capital letters.
    Word(String),
    Mark(char),
}

const WORDS: [&str; 25] = [
    "SELECT",
    "FROM",
    "JOIN",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "LIMIT",
    "ON",
    "USING",
    "AS",
    "WITH",
    "INNER",
    "LEFT",
    "RIGHT",
    "FULL",
    "CROSS",
    "OUTER",
    "NATURAL",
    "LATERAL",
    "SET",
    "VALUES",
];

fn tokens(query: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = query;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let quoted = match first {
            '"' | '`' => Some(first),
            '[' => Some(']'),
            _ => None,
        };
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, next)| next)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, next)| next)
        } else if first == '\'' {
            tokens.push(Token::Mark('\''));
            after.split_once('\'').map_or("", |(_, next)| next)
        } else if let Some(end) = quoted {
            let (name, next) = after.split_once(end).unwrap_or((after, ""));
            tokens.push(Token::Name(name.to_owned()));
            next
        } else if first.is_alphanumeric() || "_$#@".contains(first) {
            let is_part = |c: char| c.is_alphanumeric() || "_$#@".contains(c);
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let (word, next) = rest.split_at_checked(end).unwrap_or((rest, ""));
            let upper = word.to_ascii_uppercase();
            tokens.push(match WORDS.contains(&upper.as_str()) {
                true => Token::Word(upper),
                false => Token::Name(word.to_owned()),
            });
            next
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Mark(first));
            }
            after
        };
    }
    tokens
}

/// What is between two parentheses, or outside of all.
#[derive(Default)]
struct Level {
    /// Whether the next name is a table.
    expects: bool,
    /// Whether a comma leads to another table.
    is_from: bool,
    /// Whether it is the arguments of a function: `EXTRACT(YEAR FROM day)`.
    is_call: bool,
    /// The name before the parentheses: `late (id) AS (SELECT …)`.
    name: Option<String>,
}

#[derive(Default)]
struct Reader {
    above: Vec<Level>,
    level: Level,
    found: Vec<Named>,
    /// Tables that the query defines.
    own: HashSet<String>,
    /// Whether it reads anything.
    reads: bool,
    /// The name before, and whether `AS` followed it.
    last: Option<String>,
    has_as: bool,
}

impl Reader {
    fn expects(&self) -> bool {
        self.level.expects
    }

    fn table(&mut self, parts: &[String], is_called: bool) {
        self.level.expects = false;
        if let [.., name] = parts
            && !is_called
        {
            let schema = parts.len().checked_sub(2).and_then(|at| parts.get(at));
            self.found
                .push((schema.cloned().unwrap_or_default(), name.clone()));
        }
        self.last = parts.last().cloned();
        self.has_as = false;
    }

    fn take(&mut self, token: Token) {
        match token {
            Token::Mark('(') => {
                let name = self.last.take();
                if let Some(name) = name.as_ref().filter(|_| self.has_as) {
                    self.own.insert(name.to_ascii_lowercase());
                }
                let inner = Level {
                    expects: self.level.expects,
                    is_from: self.level.expects,
                    is_call: !self.level.expects && !self.has_as,
                    name,
                };
                self.level.expects = false;
                self.above.push(std::mem::replace(&mut self.level, inner));
                self.has_as = false;
            }
            Token::Mark(')') => {
                let above = self.above.pop().unwrap_or_default();
                self.last = std::mem::replace(&mut self.level, above).name;
                self.has_as = false;
            }
            Token::Mark(',') => self.level.expects = self.level.is_from,
            Token::Mark(_) => {}
            // `AS NOT MATERIALIZED (…)`.
            Token::Name(name)
                if self.has_as
                    && ["NOT", "MATERIALIZED"]
                        .iter()
                        .any(|word| name.eq_ignore_ascii_case(word)) => {}
            Token::Name(name) => (self.last, self.has_as) = (Some(name), false),
            Token::Word(word) => self.word(&word),
        }
    }

    fn word(&mut self, word: &str) {
        let level = &mut self.level;
        let is_last = |name: &str| {
            self.last
                .as_deref()
                .is_some_and(|last| last.eq_ignore_ascii_case(name))
        };
        match word {
            "FROM" if level.is_call || is_last("DISTINCT") => {}
            "FROM" | "JOIN" => {
                (level.expects, level.is_from) = (true, true);
                self.reads = true;
            }
            "SELECT" => {
                let name = level.name.take();
                *level = Level {
                    name,
                    ..Level::default()
                };
            }
            "ON" | "USING" => level.expects = false,
            "AS" => self.has_as = true,
            "LATERAL" => {}
            _ => (level.expects, level.is_from) = (false, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tables;

    #[test]
    fn tables_are_what_is_read() {
        for (query, expected) in [
            (
                "SELECT o.id FROM sales.orders o JOIN sales.customers c ON o.c = c.id",
                Some("sales.orders sales.customers"),
            ),
            (
                "select * from [dbo].[Order Lines], dwh.\"public\".\"x y\" as b where a in (select id from c)",
                Some("dbo.Order Lines public.x y .c"),
            ),
            (
                "WITH late AS (SELECT * FROM orders), x AS (SELECT 1) SELECT * FROM late JOIN x USING (id) UNION ALL SELECT * FROM `orders`",
                Some(".orders"),
            ),
            (
                "SELECT EXTRACT(YEAR FROM day), 'FROM y' FROM a -- FROM b\n",
                Some(".a"),
            ),
            (
                "SELECT * FROM (SELECT * FROM inner_one) t /* JOIN z */",
                Some(".inner_one"),
            ),
            (
                "SELECT * FROM ((a JOIN b ON a.x = b.x) LEFT OUTER JOIN c ON 1 = 1)",
                Some(".a .b .c"),
            ),
            ("SELECT * FROM generate_series(1, 3) s", None),
            ("SELECT * FROM a WHERE a.x IS DISTINCT FROM b.y", Some(".a")),
            (
                "WITH late (id) AS (SELECT id FROM orders) SELECT * FROM late",
                Some(".orders"),
            ),
            (
                "WITH x AS NOT MATERIALIZED (SELECT 1 FROM o) SELECT * FROM X",
                Some(".o"),
            ),
            ("SELECT * FROM (VALUES (1,'a'),(2,'b')) AS t(id,n)", None),
            ("SELECT * FROM ONLY parents", Some(".parents")),
            (
                "SELECT * FROM a JOIN b ON a.i=f(b.i, 1), c JOIN d USING (x, y), E, e",
                Some(".a .b .c .d .E"),
            ),
            ("SELECT 1", Some("")),
            ("", Some("")),
            ("FROM", None),
            ("))((''[\"`--", Some("")),
        ] {
            let found = tables(query).map(|tables| {
                let named = tables.iter().map(|(schema, name)| format!("{schema}.{name}"));
                named.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(found.as_deref(), expected, "{query}");
        }
    }
}
