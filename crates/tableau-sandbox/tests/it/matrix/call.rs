//! Raw requests that the table describes: method, path and body of any entry, without its types.

use serde_json::{Map, Value, json};
use tableau_sandbox::well_known::MARKETING_SITE;
use tableau_wire::endpoint::Place;
use tableau_wire::{BodyKind, Entry, Method, Segment, Shape, ValueKind, Version, endpoints};

/// Every call of the REST API.
pub(crate) fn entries() -> impl Iterator<Item = &'static Entry> {
    endpoints()
}

pub(crate) fn name(entry: &Entry) -> String {
    entry.operation.full_name()
}

/// The path below the version or another root, with the values of its variables.
pub(crate) fn path(entry: &Entry, site: &str, values: &[String]) -> String {
    let mut values = values.iter();
    let parts = entry.operation.template();
    let root = root(entry).map_or(0, |root| root.len() + 1);
    let parts = parts.split_at(root).1.split('/').map(|part| match part {
        "{site}" => site,
        part if part.starts_with('{') => values.next().expect("a value for each variable"),
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The root of a path that stands below no version: `/api/exp`.
pub(crate) fn root(entry: &Entry) -> Option<String> {
    let segments = entry.operation.root.segments()?;
    Some(format!("/api/{}", segments.join("/")))
}

/// The same identifier for each variable of a path; a number where one has to be.
pub(crate) fn unknown_values(entry: &Entry, id: &str) -> Vec<String> {
    let params = entry.operation.params.iter();
    let numbers: Vec<_> = params
        .filter(|param| param.place == Place::Path && param.kind == ValueKind::Number)
        .map(|param| param.name)
        .collect();
    let path = entry.operation.segments();
    path.filter_map(|segment| match segment {
        Segment::Variable(name) if numbers.contains(name) => Some("4711".to_owned()),
        // Of a kind that it does not count, usage says so: 400.
        Segment::Variable("contentType") if entry.operation.group == "usage" => Some("flows".to_owned()),
        Segment::Variable(_) => Some(id.to_owned()),
        Segment::Literal(_) => None,
    })
    .collect()
}

/// How many variables a path has below the site.
pub(crate) fn variables(entry: &Entry) -> usize {
    let path = entry.operation.segments();
    path.filter(|segment| matches!(segment, Segment::Variable(_)))
        .count()
}

/// The methods that no entry serves at the path of an entry.
pub(crate) fn other_methods(entry: &Entry, all: impl Iterator<Item = &'static Entry>) -> Vec<&'static str> {
    let segments: Vec<String> = path(entry, "site", &vec!["1".to_owned(); variables(entry)])
        .split('/')
        .map(str::to_owned)
        .collect();
    let served: Vec<Method> = all
        .filter(|other| other.operation.root == entry.operation.root)
        .filter(|other| other.operation.recognize(&segments).is_some())
        .map(|other| other.operation.method)
        .collect();
    let methods = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    methods
        .into_iter()
        .filter(|method| !served.contains(method))
        .map(Method::as_str)
        .collect()
}

/// The last version without an entry; `None` if every version that is served has it.
pub(crate) fn version_before(since: Version) -> Option<Version> {
    // 2.0 to 2.8, then 3.0 to 3.29.
    let all = (0..=8)
        .map(|minor| Version::new(2, minor))
        .chain((0..=29).map(|minor| Version::new(3, minor)));
    all.rev().find(|version| *version < since)
}

/// Invented values for documents: the first to create an item with, the second to change it to.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    number: u64,
    boolean: bool,
    text: &'static str,
}

impl Sample {
    pub(crate) const FIRST: Self = Self {
        number: 7,
        boolean: true,
        text: "matrix",
    };
    pub(crate) const SECOND: Self = Self {
        number: 8,
        boolean: false,
        text: "changed",
    };

    /// The body of an entry: the content type, and a JSON document with every described member.
    pub(crate) fn body(self, entry: &Entry) -> (&'static str, String) {
        match entry.body {
            BodyKind::Document { child, shape } => ("application/json", self.document(child, shape)),
            BodyKind::File { part, child, shape } => {
                let document = match child {
                    None if shape.fields().is_empty() => String::new(),
                    child => self.document(child, shape),
                };
                (
                    "multipart/mixed; boundary=between",
                    format!(
                        "--between\r\nContent-Disposition: name=\"request_payload\"\r\n\r\n{document}\r\n\
                         --between\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"file\"\r\n\r\ncontent\r\n--between--\r\n"
                    ),
                )
            }
            _ => ("application/json", String::new()),
        }
    }

    fn document(self, child: Option<&str>, shape: Shape) -> String {
        let members = self.members(shape, &[]);
        let document = child.map_or(members.clone(), |child| json!({child: members}));
        document.to_string()
    }

    fn members(self, shape: Shape, above: &[Shape]) -> Value {
        let above = [above, &[shape]].concat();
        let fields = shape.fields().iter();
        // References that may be missing are left out: they would have to be to items that there are.
        let is_reference = |kind: ValueKind| match kind {
            ValueKind::Object(shape) => match shape.fields() {
                [only] => only.name == "id" || lists_references(only.kind),
                _ => false,
            },
            _ => false,
        };
        let members = fields
            .filter(|field| field.required || !is_reference(field.kind))
            // What comes from a directory is tested by itself, and a project has to be one that there is.
            .filter(|field| !["import", "parentProjectId"].contains(&field.name))
            .filter_map(|field| Some((field.name.to_owned(), self.value(field.name, field.kind, &above)?)));
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// A value of a kind that a server accepts; `None` where it would contain itself, as conditions do.
    fn value(self, name: &str, kind: ValueKind, above: &[Shape]) -> Option<Value> {
        Some(match kind {
            // Of an hourly schedule, which is the first kind.
            _ if ["minutes", "weekDay", "monthDay"].contains(&name) => return None,
            _ if name == "hours" => json!(2),
            _ if name == "start" => json!("08:00:00"),
            _ if name == "end" => json!("20:00:00"),
            ValueKind::Number => json!(self.number),
            ValueKind::Boolean => json!(self.boolean),
            ValueKind::Timestamp => json!("2026-01-01T00:00:00Z"),
            ValueKind::Version => json!("3.29"),
            ValueKind::OneOf(words) => json!(words.first()),
            ValueKind::Object(shape) if above.contains(shape) => return None,
            ValueKind::Object(shape) => self.members(*shape, above),
            ValueKind::List(kind) => json!([self.value(name, *kind, above)?]),
            // A document with nothing else means a site that there is.
            _ if name == "contentUrl" && above.last().is_some_and(|shape| shape.fields().len() == 1) => {
                json!(MARKETING_SITE)
            }
            _ if name == "contentUrl" => json!(self.text),
            // Quotas and capacities are numbers in texts, and a site has one or the other.
            _ if name.ends_with("Quota") || name.ends_with("Capacity") => return None,
            _ if name == "alertThreshold" => json!(self.number.to_string()),
            _ if name == "email" => json!(format!("{}@example.com", self.text)),
            _ if name.to_lowercase().ends_with("url") => json!(format!("https://example.com/{}", self.text)),
            _ => json!(self.text),
        })
    }
}

/// Whether a kind is a list of identifiers.
fn lists_references(kind: ValueKind) -> bool {
    let ValueKind::List(kind) = kind else {
        return false;
    };
    matches!(kind, ValueKind::Object(shape) if matches!(shape.fields(), [only] if only.name == "id"))
}
