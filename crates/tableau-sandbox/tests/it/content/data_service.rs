//! The `VizQL` Data Service over published files.

use super::*;

const TDS: &str = "<datasource name='federated.1' caption='Shipments'>\
    <connection class='federated'><named-connections><named-connection name='textscan.1'>\
    <connection class='textscan' directory='Data' filename='shipments.csv'/></named-connection></named-connections>\
    <relation connection='textscan.1' name='shipments.csv' table='[shipments#csv]' type='table'><columns>\
    <column name='Carrier' datatype='string'/><column name='Weight' datatype='real'/><column name='Sent' datatype='date'/>\
    <column name='Paid' datatype='boolean'/></columns></relation></connection>\
    <column name='[Weight]' caption='Weight in kg' datatype='real' role='measure' type='quantitative'/>\
    <column name='[Paid]' datatype='boolean' role='dimension' type='nominal' hidden='true'/>\
    <column name='[Calculation_1]' caption='Grams' datatype='real' role='measure' type='quantitative'>\
    <calculation class='tableau' formula='[Weight] * 1000'/></column>\
    <column name='[Calculation_2]' caption='Turns' datatype='real' role='measure' type='quantitative'>\
    <calculation class='tableau' formula='[Calculation_2] + 1'/></column>\
    <column name='[Calculation_3]' caption='Heavy' datatype='string' role='dimension' type='nominal'>\
    <calculation class='tableau' formula='IF [Weight] &gt; 2 THEN \"yes\" ELSE \"no\" END'/></column></datasource>";
const CSV: &str = "Carrier;Weight;Sent;Paid\nNorth;1.5;2026-01-31;true\nNorth;2.5;2026-02-01;false\n\"South; West\";;2026-02-02;true\n";

async fn ask(site: &Site, call: &str, document: &Value) -> Answer {
    let path = format!("/api/v1/vizql-data-service/{call}");
    let headers = [
        ("X-Tableau-Auth", site.admin.token.as_str()),
        ("Content-Type", "application/json"),
    ];
    send(&site.service, "POST", &path, &headers, document.to_string()).await
}

async fn rows(site: &Site, id: &str, query: Value) -> Value {
    let document = json!({ "datasource": { "datasourceLuid": id }, "query": query });
    ask(site, "query-datasource", &document).await.ok()["data"].clone()
}

fn package(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn the_fields_are_those_of_the_file_and_the_rows_those_that_it_carries() {
    let site = Site::new().await;
    let tdsx = package(&[("Shipments.tds", TDS), ("Data/shipments.csv", CSV)]);
    let id = site.datasource("Shipments", ("Shipments.tdsx", &tdsx)).await;
    let asked = json!({ "datasource": { "datasourceLuid": id } });
    let metadata = ask(&site, "read-metadata", &asked).await.ok();
    let with_hidden =
        json!({ "datasource": { "datasourceLuid": id }, "options": { "includeHiddenFields": true } });
    let with_hidden = ask(&site, "read-metadata", &with_hidden).await.ok();
    let hidden = |metadata: &Value| {
        let fields = metadata["data"].as_array().unwrap().iter();
        let hidden = fields.filter(|field| field["hidden"] == true);
        hidden
            .map(|field| field["fieldCaption"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (hidden(&with_hidden), hidden(&metadata)),
        (vec![json!("Paid")], vec![])
    );
    let shown: Vec<_> = metadata["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            let text = |name: &str| field[name].as_str().unwrap_or_default().to_owned();
            (
                text("fieldCaption"),
                text("dataType"),
                text("columnClass"),
                text("defaultAggregation"),
            )
        })
        .collect();
    let expected = [
        ("Carrier", "STRING", "COLUMN", "COUNT"),
        ("Weight in kg", "REAL", "COLUMN", "SUM"),
        ("Sent", "DATE", "COLUMN", "YEAR"),
        ("Grams", "REAL", "CALCULATION", "SUM"),
        ("Turns", "REAL", "CALCULATION", "SUM"),
        ("Heavy", "STRING", "CALCULATION", "COUNT"),
    ];
    let expected = expected.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned()));
    assert_eq!(shown, expected);
    let model = ask(&site, "get-datasource-model", &asked).await.ok();
    assert_eq!(model["logicalTables"][0]["caption"], "shipments.csv");
    assert_eq!(
        model["logicalTables"][0]["logicalTableId"],
        metadata["data"][0]["logicalTableId"]
    );

    let sums = rows(
        &site,
        &id,
        json!({ "fields": [
            { "fieldCaption": "Carrier" }, { "fieldCaption": "Weight in kg", "function": "SUM" }, { "fieldCaption": "Grams", "function": "MAX" },
        ]}),
    )
    .await;
    assert_eq!(
        sums,
        json!([
            { "Carrier": "North", "SUM(Weight in kg)": 4, "MAX(Grams)": 2500 },
            { "Carrier": "South; West", "SUM(Weight in kg)": null, "MAX(Grams)": null },
        ])
    );
    let days = rows(
        &site,
        &id,
        json!({ "fields": [{ "fieldCaption": "Sent" }], "filters": [{
            "field": { "fieldCaption": "Sent" }, "filterType": "QUANTITATIVE_DATE", "quantitativeFilterType": "MIN", "minDate": "2026-02-01",
        }]}),
    )
    .await;
    assert_eq!(days, json!([{ "Sent": "2026-02-01" }, { "Sent": "2026-02-02" }]));
    // A calculation that refers to itself, or has functions that the sandbox does not know, has values by its type.
    let made_up = rows(
        &site,
        &id,
        json!({ "fields": [{ "fieldCaption": "Heavy" }, { "fieldCaption": "Turns", "function": "SUM" }] }),
    )
    .await;
    assert!(
        made_up[0]["Heavy"].as_str().unwrap().starts_with("Heavy "),
        "{made_up}"
    );
    assert!(made_up[0]["SUM(Turns)"].is_number(), "{made_up}");
    for name in ["Paid", "Sales"] {
        let document =
            json!({ "datasource": asked["datasource"], "query": { "fields": [{ "fieldCaption": name }] } });
        let refused = ask(&site, "query-datasource", &document).await;
        assert_eq!(refused.json()["message"], format!("Unknown Field: {name}."));
    }
}

#[tokio::test]
async fn a_file_without_rows_has_the_same_rows_each_time() {
    let site = Site::new().await;
    let id = site
        .datasource("Shipments", ("Shipments.tds", TDS.as_bytes()))
        .await;
    let query = json!({ "fields": [{ "fieldCaption": "Carrier" }, { "fieldCaption": "Weight in kg", "function": "AVG" }] });
    let found = rows(&site, &id, query.clone()).await;
    assert_eq!(found.as_array().unwrap().len(), 4, "{found}");
    assert_eq!(found, rows(&site, &id, query).await);
    // Published again with other fields, those are there.
    let other = TDS.replace("Weight in kg", "Mass");
    let answer = site
        .publish_datasource(
            "Shipments",
            "?overwrite=true",
            ("Shipments.tds", other.as_bytes()),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let found = rows(
        &site,
        &id,
        json!({ "fields": [{ "fieldCaption": "Mass", "function": "SUM" }] }),
    )
    .await;
    assert!(found[0]["SUM(Mass)"].is_number(), "{found}");
}

#[tokio::test]
async fn admin_insights_tell_of_the_site_and_cannot_be_published() {
    let service = service();
    let admin = admin(&service, tableau_sandbox::well_known::CLOUD_SITE).await;
    let site = Site { service, admin };
    let id = site.id("datasources?filter=name:eq:Site%20Content").await;
    let query = json!({ "fields": [{ "fieldCaption": "Item Type" }, { "fieldCaption": "Item LUID", "function": "COUNTD" }] });
    let found = rows(&site, &id, query).await;
    let workbooks = site.get("workbooks").await.ok();
    let counted = found
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["Item Type"] == "Workbook")
        .unwrap();
    assert_eq!(
        counted["COUNTD(Item LUID)"].to_string(),
        workbooks["pagination"]["totalAvailable"].as_str().unwrap()
    );
    for (name, captions) in [
        (
            "TS%20Events",
            &[
                "Event Id",
                "Actor User Id",
                "Actor Site Role",
                "Item Owner Id",
                "Project Name",
            ][..],
        ),
        ("TS%20Users", &["User ID", "User Friendly Name"]),
        (
            "Site%20Content",
            &["Last Published At", "Top Parent Project Name"],
        ),
    ] {
        let id = site.id(&format!("datasources?filter=name:eq:{name}")).await;
        let fields = captions.iter().map(|caption| json!({ "fieldCaption": caption }));
        let found = rows(&site, &id, json!({ "fields": fields.collect::<Vec<_>>() })).await;
        for caption in captions {
            let has_value = |row: &serde_json::Value| !row[caption].is_null();
            assert!(
                found.as_array().unwrap().iter().any(has_value),
                "{name} {caption}"
            );
        }
    }
    // A file that calls itself so has rows of its own.
    let forged = super::TDS
        .replace("<datasource ", "<datasource name='admin-insights.users' ")
        .replace(
            "</datasource>",
            "<column name='[User Email]' datatype='string' role='dimension' type='nominal'>\
         <calculation class='tableau' formula='IF 1 THEN 2 END'/></column></datasource>",
        );
    let id = site.datasource("Forged", ("Forged.tds", forged.as_bytes())).await;
    let found = rows(
        &site,
        &id,
        json!({ "fields": [{ "fieldCaption": "User Email" }] }),
    )
    .await;
    assert!(!found.to_string().contains('@'), "{found}");
}
