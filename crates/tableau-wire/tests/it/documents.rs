//! Documents as servers, proxies and people write them, and what is read from them.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use std::fmt::Debug;

use tableau_wire::rest::auth::{Credentials, SignedIn};
use tableau_wire::rest::server::ProductVersion;
use tableau_wire::rest::{Datasource, Project, ServerInfo, Site, User, View, Workbook};
use tableau_wire::value::{ContentPermissions, SiteRole, SiteState};
use tableau_wire::{ApiError, Document, Format, Page, Version};

fn xml<T: Document>(text: &str) -> T {
    T::decode(text.as_bytes(), Format::Xml).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn json<T: Document>(text: &str) -> T {
    T::decode(text.as_bytes(), Format::Json).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn wrong<T: Document + Debug>(text: &str, format: Format) -> String {
    T::decode(text.as_bytes(), format).expect_err(text).to_string()
}

const PLAIN: &str = r#"<tsResponse><workbook id="w-1" name="Tides &amp; Currents" showTabs="true" size="12">
    <project id="p-1" name="Harbour"/><owner id="u-1"/><tags><tag label="sea"/><tag label="moon &#x263D;"/></tags></workbook></tsResponse>"#;

fn check_tides(workbook: &Workbook) {
    assert_eq!(workbook.id.as_str(), "w-1");
    assert_eq!(workbook.name, "Tides & Currents");
    assert_eq!(
        (workbook.show_tabs, workbook.size, workbook.has_extracts),
        (Some(true), Some(12), None)
    );
    let project = workbook.project.as_ref().unwrap();
    assert_eq!((project.id.as_str(), project.name.as_str()), ("p-1", "Harbour"));
    assert_eq!(workbook.owner.as_ref().unwrap().id.as_str(), "u-1");
    let labels: Vec<_> = workbook
        .tags
        .iter()
        .flatten()
        .map(|tag| tag.label.as_str())
        .collect();
    assert_eq!(labels, ["sea", "moon ☽"]);
    assert_eq!(workbook.views, None);
}

#[test]
fn the_same_workbook_in_many_spellings() {
    let with_prolog = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<!-- a copy -->\n{PLAIN}\n<!-- end -->\n"
    );
    let with_bom = format!("\u{feff}{with_prolog}");
    let with_single_quotes = PLAIN.replace('"', "'");
    let with_namespace = PLAIN.replace(
        "<tsResponse>",
        "<tsResponse xmlns=\"http://tableau.com/api\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://tableau.com/api http://tableau.com/api/ts-api_3_29.xsd\">",
    );
    let with_prefix = PLAIN
        .replace("</", "</ns0:")
        .replace('<', "<ns0:")
        .replace("<ns0:/ns0:", "</ns0:")
        .replace(
            "<ns0:tsResponse>",
            "<ns0:tsResponse xmlns:ns0=\"http://tableau.com/api\">",
        );
    let with_room = PLAIN
        .replace("\" ", "\"\n\t\t ")
        .replace("=\"", " = \"")
        .replace("/>", " />")
        .replace("><", ">\n  <");
    let with_strangers = PLAIN
        .replace("name=\"Tides", "ghost=\"&lt;boo&gt;\" name=\"Tides")
        .replace(
            "<project",
            "<?target data?><phantom a=\"b\"><project id=\"no\"/>text<![CDATA[<x>]]></phantom><project",
        )
        .replace(
            "<tag label=\"moon",
            "<!-- and --><mark/><tag colour=\"red\" label=\"moon",
        );
    let from_a_client = PLAIN.replace("tsResponse", "tsRequest");
    for text in [
        PLAIN,
        &with_prolog,
        &with_bom,
        &with_single_quotes,
        &with_namespace,
        &with_prefix,
        &with_room,
        &with_strangers,
        &from_a_client,
    ] {
        check_tides(&xml(text));
    }
    check_tides(&json(
        r#"{"workbook":{"id":"w-1","name":"Tides & Currents","showTabs":"true","size":"12",
            "project":{"id":"p-1","name":"Harbour"},"owner":{"id":"u-1"},"tags":{"tag":[{"label":"sea"},{"label":"moon ☽"}]}}}"#,
    ));
    check_tides(&json(
        "\u{feff} {\"ghost\":[1,{}],\"workbook\":{\"size\":12,\"showTabs\":true,\"id\":\"w-1\",\"name\":\"Tides \\u0026 Currents\",
            \"hasExtracts\":null,\"owner\":{\"id\":\"u-1\",\"name\":null},\"ghost\":{\"a\":[{}]},\"project\":{\"name\":\"Harbour\",\"id\":\"p-1\"},
            \"tags\":{\"ghost\":1,\"tag\":[{\"label\":\"sea\"},{\"label\":\"moon \\u263D\",\"colour\":0}]}}}",
    ));
}

#[test]
fn text_is_read_whole() {
    let error: ApiError = xml(
        "<tsResponse><error code='404006'><summary>Not<!-- really --> &lt;found&gt;</summary>\
         <detail>a<![CDATA[ <b> & ]]>c&#10;&#x64;\r\ne</detail></error></tsResponse>",
    );
    assert_eq!(error, ApiError::new("404006", "Not <found>", "a <b> & c\nd\ne"));
    let error: ApiError = xml("<tsResponse><error code='1'><summary/><detail></detail></error></tsResponse>");
    assert_eq!(error, ApiError::new("1", "", ""));
    let error: ApiError =
        xml("<tsResponse><error code='1'><detail> two  spaces </detail></error></tsResponse>");
    assert_eq!(error, ApiError::new("1", "", " two  spaces "));
    let error: ApiError = json(r#"{"error":{"code":404006,"summary":"Not found","detail":null}}"#);
    assert_eq!(error, ApiError::new("404006", "Not found", ""));
}

#[test]
fn attributes_are_normalized_as_xml_says() {
    let user: User =
        xml("<tsResponse><user id='u' name='a\tb\r\nc&#9;d&quot;&apos;e>f' fullName=''/></tsResponse>");
    assert_eq!(user.name, "a b c\td\"'e>f");
    assert_eq!(user.full_name.as_deref(), Some(""));
    assert_eq!(user.email, None);
}

#[test]
fn an_elements_own_text_stands_beside_its_attributes() {
    let check = |info: &ServerInfo| {
        let ProductVersion { build, value, .. } = &info.product_version;
        assert_eq!(
            (build.as_deref(), value.as_str()),
            (Some("20262.26.0617.1132"), "2026.2.0")
        );
        assert_eq!(info.rest_api_version, Some(Version::new(3, 29).into()));
        assert_eq!(info.platform, None);
    };
    check(&xml(
        "<tsResponse><serverInfo>\n<productVersion build=\"20262.26.0617.1132\">2026<!-- . -->.2.0</productVersion>\n\
         <restApiVersion> 3.29\n</restApiVersion></serverInfo></tsResponse>",
    ));
    check(&json(
        r#"{"serverInfo":{"productVersion":{"value":"2026.2.0","build":"20262.26.0617.1132"},"restApiVersion":"3.29"}}"#,
    ));
}

#[test]
fn values_that_are_newer_than_the_library_are_kept() {
    let user: User = xml("<tsResponse><user id='u' siteRole='Oracle' authSetting='SAML'/></tsResponse>");
    assert_eq!(user.site_role, Some(SiteRole::Other("Oracle".to_owned())));
    let project: Project = json(r#"{"project":{"contentPermissions":"ManagedByOwner","writeable":"True"}}"#);
    assert_eq!(
        (project.content_permissions, project.writeable),
        (Some(ContentPermissions::ManagedByOwner), Some(true))
    );
    let site: Site =
        json(r#"{"site":{"state":"Dreaming","tagLimit":"-1","runNowEnabled":1,"storageQuota":500}}"#);
    assert_eq!(site.state, Some(SiteState::Other("Dreaming".to_owned())));
    assert_eq!(
        (
            site.tag_limit,
            site.run_now_enabled,
            site.storage_quota.as_deref()
        ),
        (Some(-1), Some(true), Some("500"))
    );
    let view: View = xml(
        "<tsResponse><view id='v' createdAt='last spring' updatedAt='2026-11-22T08:15:00Z'/></tsResponse>",
    );
    assert_eq!(
        view.created_at
            .as_ref()
            .and_then(tableau_wire::Timestamp::instant),
        None
    );
    assert_eq!(view.created_at.unwrap().to_string(), "last spring");
    assert_eq!(
        view.updated_at.unwrap().instant(),
        "2026-11-22T08:15:00Z".parse().ok()
    );
}

#[test]
fn lists_come_with_and_without_their_wrapper_and_totals() {
    let totals = "<pagination pageNumber='2' pageSize='100' totalAvailable='0'/>";
    for content in ["<views/>", "<views></views>", "<views>\n</views>", ""] {
        let page: Page<View> = xml(&format!("<tsResponse>{totals}{content}</tsResponse>"));
        assert_eq!(
            (page.items.len(), page.page_number, page.total_available),
            (0, 2, 0),
            "{content}"
        );
    }
    let totals = r#""pagination":{"pageNumber":"2","pageSize":"100","totalAvailable":"0"}"#;
    for content in [
        "",
        ",\"views\":{}",
        ",\"views\":null",
        ",\"views\":[]",
        ",\"views\":\"\"",
        ",\"views\":{\"view\":[]}",
        ",\"views\":{\"view\":null}",
    ] {
        let page: Page<View> = json(&format!("{{{totals}{content}}}"));
        assert_eq!(
            (page.items.len(), page.page_number, page.total_available),
            (0, 2, 0),
            "{content}"
        );
    }
    for page in [
        xml::<Page<View>>(
            "<tsResponse><views><view id='1'/><other/><view id='2'><tags/></view></views></tsResponse>",
        ),
        json(r#"{"views":{"view":[{"id":"1"},{"id":"2","tags":{}}]}}"#),
    ] {
        assert_eq!(
            (
                page.items.len(),
                page.page_number,
                page.page_size,
                page.total_available
            ),
            (2, 1, 2, 2)
        );
        assert!(page.is_last());
        assert_eq!(page.items[0].tags, None);
        assert_eq!(page.items[1].tags, Some(Vec::new().into()));
    }
    let page: Page<View> = json(
        r#"{"views":{"view":{"id":"1"}},"pagination":{"pageNumber":1,"pageSize":1,"totalAvailable":7}}"#,
    );
    assert_eq!(
        (page.items.len(), page.total_available, page.page_count()),
        (1, 7, 7)
    );
    let source: Datasource = xml(
        "<tsResponse><datasource><parentDataSourceUrls>a</parentDataSourceUrls>\n<parentDataSourceUrls>b&amp;</parentDataSourceUrls>\
         <tags/></datasource></tsResponse>",
    );
    assert_eq!(source.parent_data_source_urls, ["a".into(), "b&".into()]);
    for one in [r#"["a"]"#, r#""a""#] {
        let source: Datasource = json(&format!(r#"{{"datasource":{{"parentDataSourceUrls":{one}}}}}"#));
        assert_eq!(source.parent_data_source_urls, ["a".into()]);
    }
}

#[test]
fn requests_are_read_as_other_clients_write_them() {
    for credentials in [
        xml::<Credentials>(
            "<tsRequest><credentials name='u' password='p&lt;'><site contentUrl=''/></credentials></tsRequest>",
        ),
        json(
            r#"{"credentials":{"name":"u","password":"p<","personalAccessTokenName":null,"jwt":null,"site":{"contentUrl":null},"user":null}}"#,
        ),
        json(r#"{"credentials":{"name":"u","password":"p<","site":null}}"#),
    ] {
        assert_eq!(credentials.name.as_deref(), Some("u"));
        assert_eq!(
            credentials.password.as_ref().map(tableau_wire::Secret::expose),
            Some("p<")
        );
        assert_eq!(
            (
                credentials.site.content_url.as_str(),
                credentials.user,
                credentials.jwt
            ),
            ("", None, None)
        );
    }
    let credentials: Credentials =
        json(r#"{"credentials":{"jwt":"x","isUat":"true","site":{"contentUrl":"s"},"user":{"id":"7"}}}"#);
    assert_eq!(
        (credentials.is_uat, credentials.user.unwrap().id.as_str()),
        (Some(true), "7")
    );
}

#[test]
fn what_is_missing_or_of_another_shape_is_said() {
    for (text, format) in [
        ("<tsResponse><views/></tsResponse>", Format::Xml),
        ("<tsResponse/>", Format::Xml),
        ("{\"views\":{}}", Format::Json),
        ("{}", Format::Json),
        (
            "{\"pagination\":{\"pageNumber\":\"1\",\"pageSize\":\"1\",\"totalAvailable\":\"3\"}}",
            Format::Json,
        ),
    ] {
        assert!(
            wrong::<Page<Workbook>>(text, format).contains("`workbooks`"),
            "{text}"
        );
    }
    for (text, format) in [
        ("<tsResponse><view/></tsResponse>", Format::Xml),
        ("{\"view\":{}}", Format::Json),
    ] {
        assert!(wrong::<Workbook>(text, format).contains("`workbook`"), "{text}");
    }
    let text = "<tsResponse><credentials><site id='s'/><user id='u'/></credentials></tsResponse>";
    assert!(wrong::<SignedIn>(text, Format::Xml).contains("`token`"));
    // Of an answer, such a field would be left out.
    let text = "<tsRequest><workbook id='w' size='huge'/></tsRequest>";
    let error = wrong::<Workbook>(text, Format::Xml);
    assert!(error.contains("huge") && error.contains("byte"), "{error}");
    for text in [
        "[]",
        "[{}]",
        "1",
        "null",
        "\"\"",
        "{\"workbook\":{\"id\":{}}}",
        "{\"workbook\":{}} {}",
    ] {
        wrong::<Workbook>(text, Format::Json);
    }
    for text in [
        "<workbook/>",
        "<tsResponse><workbook/></tsResponse><tsResponse/>",
        "x<tsResponse><workbook/></tsResponse>",
    ] {
        wrong::<Workbook>(text, Format::Xml);
    }
}

/// The namespace and the version in the root are not looked at: servers up to 2.2 had others.
#[test]
fn old_servers_are_read() {
    let user: User = xml(
        "<tsResponse xmlns=\"http://tableausoftware.com/api\" version=\"2.0\"><user id='u' role='Interactor'/></tsResponse>",
    );
    assert_eq!(user.role.as_deref(), Some("Interactor"));
}
