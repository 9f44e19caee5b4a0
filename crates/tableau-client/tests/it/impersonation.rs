//! Whom a name means that is to be impersonated.

use tableau_client::ErrorKind;

use crate::support::{Fake, document, token, usual};

const SALES: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const EAST: &str = "aaaaaaaa-0000-4000-8000-000000000002";

fn user(id: &str, domain: &str) -> String {
    format!(r#"<user id="{id}" name="jsmith" siteRole="Viewer">{domain}</user>"#)
}

/// A server with two users called `jsmith`, whose domains it tells one by one, and one called `anna`.
fn server() -> Fake {
    Fake::new(|seen @ (_, path, _, body)| {
        let answer = usual(seen);
        if let Some((_, asked)) = body.split_once("<user id=\"") {
            let asked = asked.split('"').next().unwrap();
            let (status, session) = answer.unwrap();
            return Ok((status, session.replace(r#""u""#, &format!("{asked:?}"))));
        }
        if let Some(answer) = answer {
            return Ok(answer);
        }
        let domain = |name: &str| format!(r#"<domain name="{name}"/>"#);
        let content = if path.ends_with(&format!("/users/{SALES}")) {
            user(SALES, &domain("sales"))
        } else if path.ends_with(&format!("/users/{EAST}")) {
            user(EAST, &domain("east.example.com"))
        } else {
            let found = match path {
                path if path.contains("jsmith") => vec![user(SALES, ""), user(EAST, "")],
                path if path.contains("anna") => vec![user(SALES, "")],
                _ => Vec::new(),
            };
            let totals = format!(
                r#"<pagination pageNumber="1" pageSize="100" totalAvailable="{}"/>"#,
                found.len()
            );
            format!("{totals}<users>{}</users>", found.concat())
        };
        Ok((200, document(&content)))
    })
}

/// Whom the last sign-in was for.
fn signed_in_as(server: &Fake) -> String {
    let seen = server.seen.lock().unwrap();
    let signed_in = seen.iter().rfind(|seen| seen.1.ends_with("/signin")).unwrap();
    signed_in.3.clone()
}

#[tokio::test]
async fn a_domain_tells_users_of_one_name_apart() {
    for (name, id) in [
        (r"sales\jsmith", SALES),
        (r"EAST\jsmith", EAST),
        (r"east.example.com\jsmith", EAST),
        ("anna", SALES),
    ] {
        let server = server();
        server
            .client()
            .sign_in(token().impersonate_name(name))
            .await
            .unwrap();
        assert!(
            signed_in_as(&server).contains(id),
            "{name}: {}",
            signed_in_as(&server)
        );
    }
}

#[tokio::test]
async fn a_name_that_means_several_users_or_none_signs_in_as_nobody() {
    for (name, kind, says) in [
        ("jsmith", ErrorKind::Input, r"east.example.com\jsmith"),
        (r"west\jsmith", ErrorKind::NotFound, r"sales\jsmith"),
        ("nemo", ErrorKind::NotFound, "nemo"),
    ] {
        let server = server();
        let refused = server
            .client()
            .sign_in(token().impersonate_name(name))
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), kind, "{name}: {refused:?}");
        assert!(refused.to_string().contains(says), "{refused}");
        // The session in which it was looked up has ended.
        assert!(server.paths().last().unwrap().ends_with("/signout"));
        assert!(!signed_in_as(&server).contains("<user"), "{name}");
    }
}
