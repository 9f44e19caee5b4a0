//! JWTs, taken apart and checked against Tableau's rules. The signature is never shown.

use std::io::{self, Write as _};
use std::time::SystemTime;

use serde_json::{Map, Value, json};
use tableau_client::Secret;
use tableau_client::diagnosis::{DecodedJwt, JwtRule, JwtTrust};

use crate::failure::Failure;
use crate::terminal::text::plain;

pub(super) fn explain(text: &Secret, as_json: bool) -> Result<(), Failure> {
    let jwt = DecodedJwt::decode(text)?;
    let rules = jwt.check(SystemTime::now());
    let broken = rules.iter().filter(|rule| !rule.kept).count();
    let mut out = io::stdout().lock();
    if as_json {
        let document = json!({
            "trust": trust(&jwt).0,
            "ok": broken == 0,
            "header": jwt.header(),
            "claims": jwt.claims(),
            "rules": rules.iter().map(rule_as_json).collect::<Vec<_>>(),
        });
        serde_json::to_writer_pretty(&mut out, &document).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        writeln!(out, "A JWT {}", trust(&jwt).1)?;
        print_part(&mut out, "header", jwt.header())?;
        print_part(&mut out, "claims", jwt.claims())?;
        for rule in &rules {
            print_rule(&mut out, rule)?;
        }
    }
    match broken {
        0 => Ok(()),
        _ => {
            let message = format!("the JWT breaks {broken} of {} rules", rules.len());
            Err(Failure::Said(Box::new(Failure::Local(message))))
        }
    }
}

fn trust(jwt: &DecodedJwt) -> (&'static str, &'static str) {
    match jwt.trust() {
        JwtTrust::Direct => ("direct", "of a connected app with direct trust"),
        JwtTrust::UnifiedAccessToken => ("unifiedAccessToken", "that is a unified access token"),
        _ => ("oauth", "of an external authorization server (OAuth 2.0 trust)"),
    }
}

fn print_part(out: &mut impl io::Write, title: &str, part: &Map<String, Value>) -> io::Result<()> {
    writeln!(out, "{title}")?;
    for (name, value) in part {
        writeln!(out, "  {:<8} {}", plain(name), plain(&value.to_string()))?;
    }
    Ok(())
}

fn print_rule(out: &mut impl io::Write, rule: &JwtRule) -> io::Result<()> {
    let mark = if rule.kept { '✓' } else { '✗' };
    writeln!(out, "{mark} {:<8} {}", rule.part, plain(&rule.says))?;
    if let Some(code) = rule.code {
        writeln!(out, "  refused: {} {}", code.number, code.name)?;
        writeln!(out, "  fix:     {}", code.hint)?;
    }
    Ok(())
}

fn rule_as_json(rule: &JwtRule) -> Value {
    let mut members = json!({
        "part": rule.part,
        "kept": rule.kept,
        "says": rule.says,
    });
    if let (Some(code), Some(members)) = (rule.code, members.as_object_mut()) {
        members.insert("code".to_owned(), code.number.into());
        members.insert("name".to_owned(), code.name.into());
        members.insert("fix".to_owned(), code.hint.into());
    }
    members
}
