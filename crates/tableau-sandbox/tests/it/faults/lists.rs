//! Pages that are wrong.

use serde_json::Value;
use tableau_sandbox::{Effect, Fault, PageFault};

use super::{Scene, Whole};

/// Number, size, total, and the names of the items.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen(String, Vec<String>);

fn of_json(answer: &Whole) -> Seen {
    let json = answer.json();
    let total = |name: &str| json["pagination"][name].as_str().unwrap().to_owned();
    let totals = ["pageNumber", "pageSize", "totalAvailable"].map(total).join(" ");
    let items = json["workbooks"]["workbook"].as_array().unwrap();
    let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
    Seen(totals, items.iter().map(name).collect())
}

/// The same of a document in XML, read without a parser of this library.
fn of_xml(answer: &Whole) -> Seen {
    let text = answer.text();
    let value = |text: &str, name: &str| {
        let (_, after) = text.split_once(&format!(" {name}=\"")).unwrap();
        after.split_once('"').unwrap().0.to_owned()
    };
    let pagination = text.split("<pagination").nth(1).unwrap();
    let totals = ["pageNumber", "pageSize", "totalAvailable"].map(|name| value(pagination, name));
    let items = text.split("<workbook ").skip(1);
    Seen(
        totals.join(" "),
        items.map(|item| value(&format!(" {item}"), "name")).collect(),
    )
}

/// A page of four as both formats show it with a fault.
#[track_caller]
fn page(scene: &Scene, number: u64, fault: Option<&PageFault>) -> Seen {
    let line = scene.line("GET", &format!("workbooks?pageSize=4&pageNumber={number}"));
    let ask = |accept: &str| {
        if let Some(fault) = fault {
            scene
                .sandbox
                .service()
                .controls()
                .inject(Fault::of(Effect::Page(fault.clone())));
        }
        let mut peer = scene.peer();
        peer.send(&line, &scene.token, accept, b"").unwrap();
        let (answer, error) = peer.receive().unwrap();
        assert!(
            error.is_none() && answer.status == 200,
            "{error:?} {}",
            answer.text()
        );
        answer
    };
    let seen = of_json(&ask("application/json"));
    assert_eq!(of_xml(&ask("application/xml")), seen);
    seen
}

#[test]
fn pages_with_wrong_totals() {
    let scene = Scene::new();
    let right = page(&scene, 2, None);
    assert_eq!((right.0.as_str(), right.1.len()), ("2 4 10", 4));
    for (fault, totals) in [
        (PageFault::Total(17), "2 4 17"),
        (PageFault::TotalOffBy(-3), "2 4 7"),
        (PageFault::Number(1), "1 4 10"),
        (PageFault::Size(0), "2 0 10"),
    ] {
        assert_eq!(
            page(&scene, 2, Some(&fault)),
            Seen(totals.into(), right.1.clone())
        );
    }
}

#[test]
fn pages_with_wrong_items() {
    let scene = Scene::new();
    let [first, second, third] = [1, 2, 3].map(|number| page(&scene, number, None).1);
    let totals = |number: u64| format!("{number} 4 10");
    let expect = |number: u64, fault: PageFault, items: &[&[String]]| {
        assert_eq!(
            page(&scene, number, Some(&fault)),
            Seen(totals(number), items.concat())
        );
    };
    expect(2, PageFault::Empty, &[]);
    expect(2, PageFault::Short(1), &[&second[..3]]);
    expect(2, PageFault::Short(9), &[]);
    expect(2, PageFault::Shift(1), &[&second[1..], &third[..1]]);
    expect(2, PageFault::Shift(-1), &[&first[3..], &second[..3]]);
    expect(1, PageFault::Shift(-1), &[&first]);
    expect(3, PageFault::Shift(1), &[&third[1..]]);
    expect(2, PageFault::Duplicate, &[&second[..3], &second[..1]]);
}

#[test]
fn items_without_ids() {
    let scene = Scene::new();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::Page(PageFault::WithoutIds)).times(2));
    let json = scene.list("").unwrap().json();
    let items = json["workbooks"]["workbook"].as_array().unwrap();
    assert!(
        items.len() == 10
            && items
                .iter()
                .all(|item| item.get("id").is_none() && item["project"]["id"].is_string())
    );
    let mut peer = scene.peer();
    peer.send(&scene.line("GET", "workbooks"), &scene.token, "*/*", b"")
        .unwrap();
    let text = peer.receive().unwrap().0.text();
    assert_eq!(text.matches("<workbook ").count(), 10);
    for item in text.split("<workbook ").skip(1) {
        let (tag, rest) = item.split_once('>').unwrap();
        assert!(
            !format!(" {tag}").contains(" id=\"") && rest.contains("<project id=\""),
            "{item}"
        );
    }
}

#[test]
fn what_is_no_list_is_left_alone() {
    let scene = Scene::new();
    let line = "GET /api/3.29/serverinfo";
    let right = scene.peer().ask(line, "", "").unwrap();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::Page(PageFault::Empty)));
    assert_eq!(scene.peer().ask(line, "", "").unwrap().body, right.body);
    assert_eq!(scene.logged(), [("f1".into(), "page", 200)]);
}
