//! Users of the sites, their accounts and their personal access tokens.

use jiff::Timestamp;
use tableau_wire::Secret;
use tableau_wire::rest::User;
use tableau_wire::value::SiteRole;

use super::{documents, luid};
use crate::auth::{account_id, personal_access_token};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::record::{Account, PersonalAccessToken};
use crate::token;
use crate::well_known;

pub(super) fn fill(
    transaction: &mut Transaction<'_>,
    documents: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut people: Vec<(String, bool)> = Vec::new();
    documents::fill_with::<User>(transaction, documents, now, |user| {
        let name = &user.shown.name;
        user.unshown.account = account_id(name);
        if !people.iter().any(|(known, _)| known == name) {
            people.push((name.clone(), *user.role() != SiteRole::Unlicensed));
        }
        true
    })?;
    for (name, is_licensed) in people {
        transaction.put(Account {
            id: account_id(&name),
            name: name.clone(),
            password: Secret::new(well_known::PASSWORD),
        })?;
        if name == well_known::ADMIN {
            let secret = well_known::PAT_SECRET.into();
            token(transaction, &name, well_known::PAT_NAME, secret, now)?;
        } else if is_licensed {
            let part = |part: &str| luid::<PersonalAccessToken>(&[&name, part]);
            let secret = token::personal_access_token_secret([part("1"), part("2"), part("3")]);
            token(transaction, &name, &format!("sandbox-{name}"), secret, now)?;
        }
    }
    Ok(())
}

fn token(
    transaction: &mut Transaction<'_>,
    user: &str,
    name: &str,
    secret: Secret,
    now: Timestamp,
) -> Result<(), Refusal> {
    let token = PersonalAccessToken {
        id: luid::<PersonalAccessToken>(&[user, name]),
        account: account_id(user),
        name: name.to_owned(),
        secret,
        created_at: now,
        expires_at: now
            .checked_add(personal_access_token::MAX_AGE)
            .unwrap_or(Timestamp::MAX),
        last_used_at: None,
        session: None,
    };
    personal_access_token::create(transaction, token)
}
