//! Projects, data sources, workbooks and their views.

use jiff::{SignedDuration, Timestamp};
use tableau_wire::value::ContentPermissions;
use uuid::Uuid;

use super::people::user_id;
use super::{Seeded, luid, rows};
use crate::content_url::content_url;
use crate::refusal::Refusal;
use crate::rng::Rng;
use crate::store::Transaction;
use crate::store::record::{Datasource, Project, Site, View, Workbook};

const PROJECTS: &str = include_str!("projects.txt");
const DATASOURCES: &str = include_str!("datasources.txt");
const WORKBOOKS: &str = include_str!("workbooks.txt");

/// The seeded world ends here; it begins two years before.
const END: &str = "2026-09-01T00:00:00Z";
const SPAN: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Seeded times are spread over this many seconds of the day.
pub(super) const TEN_HOURS: u64 = 10 * 60 * 60;
/// The time between the variants of workbooks, in seconds.
const VARIANT_SECONDS: i64 = 100;

/// The time after the beginning by a duration and up to some random seconds, and never after the end.
pub(super) fn at(after: SignedDuration, seconds: u64, rng: &mut Rng) -> Timestamp {
    let end: Timestamp = END.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let later = SignedDuration::from_secs(i64::try_from(rng.below(seconds)).unwrap_or_default());
    let start = end.checked_sub(SPAN).unwrap_or(end);
    start.checked_add(after + later).map_or(end, |time| time.min(end))
}

/// The time of the last change of content that was created at a time.
fn changed(created: Timestamp, rng: &mut Rng) -> Timestamp {
    let end: Timestamp = END.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let seconds = u64::try_from(end.duration_since(created).as_secs()).unwrap_or_default();
    let later = SignedDuration::from_secs(i64::try_from(rng.below(seconds)).unwrap_or_default());
    created.checked_add(later).unwrap_or(end)
}

fn project_id(site: &Seeded, path: &str) -> Uuid {
    luid::<Project>(&[site.content_url, path])
}

pub(super) fn projects(transaction: &mut Transaction<'_>, site: &Seeded) -> Result<(), Refusal> {
    for [path, owner, content_permissions, description] in rows::of_site(PROJECTS, site.word) {
        let mut rng = Rng::of(&[site.content_url, "project", path]);
        let created_at = at(SignedDuration::ZERO, TEN_HOURS, &mut rng);
        let (parent, name) = path
            .rsplit_once('/')
            .map_or((None, path), |(parent, name)| (Some(parent), name));
        transaction.put(Project {
            id: project_id(site, path),
            site: luid::<Site>(&[site.content_url]),
            name: name.to_owned(),
            description: description.to_owned(),
            parent: parent.map(|parent| project_id(site, parent)),
            owner: user_id(site, owner),
            content_permissions: ContentPermissions::from(content_permissions),
            created_at,
            updated_at: changed(created_at, &mut rng),
        })?;
    }
    Ok(())
}

pub(super) fn datasources(transaction: &mut Transaction<'_>, site: &Seeded) -> Result<(), Refusal> {
    let rows = rows::of_site(DATASOURCES, site.word).zip(1u32..);
    for (
        [
            name,
            project,
            owner,
            connection,
            server,
            database,
            tags,
            note,
            description,
        ],
        number,
    ) in rows
    {
        let mut rng = Rng::of(&[site.content_url, "datasource", name]);
        let created_at = at(
            DAY * 20 * i32::try_from(number).unwrap_or_default(),
            TEN_HOURS,
            &mut rng,
        );
        transaction.put(Datasource {
            id: luid::<Datasource>(&[site.content_url, name]),
            site: luid::<Site>(&[site.content_url]),
            number: u64::from(number),
            name: name.to_owned(),
            content_url: content_url(name),
            description: description.to_owned(),
            project: project_id(site, project),
            owner: user_id(site, owner),
            connection: connection.to_owned(),
            server_name: server.to_owned(),
            database_name: database.to_owned(),
            size: 1 + rng.below(200),
            has_extracts: connection == "hyper" || rng.percent(50),
            is_certified: !note.is_empty(),
            certification_note: note.to_owned(),
            favorites_total: rng.below(20),
            connected_workbooks_count: rng.below(9),
            tags: rows::items(tags).map(str::to_owned).collect(),
            created_at,
            updated_at: changed(created_at, &mut rng),
        })?;
    }
    Ok(())
}

/// Creates the listed workbooks of a site, or a given number: those beyond the list are numbered variants of the listed ones.
pub(super) fn workbooks(
    transaction: &mut Transaction<'_>,
    site: &Seeded,
    count: Option<u32>,
) -> Result<(), Refusal> {
    let listed: Vec<[&str; 6]> = rows::of_site(WORKBOOKS, site.word).collect();
    let length = u32::try_from(listed.len()).unwrap_or(u32::MAX);
    for (number, row) in (0..count.unwrap_or(length)).zip(listed.iter().cycle()) {
        workbook(transaction, site, row, number, number / length.max(1))?;
    }
    Ok(())
}

fn workbook(
    transaction: &mut Transaction<'_>,
    site: &Seeded,
    row: &[&'static str; 6],
    number: u32,
    variant: u32,
) -> Result<(), Refusal> {
    let [name, project, owner, tags, views, description] = *row;
    let name = if variant == 0 {
        name.to_owned()
    } else {
        format!("{name} {}", variant + 1)
    };
    let mut rng = Rng::of(&[site.content_url, "workbook", &name]);
    let created_at = created_at(number, variant, &mut rng);
    let updated_at = changed(created_at, &mut rng);
    let id = luid::<Workbook>(&[site.content_url, &name]);
    let sheets: Vec<_> = rows::items(views).collect();
    let mut workbook = Workbook {
        id,
        site: luid::<Site>(&[site.content_url]),
        number: u64::from(number) + 1,
        content_url: content_url(&name),
        name,
        description: description.to_owned(),
        project: project_id(site, project),
        owner: user_id(site, owner),
        show_tabs: sheets.len() > 1 && rng.percent(70),
        size: 1 + rng.below(60),
        has_extracts: rng.percent(60),
        has_alerts: rng.percent(10),
        favorites_total: rng.below(30),
        subscriptions_total: rng.below(12),
        tags: rows::items(tags).map(str::to_owned).collect(),
        views: Vec::with_capacity(sheets.len()),
        file: None,
        packaged: false,
        connections: Vec::new(),
        created_at,
        updated_at,
    };
    for (sheet, sheet_number) in sheets.into_iter().zip(1..) {
        let view = view(&workbook, sheet, sheet_number, &mut rng);
        workbook.views.push(view.id);
        transaction.put(view)?;
    }
    transaction.put(workbook)
}

fn view(workbook: &Workbook, name: &str, sheet_number: u64, rng: &mut Rng) -> View {
    let sheet_type = match rng.below(10) {
        0 => "story",
        1..=4 => "dashboard",
        _ => "view",
    };
    View {
        id: luid::<View>(&[&workbook.id.to_string(), name]),
        site: workbook.site,
        workbook: workbook.id,
        name: name.to_owned(),
        view_url_name: content_url(name),
        sheet_type: sheet_type.to_owned(),
        sheet_number,
        total_view_count: rng.below(5000) / sheet_number,
        favorites_total: rng.below(8),
        tags: Vec::new(),
        created_at: workbook.created_at,
        updated_at: workbook.updated_at,
    }
}

/// The listed workbooks over the first twenty months, the variants over the rest: lists are in the order of creation.
fn created_at(number: u32, variant: u32, rng: &mut Rng) -> Timestamp {
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    match variant {
        0 => at(DAY * 15 * number, TEN_HOURS, rng),
        _ => at(
            DAY * 600 + SignedDuration::from_secs(VARIANT_SECONDS) * number,
            VARIANT_SECONDS.unsigned_abs(),
            rng,
        ),
    }
}
