use std::time::Duration;

use super::*;

const FLOW: &str = r#"{"nodes": {"1": {"name": "Orders", "baseType": "input"}, "2": {"name": "Clean", "baseType": "output"}, "3": {"name": "Rejected", "baseType": "output"}},
    "connections": {"c": {"connectionAttributes": {"class": "sqlserver", "server": "dwh.example.com", "port": "1433", "username": "reader"}}},
    "parameters": {"parameters": {"p": {"name": "Year", "dataType": "integer", "currentValue": "2025"}, "q": {"name": "Key", "isRequired": true}}}}"#;

async fn publish(site: &Site, name: &str, query: &str, file: &[u8]) -> Answer {
    let document = json!({"flow": {"name": name, "project": {"id": site.project().await}}});
    let path = format!("/api/3.29/sites/{}/flows{query}", site.admin.site);
    site.publish(&site.admin, &path, &document, ("tableau_flow", "f.tflx", file))
        .await
}

/// Publishes a flow; gives its identifier.
async fn published(site: &Site) -> String {
    let answer = publish(site, "Test", "", &zipped("flow", FLOW)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    id(&answer.json()["flow"])
}

async fn run(site: &Site, flow: &str, spec: Value) -> Answer {
    let path = format!("flows/{flow}/run");
    site.send("POST", &path, json!({"flowRunSpec": spec})).await
}

#[tokio::test]
async fn a_published_flow_has_its_steps_parameters_connections_and_bytes() {
    let site = Site::new().await;
    let flow = published(&site).await;
    let details = site.get(&format!("flows/{flow}")).await.ok();
    let steps: Vec<_> = details["flowOutputSteps"]["flowOutputStep"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["name"])
        .collect();
    assert_eq!(steps, ["Clean", "Rejected"]);
    assert_eq!(details["flow"]["parameters"]["parameter"][0]["value"], "2025");
    assert_eq!(details["flow"]["fileType"], "tflx");
    let connection = site.first(&format!("flows/{flow}/connections")).await;
    assert_eq!(connection["serverAddress"], "dwh.example.com");
    let copy = site.get(&format!("flows/{flow}/content")).await;
    assert_eq!(copy.body, zipped("flow", FLOW));
    assert_eq!(site.id("flows?filter=name:eq:Test").await, flow);
}

#[tokio::test]
async fn a_flow_of_the_same_name_is_replaced_only_if_it_may_be() {
    let site = Site::new().await;
    let flow = published(&site).await;
    let again = publish(&site, "Test", "", &zipped("flow", FLOW)).await;
    assert_eq!((again.status.as_u16(), again.code()), (409, "409041".to_owned()));
    let other = zipped("flow", r#"{"nodes": {}}"#);
    let replaced = publish(&site, "Test", "?overwrite=true", &other).await.json();
    assert_eq!(id(&replaced["flow"]), flow);
    assert_eq!(site.get(&format!("flows/{flow}/content")).await.body, other);
    assert_eq!(
        items(&site.get(&format!("flows/{flow}/connections")).await.ok()).len(),
        0
    );
}

#[tokio::test]
async fn other_files_are_refused_and_leave_nothing() {
    let site = Site::new().await;
    let whole = zipped("flow", FLOW);
    let before = site.get("flows").await.ok();
    for file in [
        &whole[..whole.len() / 2],
        b"",
        FLOW.as_bytes(),
        &zipped("other", FLOW),
        &zipped("../flow", FLOW),
        &zipped("flow", "[]"),
    ] {
        let answer = publish(&site, "Test", "", file).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "400086".to_owned())
        );
    }
    let answer = publish(&site, "Test", "?flowType=twbx", &whole).await;
    assert_eq!(answer.code(), "400086");
    let answer = publish(&site, " ", "", &whole).await;
    assert_eq!(answer.code(), "400089");
    assert_eq!(site.get("flows").await.ok(), before);
}

#[tokio::test]
async fn a_run_goes_with_its_job_by_the_clock() {
    let site = Site::new().await;
    let flow = published(&site).await;
    let details = site.get(&format!("flows/{flow}")).await.ok();
    let parameters = &details["flow"]["parameters"]["parameter"];
    let key = json!({"flowParameterSpec": [{"parameterId": parameters[1]["id"], "overrideValue": "k"}]});
    let queued = run(&site, &flow, json!({"flowParameterSpecs": key})).await.ok();
    let job = &queued["job"];
    assert_eq!(job["runFlowJobType"]["flow"]["name"], "Test");
    let runs = format!("flows/runs?filter=flowId:eq:{flow}");
    let of_flow = site.first(&runs).await;
    assert_eq!(
        (&of_flow["status"], &of_flow["backgroundJobId"]),
        (&json!("Pending"), &job["id"])
    );
    let values: Vec<_> = of_flow["flowParameterRuns"]["parameterRuns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| &value["overrideValue"])
        .collect();
    assert_eq!(values, ["2025", "k"]);
    let again = run(&site, &flow, json!({"flowParameterSpecs": key})).await;
    assert_eq!(again.code(), "409093");
    site.service.clock().advance(Duration::from_secs(20));
    assert_eq!(site.first(&runs).await["status"], "InProgress");
    site.service.clock().advance(Duration::from_secs(20));
    let done = site.get(&format!("flows/runs/{}", id(&of_flow))).await.ok();
    assert_eq!(
        (&done["flowRun"]["status"], &done["flowRun"]["progress"]),
        (&json!("Success"), &json!(100))
    );
    site.delete(&format!("flows/{flow}")).await;
    assert_eq!(items(&site.get(&runs).await.ok()).len(), 0);
}

#[tokio::test]
async fn a_cancelled_run_ends_its_job() {
    let site = Site::new().await;
    let flow = site.id("flows?filter=name:eq:Orders").await;
    let job = id(&run(&site, &flow, json!({})).await.ok()["job"]);
    let cancel = format!(
        "flows/runs/{}",
        site.id(&format!("flows/runs?filter=flowId:eq:{flow}")).await
    );
    let answer = site.send("PUT", &cancel, Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(site.get(&cancel).await.ok()["flowRun"]["status"], "Cancelled");
    assert_eq!(
        site.get(&format!("jobs/{job}")).await.ok()["job"]["finishCode"],
        2
    );
    assert_eq!(site.send("PUT", &cancel, Value::Null).await.code(), "403091");
}

#[tokio::test]
async fn a_run_with_an_unknown_step_or_without_a_required_value_is_refused() {
    let site = Site::new().await;
    let flow = published(&site).await;
    let unknown = json!({"flowOutputSteps": {"flowOutputStep": [{"id": flow, "name": "x"}]}});
    for spec in [json!({}), unknown] {
        assert_eq!(run(&site, &flow, spec).await.code(), "400084");
    }
    assert_eq!(
        items(
            &site
                .get(&format!("flows/runs?filter=flowId:eq:{flow}"))
                .await
                .ok()
        )
        .len(),
        0
    );
}

#[tokio::test]
async fn running_and_downloading_need_their_capabilities() {
    let site = Site::new().await;
    let flow = site.id("flows?filter=name:eq:Orders").await;
    let viewer = user(&site.service, "liam.obrien", "").await;
    let answer = site
        .by(&viewer, "POST", &format!("flows/{flow}/run"), &json!({}))
        .await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    let answer = site
        .by(&viewer, "GET", &format!("flows/{flow}/content"), &Value::Null)
        .await;
    assert_eq!(answer.code(), "403097");
}

#[tokio::test]
async fn a_task_runs_its_flow_as_it_says() {
    let mut site = Site::new().await;
    let flow = published(&site).await;
    let details = site.get(&format!("flows/{flow}")).await.ok();
    let key = &details["flow"]["parameters"]["parameter"][1]["id"];
    let schedule = json!({"schedule": {"name": "Nightly", "priority": 50, "type": "Flow", "frequency": "Daily",
        "frequencyDetails": {"start": "03:00:00"}}});
    let schedule = call(
        &site.service,
        "POST",
        &site.admin.token,
        "schedules",
        schedule.to_string(),
    )
    .await;
    let path = format!("schedules/{}/flows", id(&schedule.json()["schedule"]));
    let add = |spec: Value| {
        site.send(
            "PUT",
            &path,
            json!({"task": {"flowRun": {"flow": {"id": flow}, "flowRunSpec": spec}}}),
        )
    };
    assert_eq!(add(json!({})).await.code(), "400084");
    let spec =
        json!({"flowParameterSpecs": {"flowParameterSpec": [{"parameterId": key, "overrideValue": "k"}]}});
    let task = add(spec.clone()).await.ok()["task"]["flowRun"].clone();
    assert_eq!(task["flowRunSpec"], spec);
    site.service.clock().advance(Duration::from_secs(24 * 3600));
    site.admin = admin(&site.service, "").await;
    let run_now = format!("tasks/runFlow/{}/runNow", id(&task));
    site.send("POST", &run_now, json!({})).await.ok();
    let runs = site
        .get(&format!("flows/runs?filter=flowId:eq:{flow}"))
        .await
        .ok();
    let values = items(&runs)
        .into_iter()
        .map(|run| run["flowParameterRuns"]["parameterRuns"][1]["overrideValue"].clone());
    assert_eq!(values.collect::<Vec<_>>(), ["k", "k"]);
    // A flow that has lost the parameter still runs.
    let other = zipped("flow", r#"{"nodes": {}}"#);
    assert_eq!(
        publish(&site, "Test", "?overwrite=true", &other).await.status,
        201
    );
    site.service.clock().advance(Duration::from_secs(60));
    site.send("POST", &run_now, json!({})).await.ok();
}
