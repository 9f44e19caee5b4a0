//! Renderings by what they say themselves; the peers open them with other programs.

use super::*;

fn sheet(filters: &[(&str, &str)]) -> Sheet {
    let filters: Vec<_> = filters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Sheet::new("Sales & Ümsatz", "seed", &filters)
}

#[test]
fn filters_keep_the_rows_with_their_values() {
    let regions = |filters: &[(&str, &str)]| {
        let csv = String::from_utf8(sheet(filters).csv()).unwrap();
        let mut regions: Vec<_> = csv
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().to_owned())
            .collect();
        regions.dedup();
        (csv.lines().count() - 1, regions.join(" "))
    };
    let all = (72, "Central East South West".to_owned());
    assert_eq!(regions(&[]), all);
    assert_eq!(regions(&[("Region", "")]), all);
    assert_eq!(regions(&[("Country", "East"), ("Parameters.Top", "5")]), all);
    assert_eq!(regions(&[("Region", "East")]), (18, "East".into()));
    assert_eq!(
        regions(&[("region", "East,West"), ("Category", "Office Supplies")]),
        (12, "East West".into())
    );
    assert_eq!(regions(&[("Region", "east")]), (0, String::new()));
    assert_eq!(data::values(r"a\,b,c\\,,d"), ["a,b", r"c\", "d"]);
}

#[test]
fn the_same_seed_gives_the_same_data() {
    assert_eq!(sheet(&[]), sheet(&[]));
    assert_ne!(
        Sheet::new("Sales", "a", &[]).csv(),
        Sheet::new("Sales", "b", &[]).csv()
    );
    for (first, second) in [
        (sheet(&[]).xlsx(), sheet(&[]).xlsx()),
        (pptx("x", &[sheet(&[])]), pptx("x", &[sheet(&[])])),
        (sheet(&[]).png(SCREEN), sheet(&[]).png(SCREEN)),
    ] {
        assert_eq!(first.unwrap(), second.unwrap());
    }
}

#[test]
fn pictures_have_the_size_that_is_asked_for() {
    for (asked, given) in [
        ((800, 600), (800, 600)),
        (PREVIEW, PREVIEW),
        ((1, 1), (1, 1)),
        ((1601, 1201), (1601, 1201)),
        ((0, 100_000), (1, LARGEST)),
    ] {
        let png = sheet(&[("Region", "East")]).png(asked).unwrap();
        let reader = ::png::Decoder::new(std::io::Cursor::new(&png))
            .read_info()
            .unwrap();
        assert_eq!((reader.info().width, reader.info().height), given);
    }
}

#[test]
fn filters_are_seen_in_pictures() {
    assert_ne!(sheet(&[]).png(SCREEN), sheet(&[("Region", "East")]).png(SCREEN));
    let svg = String::from_utf8(sheet(&[("Region", "East,West")]).svg(SCREEN)).unwrap();
    assert!(
        svg.contains(">Region: East, West<") && svg.contains("Sales &amp; Ümsatz"),
        "{svg}"
    );
    assert!(svg.contains("width=\"800\" height=\"600\""), "{svg}");
}

#[test]
fn pages_have_the_size_of_their_type() {
    let page = |name: &str, is_landscape: bool| {
        Page::new(name, is_landscape, (800, 600)).map(|page| (page.width.round(), page.height.round()))
    };
    assert_eq!(page("A4", false), Some((595.0, 842.0)));
    assert_eq!(page("a4", true), Some((842.0, 595.0)));
    assert_eq!(page("Letter", false), Some((612.0, 792.0)));
    assert_eq!(page("Unspecified", true), Some((600.0, 450.0)));
    assert_eq!(page("a9", false), None);
    let pdf = pdf(
        &[sheet(&[]), sheet(&[])],
        Page::new("legal", true, SCREEN).unwrap(),
    )
    .unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert_eq!(text.matches("/MediaBox [0 0 1008 612]").count(), 2, "{text}");
}
