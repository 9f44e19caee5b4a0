//! Recommendations of views, and what a user has looked at recently.

use std::cmp::Reverse;

use tableau_wire::rest::recommendations::{
    Explanation, ExplanationType, GetRecommendations, Hide, Recommendation, RecommendedContent, Unhide,
};
use tableau_wire::rest::sites::{GetRecentlyViewed, Recent};
use tableau_wire::rest::{View, Workbook};
use tableau_wire::value::Timestamp;
use tableau_wire::{Items, Shared};
use uuid::Uuid;

use super::usage::hits;
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::{Context, Kept, Plan, owner, row, verbs};
use crate::refusal::Refusal;
use crate::store::luid;
use crate::store::record::Dismissal;
use crate::store::row::Row;

/// The greatest number of recommendations, from the schema.
const MAX_RECOMMENDATIONS: usize = 100;
/// The greatest number of recent items, from the documentation of the call.
const MAX_RECENT: usize = 24;

/// The identifier of the record that a user has hidden a view.
fn dismissal(user: Uuid, view: Uuid) -> Uuid {
    luid::<Dismissal>(&[&user.to_string(), &view.to_string()])
}

/// The views that the caller may see and does not own, the most viewed first, without those that the caller has hidden. How servers choose them
/// is not known.
pub(crate) fn recommended(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetRecommendations,
) -> Result<Items<Recommendation>, Refusal> {
    check(&get.content_type)?;
    let state = call.store.read();
    let context = verbs::context(call, &state);
    let mut views: Vec<_> = state
        .views
        .of_site(caller.site.id)
        .filter(|view| owner(&state, view) != Some(caller.user.id))
        .filter(|view| state.dismissals.get(dismissal(caller.user.id, view.id)).is_none())
        .collect();
    views.sort_by_key(|view| Reverse(hits(&view.shown)));
    // The rights are looked at last: of a long list only until there are enough.
    let seen = views
        .into_iter()
        .filter(|view| View::MAY_READ.allow(view, &state, caller));
    let plan = Plan::<View>::of_list(None, &["usage"]);
    let shown = seen.take(MAX_RECOMMENDATIONS).map(|view| {
        let mut explanation = Explanation::default();
        explanation.r#type = Some(ExplanationType::Popular);
        let mut recommendation = Recommendation::default();
        recommendation.content_type = Some(RecommendedContent::View);
        recommendation.recommended_id = Some(view.id.to_string());
        recommendation.view = Some(Shared::new(plan.show(view, &context)));
        recommendation.explanation = Some(explanation);
        recommendation
    });
    Ok(shown.collect::<Vec<_>>().into())
}

/// Refuses a kind that is not recommended; the code is inferred.
fn check(kind: &RecommendedContent) -> Result<(), Refusal> {
    match kind {
        RecommendedContent::Other(kind) => Err(Refusal::invalid_value("type", kind)),
        _ => Ok(()),
    }
}

/// Hides a view; one that is hidden stays so.
pub(crate) fn hide(call: &Call<'_>, caller: &Caller, hide: &Hide) -> Result<(), Refusal> {
    let id = hide.dismissal.view.id.as_str();
    if id.is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    call.store.write(|transaction| {
        let view = row::seen::<View>(transaction, caller, id).map_err(|_| no_content(id))?;
        let (site, view) = (view.site, view.id);
        transaction.put(Dismissal {
            id: dismissal(caller.user.id, view),
            site,
            user: caller.user.id,
            view,
        })
    })
}

/// Lets a view be recommended again, also one that the caller may no longer see.
pub(crate) fn unhide(call: &Call<'_>, caller: &Caller, unhide: &Unhide) -> Result<(), Refusal> {
    check(&unhide.content_type)?;
    let id = unhide.id.as_str();
    call.store.write(|transaction| {
        let hidden = parse_id(id).map(|view| dismissal(caller.user.id, view));
        if hidden.is_some_and(|hidden| transaction.remove::<Dismissal>(hidden)) {
            return Ok(());
        }
        row::seen::<View>(transaction, caller, id).map_err(|_| no_content(id))?;
        Err(Refusal::not_found("404035", "Recommendation", id))
    })
}

fn no_content(id: &str) -> Refusal {
    Refusal::not_found("404029", "Content", id)
}

/// An item with the time of its last change.
type Changed = (Option<Timestamp>, Recent);

/// The views and workbooks that the caller may see, the last changed first.
///
/// Documented are those that the user has created, changed or looked at. The sandbox does not keep who did that, and so takes everyone's changes
/// (inferred).
#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn recent(
    call: &Call<'_>,
    caller: &Caller,
    _: &GetRecentlyViewed,
) -> Result<Items<Recent>, Refusal> {
    let state = call.store.read();
    let context = verbs::context(call, &state);
    let mut all = latest::<View>(&context, caller, |view| {
        let time = view.updated_at.clone();
        let mut recent = Recent::default();
        recent.view = Some(Shared::new(view));
        (time, recent)
    });
    all.extend(latest::<Workbook>(&context, caller, |workbook| {
        let time = workbook.updated_at.clone();
        let mut recent = Recent::default();
        recent.workbook = Some(Shared::new(workbook));
        (time, recent)
    }));
    all.sort_by(|(one, _), (other, _)| other.cmp(one));
    let recent = all.into_iter().take(MAX_RECENT).map(|(_, recent)| recent);
    Ok(recent.collect::<Vec<_>>().into())
}

/// The items of a kind that the caller may see, as lists show them.
fn latest<R: Kept>(context: &Context<'_>, caller: &Caller, item: fn(R) -> Changed) -> Vec<Changed> {
    let plan = Plan::<R>::of_list(None, &[]);
    let rows = R::table(context.state).of_site(caller.site.id);
    let seen = rows.filter(|row: &&Row<R>| R::MAY_READ.allow(row, context.state, caller));
    seen.map(|row| item(plan.show(row, context))).collect()
}
