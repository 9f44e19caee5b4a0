//! The exact bytes of requests and answers: what goes over the wire changes only on purpose.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE};
use tableau_wire::rest::auth::{Credentials, SignIn, SignOut, SignedIn, SiteId, SiteName, UserId};
use tableau_wire::rest::jobs::{ExtractRefresh, RefreshRequest};
use tableau_wire::rest::server::GetServerInfo;
use tableau_wire::rest::{Datasource, Job, Project, ServerInfo, Site, Tag, Workbook, workbooks};
use tableau_wire::{
    ApiError, Document, Filter, Format, Get, List, Operator, Outgoing, Page, Pagination, ReplyError, Secret,
    Shared, Sort, Target, Version, decode_reply, encode_error, encode_reply, encode_request,
};

const TARGET: Target<'static> = Target {
    prefix: "",
    version: Version::new(3, 29),
    site: Some("s-1"),
};

fn credentials() -> [(Credentials, &'static str, &'static str); 4] {
    let site = SiteName {
        content_url: "marketing".to_owned(),
    };
    let mut password = Credentials::default();
    (password.name, password.password) = (Some("admin".to_owned()), Some("p\"<&".into()));
    password.user = Some(UserId { id: "1a96".into() });
    let token = Credentials::personal_access_token("n", Secret::new("s==:é"), "marketing");
    let mut jwt = Credentials {
        site,
        ..Credentials::default()
    };
    jwt.jwt = Some("eyJ.x".into());
    let mut uat = jwt.clone();
    uat.is_uat = Some(true);
    [
        (
            password,
            r#"<tsRequest><credentials name="admin" password="p&quot;&lt;&amp;"><site contentUrl=""/><user id="1a96"/></credentials></tsRequest>"#,
            r#"{"credentials":{"name":"admin","password":"p\"<&","site":{"contentUrl":""},"user":{"id":"1a96"}}}"#,
        ),
        (
            token,
            r#"<tsRequest><credentials personalAccessTokenName="n" personalAccessTokenSecret="s==:é"><site contentUrl="marketing"/></credentials></tsRequest>"#,
            r#"{"credentials":{"personalAccessTokenName":"n","personalAccessTokenSecret":"s==:é","site":{"contentUrl":"marketing"}}}"#,
        ),
        (
            jwt,
            r#"<tsRequest><credentials jwt="eyJ.x"><site contentUrl="marketing"/></credentials></tsRequest>"#,
            r#"{"credentials":{"jwt":"eyJ.x","site":{"contentUrl":"marketing"}}}"#,
        ),
        (
            uat,
            r#"<tsRequest><credentials jwt="eyJ.x" isUat="true"><site contentUrl="marketing"/></credentials></tsRequest>"#,
            r#"{"credentials":{"jwt":"eyJ.x","isUat":true,"site":{"contentUrl":"marketing"}}}"#,
        ),
    ]
}

#[test]
fn sign_in() {
    for (credentials, xml, json) in credentials() {
        for (format, expected, kind) in [
            (Format::Xml, xml, "application/xml"),
            (Format::Json, json, "application/json"),
        ] {
            let call = SignIn::new(credentials.clone());
            let request = encode_request(call, &TARGET, format).unwrap();
            assert_eq!(
                (request.method(), request.uri().to_string()),
                (&http::Method::POST, "/api/3.29/auth/signin".to_owned())
            );
            assert_eq!(
                std::str::from_utf8(&request.body().clone().with_file(b"")),
                Ok(expected)
            );
            assert_eq!(
                (&request.headers()[CONTENT_TYPE], &request.headers()[ACCEPT]),
                (&kind.parse().unwrap(), &kind.parse().unwrap())
            );
        }
    }
}

#[test]
fn requests_without_a_document() {
    let request = encode_request(
        SignOut,
        &Target {
            prefix: "/tableau",
            ..TARGET
        },
        Format::Xml,
    )
    .unwrap();
    assert_eq!(request.uri(), "/tableau/api/3.29/auth/signout");
    assert!(*request.body() == Outgoing::Empty && !request.headers().contains_key(CONTENT_TYPE));
    let request = encode_request(
        GetServerInfo,
        &Target {
            version: Version::BOOTSTRAP,
            ..TARGET
        },
        Format::Json,
    )
    .unwrap();
    assert_eq!(request.uri(), "/api/2.4/serverinfo");

    let mut list = List::<Workbook>::new().page_size(1000).page_number(2);
    list.filter = Some(Filter::eq("name", "a b+c/é").and("createdAt", Operator::Gt, "2026-01-01T00:00:00Z"));
    list.sort = Some(Sort::desc("size").then("name", tableau_wire::Direction::Asc));
    list.fields = Some(tableau_wire::Fields::default_and(["owner.email"]));
    let request = encode_request(list, &TARGET, Format::Xml).unwrap();
    assert_eq!(
        request.uri(),
        "/api/3.29/sites/s-1/workbooks?pageNumber=2&pageSize=1000&filter=name:eq:a%20b%2Bc%2F%C3%A9,createdAt:gt:2026-01-01T00:00:00Z\
         &sort=size:desc,name:asc&fields=_default_,owner.email"
    );
    let mut get = Get::<Site>::new("a b?c");
    get.options.key = Some("contentUrl".to_owned());
    let request = encode_request(get, &TARGET, Format::Xml).unwrap();
    assert_eq!(request.uri(), "/api/3.29/sites/a%20b%3Fc?key=contentUrl");
}

const HEAD: &str = "<?xml version='1.0' encoding='UTF-8'?><tsResponse xmlns=\"http://tableau.com/api\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xsi:schemaLocation=\"http://tableau.com/api https://help.tableau.com/samples/en-us/rest_api/ts-api_3_25.xsd\">";

/// What a server answers, in both formats.
fn answer<E: tableau_wire::Endpoint<Reply: Document>>(reply: &E::Reply, xml: &str, json: &str) {
    let version = Version::new(3, 25);
    let response = encode_reply::<E>(reply, version, Format::Xml).unwrap();
    assert_eq!(
        (response.status(), &response.headers()[CONTENT_TYPE]),
        (StatusCode::OK, &"application/xml;charset=UTF-8".parse().unwrap())
    );
    assert_eq!(
        std::str::from_utf8(response.body()),
        Ok(format!("{HEAD}{xml}</tsResponse>").as_str())
    );
    let response = encode_reply::<E>(reply, version, Format::Json).unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json;charset=UTF-8");
    assert_eq!(std::str::from_utf8(response.body()), Ok(json));
}

#[test]
fn answers() {
    let signed_in = SignedIn {
        token: "a|b|s-1".into(),
        estimated_time_to_expiration: Some("177:05:38".to_owned()),
        site: SiteId {
            id: "s-1".into(),
            content_url: "marketing".to_owned(),
        },
        user: UserId { id: "u-1".into() },
    };
    answer::<SignIn>(
        &signed_in,
        "<credentials token=\"a|b|s-1\" estimatedTimeToExpiration=\"177:05:38\"><site id=\"s-1\" contentUrl=\"marketing\"/><user id=\"u-1\"/></credentials>",
        r#"{"credentials":{"token":"a|b|s-1","estimatedTimeToExpiration":"177:05:38","site":{"id":"s-1","contentUrl":"marketing"},"user":{"id":"u-1"}}}"#,
    );
    let mut info = ServerInfo::default();
    info.product_version.build = Some("20262.1".to_owned());
    info.product_version.value = "2026.2.0".into();
    info.rest_api_version = Some(Version::NEWEST.into());
    answer::<GetServerInfo>(
        &info,
        "<serverInfo><productVersion build=\"20262.1\">2026.2.0</productVersion><restApiVersion>3.29</restApiVersion></serverInfo>",
        r#"{"serverInfo":{"productVersion":{"build":"20262.1","value":"2026.2.0"},"restApiVersion":"3.29"}}"#,
    );
    let mut workbook = Workbook::default();
    (workbook.id, workbook.name) = ("w".into(), "A&B".to_owned());
    (workbook.show_tabs, workbook.has_extracts, workbook.size) = (Some(false), Some(true), Some(3));
    workbook.created_at = "2026-11-22T08:15:00Z".parse().ok();
    let mut project = Project::default();
    (project.id, project.name) = ("p".into(), "P".to_owned());
    workbook.project = Some(Shared::new(project));
    workbook.tags = Some(vec![Tag::from("x"), Tag::from("y")].into());
    answer::<Get<Workbook>>(
        &workbook,
        "<workbook id=\"w\" name=\"A&amp;B\" createdAt=\"2026-11-22T08:15:00Z\" hasExtracts=\"true\" showTabs=\"false\" size=\"3\">\
         <project id=\"p\" name=\"P\"/><tags><tag label=\"x\"/><tag label=\"y\"/></tags></workbook>",
        r#"{"workbook":{"id":"w","name":"A&B","createdAt":"2026-11-22T08:15:00Z","hasExtracts":true,"showTabs":"false","size":"3","project":{"id":"p","name":"P"},"tags":{"tag":[{"label":"x"},{"label":"y"}]}}}"#,
    );
    let mut source = Datasource::default();
    source.parent_data_source_urls = vec!["u".into(), "v".into()];
    source.tags = Some(Vec::new().into());
    answer::<Get<Datasource>>(
        &source,
        "<datasource><tags/><parentDataSourceUrls>u</parentDataSourceUrls><parentDataSourceUrls>v</parentDataSourceUrls></datasource>",
        r#"{"datasource":{"tags":{},"parentDataSourceUrls":["u","v"]}}"#,
    );
    let page = Page::new(
        Vec::new(),
        Pagination {
            page_number: 1,
            page_size: 100,
            total_available: 0,
        },
    );
    answer::<List<Workbook>>(
        &page,
        "<pagination pageNumber=\"1\" pageSize=\"100\" totalAvailable=\"0\"/><workbooks/>",
        r#"{"pagination":{"pageNumber":"1","pageSize":"100","totalAvailable":"0"},"workbooks":{}}"#,
    );
}

#[test]
fn an_answer_without_a_document() {
    let response = encode_reply::<SignOut>(&(), Version::NEWEST, Format::Xml).unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(response.body().is_empty() && response.headers().is_empty());
    for body in [
        "",
        "\r\n",
        "gone",
        "{}",
        "<tsResponse/>",
        "<?xml version='1.0'?><tsResponse><workbook/></tsResponse>",
    ] {
        assert_eq!(
            decode_reply::<SignOut>(StatusCode::OK, body.as_bytes()),
            Ok(()),
            "{body}"
        );
    }
}

#[test]
fn errors() {
    let error = ApiError::new("401002", "Unauthorized Access", "<over>");
    for (format, expected) in [
        (
            Format::Xml,
            format!(
                "{HEAD}<error code=\"401002\"><summary>Unauthorized Access</summary><detail>&lt;over&gt;</detail></error></tsResponse>"
            ),
        ),
        (
            Format::Json,
            r#"{"error":{"summary":"Unauthorized Access","detail":"<over>","code":"401002"}}"#.to_owned(),
        ),
    ] {
        let response = encode_error(&error, 401, Version::new(3, 25), format).unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(std::str::from_utf8(response.body()), Ok(expected.as_str()));
        for status in [StatusCode::UNAUTHORIZED, StatusCode::INTERNAL_SERVER_ERROR] {
            let read = decode_reply::<List<Workbook>>(status, response.body());
            assert_eq!(read, Err(ReplyError::Api(error.clone())));
        }
        assert_eq!(
            decode_reply::<SignOut>(StatusCode::UNAUTHORIZED, response.body()),
            Err(ReplyError::Api(error.clone()))
        );
    }
}

#[test]
fn a_refresh_asks_for_nothing_or_says_how() {
    let refresh = |extract_refresh, format| {
        let call = workbooks::Refresh::new("w-1", RefreshRequest { extract_refresh });
        let request = encode_request(call, &TARGET, format).unwrap();
        assert_eq!(request.uri(), "/api/3.29/sites/s-1/workbooks/w-1/refresh");
        String::from_utf8(request.into_body().with_file(b"").to_vec()).unwrap()
    };
    let incremental = Some(ExtractRefresh {
        incremental: Some(true),
    });
    assert_eq!(refresh(None, Format::Xml), "<tsRequest/>");
    assert_eq!(refresh(None, Format::Json), "{}");
    assert_eq!(
        refresh(incremental, Format::Xml),
        "<tsRequest><extractRefresh incremental=\"true\"/></tsRequest>"
    );
    assert_eq!(
        refresh(incremental, Format::Json),
        r#"{"extractRefresh":{"incremental":true}}"#
    );
    // As other clients write it.
    for text in ["<tsRequest />", "<tsRequest></tsRequest>"] {
        assert_eq!(
            RefreshRequest::decode(text.as_bytes(), Format::Xml),
            Ok(RefreshRequest::default())
        );
    }
    let job = r#"<tsResponse><job id="j" progress="40"><extractRefreshJob><notes>n</notes><workbook id="w"/></extractRefreshJob></job></tsResponse>"#;
    let job = Job::decode(job.as_bytes(), Format::Xml).unwrap();
    assert_eq!(
        (job.progress, job.finish_code, job.completed_at),
        (Some(40), None, None)
    );
    let about = job.extract_refresh_job.unwrap();
    assert_eq!(about.workbook.unwrap().id.as_str(), "w");
    assert_eq!(about.notes.unwrap().0, "n");
}

/// Vertical tabs and form feeds are white space, and no characters of XML.
#[test]
fn white_space_that_xml_cannot_carry_is_refused() {
    for text in ["\u{b}", "\u{c} ", " \u{b}"] {
        let mut info = ServerInfo::default();
        info.product_version.value.0 = text.to_owned();
        let refused = info
            .encode(tableau_wire::codec::Root::Request, Format::Xml)
            .unwrap_err();
        assert!(refused.to_string().contains("XML cannot carry"), "{refused}");
    }
}
