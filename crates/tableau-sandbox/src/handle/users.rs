//! Users.

use tableau_wire::rest::User;
use uuid::Uuid;

use super::{id, time};
use crate::auth::Caller;
use crate::kept::Level::{Default, Detail, Single};
use crate::kept::{Column, Context, Member, ONE_OF_ANY_CASE, Value};
use crate::kept::{Gettable, Listable, Served};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::record::{self, Account};

type Record = record::User;

fn account<'s>(user: &Record, state: &'s State, text: fn(&'s Account) -> &'s String) -> Value<'s> {
    state
        .account(user)
        .map_or(Value::Missing, |account| Value::from(text(account)))
}

fn of_account(user: &Record, context: &Context<'_>, text: fn(&Account) -> &String) -> Option<String> {
    context.state.account(user).map(|account| text(account).clone())
}

impl Served for User {
    type Record = Record;
    const COLUMNS: &'static [Column<Record>] = &[
        Column::text("name", |user, state| {
            account(user, state, |account| &account.name)
        })
        .takes(ONE_OF_ANY_CASE),
        Column::text("friendlyName", |user, state| {
            account(user, state, |account| &account.full_name)
        }),
        Column::text("email", |user, state| {
            account(user, state, |account| &account.email)
        }),
        Column::text("domainName", |user, state| {
            account(user, state, |account| &account.domain)
        }),
        Column::text("luid", |user, _| Value::Text(user.id.to_string().into())),
        Column::text("siteRole", |user, _| Value::Text(user.site_role.as_str().into())),
        Column::flag("isLocal", |user, state| {
            state
                .account(user)
                .map_or(Value::Missing, |account| Value::Flag(account.domain == "local"))
        }),
        Column::time("lastLogin", |user, _| {
            user.last_login.map_or(Value::Missing, Value::Time)
        }),
    ];
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |user, record, _| user.id = id(record.id)),
        Member::<Self>::new("name", Default, |user, record, context| {
            user.name = of_account(record, context, |account| &account.name).unwrap_or_default();
        }),
        Member::<Self>::new("siteRole", Default, |user, record, _| {
            user.site_role = Some(record.site_role.clone());
        }),
        Member::<Self>::new("lastLogin", Default, |user, record, _| {
            user.last_login = record.last_login.map(time);
        }),
        // Empty for users without an identity provider, as recorded.
        Member::<Self>::new("externalAuthUserId", Default, |user, _, _| {
            user.external_auth_user_id = Some(String::new());
        }),
        Member::<Self>::new("authSetting", Detail, |user, record, _| {
            user.auth_setting = Some(record.auth_setting.clone());
        }),
        Member::<Self>::new("fullName", Detail, |user, record, context| {
            user.full_name = of_account(record, context, |account| &account.full_name);
        }),
        Member::<Self>::new("email", Detail, |user, record, context| {
            user.email = of_account(record, context, |account| &account.email);
        }),
        Member::<Self>::new("domain", Single, |user, record, context| {
            user.domain = of_account(record, context, |account| &account.domain).map(|name| {
                let mut domain = tableau_wire::rest::users::Domain::default();
                domain.name = name;
                domain
            });
        }),
    ];
}

impl Listable for User {
    fn admit(caller: &Caller) -> Result<(), Refusal> {
        if caller.is_administrator() {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "403004",
            "Only administrators can list users.",
        ))
    }
}

impl Gettable for User {
    type Of = Self;

    fn admit(caller: &Caller, user: Option<Uuid>) -> Result<(), Refusal> {
        if caller.is_administrator() || user == Some(caller.user.id) {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "403133",
            "Only administrators can query other users.",
        ))
    }
}
