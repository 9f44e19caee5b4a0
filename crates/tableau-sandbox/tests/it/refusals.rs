//! Every refusal with its status, code, summary and detail.

use crate::fixture::*;

#[tokio::test]
async fn versions_are_gated() {
    let service = service();
    let info = |version: &str| {
        let path = format!("/api/{version}/serverinfo");
        let service = service.clone();
        async move { send(&service, "GET", &path, &[("Accept", "application/json")], "").await }
    };
    for version in ["2.4", "2.8", "3.0", "3.15", "3.29"] {
        let json = info(version).await.ok();
        assert_eq!(json["serverInfo"]["restApiVersion"], "3.29");
        assert_eq!(json["serverInfo"]["productVersion"]["value"], "2026.2.0");
        assert_eq!(
            json["serverInfo"]["productVersion"]["build"],
            "20262.26.0617.1132"
        );
    }
    for version in ["3.99", "1.9", "3.30", "99999999999.1", "3", "three", "+3.1"] {
        let detail = format!("Version '{version}' is not a valid version of the API.");
        info(version)
            .await
            .is(404, "404001", "Resource Not Found", &detail);
    }
    for root in ["-", "exp", "metadata", "v1"] {
        let detail = format!("The sandbox does not serve '/api/{root}/serverinfo'.");
        info(root).await.is(404, "404003", "Resource Not Found", &detail);
    }
    let detail = "API version '2.3' does not support access to the given resource.";
    info("2.3").await.is(404, "404008", "Resource Not Found", detail);
}

#[tokio::test]
async fn addresses_and_methods_are_refused_without_a_token() {
    let service = service();
    let json = [("Accept", "application/json")];
    for (path, shown) in [
        ("/api/3.29/nonsense", "/3.29/nonsense"),
        ("/api/3.29/sites/x/nonsense/y", "/3.29/sites/x/nonsense/y"),
        ("/api/3.29//sites", "/3.29//sites"),
        ("/api/3.29", "/3.29"),
        ("/api/3.29/%FF%zz", "/3.29/%FF%zz"),
    ] {
        let detail = format!("Unknown resource '{shown}' specified in URI.");
        send(&service, "GET", path, &json, "")
            .await
            .is(404, "404003", "Resource Not Found", &detail);
    }
    for (method, path) in [
        ("PATCH", "/api/3.29/sites"),
        ("GET", "/api/3.29/auth/signin"),
        ("POST", "/api/3.29/serverinfo"),
        ("HEAD", "/api/3.29/sites/x/workbooks"),
        ("OPTIONS", "/api/3.29/sites/x/views/y"),
    ] {
        let detail = format!("The HTTP method '{method}' is not supported for the given resource");
        send(&service, method, path, &json, "")
            .await
            .is(405, "405000", "Method Not Allowed", &detail);
    }
    let old = send(&service, "GET", "/api/2.9/sites/x/views/y", &json, "").await;
    old.is(
        404,
        "404008",
        "Resource Not Found",
        "API version '2.9' does not support access to the given resource.",
    );
    let session = send(&service, "GET", "/api/3.0/sessions/current", &json, "").await;
    assert_eq!(session.code(), "404008");
}

#[tokio::test]
async fn a_refusal_in_xml_is_written_as_tableau_writes_it() {
    let answer = send(&service(), "GET", "/api/3.29/sites", &[("Accept", "*/*")], "").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.content_type, "application/xml;charset=UTF-8");
    let error = "<error code=\"401000\"><summary>Unauthorized Access</summary><detail>No authentication credentials were provided.</detail></error></tsResponse>";
    assert_eq!(answer.text(), format!("{XML_HEAD}{error}"));
}

#[tokio::test]
async fn tokens_and_sites_are_checked_before_anything_else() {
    let service = service();
    let Session { token, site, .. } = admin(&service, "").await;
    let other = admin(&service, "MarketingTeam").await;
    let path = |site: &str| format!("sites/{site}/workbooks?pageSize=0");

    let bare = send(
        &service,
        "GET",
        "/api/3.29/sites",
        &[("Accept", "application/json")],
        "",
    )
    .await;
    bare.is(
        401,
        "401000",
        "Unauthorized Access",
        "No authentication credentials were provided.",
    );
    get(&service, "", &path(&site)).await.is(
        401,
        "401000",
        "Unauthorized Access",
        "No authentication credentials were provided.",
    );
    // The second sign-in with the same token ended the first session.
    for dead in [
        token.as_str(),
        "nonsense",
        "a|b|c",
        &other.token[..other.token.len() - 1],
        "|||",
        &"x".repeat(10_000),
    ] {
        get(&service, dead, &path(&site)).await.is(
            401,
            "401002",
            "Unauthorized Access",
            "Invalid authentication credentials were provided.",
        );
    }
    assert_eq!(
        get(&service, &other.token, &path(&site)).await.refusal().1,
        "403004"
    );
    assert_eq!(get(&service, &other.token, &path(&site)).await.status, 403);
    let nowhere = "00000000-0000-4000-8000-000000000000";
    let detail = format!("Site '{nowhere}' could not be found.");
    get(&service, &other.token, &path(nowhere))
        .await
        .is(404, "404000", "Resource Not Found", &detail);
    assert_eq!(
        get(&service, &other.token, &path("MarketingTeam")).await.code(),
        "404000"
    );
    get(&service, &other.token, &path(&other.site)).await.is(
        400,
        "400007",
        "Bad Request",
        "Invalid page size '0'",
    );
}

#[tokio::test]
async fn pages_are_refused() {
    let service = service();
    let Session { token, site, .. } = admin(&service, "").await;
    let list = |query: &str| {
        let (service, token, path) = (
            service.clone(),
            token.clone(),
            format!("sites/{site}/workbooks?{query}"),
        );
        async move { get(&service, &token, &path).await }
    };
    for number in ["0", "-1", "x", "1.5", "", "41", "99999999999999999999999"] {
        let answer = list(&format!("pageSize=1&pageNumber={number}")).await;
        answer.is(
            400,
            "400006",
            "Bad Request",
            &format!("Invalid page number '{number}'"),
        );
    }
    for size in ["0", "-1", "x", "", "99999999999999999999999"] {
        let answer = list(&format!("pageSize={size}")).await;
        answer.is(
            400,
            "400007",
            "Bad Request",
            &format!("Invalid page size '{size}'"),
        );
    }
    let limit = list("pageSize=1001").await;
    limit.is(
        403,
        "403014",
        "Forbidden",
        "The page size '1001' is greater than the limit of 1000.",
    );
}

#[tokio::test]
async fn filters_and_sorts_are_refused() {
    let service = service();
    let Session { token, site, .. } = admin(&service, "").await;
    let unknown = "The filter query contains a key which is not recognized for this api version.";
    let refuse = |query: &'static str| {
        let (service, token, path) = (
            service.clone(),
            token.clone(),
            format!("sites/{site}/workbooks?{query}"),
        );
        async move { get(&service, &token, &path).await }
    };
    refuse("filter=nonsense:eq:x")
        .await
        .is(400, "400065", "Bad Request", unknown);
    refuse("filter=NAME:eq:x")
        .await
        .is(400, "400065", "Bad Request", unknown);
    let missing = "The filter query is missing a value for key 'name'.";
    refuse("filter=name:eq:")
        .await
        .is(400, "400065", "Bad Request", missing);
    refuse("filter=name:eq")
        .await
        .is(400, "400065", "Bad Request", missing);
    for filter in [
        "filter=name:gt:a",
        "filter=name:cieq:a",
        "filter=name:frob:a",
        "filter=size:gt:large",
        "filter=size:in:[1,2]",
        "filter=size:gt:-1",
        "filter=createdAt:gt:yesterday",
        "filter=createdAt:gt:2023-01-01%2000:00:00",
        "filter=createdAt:gt:2023-01-01T00:00:00",
        "filter=createdAt:gt:2023-01-01",
        "filter=hasExtracts:eq:perhaps",
        "filter=hasExtracts:eq:True",
        "filter=name:eq:a,nonsense:eq:b",
    ] {
        let (status, code, summary, _) = refuse(filter).await.refusal();
        assert_eq!(
            (status, code.as_str(), summary.as_str()),
            (400, "400065", "Bad Request"),
            "{filter}"
        );
    }
    for sort in [
        "sort=nonsense:asc",
        "sort=name:up",
        "sort=",
        "sort=tags:asc",
        "sort=name,,size",
    ] {
        let (status, code, summary, _) = refuse(sort).await.refusal();
        assert_eq!(
            (status, code.as_str(), summary.as_str()),
            (400, "400066", "Bad Request"),
            "{sort}"
        );
    }
    assert_eq!(
        get(
            &service,
            &token,
            &format!("sites/{site}/views?includeUsageStatistics=9")
        )
        .await
        .code(),
        "400008"
    );
}

#[tokio::test]
async fn unknown_items_are_not_found() {
    let service = service();
    let Session { token, site, .. } = admin(&service, "").await;
    let elsewhere = service.ready().sites[1].id.clone();
    for (collection, code, what) in [
        ("workbooks", "404006", "Workbook"),
        ("views", "404011", "View"),
        ("datasources", "404004", "Data source"),
        ("users", "404002", "User"),
    ] {
        for id in ["nonsense", &elsewhere, "{00000000-0000-4000-8000-000000000000}"] {
            let path = format!(
                "sites/{site}/{collection}/{}",
                id.replace('{', "%7B").replace('}', "%7D")
            );
            let detail = format!("{what} '{id}' could not be found.");
            get(&service, &token, &path)
                .await
                .is(404, code, "Resource Not Found", &detail);
        }
    }
    // Items of other sites are unknown here.
    let other = user(&service, "maya.cohen", "MarketingTeam").await;
    let theirs = get(&service, &other.token, &format!("sites/{}/workbooks", other.site))
        .await
        .ok();
    let id = theirs["workbooks"]["workbook"][0]["id"].as_str().unwrap();
    assert_eq!(
        get(&service, &token, &format!("sites/{site}/workbooks/{id}"))
            .await
            .code(),
        "404006"
    );
    let answer = get(&service, &token, "sites/nonsense?key=name").await;
    answer.is(
        404,
        "404000",
        "Resource Not Found",
        "Site 'nonsense' could not be found.",
    );
}

#[tokio::test]
async fn rights_are_checked() {
    let service = service();
    let Session {
        token,
        site,
        user: own,
    } = user(&service, "farid.haddad", "").await;
    let administrator = admin(&service, "").await;
    assert_eq!(
        get(&service, &token, &format!("sites/{site}/users")).await.code(),
        "403004"
    );
    assert_eq!(get(&service, &token, "sites").await.code(), "403004");
    let other = get(
        &service,
        &token,
        &format!("sites/{site}/users/{}", administrator.user),
    )
    .await;
    assert_eq!((other.status.as_u16(), other.code().as_str()), (403, "403133"));
    let me = get(&service, &token, &format!("sites/{site}/users/{own}"))
        .await
        .ok();
    assert_eq!(me["user"]["name"], "farid.haddad");
    assert_eq!(
        get(&service, &administrator.token, "sites").await.ok()["pagination"]["totalAvailable"],
        "3"
    );
    // A site administrator lists users but not sites.
    let site_administrator = self::user(&service, "dmitri.volkov", "").await;
    assert_eq!(
        get(&service, &site_administrator.token, "sites").await.code(),
        "403004"
    );
    get(
        &service,
        &site_administrator.token,
        &format!("sites/{site}/users"),
    )
    .await
    .ok();
    let cloud = admin(&service, "umbrellacorp816664").await;
    assert_eq!(get(&service, &cloud.token, "sites").await.code(), "403069");
    assert_eq!(
        get(&service, &cloud.token, &format!("sites/{site}")).await.code(),
        "403004"
    );
    assert_eq!(
        get(&service, &token, "sites/MarketingTeam?key=contentUrl")
            .await
            .code(),
        "403004"
    );
}
