//! Odd values in answers: the field is left out, and nothing else is lost.

#![expect(
    clippy::panic,
    reason = "a test fails by panicking, also in what its tests share"
)]

use std::fmt::Debug;

use tableau_wire::rest::{BackgroundJob, Datasource, Job, ServerInfo, Site, User, View, Workbook};
use tableau_wire::tsm::{AsyncJobs, ClusterStatus, ConfigKeys, Json, NodeInfo, ProductKeys};
use tableau_wire::{Document, Format, Page, Version};

fn xml<T: Document>(content: &str) -> T {
    let text = format!("<tsResponse>{content}</tsResponse>");
    T::decode(text.as_bytes(), Format::Xml).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn json<T: Document>(text: &str) -> T {
    T::decode(text.as_bytes(), Format::Json).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What no number and no boolean is.
const ODD: &[&str] = &[
    "",
    " ",
    "yes",
    "n/a",
    "1.5",
    "-",
    "1,024",
    "99999999999999999999999",
    "true;",
    "0x10",
    "NaN",
];

#[test]
fn odd_numbers_and_booleans_in_attributes_are_left_out() {
    for odd in ODD {
        let page: Page<Workbook> = xml(&format!(
            "<workbooks><workbook id='1' name='A' size='{odd}' showTabs='{odd}' hasExtracts='{odd}'/>\
             <workbook id='2' size='7' showTabs='TRUE'/></workbooks>"
        ));
        let [first, second] = page.items.as_slice() else {
            panic!("{odd}: {page:?}");
        };
        assert_eq!(
            (first.size, first.show_tabs, first.has_extracts),
            (None, None, None),
            "{odd:?}"
        );
        assert_eq!(
            (first.name.as_str(), second.size, second.show_tabs),
            ("A", Some(7), Some(true))
        );
        let site: Site = xml(&format!(
            "<site id='s' revisionHistoryEnabled='{odd}' tagLimit='{odd}' userQuota='{odd}'><usage numUsers='{odd}' storage='3'/></site>"
        ));
        assert_eq!(
            (site.revision_history_enabled, site.tag_limit),
            (None, None),
            "{odd:?}"
        );
        assert_eq!(site.user_quota.as_deref(), Some(*odd), "a text is what it is");
        let usage = site.usage.unwrap();
        assert_eq!((usage.num_users, usage.storage), (None, Some(3)), "{odd:?}");
        let job: Job = xml(&format!("<job id='j' progress='{odd}' finishCode='{odd}'/>"));
        assert_eq!(
            (job.id.as_str(), job.progress, job.finish_code),
            ("j", None, None)
        );
        let view: View = xml(&format!("<view id='v'><usage totalViewCount='{odd}'/></view>"));
        assert_eq!(view.usage.unwrap().total_view_count, None);
    }
    let job: BackgroundJob = xml("<backgroundJob id='j' priority='-10' jobType='x'/>");
    assert_eq!((job.priority, job.job_type.as_deref()), (None, Some("x")));
}

#[test]
fn odd_scalars_in_elements_are_left_out() {
    for odd in [
        "<size/>",
        "<size></size>",
        "<size> </size>",
        "<size>much</size>",
        "<size><x/></size>",
    ] {
        let workbook: Workbook = xml(&format!("<workbook id='w'>{odd}<owner id='u'/></workbook>"));
        assert_eq!(
            (workbook.size, workbook.owner.unwrap().id.as_str()),
            (None, "u"),
            "{odd}"
        );
    }
    let workbook: Workbook = xml("<workbook id='w' owner='Ann'><size>12</size></workbook>");
    assert_eq!((workbook.size, workbook.owner), (Some(12), None));
}

#[test]
fn odd_values_of_json_are_left_out() {
    for odd in [
        "null",
        "\"\"",
        "\" \"",
        "\"yes\"",
        "\"n/a\"",
        "1.5",
        "-1.5",
        "1e40",
        "{}",
        "[]",
        "{\"value\":[1,{\"a\":2}]}",
    ] {
        let page: Page<View> = json(&format!(
            "{{\"views\":{{\"view\":[{{\"id\":\"1\",\"usage\":{{\"totalViewCount\":{odd}}},\"hidden\":{odd},\"name\":\"A\"}},{{\"id\":\"2\"}}]}}}}"
        ));
        let [first, second] = page.items.as_slice() else {
            panic!("{odd}: {page:?}");
        };
        assert_eq!(first.usage.as_ref().unwrap().total_view_count, None, "{odd}");
        assert_eq!((first.hidden, first.name.as_str()), (None, "A"), "{odd}");
        assert_eq!(second.id.as_str(), "2", "{odd}");
    }
    let workbook: Workbook =
        json(r#"{"workbook":{"id":"w","owner":"Ann","size":-1,"tags":{"tag":[{"label":"a"}]}}}"#);
    assert_eq!((workbook.owner, workbook.size), (None, None));
    assert_eq!(workbook.tags.unwrap().len(), 1);
}

#[test]
fn whole_numbers_may_have_a_point() {
    for number in ["12.0", "\"12.0\"", "\" 12 \"", "1.2e1", "12"] {
        let workbook: Workbook = json(&format!("{{\"workbook\":{{\"size\":{number}}}}}"));
        assert_eq!(workbook.size, Some(12), "{number}");
    }
    for number in ["12.0", " 12 ", "1.2e1", "+12", "12"] {
        let workbook: Workbook = xml(&format!("<workbook size='{number}'/>"));
        assert_eq!(workbook.size, Some(12), "{number}");
    }
    let job: Job = xml("<job finishCode='-1.0'/>");
    assert_eq!(job.finish_code, Some(-1));
    let job: Job = json(r#"{"job":{"finishCode":-0.0}}"#);
    assert_eq!(job.finish_code, Some(0));
}

#[test]
fn of_what_is_there_twice_the_first_counts() {
    let workbook: Workbook = xml(
        "<workbook id='w'><owner id='1'/><project id='p'/><owner id='2'><x/></owner><owner/><tags><tag label='a'/></tags></workbook>",
    );
    assert_eq!(workbook.owner.unwrap().id.as_str(), "1");
    assert_eq!(workbook.project.unwrap().id.as_str(), "p");
    assert_eq!(workbook.tags.unwrap().len(), 1);
    let workbook: Workbook = json(
        r#"{"workbook":{"owner":[{"id":"1"},{"id":"2"}],"size":[3,4],"description":["a","b"],"hasExtracts":["true"]}}"#,
    );
    assert_eq!(workbook.owner.unwrap().id.as_str(), "1");
    assert_eq!((workbook.size, workbook.has_extracts), (Some(3), Some(true)));
    assert_eq!(workbook.description.as_deref(), Some("a"));
    let workbook: Workbook = json(r#"{"workbook":[{"id":"1"}]}"#);
    assert_eq!(workbook.id.as_str(), "1");
    // Unlike lists, which may have others between their items.
    let page: Page<User> = xml("<users><user id='1'/><x/><user id='2'/></users>");
    assert_eq!(page.items.len(), 2);
}

#[test]
fn every_note_of_a_job_is_a_line() {
    for (job, notes) in [
        (
            xml::<Job>("<job><extractRefreshJob><notes>a</notes><notes>b</notes></extractRefreshJob></job>"),
            "a\nb",
        ),
        (
            xml("<job><extractRefreshJob><notes>a</notes></extractRefreshJob></job>"),
            "a",
        ),
        (xml("<job><extractRefreshJob notes='a'/></job>"), "a"),
        (
            json(r#"{"job":{"extractRefreshJob":{"notes":["a","b"]}}}"#),
            "a\nb",
        ),
        (json(r#"{"job":{"extractRefreshJob":{"notes":"a"}}}"#), "a"),
    ] {
        let refresh = job.extract_refresh_job.unwrap();
        assert_eq!(refresh.notes.unwrap().as_str(), notes);
    }
    let job: Job = json(r#"{"job":{"extractRefreshJob":{"notes":null}}}"#);
    assert_eq!(job.extract_refresh_job.unwrap().notes, None);
}

#[test]
fn a_page_is_read_whose_totals_are_odd() {
    let items = "<workbooks><workbook id='1'/><workbook id='2'/></workbooks>";
    for (pagination, (number, size, total)) in [
        (
            "<pagination pageNumber='1' pageSize='100' totalAvailable=''/>",
            (1, 100, 2),
        ),
        (
            "<pagination pageNumber='3' pageSize='100' totalAvailable='?'/>",
            (3, 100, 202),
        ),
        (
            "<pagination pageNumber='' pageSize='100' totalAvailable='2'/>",
            (1, 100, 2),
        ),
        (
            "<pagination pageNumber='1.0' pageSize='' totalAvailable='5'/>",
            (1, 2, 5),
        ),
        ("<pagination/>", (1, 2, 2)),
        ("", (1, 2, 2)),
    ] {
        let page: Page<Workbook> = xml(&format!("{pagination}{items}"));
        assert_eq!(
            (
                page.page_number,
                page.page_size,
                page.total_available,
                page.items.len()
            ),
            (number, size, total, 2),
            "{pagination}"
        );
    }
    // Others may follow: they must not be lost in silence.
    let text = format!(
        "<tsResponse><pagination pageNumber='1' pageSize='2' totalAvailable=''/>{items}</tsResponse>"
    );
    let error = Page::<Workbook>::decode(text.as_bytes(), Format::Xml)
        .unwrap_err()
        .to_string();
    assert!(error.contains("totalAvailable"), "{error}");
}

#[test]
fn a_server_may_tell_an_odd_version() {
    let read = |version: &str| -> Option<Version> {
        let info: ServerInfo = xml(&format!(
            "<serverInfo><productVersion build='1'>2026.2</productVersion><restApiVersion>{version}</restApiVersion></serverInfo>"
        ));
        assert_eq!(info.product_version.value.as_str(), "2026.2");
        info.rest_api_version.map(|version| version.0)
    };
    assert_eq!(read("3.29.1"), Some(Version::new(3, 29)));
    assert_eq!(read("3.29-rc1"), Some(Version::new(3, 29)));
    for odd in ["Unknown", "", "three", "<x/>"] {
        assert_eq!(read(odd), None, "{odd}");
    }
    let info: ServerInfo =
        json(r#"{"serverInfo":{"restApiVersion":3.29,"productVersion":{"value":"2026.2"}}}"#);
    assert_eq!(
        info.rest_api_version.map(|version| version.0),
        Some(Version::new(3, 29))
    );
}

/// What has no value to do without, and what is malformed, is said as before.
#[test]
fn what_cannot_be_left_out_is_refused() {
    fn wrong<T: Document + Debug>(text: &str, format: Format) {
        assert!(T::decode(text.as_bytes(), format).is_err(), "{text}");
    }
    for text in [
        "<tsResponse><workbook size='1' size='2'/></tsResponse>",
        "<tsResponse><workbook size='></tsResponse>",
        "<tsResponse><workbook><size>x</workbook></tsResponse>",
        "<tsRequest><workbook><owner id='1'/><owner id='2'/></workbook></tsRequest>",
        "<tsRequest><workbook size=''/></tsRequest>",
    ] {
        wrong::<Workbook>(text, Format::Xml);
    }
    for text in [
        r#"{"workbook":{"size":[1.5,}}"#,
        r#"{"workbook":{"size":{"a":1]}}"#,
        r#"{"workbook":{"size":01}}"#,
        r#"{"workbook":{"size":"1}}"#,
        r#"{"workbook":{"owner":[{"id":{}}]}}"#,
    ] {
        wrong::<Workbook>(text, Format::Json);
    }
    for text in [
        r#"{"workbook":{"size":""}}"#,
        r#"{"workbook":{"size":1.5}}"#,
        r#"{"workbook":{"showTabs":"maybe"}}"#,
        r#"{"workbook":{"owner":"Ann"}}"#,
        r#"{"workbook":{"views":{"view":[{"hidden":"yes"}]}}}"#,
    ] {
        assert!(Workbook::decode(text.as_bytes(), Format::Json).is_ok(), "{text}");
        assert!(
            Workbook::decode_request(text.as_bytes(), Format::Json).is_err(),
            "{text}"
        );
    }
    let source: Datasource = xml("<datasource id='d' encryptExtracts=''/>");
    assert_eq!(source.encrypt_extracts, None);
}

#[test]
fn odd_values_of_tsm_are_left_out() {
    for odd in ["33.3", "\"\"", "\"soon\"", "null", "{}", "[1]", "-1", "true"] {
        let jobs: Json<AsyncJobs> = json(&format!(
            r#"{{"asyncJobs":[{{"id":4,"progress":{odd},"jobType":"StopServerJob","statusMessageData":null,"jobTimeout":{odd}}},{{"id":"5"}}]}}"#
        ));
        assert_eq!(
            (jobs.len(), jobs[0].progress, jobs[0].job_timeout),
            (2, None, None),
            "{odd}"
        );
        let node: Json<NodeInfo> = json(&format!(
            r#"{{"nodeInfo":{{"processorCount":{odd},"address":"n"}}}}"#
        ));
        assert_eq!(
            (node.processor_count, node.address.as_deref()),
            (None, Some("n")),
            "{odd}"
        );
    }
    for odd in ["\"yes\"", "2", "null", "[]", "{\"a\":1}", "\"\""] {
        let keys: Json<ProductKeys> = json(&format!(r#"{{"productKeys":{{"items":[{{"valid":{odd}}}]}}}}"#));
        assert_eq!((keys.items.len(), keys.items[0].valid), (1, None), "{odd}");
        let status: Json<ClusterStatus> = json(&format!(
            r#"{{"clusterStatus":{{"nodes":[{{"nodeId":"node1","services":[{{"instances":[{{"timestampUtc":{odd},"processStatus":"Active"}}]}}]}}]}}}}"#
        ));
        let instance = &status.nodes[0].services[0].instances[0];
        assert!(instance.process_status.is_some(), "{odd}");
    }
}

#[test]
fn times_of_tsm_may_be_texts() {
    let at = |time: &str| {
        let jobs: Json<AsyncJobs> = json(&format!(r#"{{"asyncJobs":[{{"id":4,"completedAt":{time}}}]}}"#));
        jobs[0].completed_at.map(|at| at.0)
    };
    for time in [
        "1566000000000",
        "\"1566000000000\"",
        "1566000000000.0",
        "\"2019-08-17T00:00:00Z\"",
        "\"2019-08-17T00:00:00.000+0000\"",
    ] {
        assert_eq!(at(time), Some(1_566_000_000_000), "{time}");
    }
    for time in ["\"\"", "null", "\"yesterday\"", "{}"] {
        assert_eq!(at(time), None, "{time}");
    }
}

#[test]
fn what_tsm_says_is_null_is_empty() {
    assert_eq!(json::<Json<AsyncJobs>>(r#"{"asyncJobs":null}"#).len(), 0);
    assert_eq!(
        json::<Json<ClusterStatus>>(r#"{"clusterStatus":null}"#)
            .nodes
            .len(),
        0
    );
    assert_eq!(
        json::<Json<ClusterStatus>>(r#"{"clusterStatus":{"nodes":""}}"#)
            .nodes
            .len(),
        0
    );
    assert_eq!(json::<Json<ConfigKeys>>(r#"{"configKeys":null}"#).len(), 0);
    assert_eq!(
        json::<Json<ProductKeys>>(r#"{"productKeys":{"items":null}}"#)
            .items
            .len(),
        0
    );
    assert!(Json::<AsyncJobs>::decode(br#"{"jobs":[]}"#, Format::Json).is_err());
}

/// Java writes a character beyond the first 65,536 as two references, and JavaScript cuts texts between its halves.
#[test]
fn text_that_is_none_costs_no_list() {
    let read = |name: &[u8], format: Format| {
        let (before, after): (&str, &str) = match format {
            Format::Xml => (
                "<tsResponse><workbooks><workbook id='1' name='",
                "'/><workbook id='2' name='B &#233;'/></workbooks></tsResponse>",
            ),
            Format::Json => (
                "{\"workbooks\":{\"workbook\":[{\"id\":\"1\",\"name\":\"",
                "\"},{\"id\":\"2\",\"name\":\"B \\u00e9\"}]}}",
            ),
        };
        let document = [before.as_bytes(), name, after.as_bytes()].concat();
        let page =
            Page::<Workbook>::decode(&document, format).unwrap_or_else(|error| panic!("{error}\n{name:?}"));
        let [first, second] = page.items.as_slice() else {
            panic!("{page:?}");
        };
        assert_eq!(second.name, "B é");
        first.name.clone()
    };
    for (name, expected) in [
        (&b"a&#55357;&#56832;b"[..], "a\u{1f600}b"),
        (b"&#xD83D;&#xDE00;&amp;&lt;", "\u{1f600}&<"),
        (b"a&#55357;b&#56832;", "a\u{fffd}b\u{fffd}"),
        (b"&#xD83D;&#65;", "\u{fffd}A"),
        (b"&#x110000;", "\u{fffd}"),
    ] {
        assert_eq!(read(name, Format::Xml), expected);
    }
    for (name, expected) in [
        (&br"a\ud83d b"[..], "a\u{fffd} b"),
        (br"\ud83d\ude00\ud83d", "\u{1f600}\u{fffd}"),
        (br"\ude00\ud83d\ud83d\ude00", "\u{fffd}\u{fffd}\u{1f600}"),
        (br#"\\ud83d\"\ud83d"#, "\\ud83d\"\u{fffd}"),
    ] {
        assert_eq!(read(name, Format::Json), expected);
    }
}
