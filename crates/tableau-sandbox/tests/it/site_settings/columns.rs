//! Tags of columns.

use super::*;

/// The table `orders` and its first column.
async fn column(desk: &Desk) -> (String, String) {
    let tables = desk.get("tables").await;
    let tables = tables["tables"]["table"].as_array().unwrap();
    let table = tables.iter().find(|table| table["name"] == "orders").unwrap();
    let table = text(&table["id"]).to_owned();
    let columns = desk.get(&format!("tables/{table}/columns")).await;
    let column = text(&columns["columns"]["column"][0]["id"]).to_owned();
    (table, column)
}

/// The labels of an item's tags.
fn labels(item: &Value) -> Vec<&str> {
    let tags = item["tags"]["tag"].as_array();
    tags.into_iter()
        .flatten()
        .map(|tag| text(&tag["label"]))
        .collect()
}

#[tokio::test]
async fn columns_have_tags() {
    let desk = Desk::new().await;
    let (table, column) = column(&desk).await;
    let (shown, path) = (
        format!("tables/{table}/columns/{column}"),
        format!("columns/{column}/tags"),
    );
    let add = json!({"tags": {"tag": [{"label": "pii"}, {"label": "\"sales data\""}]}});
    let added = desk.send("PUT", &path, add.clone()).await.ok();
    assert_eq!(labels(&added), ["pii", "sales data"]);
    let of_column = desk.get(&shown).await;
    assert_eq!(labels(&of_column["column"]), ["pii", "sales data"]);
    let delete = async |label: &str| {
        let path = format!("{path}/{label}");
        desk.send("DELETE", &path, Value::Null).await
    };
    assert_eq!(delete("sales%20data").await.status, 204);
    refused(&delete("sales%20data").await, 404, "404007");
    assert_eq!(labels(&desk.get(&shown).await["column"]), ["pii"]);
    let viewer = desk.user("liam.obrien").await;
    refused(&desk.by(&viewer, "PUT", &path, &add).await, 403, "403004");
    let unknown = format!("columns/{UNKNOWN}/tags");
    refused(&desk.send("PUT", &unknown, add.clone()).await, 404, "404003");
    // Who may not see the table may not tag its columns.
    let explorer = desk.user("ben.okafor").await;
    desk.deny(&format!("tables/{table}"), &explorer).await;
    refused(&desk.by(&explorer, "PUT", &path, &add).await, 403, "403004");
    refused(&desk.send("PUT", &path, json!({"tags": {}})).await, 400, "400000");
    assert_eq!(labels(&desk.get(&shown).await["column"]), ["pii"]);
}

#[tokio::test]
async fn columns_tables_and_databases_are_tagged_in_batch() {
    let desk = Desk::new().await;
    let (table, column) = column(&desk).await;
    let databases = desk.get("databases").await;
    let database = databases["databases"]["database"][0]["id"].clone();
    let batch = |column: &str| {
        json!({"tagBatch": {"tags": {"tag": [{"label": "red"}]}, "contents": {"content": [
            {"id": table, "contentType": "Table"}, {"id": database, "contentType": "database"},
            {"id": column, "contentType": "Column"}]}}})
    };
    refused(
        &desk.send("PUT", "tags:batchCreate", batch(UNKNOWN)).await,
        404,
        "404003",
    );
    let of_table = format!("tables/{table}");
    let of_column = format!("{of_table}/columns/{column}");
    assert_eq!(labels(&desk.get(&of_table).await["table"]), Vec::<&str>::new());
    desk.send("PUT", "tags:batchCreate", batch(&column)).await.ok();
    assert_eq!(labels(&desk.get(&of_table).await["table"]), ["red"]);
    assert_eq!(labels(&desk.get(&of_column).await["column"]), ["red"]);
    desk.send("PUT", "tags:batchDelete", batch(&column)).await.ok();
    assert_eq!(labels(&desk.get(&of_column).await["column"]), Vec::<&str>::new());
}
