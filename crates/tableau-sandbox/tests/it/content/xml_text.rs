//! What XML cannot carry is refused before it is stored, in either format and in files: lists go on to be answered in XML.

use super::*;

/// Characters that XML cannot carry.
const CHARACTERS: [char; 6] = ['\0', '\u{1}', '\u{b}', '\u{1b}', '\u{fffe}', '\u{ffff}'];

impl Site {
    /// A list in XML.
    async fn in_xml(&self, path: &str) -> String {
        let path = format!("/api/3.29/sites/{}/{path}", self.admin.site);
        let headers = [
            ("X-Tableau-Auth", self.admin.token.as_str()),
            ("Accept", "application/xml"),
        ];
        let answer = send(&self.service, "GET", &path, &headers, "").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text().to_owned()
    }
}

#[track_caller]
fn is_refused(answer: &Answer, code: &str) {
    let refusal = (answer.status.as_u16(), answer.code());
    assert_eq!(refusal, (400, code.to_owned()), "{}", answer.text());
}

#[tokio::test]
async fn documents_are_refused_in_both_formats() {
    let site = Site::new().await;
    let before = site.in_xml("groups").await;
    for character in CHARACTERS {
        let json = json!({"group": {"name": format!("a{character}b")}}).to_string();
        let raw = format!("<tsRequest><group name=\"a{character}b\"/></tsRequest>");
        let number = format!(
            "<tsRequest><group name=\"a&#{};b\"/></tsRequest>",
            character as u32
        );
        let other_root = number.replace("tsRequest", "tsResponse");
        for document in [json, raw, number, other_root] {
            let path = format!("sites/{}/groups", site.admin.site);
            let answer = call(&site.service, "POST", &site.admin.token, &path, document).await;
            is_refused(&answer, "400000");
        }
    }
    assert_eq!(site.in_xml("groups").await, before);
}

#[tokio::test]
async fn documents_beside_files_are_refused() {
    let site = Site::new().await;
    let before = site.in_xml("datasources").await;
    let file = ("a.tds", TDS.as_bytes());
    let answer = site.publish_datasource("a\u{1}b", "", file).await;
    is_refused(&answer, "400000");
    assert_eq!(site.in_xml("datasources").await, before);
}

#[tokio::test]
async fn names_in_published_documents_are_refused() {
    let site = Site::new().await;
    let before = site.in_xml("workbooks").await;
    let document = json!({"workbook": {"name": "Test", "project": {"id": site.project().await}}});
    let path = format!("/api/3.29/sites/{}/workbooks", site.admin.site);
    let sheet = |name: &str| {
        format!("<workbook><worksheets><worksheet name='{name}'/></worksheets></workbook>").into_bytes()
    };
    let formula = |text: &str| {
        format!(
            "<workbook><datasources><datasource name='d'><connection class='textscan'><relation type='text' name='q'>{text}</relation>\
             </connection></datasource></datasources><worksheets><worksheet name='a'/></worksheets></workbook>"
        )
        .into_bytes()
    };
    for text in ["a\u{1}b", "a&#1;b", "a\u{ffff}b", "a&#xfffe;b"] {
        for file in [sheet(text), formula(text)] {
            let file = ("tableau_workbook", "a.twb", file.as_slice());
            let answer = site.publish(&site.admin, &path, &document, file).await;
            is_refused(&answer, "400011");
        }
        let tds = TDS.replace("dwh.example.com", text);
        let answer = site
            .publish_datasource("Test", "", ("a.tds", tds.as_bytes()))
            .await;
        is_refused(&answer, "400011");
    }
    assert_eq!(site.in_xml("workbooks").await, before);
}

#[tokio::test]
async fn names_in_flows_and_virtual_connections_are_refused() {
    let site = Site::new().await;
    let document = json!({"flow": {"name": "Test", "project": {"id": site.project().await}}});
    let path = format!("/api/3.29/sites/{}/flows", site.admin.site);
    for flow in [
        r#"{"nodes": {"1": {"name": "a\u0001b", "baseType": "output"}}}"#,
        r#"{"nodes": {}, "connections": {"c": {"connectionAttributes": {"class": "sqlserver", "server": "a\uffffb"}}}}"#,
        r#"{"nodes": {}, "parameters": {"parameters": {"p": {"name": "a", "currentValue": "\u0000"}}}}"#,
    ] {
        let flow = zipped("flow", flow);
        let file = ("tableau_flow", "a.tfl", flow.as_slice());
        let answer = site.publish(&site.admin, &path, &document, file).await;
        is_refused(&answer, "400086");
    }
    let content = r#"{"revision": {"connections": [{"dbClass": "postgres", "server": "a\u0001b"}]}}"#;
    let new = json!({"name": "Test", "project": {"id": site.project().await}, "owner": {"id": site.admin.user}, "content": content});
    let answer = site
        .send("POST", "virtualConnections", json!({"virtualConnection": new}))
        .await;
    is_refused(&answer, "400000");
    assert!(!site.in_xml("flows").await.contains("Test"));
    assert!(!site.in_xml("virtualConnections").await.contains("Test"));
}

#[tokio::test]
async fn names_in_files_of_users_are_refused() {
    let site = Site::new().await;
    let before = site.in_xml("users").await;
    let path = format!("/api/3.29/sites/{}/users/import", site.admin.site);
    for name in ["a\u{1}b", "a\u{fffe}b"] {
        let file = format!("ada,pw,{name},Viewer,None,no,a@example.com\n");
        let file = ("tableau_user_import", "users.csv", file.as_bytes());
        let answer = site.publish(&site.admin, &path, &json!({}), file).await;
        is_refused(&answer, "400000");
    }
    site.finish_jobs();
    assert_eq!(site.in_xml("users").await, before);
}
