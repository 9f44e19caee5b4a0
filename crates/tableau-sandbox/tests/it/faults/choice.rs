//! Which requests get a fault.

use serde_json::json;
use tableau_sandbox::{Fault, FaultPlan};

use super::{Peer, Scene, Whole};

fn statuses(scene: &Scene, count: usize) -> Vec<u16> {
    (0..count).map(|_| scene.list("").unwrap().status).collect()
}

#[test]
fn from_the_nth_request_for_so_many() {
    let scene = Scene::new();
    let controls = scene.sandbox.service().controls().clone();
    controls.inject(Fault::new(503, "503000").on("workbooks.list").nth(2).times(2));
    assert_eq!(statuses(&scene, 5), [200, 503, 503, 200, 200]);
    assert!(controls.faults().is_empty());
    controls.inject(Fault::new(503, "503000").on("*.list").always().named("all"));
    assert_eq!(statuses(&scene, 3), [503, 503, 503]);
    let due = controls.faults();
    assert_eq!((due[0].matched, due[0].hit), (3, 3));
    assert!(controls.remove_fault("all") && !controls.remove_fault("all"));
    assert_eq!(statuses(&scene, 1), [200]);
    controls.inject(Fault::new(503, "503000").times(0));
    assert_eq!(statuses(&scene, 1), [200]);
}

#[test]
fn by_operation_page_path_and_method() {
    let scene = Scene::new();
    let controls = scene.sandbox.service().controls().clone();
    let fault = || Fault::new(503, "503000").always();
    let status = |path: &str| {
        let line = scene.line("GET", path);
        scene.peer().ask(&line, &scene.token, "").unwrap().status
    };
    for (fault, workbooks, page, views) in [
        (fault().on("workbooks.list"), 503, 503, 200),
        (fault().on("workbooks.*"), 503, 503, 200),
        (fault().on("*"), 503, 503, 503),
        (fault().page(2), 200, 503, 200),
        (fault().on("*.list").page(1), 503, 200, 503),
        (fault().on_method("delete"), 200, 200, 200),
        (
            fault().on_path(format!("/3.29/SITES/{}/views", scene.site)),
            200,
            200,
            503,
        ),
    ] {
        let shown = format!("{fault:?}");
        controls.inject(fault.named("it"));
        let seen = ["workbooks", "workbooks?pageNumber=2&pageSize=2", "views"].map(status);
        assert_eq!(seen, [workbooks, page, views], "{shown}");
    }
}

#[test]
fn a_seed_decides_which_requests_a_probability_hits() {
    let scene = Scene::new();
    let controls = scene.sandbox.service().controls().clone();
    let run = |seed: u64| {
        controls.clear_faults();
        controls.seed_faults(seed);
        controls.inject(
            Fault::new(503, "503000")
                .on("workbooks.list")
                .probability(0.3)
                .always()
                .named("some"),
        );
        statuses(&scene, 60)
    };
    let first = run(7);
    assert_eq!(run(7), first);
    assert_ne!(run(8), first);
    let hits = first.iter().filter(|status| **status == 503).count();
    assert!((6..=30).contains(&hits), "{hits}");
    let all = |probability: f64| {
        controls.inject(
            Fault::new(503, "503000")
                .probability(probability)
                .always()
                .named("some"),
        );
        statuses(&scene, 5)
    };
    assert_eq!(all(0.0), [200; 5]);
    assert_eq!(all(1.0), [503; 5]);
}

#[test]
fn a_fault_does_not_change_what_another_draws() {
    let scene = Scene::new();
    let controls = scene.sandbox.service().controls().clone();
    let some = || {
        Fault::new(503, "503000")
            .on("workbooks.list")
            .probability(0.5)
            .always()
            .named("some")
    };
    controls.inject(some());
    let alone = statuses(&scene, 20);
    controls.clear_faults();
    controls.inject(
        Fault::new(500, "500000")
            .on("views.list")
            .probability(0.5)
            .always(),
    );
    controls.inject(some());
    let line = scene.line("GET", "views");
    let together: Vec<_> = (0..20)
        .map(|_| {
            scene.peer().ask(&line, &scene.token, "").unwrap();
            scene.list("").unwrap().status
        })
        .collect();
    assert_eq!(together, alone);
}

fn control(scene: &Scene, line: &str, body: &str) -> Whole {
    Peer::of(&scene.sandbox).ask(line, "", body).unwrap()
}

#[test]
fn faults_are_set_by_other_processes() {
    let scene = Scene::new();
    let plan = json!({"seed": 7, "faults": [
        {"on": {"operation": "workbooks.list"}, "fault": {"status": {"code": 429, "retry_after": "Fri, 31 Dec 1999 23:59:59 GMT"}}},
        {"id": "late", "on": {"operation": "workbooks.list", "page": 2}, "nth": 2, "times": "always", "probability": 0.5, "fault": {"delay": {"milliseconds": 1}}},
    ]});
    let answer = control(&scene, "POST /_sandbox/faults", &plan.to_string());
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"ids": ["f1", "late"]}))
    );
    let one = json!({"fault": "commit_then_reset", "on": {"method": "PUT"}});
    assert_eq!(
        control(&scene, "POST /_sandbox/faults", &one.to_string()).json(),
        json!({"ids": ["f2"]})
    );
    let limited = scene.list("").unwrap();
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("Fri, 31 Dec 1999 23:59:59 GMT"))
    );
    assert_eq!(limited.json()["error"]["code"], "429000");
    let listed = control(&scene, "GET /_sandbox/faults", "").json();
    assert_eq!(
        listed,
        json!({"seed": 7, "faults": [
            {"id": "late", "on": {"operation": "workbooks.list", "page": 2}, "nth": 2, "times": "always", "probability": 0.5,
             "fault": {"delay": {"milliseconds": 1}}, "matched": 0, "hit": 0},
            {"id": "f2", "on": {"method": "PUT"}, "nth": 1, "times": 1, "fault": "commit_then_reset", "matched": 0, "hit": 0},
        ]})
    );
    assert_eq!(
        control(&scene, "DELETE /_sandbox/faults/f2", "").json(),
        json!({"removed": 1})
    );
    assert_eq!(control(&scene, "DELETE /_sandbox/faults/f2", "").status, 404);
    assert_eq!(
        control(&scene, "DELETE /_sandbox/faults", "").json(),
        json!({"removed": 1})
    );
    assert_eq!(control(&scene, "PUT /_sandbox/faults", "").status, 405);
    let log = control(&scene, "GET /_sandbox/log", "").text();
    assert!(log.contains(r#""fault":{"id":"f1","effect":"status"}"#), "{log}");
}

#[test]
fn a_plan_that_would_do_nothing_is_refused() {
    let scene = Scene::new();
    for (document, part) in [
        ("", "EOF"),
        ("[]", "expected a map"),
        (r#"{"faults":[{"fault":"explode"}]}"#, "unknown variant `explode`"),
        (
            r#"{"faults":[{"fault":"end_session"},{"fault":"end_session","on":{"operation":"workbooks.lst"}}]}"#,
            "fault 2: there is no call `workbooks.lst`",
        ),
        (r#"{"fault":"end_session","probability":2}"#, "from 0 to 1"),
        (r#"{"fault":{"status":{"code":99}}}"#, "from 200 to 599"),
        (r#"{"fault":{"redirect":{"code":300,"to":"/"}}}"#, "307"),
        (r#"{"fault":{"drip":{"bytes_per_second":0}}}"#, "at least 1"),
        (r#"{"fault":"end_session","nht":2}"#, "unknown field `nht`"),
        (
            r#"{"fault":{"delay":{"milliseconds":1,"second":1}}}"#,
            "unknown field `second`",
        ),
        (r#"{"fault":"end_session","times":"often"}"#, "times"),
        (r#"{"fault":"end_session","times":0}"#, "`times` is at least 1"),
        (r#"{"fault":"end_session","probability":0}"#, "greater than 0"),
        (
            r#"{"fault":"end_session","on":{"method":"FETCH"}}"#,
            "`FETCH` is no HTTP method",
        ),
        (
            r#"{"fault":"end_session","on":{"operation":"workbooks.list","method":"POST"}}"#,
            "`workbooks.list` has another method than POST",
        ),
        (
            r#"{"fault":"end_session","on":{"operation":"workbooks.get","page":2}}"#,
            "`workbooks.get` has no pages",
        ),
        (
            r#"{"fault":{"page":"empty"},"on":{"operation":"workbooks.get"}}"#,
            "`workbooks.get` has no pages",
        ),
        (
            r#"{"fault":{"status":{"code":503,"retry_after":"1\r\nX: y"}}}"#,
            "`retry_after` is not the value of a header",
        ),
        (
            r#"{"fault":{"status":{"code":503,"body":{"text":{"content_type":"a\nb","text":""}}}}}"#,
            "`content_type` is not the value of a header",
        ),
        (
            r#"{"fault":{"content_type":"text/html\n"}}"#,
            "`content_type` is not the value of a header",
        ),
        (
            r#"{"fault":{"redirect":{"code":307,"to":"/a\nb"}}}"#,
            "`to` is not the value of a header",
        ),
    ] {
        let answer = control(&scene, "POST /_sandbox/faults", document);
        assert_eq!(answer.status, 400, "{document}");
        assert!(answer.text().contains(part), "{document}: {}", answer.text());
    }
    assert!(scene.sandbox.service().controls().faults().is_empty());
}

#[test]
fn a_fault_in_process_says_whether_it_can_happen() {
    let workbooks = || Fault::new(503, "503000").on("workbooks.list");
    for fault in [
        workbooks().page(2).on_method("get").always().probability(0.1),
        workbooks().on("*.list").page(2),
        workbooks().on("*.*").on_method("delete"),
        Fault::gateway(502).on_method("HEAD").page(2),
    ] {
        assert_eq!(fault.check(), Ok(()), "{fault:?}");
    }
    for fault in [
        workbooks().times(0),
        workbooks().probability(0.0),
        workbooks().probability(f64::NAN),
        workbooks().on_method("put"),
        workbooks().on("*.delete").page(1),
        workbooks().on("workbook.list"),
    ] {
        fault.check().unwrap_err();
    }
}

#[test]
fn a_plan_is_written_as_it_is_read() {
    let text = r#"{"seed":7,"faults":[{"on":{"operation":"workbooks.list"},"nth":1,"times":1,"fault":{"page":{"shift":-1}}},{"nth":1,"times":2,"fault":{"status":{"code":503,"body":"gateway"}}}]}"#;
    let plan: FaultPlan = text.parse().unwrap();
    assert_eq!(serde_json::to_string(&plan).unwrap(), text);
}
