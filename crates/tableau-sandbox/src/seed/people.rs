//! Accounts, users and personal access tokens.

use jiff::{SignedDuration, Timestamp};
use tableau_wire::Secret;
use tableau_wire::value::{SiteRole, UserAuthSetting};

use super::content::{TEN_HOURS, at};
use super::{SITES, Seeded, luid, rows};
use crate::auth::{account_id, personal_access_token};
use crate::refusal::Refusal;
use crate::rng::Rng;
use crate::store::Transaction;
use crate::store::record::{Account, PersonalAccessToken, Product, Site, User};
use crate::token;
use crate::well_known;

const PEOPLE: &str = include_str!("people.txt");

pub(super) fn fill(transaction: &mut Transaction<'_>, now: Timestamp) -> Result<(), Refusal> {
    let admin = Person {
        name: well_known::ADMIN,
        full_name: "Server Administrator",
        site_role: SiteRole::ServerAdministrator,
    };
    admin.account(transaction, Product::Server)?;
    admin.token(
        transaction,
        well_known::PAT_NAME,
        well_known::PAT_SECRET.into(),
        now,
    )?;
    for site in SITES {
        admin.user(transaction, site)?;
        for [name, full_name, site_role] in rows::of_site(PEOPLE, site.word) {
            let person = Person {
                name,
                full_name,
                site_role: SiteRole::from(site_role),
            };
            person.account(transaction, site.product)?;
            person.user(transaction, site)?;
            if person.site_role != SiteRole::Unlicensed {
                let part = |part: &str| luid::<PersonalAccessToken>(&[name, part]);
                let secret = token::personal_access_token_secret([part("1"), part("2"), part("3")]);
                person.token(transaction, &format!("sandbox-{name}"), secret, now)?;
            }
        }
    }
    Ok(())
}

/// The user with a name on a site.
pub(super) fn user_id(site: &Seeded, name: &str) -> uuid::Uuid {
    luid::<User>(&[site.content_url, name])
}

struct Person {
    name: &'static str,
    full_name: &'static str,
    site_role: SiteRole,
}

impl Person {
    fn account(&self, transaction: &mut Transaction<'_>, product: Product) -> Result<(), Refusal> {
        let domain = match product {
            Product::Server => "local",
            Product::Cloud => "external",
        };
        let email = if self.name.contains('@') {
            self.name.to_owned()
        } else {
            format!("{}@example.com", self.name)
        };
        transaction.put(Account {
            id: account_id(self.name),
            name: self.name.to_owned(),
            full_name: self.full_name.to_owned(),
            email,
            domain: domain.to_owned(),
            password: Secret::new(well_known::PASSWORD),
        })
    }

    fn user(&self, transaction: &mut Transaction<'_>, site: &Seeded) -> Result<(), Refusal> {
        let mut rng = Rng::of(&[site.content_url, self.name]);
        let days = i64::try_from(700 + rng.below(30)).unwrap_or_default();
        let last_login = at(SignedDuration::from_hours(days * 24), TEN_HOURS, &mut rng);
        transaction.put(User {
            id: user_id(site, self.name),
            site: luid::<Site>(&[site.content_url]),
            account: account_id(self.name),
            site_role: self.site_role.clone(),
            auth_setting: match site.product {
                Product::Server if self.name == well_known::SINGLE_SIGN_ON_USER => UserAuthSetting::Saml,
                Product::Server => UserAuthSetting::ServerDefault,
                Product::Cloud => UserAuthSetting::TableauIdWithMfa,
            },
            last_login: (self.site_role != SiteRole::Unlicensed).then_some(last_login),
        })
    }

    fn token(
        &self,
        transaction: &mut Transaction<'_>,
        name: &str,
        secret: Secret,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let token = PersonalAccessToken {
            id: luid::<PersonalAccessToken>(&[self.name, name]),
            account: account_id(self.name),
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
}
