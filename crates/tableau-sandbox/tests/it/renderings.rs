//! Pictures, PDFs, data and slides of views: by their first bytes here; other programs open them in the tests of the peers.

use serde_json::Value;
use tableau_sandbox::Service;

use crate::fixture::{Answer, Session, admin, get, send, service, user};

/// A view and its workbook, by their identifiers.
async fn view(service: &Service, session: &Session) -> (String, String) {
    let list = get(service, &session.token, &format!("sites/{}/views", session.site))
        .await
        .ok();
    let view = &list["views"]["view"][0];
    let id = |id: &Value| id.as_str().unwrap().to_owned();
    (id(&view["id"]), id(&view["workbook"]["id"]))
}

async fn render(service: &Service, session: &Session, path: &str) -> Answer {
    get(service, &session.token, &format!("sites/{}/{path}", session.site)).await
}

#[tokio::test]
async fn each_rendering_is_what_its_type_says() {
    let service = service();
    let admin = admin(&service, "").await;
    let (view, workbook) = view(&service, &admin).await;
    let office = "application/vnd.openxmlformats-officedocument";
    for (path, media_type, begin) in [
        (format!("views/{view}/image"), "image/png".to_owned(), "\u{89}PNG"),
        (
            format!("views/{view}/image?format=SVG"),
            "image/svg+xml".to_owned(),
            "<svg ",
        ),
        (format!("views/{view}/pdf"), "application/pdf".to_owned(), "%PDF-"),
        (
            format!("views/{view}/data"),
            "text/csv".to_owned(),
            "Region,Category,Month,Sales,Profit\n",
        ),
        (
            format!("views/{view}/crosstab/excel"),
            format!("{office}.spreadsheetml.sheet"),
            "PK",
        ),
        (
            format!("workbooks/{workbook}/views/{view}/previewImage"),
            "image/png".to_owned(),
            "\u{89}PNG",
        ),
        (
            format!("workbooks/{workbook}/previewImage"),
            "image/png".to_owned(),
            "\u{89}PNG",
        ),
        (
            format!("workbooks/{workbook}/pdf?type=A4&orientation=Landscape"),
            "application/pdf".to_owned(),
            "%PDF-",
        ),
        (
            format!("workbooks/{workbook}/powerpoint"),
            format!("{office}.presentationml.presentation"),
            "PK",
        ),
    ] {
        let answer = render(&service, &admin, &path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.content_type),
            (200, &media_type),
            "{path}: {}",
            answer.text()
        );
        let begun: Vec<u8> = begin
            .chars()
            .map(|letter| u8::try_from(letter).unwrap())
            .collect();
        assert!(answer.body.starts_with(&begun), "{path}");
    }
}

#[tokio::test]
async fn data_is_what_its_filters_leave() {
    let service = service();
    let admin = admin(&service, "").await;
    let (view, _) = view(&service, &admin).await;
    let mut lines = Vec::new();
    for query in [
        "",
        "?vf_Region=East",
        "?vf_Region=East,West&vf_Category=Office%20Supplies",
        "?vf_Nothing=x",
    ] {
        let answer = render(&service, &admin, &format!("views/{view}/data{query}")).await;
        lines.push(answer.text().lines().count() - 1);
    }
    assert_eq!(lines, [72, 18, 12, 72]);
}

#[tokio::test]
async fn what_cannot_be_rendered_is_refused() {
    let service = service();
    let admin = admin(&service, "").await;
    let (view, workbook) = view(&service, &admin).await;
    let other = get(&service, &admin.token, &format!("sites/{}/workbooks", admin.site))
        .await
        .ok();
    let others = other["workbooks"]["workbook"].as_array().unwrap();
    let other = others
        .iter()
        .map(|other| other["id"].as_str().unwrap())
        .find(|other| *other != workbook);
    for (path, code) in [
        (format!("views/{view}/image?vizWidth=100"), "400080"),
        (format!("views/{view}/image?vizWidth=0&vizHeight=5"), "400080"),
        (format!("views/{view}/image?format=GIF"), "400080"),
        (format!("views/{view}/pdf?type=A9"), "400080"),
        (format!("views/{view}/pdf?orientation=up"), "400080"),
        (format!("workbooks/{workbook}/pdf?type=A9"), "400101"),
        (
            format!("workbooks/{}/views/{view}/previewImage", other.unwrap()),
            "404011",
        ),
    ] {
        assert_eq!(render(&service, &admin, &path).await.code(), code, "{path}");
    }
}

#[tokio::test]
async fn renderings_need_their_capability() {
    let service = service();
    let (admin, viewer) = (
        admin(&service, "").await,
        user(&service, "farid.haddad", "").await,
    );
    let (view, workbook) = view(&service, &admin).await;
    let [image, data] = ["image", "data"].map(|what| format!("views/{view}/{what}"));
    assert_eq!(render(&service, &viewer, &image).await.status, 200);
    let rules = format!(
        "<tsRequest><permissions><granteeCapabilities><user id=\"{}\"/><capabilities><capability name=\"ExportImage\" mode=\"Deny\"/>\
         </capabilities></granteeCapabilities></permissions></tsRequest>",
        viewer.user
    );
    let path = format!("/api/3.29/sites/{}/workbooks/{workbook}/permissions", admin.site);
    let put = send(&service, "PUT", &path, &[("X-Tableau-Auth", &admin.token)], rules).await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(render(&service, &viewer, &image).await.code(), "403068");
    let pdf = format!("workbooks/{workbook}/pdf");
    assert_eq!(render(&service, &viewer, &pdf).await.code(), "403105");
    assert_eq!(render(&service, &viewer, &data).await.status, 200);
    assert_eq!(render(&service, &admin, &image).await.status, 200);
}
