//! Who follows metrics.

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::rest::pulse::{
    BatchCreateSubscriptions, BatchGetMetricFollowerCounts, BatchGetSubscriptions, CreateSubscription,
    DeleteSubscription, FollowerCount, FollowerCounts, GetSubscription, ListSubscriptions, MetricFollower,
    MetricSubscription, MetricSubscriptions, SomeSubscriptions, SubscriptionAnswer,
};
use tableau_wire::rest::{Group, User};
use tableau_wire::value::Id;
use uuid::Uuid;

use super::there::{self, Metric};
use super::{Part, absent, denied, ids, is_author, taken, unfit};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::row;
use crate::refusal::Refusal;
use crate::rng;
use crate::store::rules::{Grantee, all_users};
use crate::store::{State, Transaction, pulse};

/// A user or a group, as a follower of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follower {
    User(Uuid),
    Group(Uuid),
}

/// That a follower follows a metric.
struct Following {
    id: Uuid,
    metric: Metric,
    follower: Follower,
    /// Since when; not known of what all follow.
    since: Option<Timestamp>,
}

impl Follower {
    fn id(self) -> Uuid {
        match self {
            Self::User(id) | Self::Group(id) => id,
        }
    }

    /// The follower that a document names, if there is one.
    fn named(state: &State, caller: &Caller, named: &MetricFollower) -> Result<Self, Refusal> {
        match (&named.user_id, &named.group_id) {
            (Some(user), None) => {
                let found = row::find::<User>(state, caller, user.as_str());
                found
                    .map(|user| Self::User(user.id))
                    .map_err(|_| absent("user", user.as_str()))
            }
            (None, Some(group)) => {
                let found = row::find::<Group>(state, caller, group.as_str());
                found
                    .map(|group| Self::Group(group.id))
                    .map_err(|_| absent("group", group.as_str()))
            }
            _ => Err(unfit(
                "a follower is either a user (user_id) or a group (group_id)",
            )),
        }
    }

    fn users(self, state: &State, site: Uuid) -> Vec<Uuid> {
        match self {
            Self::User(id) => vec![id],
            Self::Group(id) if Grantee::Group(id) == all_users(site) => {
                state.users.of_site(site).map(|user| user.id).collect()
            }
            Self::Group(id) => state.memberships.within(id).map(|member| member.user).collect(),
        }
    }
}

impl Following {
    fn id_of(metric: Uuid, follower: Follower) -> Uuid {
        rng::luid("pulse", &[&follower.id().to_string(), &metric.to_string()])
    }

    fn of(metric: &Metric, follower: Follower, since: Option<Timestamp>) -> Self {
        Self {
            id: Self::id_of(metric.id, follower),
            metric: metric.clone(),
            follower,
            since,
        }
    }

    fn show(&self) -> MetricSubscription {
        let mut follower = MetricFollower::default();
        match self.follower {
            Follower::User(id) => follower.user_id = Some(Id::from(id.to_string())),
            Follower::Group(id) => follower.group_id = Some(Id::from(id.to_string())),
        }
        let mut shown = MetricSubscription::default();
        shown.id = self.id.to_string();
        shown.metric_id.clone_from(&self.metric.shown.id);
        shown.follower = Some(follower);
        shown.create_time = self.since.map(time);
        shown.update_time.clone_from(&shown.create_time);
        shown
    }
}

/// Those who follow a metric; of those who follow it because all do, the caller alone.
fn of_metric(state: &State, caller: &Caller, metric: &Metric) -> Vec<Following> {
    let own = Follower::User(caller.user.id);
    let is_said = state
        .pulse_followings
        .get(Following::id_of(metric.id, own))
        .is_some();
    let own = (metric.is_followed_by_all() && !is_said).then(|| Following::of(metric, own, None));
    let stored = state.pulse_followings.of(metric.id).filter_map(|record| {
        let follower = if record.is_group {
            Follower::Group(record.follower)
        } else {
            Follower::User(record.follower)
        };
        Some(Following::of(metric, follower, Some(record.since?)))
    });
    own.into_iter().chain(stored).collect()
}

/// Whether the caller follows a metric, alone or with a group.
pub(super) fn follows(state: &State, caller: &Caller, metric: &Metric) -> bool {
    let all = of_metric(state, caller, metric);
    all.iter()
        .any(|following| concerns(state, caller, following.follower))
}

fn concerns(state: &State, caller: &Caller, follower: Follower) -> bool {
    follower.users(state, caller.site.id).contains(&caller.user.id)
}

/// How many users follow a metric.
pub(super) fn count(state: &State, caller: &Caller, metric: &Metric) -> usize {
    let all = of_metric(state, caller, metric);
    let users = all
        .iter()
        .flat_map(|following| following.follower.users(state, caller.site.id));
    users.collect::<HashSet<_>>().len()
}

/// The subscriptions that the caller sees.
fn seen<'s>(state: &'s State, caller: &'s Caller) -> impl Iterator<Item = Following> + use<'s> {
    let all = there::metrics(state, caller).flat_map(move |metric| of_metric(state, caller, &metric));
    all.filter(move |following| is_author(caller) || concerns(state, caller, following.follower))
}

fn find(state: &State, caller: &Caller, id: &str) -> Result<Following, Refusal> {
    let wanted = parse_id(id);
    let mut all = seen(state, caller);
    all.find(|following| Some(following.id) == wanted)
        .ok_or_else(|| absent("subscription", id))
}

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListSubscriptions,
) -> Result<MetricSubscriptions, Refusal> {
    let state = call.store.read();
    let user = list.user_id.as_ref().map(|id| parse_id(id.as_str()));
    let metric = list.metric_id.as_deref().map(parse_id);
    let is_asked = |following: &Following| {
        metric.is_none_or(|id| id == Some(following.metric.id))
            && user.is_none_or(|id| id.map(Follower::User) == Some(following.follower))
    };
    let all = seen(&state, caller).filter(is_asked).collect();
    let part = Part::of(all, list.page_token.as_deref(), list.page_size)?;
    let mut answer = MetricSubscriptions::default();
    answer.subscriptions = part.items.iter().map(Following::show).collect();
    answer.next_page_token = part.next;
    Ok(answer)
}

/// Some subscriptions. Pulse has no place to say which of them are not there; that it refuses the request is inferred.
pub(crate) fn batch(
    call: &Call<'_>,
    caller: &Caller,
    batch: &BatchGetSubscriptions,
) -> Result<SomeSubscriptions, Refusal> {
    let state = call.store.read();
    let found = ids(batch.subscription_ids.as_deref()).map(|id| find(&state, caller, id));
    let found = found.map(|following| following.map(|following| following.show()));
    let mut answer = SomeSubscriptions::default();
    answer.subscriptions = found.collect::<Result<_, _>>()?;
    Ok(answer)
}

pub(crate) fn get(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetSubscription,
) -> Result<SubscriptionAnswer, Refusal> {
    let mut answer = SubscriptionAnswer::default();
    answer.subscription = find(&call.store.read(), caller, &get.id)?.show();
    Ok(answer)
}

pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateSubscription,
) -> Result<SubscriptionAnswer, Refusal> {
    let new = &create.subscription;
    call.store.write(|transaction| {
        let metric = there::metric(transaction, caller, &new.metric_id)?;
        let mut answer = SubscriptionAnswer::default();
        answer.subscription = follow(transaction, call, caller, &metric, &new.follower)?;
        Ok(answer)
    })
}

pub(crate) fn create_all(
    call: &Call<'_>,
    caller: &Caller,
    create: &BatchCreateSubscriptions,
) -> Result<SomeSubscriptions, Refusal> {
    let new = &create.subscriptions;
    call.store.write(|transaction| {
        let metric = there::metric(transaction, caller, &new.metric_id)?;
        if new.followers.is_empty() {
            return Err(unfit("there are no followers"));
        }
        let mut answer = SomeSubscriptions::default();
        for follower in &new.followers {
            let made = follow(transaction, call, caller, &metric, follower)?;
            answer.subscriptions.push(made);
        }
        Ok(answer)
    })
}

/// Has someone follow a metric, who does not yet (inferred).
fn follow(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    caller: &Caller,
    metric: &Metric,
    named: &MetricFollower,
) -> Result<MetricSubscription, Refusal> {
    let follower = Follower::named(transaction, caller, named)?;
    let there = of_metric(transaction, caller, metric);
    if there.iter().any(|following| following.follower == follower) {
        return Err(taken("The metric has this follower."));
    }
    let following = Following::of(metric, follower, Some(call.clock.now()));
    keep(transaction, caller, &following)?;
    Ok(following.show())
}

fn keep(transaction: &mut Transaction<'_>, caller: &Caller, following: &Following) -> Result<(), Refusal> {
    transaction.put(pulse::PulseFollowing {
        id: following.id,
        site: caller.site.id,
        datasource: following.metric.datasource,
        metric: following.metric.id,
        follower: following.follower.id(),
        is_group: matches!(following.follower, Follower::Group(_)),
        since: following.since,
    })
}

/// Deletes a subscription; of what all follow, it is kept that a user does not.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteSubscription) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let gone = find(transaction, caller, &delete.id)?;
        if gone.follower != Follower::User(caller.user.id) && !is_author(caller) {
            return Err(denied("end the subscription of others"));
        }
        if gone.metric.is_followed_by_all() && matches!(gone.follower, Follower::User(_)) {
            return keep(transaction, caller, &Following { since: None, ..gone });
        }
        transaction.remove::<pulse::PulseFollowing>(gone.id);
        Ok(())
    })
}

pub(crate) fn counts(
    call: &Call<'_>,
    caller: &Caller,
    counts: &BatchGetMetricFollowerCounts,
) -> Result<FollowerCounts, Refusal> {
    let state = call.store.read();
    let named = ids(counts.metric_ids.as_deref()).map(|id| there::metric(&state, caller, id));
    let mut metrics = named.collect::<Result<Vec<_>, _>>()?;
    if metrics.is_empty() {
        metrics = there::metrics(&state, caller).collect();
    }
    let mut answer = FollowerCounts::default();
    for metric in metrics {
        let mut of_metric = FollowerCount::default();
        of_metric.follower_count =
            i64::try_from(count(&state, caller, &metric)).map_err(Refusal::internal)?;
        of_metric.metric_id = metric.shown.id;
        answer.follower_counts.push(of_metric);
    }
    Ok(answer)
}
