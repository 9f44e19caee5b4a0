//! Parts that items of a list have alike are kept once.

use tableau_wire::codec::decode;
use tableau_wire::rest::{Project, User, Workbook};
use tableau_wire::{DecodeError, Format, Page, Shared};

/// A page of workbooks in this many projects; the owner has a domain inside it if wanted.
fn page(workbooks: usize, projects: usize, domain: &str) -> Result<Page<Workbook>, DecodeError> {
    let items: String = (0..workbooks)
        .map(|number| {
            let project = number % projects;
            format!(
                "<workbook id=\"w{number}\"><project id=\"p{project}\" name=\"Project &amp; {project}\"/>\
                 <location id=\"p{project}\" type=\"Project\"/><owner id=\"u\" name=\"jsmith\">{domain}</owner></workbook>"
            )
        })
        .collect();
    let pagination =
        format!("<pagination pageNumber=\"1\" pageSize=\"{workbooks}\" totalAvailable=\"{workbooks}\"/>");
    let document = format!("<tsResponse>{pagination}<workbooks>{items}</workbooks></tsResponse>");
    decode(document.as_bytes(), Format::Xml)
}

fn projects(page: &Page<Workbook>) -> Vec<&Shared<Project>> {
    page.items
        .iter()
        .filter_map(|workbook| workbook.project.as_ref())
        .collect()
}

/// How many there are in memory.
fn kept<T>(parts: &[&Shared<T>]) -> usize {
    let is_first =
        |index: usize, part: &&Shared<T>| !parts.iter().take(index).any(|other| other.is_same(part));
    parts
        .iter()
        .enumerate()
        .filter(|(index, part)| is_first(*index, part))
        .count()
}

#[test]
fn as_many_parts_are_kept_as_differ_however_long_the_list_is() {
    for workbooks in [100, 1000] {
        let page = page(workbooks, 20, "").unwrap();
        assert_eq!(kept(&projects(&page)), 20, "{workbooks}");
        for (number, project) in projects(&page).into_iter().enumerate() {
            assert_eq!(project.id.as_str(), format!("p{}", number % 20));
            assert_eq!(project.name, format!("Project & {}", number % 20));
        }
    }
}

#[test]
fn more_parts_than_are_looked_for_are_read_all_the_same() {
    let page = page(9000, 9000, "").unwrap();
    for (number, workbook) in page.items.iter().enumerate() {
        let location = workbook.location.as_ref().unwrap();
        assert_eq!(location.id.as_ref().unwrap().as_str(), format!("p{number}"));
    }
}

#[test]
fn a_part_with_children_is_read_for_each_item() {
    let page = page(2, 1, "<domain name=\"local\"/>").unwrap();
    let owners: Vec<&User> = page
        .items
        .iter()
        .map(|workbook| &**workbook.owner.as_ref().unwrap())
        .collect();
    assert_eq!(owners[0], owners[1]);
    assert!(owners[0].domain.is_some());
}

#[test]
fn a_change_is_that_of_one_item() {
    let mut page = page(2, 1, "").unwrap();
    page.items[0].project.as_mut().unwrap().name = "Finance".to_owned();
    let names: Vec<&str> = projects(&page)
        .iter()
        .map(|project| project.name.as_str())
        .collect();
    assert_eq!(names, ["Finance", "Project & 0"]);
}

#[test]
fn documents_have_no_parts_together() {
    let (one, other) = (page(1, 1, "").unwrap(), page(1, 1, "").unwrap());
    assert_eq!(one, other);
    assert!(!projects(&one)[0].is_same(projects(&other)[0]));
}

/// A member of another type may be written the same.
#[test]
fn types_are_not_mixed_up() {
    let document = "<tsResponse><workbook id=\"w\"><project id=\"x\" name=\"n\"/><owner id=\"x\" name=\"n\"/></workbook></tsResponse>";
    let workbook: Workbook = tableau_wire::Document::decode(document.as_bytes(), Format::Xml).unwrap();
    assert_eq!(workbook.project.unwrap().id.as_str(), "x");
    assert_eq!(workbook.owner.unwrap().id.as_str(), "x");
}

/// What takes part in lists of 100,000 is not larger than it has to be.
#[test]
fn workbooks_are_small() {
    assert!(size_of::<Workbook>() <= 456, "{}", size_of::<Workbook>());
}
