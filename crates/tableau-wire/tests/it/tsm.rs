//! Calls and documents of Tableau Services Manager; `tsm_errors` has its refusals.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use std::fmt::Debug;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tableau_wire::codec::Root;
use tableau_wire::endpoint::Query;
use tableau_wire::tsm::async_jobs::{CancelAsyncJob, GetAsyncJob, ListAsyncJobs};
use tableau_wire::tsm::configurations::{GetKey, ListKeys};
use tableau_wire::tsm::licensing::Register;
use tableau_wire::tsm::maintenance::{BackupFixedFile, Cleanup, ReindexSearch};
use tableau_wire::tsm::nodes::GetNode;
use tableau_wire::tsm::server::Disable;
use tableau_wire::tsm::settings::{Export, Import};
use tableau_wire::tsm::status::GetStatus;
use tableau_wire::tsm::{
    self, AsyncJob, AsyncJobs, ClusterNodes, ClusterStatus, ConfigKeys, DeploymentState, EpochMillis, JobId,
    JobOutcome, JobStatus, JobType, Json, Links, Login, Logout, LogoutAll, NodeInfo, Payload, ProcessStatus,
    ProductKeys, Registration, RepositoryNode, RequestedVersion, RollupStatus, Settings, Topology, TsmError,
};
use tableau_wire::{
    Availability, Document, Endpoint, Family, Format, Incoming, ReplyError, Retry, Scope, Secret, Target,
    decode_reply, decode_request, encode_reply, encode_request,
};

/// The job of Tableau's reference, as it stands there.
const STOPPED: &str = r#"{"asyncJobs":[{"id":4,"jobType":"StopServerJob","status":"Succeeded","progress":100,
    "detailedProgress":{"progressNotes":[
        {"step":"DisableAllServices","status":"Running","message":"Disabling all services.","messageData":[],"timestamp":1497041247968},
        {"step":"DisableAllServices","status":"Succeeded","message":"Disabling all services.","messageData":[],"timestamp":1497041248035},
        {"step":"StopAllServices","status":"Running","message":"Waiting for the services to stop.","messageData":[],"timestamp":1497041248040},
        {"step":"StopAllServices","status":"Succeeded","message":"Waiting for the services to stop.","messageData":[],"timestamp":1497041432154}],
    "doneSteps":2,"totalSteps":2},
    "createdAt":1497041247933,"updatedAt":1497041432165,"completedAt":1497041432165,
    "statusMessage":"This job completed successfully.","statusMessageData":[],"jobTimeout":300,"worker":"node1"}]}"#;

fn target() -> Target<'static> {
    Target {
        prefix: "",
        version: tsm::VERSION_0_5,
        site: None,
    }
}

fn read<T: Payload>(text: &str) -> Json<T> {
    Json::decode(text.as_bytes(), Format::Json).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Sends a call; gives the request and what arrives.
fn send<E: Endpoint + Clone>(call: &E) -> (Request<Bytes>, E) {
    // The format that is asked for is that of the REST API, and means nothing here.
    let request = encode_request(call.clone(), &target(), Format::Xml).unwrap();
    let path = request.uri().path().strip_prefix("/api/0.5/").unwrap();
    let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
    let (site, path) = E::OPERATION.recognize(&segments).unwrap();
    assert_eq!(site, None);
    let query = Query::parse(request.uri().query().unwrap_or_default());
    let arguments = tableau_wire::endpoint::Arguments {
        path,
        query,
        ..Default::default()
    };
    let request = request.map(|body| body.with_file(b""));
    let arrived = decode_request(&arguments, &Incoming::document(request.body().clone())).unwrap();
    (request, arrived)
}

#[track_caller]
fn sends<E: Endpoint + Clone + PartialEq + Debug>(call: &E, method: &str, uri: &str, body: &str) {
    let (request, arrived) = send(call);
    assert_eq!(&arrived, call);
    assert_eq!(
        (request.method().as_str(), request.uri().to_string().as_str()),
        (method, uri)
    );
    assert_eq!(request.body(), body);
    assert_eq!(request.headers()["accept"], "application/json");
    let content_type = request.headers().get("content-type");
    assert_eq!(
        content_type.map(|value| value.to_str().unwrap()),
        (!body.is_empty()).then_some("application/json")
    );
}

#[test]
fn calls_are_sent_as_they_were_observed() {
    let login = Login::with_password("tsmadmin", Secret::new("p\"w"));
    let body = r#"{"authentication":{"name":"tsmadmin","password":"p\"w"}}"#;
    sends(&login, "POST", "/api/0.5/login", body);
    assert!(!format!("{login:?}").contains("p\\\"w"));
    sends(&Logout, "POST", "/api/0.5/logout", "");
    sends(&LogoutAll, "POST", "/api/0.5/logout/all", "");
    sends(&Disable, "POST", "/api/0.5/disable", "");
    sends(&ReindexSearch, "POST", "/api/0.5/reindex-search", "");
    let jobs = ListAsyncJobs::new().with(|call| call.status = Some(JobStatus::Running));
    sends(&jobs, "GET", "/api/0.5/asyncJobs?status=Running", "");
    sends(&GetAsyncJob::new(JobId(4)), "GET", "/api/0.5/asyncJobs/4", "");
    sends(
        &CancelAsyncJob::new(JobId(4)),
        "PUT",
        "/api/0.5/asyncJobs/4/cancel",
        "",
    );
    let mut backup = BackupFixedFile::new("backup_name");
    backup.skip_verification = Some(true);
    let uri = "/api/0.5/backupFixedFile?writePath=backup_name&skipVerification=true";
    sends(&backup, "POST", uri, "");
    let cleanup = Cleanup::new().with(|call| {
        call.log_files_retention_seconds = Some(60);
        call.clear_sheet_image_cache = Some(false);
    });
    let uri = "/api/0.5/cleanup?logFilesRetentionSeconds=60&clearSheetImageCache=false";
    sends(&cleanup, "POST", uri, "");
    let key = GetKey::new(7, "ssl.protocols".to_owned());
    sends(&key, "GET", "/api/0.5/configurations/7/keys/ssl.protocols", "");
    let export = Export::new().with(|call| call.include_binary_version = Some(true));
    sends(&export, "GET", "/api/0.5/export?includeBinaryVersion=true", "");
    let import =
        Import::new(Json::from_raw(json!({"configKeys": {"a.b": "1"}, "more": 1})).unwrap()).with(|call| {
            call.configuration = Some(true);
            call.topology = Some(false);
        });
    let uri = "/api/0.5/import?configuration=true&topology=false";
    sends(&import, "POST", uri, r#"{"configKeys":{"a.b":"1"},"more":1}"#);
    let registration = Registration {
        eula: Some("yes".to_owned()),
        first_name: Some("Ada".to_owned()),
        ..Registration::default()
    };
    let register = Register::new(Json::new(registration));
    let body = r#"{"eula":"yes","first_name":"Ada"}"#;
    sends(&register, "POST", "/api/0.5/licensing/registration", body);
}

#[test]
fn facts_about_calls() {
    for entry in Family::Tsm.endpoints() {
        let operation = entry.operation;
        let name = operation.full_name();
        assert_eq!(
            (operation.family, operation.availability),
            (Family::Tsm, Availability::ServerOnly)
        );
        assert_eq!(
            (operation.since, operation.jwt_scope),
            (tsm::VERSION_0_5, None),
            "{name}"
        );
        let open = operation.path == Login::OPERATION.path;
        assert_eq!(
            operation.scope,
            if open { Scope::Open } else { Scope::Server },
            "{name}"
        );
        assert!(name.starts_with("tsm."), "{name}");
    }
    assert_eq!(Login::OPERATION.full_name(), "tsm.session.login");
    assert_eq!((Login::OPERATION.status, Logout::OPERATION.status), (204, 204));
    // What starts a job would start two.
    assert_eq!(Disable::OPERATION.retry, Retry::Never);
    assert_eq!(CancelAsyncJob::OPERATION.retry, Retry::Idempotent);
}

#[test]
fn the_job_of_the_reference() {
    let jobs = read::<AsyncJobs>(STOPPED);
    let [job] = &**jobs else {
        panic!("{jobs:?}");
    };
    assert_eq!(
        (job.id, job.job_type.clone()),
        (JobId(4), Some(JobType::StopServer))
    );
    assert_eq!((job.progress, job.job_timeout), (Some(100), Some(300)));
    assert_eq!(job.worker.as_deref(), Some("node1"));
    assert_eq!(job.completed_at, Some(EpochMillis(1_497_041_432_165)));
    let ended = job.completed_at.unwrap().instant().unwrap();
    assert_eq!(ended.to_string(), "2017-06-09T20:50:32.165Z");
    assert!(job.is_done());
    assert_eq!(job.outcome(), Some(JobOutcome::Succeeded));
    let steps = |notes: &[tsm::ProgressNote]| {
        let word = |note: &tsm::ProgressNote| (note.step.clone().unwrap(), note.status.clone().unwrap());
        notes.iter().map(word).collect::<Vec<_>>()
    };
    assert_eq!(job.notes().len(), 4);
    let expected = [
        ("StopAllServices".to_owned(), JobStatus::Running),
        ("StopAllServices".to_owned(), JobStatus::Succeeded),
    ];
    assert_eq!(steps(job.notes_after(2)), expected);
    assert!(job.notes_after(4).is_empty() && job.notes_after(99).is_empty());
    // Nothing is lost and nothing becomes a string, also in what is made anew.
    let sent: Value = serde_json::from_str(STOPPED).unwrap();
    assert_eq!(jobs.raw(), &sent);
    assert_eq!(Json::new(jobs.into_inner()).raw(), &sent);
}

#[test]
fn how_jobs_end() {
    let job = |text: &str| read::<AsyncJob>(&format!(r#"{{"asyncJob":{text}}}"#)).into_inner();
    assert_eq!(job(r#"{"id":"17"}"#), AsyncJob::new(JobId(17)));
    for (text, outcome) in [
        (r#"{"id":1}"#, None),
        (r#"{"id":1,"status":"Queued","completedAt":null}"#, None),
        (r#"{"id":1,"status":"Paused"}"#, None),
        (r#"{"id":1,"status":"CANCELED"}"#, Some(JobOutcome::Cancelled)),
        (r#"{"id":1,"status":"Failed"}"#, Some(JobOutcome::Failed)),
        (r#"{"id":1,"completedAt":"7"}"#, Some(JobOutcome::Unclear)),
        (
            r#"{"id":1,"status":"Done","completedAt":7}"#,
            Some(JobOutcome::Unclear),
        ),
    ] {
        assert_eq!(job(text).outcome(), outcome, "{text}");
    }
}

#[test]
fn the_status_of_a_cluster() {
    let text = r#"{"clusterStatus":{"rollupStatus":"DEGRADED","rollupRequestedDeploymentState":"Enabled","nodes":[{"nodeId":"node1",
        "rollupStatus":"Running","new":[1],"services":[{"serviceName":"filestore","rollupStatus":"Err or","instances":[
            {"instanceId":"0","processStatus":"Status Unavailable","currentDeploymentState":"Disabled","timestampUtc":1584000000000,"code":503},
            {"instanceId":1,"processStatus":"Odd","timestampUtc":"5"}]},{"instances":null}]}]}}"#;
    let status = read::<ClusterStatus>(text);
    assert_eq!(status.rollup_status, Some(RollupStatus::Degraded));
    let service = &status.nodes[0].services[0];
    assert_eq!(service.rollup_status, Some(RollupStatus::Error));
    let [first, second] = &service.instances[..] else {
        panic!("{service:?}");
    };
    assert_eq!(first.process_status, Some(ProcessStatus::StatusUnavailable));
    assert_eq!(first.current_deployment_state, Some(DeploymentState::Disabled));
    assert_eq!(
        (first.code.as_deref(), second.instance_id.as_deref()),
        (Some("503"), Some("1"))
    );
    assert_eq!(
        second.process_status,
        Some(ProcessStatus::Other("Odd".to_owned()))
    );
    assert_eq!(second.timestamp_utc, Some(EpochMillis(5)));
    assert_eq!(status.raw()["clusterStatus"]["nodes"][0]["new"], json!([1]));
}

/// Reads what was observed and writes it again, also without the raw document.
#[track_caller]
fn keeps<T: Payload + PartialEq + Debug>(document: &Value) {
    let json: Json<T> = Json::from_raw(document.clone()).unwrap();
    let written = json.encode(Root::Request, Format::Json).unwrap();
    assert_eq!(&serde_json::from_slice::<Value>(&written).unwrap(), document);
    let anew = Json::new(json.into_inner());
    assert_eq!(anew.raw(), document);
    let written = anew.encode(Root::Request, Format::Json).unwrap();
    assert_eq!(Json::<T>::decode(&written, Format::Json).unwrap(), anew);
    assert_eq!(serde_json::to_vec(&anew).unwrap(), written);
}

#[test]
fn documents_that_were_observed() {
    keeps::<ClusterNodes>(&json!({"clusterNodes": {"nodes": ["node1", "node2"]}}));
    keeps::<NodeInfo>(
        &json!({"nodeInfo": {"address": "a", "processorCount": 8, "availableMemory": 64000, "totalDiskSpace": 500}}),
    );
    keeps::<tsm::ServerInfo>(&json!({"serverInfo": {"whatever": [1, {}]}}));
    keeps::<tsm::SupportInfo>(&json!({"supportInfo": {}}));
    keeps::<RepositoryNode>(&json!({"repositoryNodeInfo": {"hostName": "h", "port": 8060}}));
    keeps::<RequestedVersion>(&json!({"version": 12}));
    keeps::<ConfigKeys>(&json!({"configKeys": {"ssl.protocols": "all", "n": 1, "none": null}}));
    let topology = json!({"nodes": {"node1": {"services": {"gateway": {"instances":
        [{"instanceId": "0", "binaryVersion": "20262.26.0617.1132"}]}}}}});
    keeps::<Topology>(&json!({"topologyVersion": topology}));
    let entities = json!({"identityStore": {"_type": "identityStoreType", "type": "local"}});
    keeps::<Settings>(&json!({"configEntities": entities, "configKeys": {}, "topologyVersion": topology}));
    keeps::<Links>(&json!({"links": {"items": [{"href": "/x"}, "y"]}}));
    keeps::<ProductKeys>(&json!({"productKeys": {"items": [
        {"serial": "trial", "isActive": true, "expiration": "permanent", "numCores": 8, "itmanagementBundleEnabled": false}]}}));
}

#[test]
fn secrets_are_not_shown() {
    let keys = read::<ConfigKeys>(r#"{"configKeys":{"pgsql.adminpassword":"hush"}}"#);
    let settings =
        r#"{"configEntities":{"run":{"password":"hush"}},"configKeys":{"p":"hush"},"more":"hush"}"#;
    let settings = read::<Settings>(settings);
    let serials = read::<ProductKeys>(r#"{"productKeys":{"items":[{"serial":"hush","x":"hush"}]}}"#);
    let error = TsmError::from(json!({"code": 409504, "settings": {"p": "hush"}}));
    let shown = format!("{keys:?} {settings:?} {serials:?} {error:?}");
    assert!(
        !shown.contains("hush") && shown.contains("pgsql.adminpassword"),
        "{shown}"
    );
    assert_eq!(serials.items[0].serial, Some(Secret::new("hush")));
}

#[test]
fn documents_of_another_shape_are_errors() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"asyncJob":7}"#,
        r#"{"asyncJob":{"id":-1}}"#,
        "<asyncJob/>",
    ] {
        assert!(
            Json::<AsyncJob>::decode(text.as_bytes(), Format::Json).is_err(),
            "{text}"
        );
    }
    assert!(Json::<AsyncJob>::decode(b"{}", Format::Xml).is_err());
    for text in [
        "",
        "<tsRequest><authentication name='a' password='b'/></tsRequest>",
    ] {
        let arguments = tableau_wire::endpoint::Arguments::default();
        let request = decode_request::<Login>(&arguments, &Incoming::document(text));
        assert!(request.is_err(), "{text}");
    }
}

#[test]
fn replies() {
    let job = Json::new(AsyncJob::new(JobId(4)));
    let answer = encode_reply::<Disable>(&job, tsm::VERSION_1_0, Format::Xml).unwrap();
    assert_eq!(answer.body(), r#"{"asyncJob":{"id":4,"statusMessageData":[]}}"#);
    assert_eq!(answer.headers()["content-type"], "application/json;charset=UTF-8");
    assert_eq!(
        decode_reply::<Disable>(answer.status(), answer.body()).unwrap(),
        job
    );
    // Some controllers answer a logout with 200, and perhaps with words.
    for body in ["", "{}", "bye"] {
        assert_eq!(
            decode_reply::<Logout>(StatusCode::OK, body.as_bytes()),
            Ok(()),
            "{body}"
        );
    }
    for body in ["", "<html></html>", "<tsResponse/>", "hello"] {
        let error = decode_reply::<GetStatus>(StatusCode::OK, body.as_bytes()).unwrap_err();
        assert!(matches!(error, ReplyError::Foreign { .. }), "{body}: {error:?}");
    }
    let error = decode_reply::<GetNode>(StatusCode::OK, b"{\"nodeInfo\":").unwrap_err();
    assert!(matches!(error, ReplyError::Decode(_)), "{error:?}");
    let error = decode_reply::<ListKeys>(StatusCode::BAD_GATEWAY, b"<html></html>").unwrap_err();
    assert!(matches!(error, ReplyError::Foreign { .. }), "{error:?}");
}
