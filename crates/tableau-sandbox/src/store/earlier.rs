//! Records of versions before the sandbox kept what is shown (formats 1 and 2), read as rows of today.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value gives null for a member that it lacks"
)]

use std::collections::HashMap;

use serde_json::{Value, json};

use super::State;

/// Reads records of earlier formats. Members that a format did not have yet are what it had none of.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// The accounts by their identifiers: names and addresses are in the rows of users today.
    accounts: HashMap<String, Value>,
}

impl Earlier {
    /// Puts in the rows that a record has become.
    pub(super) fn load(&mut self, state: &mut State, kind: &str, json: &str) -> Result<(), String> {
        let mut record: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
        match kind {
            "account" => {
                let id = record["id"].as_str().unwrap_or_default().to_owned();
                self.accounts.insert(id, record.clone());
            }
            "user" => record = self.user(&record)?,
            "project" => record = project(&record),
            "workbook" => {
                for connection in connections(&record) {
                    state.load("connection", "", &connection.to_string())?;
                }
                record = workbook(&record);
            }
            "view" => record = view(&record),
            "datasource" => record = datasource(&record),
            "job" => record = job(&record),
            "site" => record = site(&record),
            "connectedApp" => record = connected_app(&record),
            "externalAuthorizationServer" => record = authorization_server(&record),
            _ => {}
        }
        let kind = match kind {
            "job" => "backgroundJob",
            "connectedApp" => "connectedApplication",
            kind => kind,
        };
        state.load(kind, "", &record.to_string())
    }

    fn user(&self, user: &Value) -> Result<Value, String> {
        let account = user["account"].as_str().unwrap_or_default();
        let account = self
            .accounts
            .get(account)
            .ok_or_else(|| format!("a user without the account `{account}`"))?;
        Ok(json!({
            "id": user["id"], "site": user["site"], "owner": user["id"],
            "shown": {
                "id": user["id"], "name": account["name"], "fullName": account["full_name"], "email": account["email"],
                "domain": { "name": account["domain"] }, "siteRole": user["site_role"], "authSetting": user["auth_setting"],
                "lastLogin": time(&user["last_login"]), "externalAuthUserId": "",
            },
            "unshown": { "account": user["account"] },
        }))
    }
}

fn project(project: &Value) -> Value {
    json!({
        "id": project["id"], "site": project["site"], "owner": project["owner"], "parent": project["parent"],
        "shown": {
            "id": project["id"], "name": project["name"], "description": project["description"],
            "writeable": true, "contentPermissions": project["content_permissions"],
            "createdAt": time(&project["created_at"]), "updatedAt": time(&project["updated_at"]),
        },
    })
}

fn workbook(workbook: &Value) -> Value {
    let packaged = workbook["packaged"].as_bool() == Some(true);
    json!({
        "id": workbook["id"], "site": workbook["site"], "number": workbook["number"], "owner": workbook["owner"],
        "project": workbook["project"],
        "file": file(&workbook["file"], if packaged { "twbx" } else { "twb" }),
        "shown": {
            "id": workbook["id"], "name": workbook["name"], "contentUrl": workbook["content_url"],
            "description": workbook["description"], "showTabs": workbook["show_tabs"], "size": workbook["size"],
            "hasExtracts": workbook["has_extracts"], "encryptExtracts": false, "tags": tags(workbook),
            "createdAt": time(&workbook["created_at"]), "updatedAt": time(&workbook["updated_at"]),
        },
        "unshown": {
            "hasAlerts": workbook["has_alerts"], "favoritesTotal": workbook["favorites_total"],
            "subscriptionsTotal": workbook["subscriptions_total"],
        },
    })
}

fn connections(workbook: &Value) -> impl Iterator<Item = Value> {
    let connections = workbook["connections"].as_array().into_iter().flatten();
    let given = |text: &Value| text.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    connections.map(move |connection| {
        json!({
            "id": connection["id"], "site": workbook["site"], "parent": workbook["id"],
            "shown": {
                "id": connection["id"], "type": connection["class"], "serverAddress": connection["server"],
                "serverPort": given(&connection["port"]), "userName": connection["user_name"],
                "embedPassword": connection["embed_password"], "datasource": { "name": connection["datasource"] },
            },
        })
    })
}

fn view(view: &Value) -> Value {
    json!({
        "id": view["id"], "site": view["site"], "parent": view["workbook"],
        "shown": {
            "id": view["id"], "name": view["name"], "viewUrlName": view["view_url_name"], "sheetType": view["sheet_type"],
            "favoritesTotal": view["favorites_total"], "usage": { "totalViewCount": view["total_view_count"] },
            "tags": tags(view), "createdAt": time(&view["created_at"]), "updatedAt": time(&view["updated_at"]),
        },
        "unshown": { "sheetNumber": view["sheet_number"] },
    })
}

fn datasource(datasource: &Value) -> Value {
    let is_file = datasource["server_name"].as_str().is_none_or(str::is_empty);
    let certified = datasource["is_certified"].as_bool() == Some(true);
    json!({
        "id": datasource["id"], "site": datasource["site"], "number": datasource["number"], "owner": datasource["owner"],
        "project": datasource["project"],
        "shown": {
            "id": datasource["id"], "name": datasource["name"], "contentUrl": datasource["content_url"],
            "description": datasource["description"], "type": datasource["connection"],
            "serverName": datasource["server_name"], "databaseName": datasource["database_name"],
            "size": datasource["size"], "hasExtracts": datasource["has_extracts"], "isCertified": certified,
            "certificationNote": certified.then(|| datasource["certification_note"].clone()),
            "favoritesTotal": datasource["favorites_total"],
            "connectedWorkbooksCount": datasource["connected_workbooks_count"], "encryptExtracts": false,
            "useRemoteQueryAgent": false, "hasAlert": false, "isPublished": true, "tags": tags(datasource),
            "createdAt": time(&datasource["created_at"]), "updatedAt": time(&datasource["updated_at"]),
        },
        "unshown": {
            "authenticationType": if is_file { "auth-none" } else { "auth-user-pass" }, "hasEmbeddedPassword": !is_file,
        },
    })
}

fn job(job: &Value) -> Value {
    let of = job.get("of").or_else(|| job.get("refreshes"));
    let mut of = of.cloned().unwrap_or_default();
    // A job that has not published its workbook yet has it with its views.
    if let Some(pending) = of.get_mut("Publishing") {
        let views = pending["views"].as_array().into_iter().flatten();
        let views: Vec<_> = views.map(view).collect();
        let connections: Vec<_> = connections(&pending["workbook"]).collect();
        let workbook = workbook(&pending["workbook"]);
        *pending = json!({ "workbook": workbook, "views": views, "connections": connections });
    }
    let refreshes = of.get("Workbook").is_some() || of.get("Datasource").is_some();
    let is_datasource = of.get("Datasource").is_some();
    json!({
        "id": job["id"], "site": job["site"], "owner": job["user"],
        "shown": {
            "id": job["id"], "createdAt": time(&job["created_at"]), "priority": 50,
            "jobType": if refreshes { "refresh_extracts" } else { "publish_workbook" },
            "subtitle": if is_datasource { "Data Source" } else { "Workbook" },
        },
        "unshown": { "of": of, "starts_at": job["starts_at"], "end": job["end"], "seen_at": job["seen_at"] },
    })
}

fn site(site: &Value) -> Value {
    json!({
        "id": site["id"], "site": uuid::Uuid::nil(),
        "shown": {
            "id": site["id"], "name": site["name"], "contentUrl": site["content_url"], "adminMode": "ContentAndUsers",
            "state": "Active", "disableSubscriptions": false, "extractEncryptionMode": "disabled",
            "revisionHistoryEnabled": true, "revisionLimit": "25", "runNowEnabled": true, "flowsEnabled": true,
        },
        "unshown": { "product": site["product"] },
    })
}

fn connected_app(app: &Value) -> Value {
    json!({
        "id": app["id"], "site": app["site"],
        "shown": {
            "clientId": app["client_id"], "name": app["name"], "enabled": app["enabled"],
            "domainSafelist": app["domain_safelist"], "unrestrictedEmbedding": app["unrestricted_embedding"],
            "createdAt": time(&app["created_at"]),
        },
        "unshown": { "secrets": app["secrets"] },
    })
}

fn authorization_server(server: &Value) -> Value {
    json!({
        "id": server["id"], "site": server["site"],
        "shown": {
            "id": server["id"], "name": server["name"], "enabled": server["enabled"],
            "issuerUrl": server["issuer_url"], "jwksUri": server["jwks_uri"], "createdAt": time(&server["created_at"]),
        },
    })
}

fn file(id: &Value, extension: &str) -> Option<Value> {
    (!id.is_null()).then(|| json!({ "id": id, "extension": extension }))
}

/// A time in whole seconds, as answers have it.
fn time(stored: &Value) -> Option<String> {
    let time: jiff::Timestamp = stored.as_str()?.parse().ok()?;
    Some(crate::clock::time(time).to_string())
}

fn tags(record: &Value) -> Value {
    let labels = record["tags"].as_array().into_iter().flatten();
    let tags: Vec<_> = labels.map(|label| json!({ "label": label })).collect();
    json!({ "tag": tags })
}
