//! Refusals of Tableau Services Manager.

use http::StatusCode;
use serde_json::{Value, json};
use tableau_wire::tsm::status::GetStatus;
use tableau_wire::tsm::{self, TsmError};
use tableau_wire::{ReplyError, decode_reply};

/// As pasted from a server of 2020.1, with a timestamp where there was a blank.
const UNAUTHORIZED: &str = r#"{"timestamp":1584000000000,"status":401,"error":"Unauthorized",
    "message":"Please log in at /login in order to proceed.","path":"/api/3.7/auth/signin"}"#;

#[test]
fn a_controller_that_wants_a_login_is_recognized() {
    let error = TsmError::recognize(UNAUTHORIZED.as_bytes()).unwrap();
    assert_eq!(
        (error.status, error.path.as_deref()),
        (Some(401), Some("/api/3.7/auth/signin"))
    );
    assert_eq!(
        error.to_string(),
        "Unauthorized: Please log in at /login in order to proceed."
    );
    let status = StatusCode::UNAUTHORIZED;
    let Err(ReplyError::Tsm(read)) = decode_reply::<GetStatus>(status, UNAUTHORIZED.as_bytes()) else {
        panic!("not an error of TSM");
    };
    assert_eq!(*read, error);
    // To the REST API it is foreign, and still to be recognized.
    let rest = decode_reply::<tableau_wire::rest::auth::SignOut>(status, UNAUTHORIZED.as_bytes());
    assert!(matches!(rest, Err(ReplyError::Foreign { .. })), "{rest:?}");
    for other in [
        "",
        "[]",
        r#"{"error":{"code":"401002","summary":"Unauthorized","detail":"at /login"}}"#,
        &UNAUTHORIZED.replace("401", "500"),
        &UNAUTHORIZED.replace("Please log in at /login", "No access"),
        &UNAUTHORIZED.replace(r#","path":"/api/3.7/auth/signin""#, ""),
    ] {
        assert!(TsmError::recognize(other.as_bytes()).is_none(), "{other}");
    }
}

#[test]
fn refusals_are_read_wherever_they_keep_their_code() {
    for text in [
        r#"{"code":409504,"error":"Resource Conflict","message":"The user cannot logon."}"#,
        r#"{"code":"409504","error":"Resource Conflict","message":"The user cannot logon."}"#,
        r#"{"error":{"code":409504,"error":"Resource Conflict","message":"The user cannot logon."}}"#,
        r#"{"errors":[{"code":409504,"error":"Resource Conflict","message":"The user cannot logon."}],"x":1}"#,
    ] {
        let error = TsmError::decode(text.as_bytes()).expect(text);
        assert_eq!(
            error.to_string(),
            "409504: Resource Conflict: The user cannot logon.",
            "{text}"
        );
        assert_eq!(error.raw(), &serde_json::from_str::<Value>(text).unwrap());
        let answer = tsm::encode_error(&error, 409).unwrap();
        assert_eq!(TsmError::decode(answer.body()).unwrap(), error);
        assert_eq!(answer.status(), StatusCode::CONFLICT);
    }
    let silent = TsmError::decode(b"{\"timestamp\":\"2020-03-12\",\"code\":{}}").unwrap();
    assert_eq!(silent.to_string(), "TSM refuses and does not say why");
    assert_eq!(silent.timestamp, Some(json!("2020-03-12")));
}
