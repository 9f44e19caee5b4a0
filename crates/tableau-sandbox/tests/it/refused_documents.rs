//! Documents that are refused, a line each: what is wrong with it, the call tells by its code.

use serde_json::Value;

use crate::fixture::*;

#[tokio::test]
async fn a_document_that_is_wrong_is_refused() {
    let service = service();
    let admin = admin(&service, "").await;
    for line in include_str!("refused_documents.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let path = format!("sites/{}/{}", admin.site, case["post"].as_str().unwrap());
        let answer = call(&service, "POST", &admin.token, &path, case["body"].to_string()).await;
        assert_eq!(case["code"], answer.code(), "{line}");
    }
}
