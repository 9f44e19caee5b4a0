//! What there is on a site, put together from a handful of lists.

use std::collections::HashMap;

use serde::Deserialize;
use tableau_wire::rest::metadata::GraphqlError;
use tableau_wire::rest::{Datasource, Project, View, Workbook};
use tableau_wire::{Fields, Id, List};

use super::Site;
use super::metadata::MetadataPages;
use super::pages::pages;
use crate::error::Error;
use crate::mode::{Async, Mode};

/// Asks which data sources workbooks read.
const QUERY: &str = "query catalog($first: Int, $after: String) {
  workbooksConnection(first: $first, after: $after) {
    nodes {
      luid
      embeddedDatasources { id name parentPublishedDatasources { luid name } }
    }
    pageInfo { hasNextPage endCursor }
  }
}";
/// As many workbooks at once as the API gives.
const PAGE: u64 = 1000;

/// The workbooks of a site with their views, data sources, owners and projects: see [`Site::catalog`].
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Catalog {
    /// The workbooks, in the order of their list.
    pub workbooks: Vec<CatalogWorkbook>,
    /// The published data sources, whether or not a workbook reads them.
    pub datasources: Vec<Datasource>,
    /// The projects.
    pub projects: Vec<Project>,
    /// What was wrong with the answers of the Metadata API: if there is anything, data sources of workbooks may be missing.
    pub errors: Vec<GraphqlError>,
}

/// A workbook with what belongs to it. Its owner is [`Workbook::owner`], with the email address and the site role where the server gives them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CatalogWorkbook {
    /// The workbook itself.
    pub workbook: Workbook,
    /// The names of its project and those around it, from the top: `["Finance", "Payroll"]`; empty for a personal space.
    pub project_path: Vec<String>,
    /// Its views, in the order of their list.
    pub views: Vec<View>,
    /// The data sources that it reads.
    pub datasources: Vec<CatalogDatasource>,
}

/// A data source that a workbook reads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogDatasource {
    /// The name.
    pub name: String,
    /// The published data source that it is; `None` for one that is part of the workbook.
    pub published: Option<Id<Datasource>>,
}

#[derive(Deserialize)]
struct Node {
    luid: Option<String>,
    #[serde(rename = "embeddedDatasources", default)]
    embedded: Vec<Embedded>,
}

#[derive(Deserialize)]
struct Embedded {
    name: Option<String>,
    #[serde(rename = "parentPublishedDatasources", default)]
    published: Vec<Published>,
}

#[derive(Deserialize)]
struct Published {
    luid: Option<String>,
    name: Option<String>,
}

impl<M: Mode> Site<M> {
    /// Every workbook of the site with its views, data sources, owner and project, as far as the user may see them.
    ///
    /// Five lists are fetched at the same time, each in pages of a thousand: workbooks, views, data sources and projects by the REST API, and by
    /// the Metadata API which data sources the workbooks read. So a site with up to a thousand of each takes five requests, where a library
    /// that asks for the views, the connections and the owner of each workbook makes three requests a workbook.
    ///
    /// ```no_run
    /// # use tableau_client::Site;
    /// # async fn run(site: Site) -> tableau_client::Result<()> {
    /// for entry in site.catalog().await?.workbooks {
    ///     println!("{}/{}: {} views", entry.project_path.join("/"), entry.workbook.name, entry.views.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of the lists; the Metadata API has to be enabled on the server.
    pub fn catalog(&self) -> M::Output<Result<Catalog, Error>> {
        let site = self.in_async();
        self.mode().run(async move {
            let (workbooks, views, datasources, projects, (read, errors)) = futures_util::try_join!(
                all::<Workbook>(&site, Some(Fields::all())),
                all::<View>(&site, None),
                all::<Datasource>(&site, Some(Fields::all())),
                all::<Project>(&site, None),
                read_by_workbooks(&site),
            )?;
            Ok(Catalog {
                workbooks: joined(workbooks, views, &projects, read),
                datasources,
                projects,
                errors,
            })
        })
    }
}

/// Every item of a list.
async fn all<R>(site: &Site<Async>, fields: Option<Fields>) -> Result<Vec<R>, Error>
where
    R: tableau_wire::Listed,
    List<R>: tableau_wire::Paged<Item = R> + Clone,
    R: Send + 'static,
{
    let mut list = List::<R>::new();
    list.fields = fields;
    collect(pages(site.clone(), list)).await
}

async fn collect<T>(
    mut stream: impl futures_core::Stream<Item = Result<T, Error>> + Unpin,
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    while let Some(item) =
        std::future::poll_fn(|context| std::pin::Pin::new(&mut stream).poll_next(context)).await
    {
        items.push(item?);
    }
    Ok(items)
}

type Read = HashMap<String, Vec<CatalogDatasource>>;

/// The data sources of workbooks, by the identifiers of the workbooks.
async fn read_by_workbooks(site: &Site<Async>) -> Result<(Read, Vec<GraphqlError>), Error> {
    let query = site.metadata().query::<Node>(QUERY, ());
    let mut stream: MetadataPages<Node> = query.pages("workbooksConnection").page_size(PAGE);
    let nodes = collect(&mut stream).await?;
    let read = nodes.into_iter().filter_map(|node| {
        let datasources = node.embedded.into_iter().flat_map(CatalogDatasource::of);
        Some((node.luid?, datasources.collect()))
    });
    Ok((read.collect(), stream.errors().to_vec()))
}

impl CatalogDatasource {
    /// The published data sources behind one that is part of a workbook, or itself.
    fn of(embedded: Embedded) -> Vec<Self> {
        let own = Self {
            name: embedded.name.unwrap_or_default(),
            published: None,
        };
        let published: Vec<_> = embedded
            .published
            .into_iter()
            .filter_map(|published| {
                Some(Self {
                    published: Some(published.luid?.into()),
                    name: published.name.unwrap_or_default(),
                })
            })
            .collect();
        match published.is_empty() {
            true => vec![own],
            false => published,
        }
    }
}

fn joined(
    workbooks: Vec<Workbook>,
    views: Vec<View>,
    projects: &[Project],
    mut read: Read,
) -> Vec<CatalogWorkbook> {
    let mut of_workbook: HashMap<String, Vec<View>> = HashMap::new();
    for view in views {
        if let Some(workbook) = &view.workbook {
            of_workbook
                .entry(workbook.id.as_str().to_owned())
                .or_default()
                .push(view);
        }
    }
    let by_id: HashMap<&str, &Project> = projects
        .iter()
        .map(|project| (project.id.as_str(), project))
        .collect();
    let entry = |workbook: Workbook| {
        let id = workbook.id.as_str().to_owned();
        let project = workbook.project.as_ref().map(|project| project.id.as_str());
        CatalogWorkbook {
            project_path: path(&by_id, project),
            views: of_workbook.remove(&id).unwrap_or_default(),
            datasources: read.remove(&id).unwrap_or_default(),
            workbook,
        }
    };
    workbooks.into_iter().map(entry).collect()
}

/// The names of a project and those around it, from the top.
fn path(projects: &HashMap<&str, &Project>, id: Option<&str>) -> Vec<String> {
    let first = id.and_then(|id| projects.get(id)).copied();
    let parent = |project: &&Project| {
        let parent = project.parent_project_id.as_ref()?;
        projects.get(parent.as_str()).copied()
    };
    // A chain of parents is never longer than the list, unless a server says that a project is inside itself.
    let chain = std::iter::successors(first, parent).take(projects.len());
    let mut names: Vec<_> = chain.map(|project| project.name.clone()).collect();
    names.reverse();
    names
}
