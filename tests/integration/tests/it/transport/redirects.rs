//! Redirects that lead to the same server are followed with method and body; others end with an error that says so.

use tableau_client::{ErrorKind, Version};
use tableau_sandbox::{Redirect, Sandbox};

use crate::transport::peer::{Peer, answer};
use crate::transport::{SECRET, direct, run, said, trusting, use_it, with_tls};

pub(crate) const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

#[test]
fn from_http_to_https_with_method_and_body() {
    for status in STATUSES {
        let redirect = Redirect::to_https(status.try_into().unwrap());
        let sandbox = with_tls().redirect(redirect).start().unwrap();
        for version in [None, Some(Version::new(3, 20))] {
            let plain = Peer::relay(sandbox.url());
            let mut builder = trusting(&sandbox, &plain.http());
            if let Some(version) = version {
                builder = builder.api_version(version);
            }
            let client = builder.build().unwrap();
            let token = run(use_it(&client)).unwrap_or_else(|error| panic!("{status}: {}", said(&error)));

            // Only the one request without a secret went over the plain connection: later calls go to https at once.
            let received = plain.received();
            assert!(received.starts_with("GET /api/2.4/serverinfo"), "{received}");
            assert_eq!(received.matches(" HTTP/1.1\r\n").count(), 1, "{received}");
            assert!(
                !received.contains(SECRET) && !received.contains(&token),
                "{status}"
            );
        }
    }
}

#[test]
fn a_redirect_to_an_untrusted_server_is_refused() {
    let redirect = Redirect::to_https(308.try_into().unwrap());
    let sandbox = with_tls().redirect(redirect).start().unwrap();
    let plain = Peer::relay(sandbox.url());
    let client = direct(&plain.http()).build().unwrap();
    let error = run(use_it(&client)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
    assert!(!plain.received().contains(SECRET));
}

#[test]
fn below_a_prefix() {
    for status in STATUSES {
        let redirect = Redirect::below(status.try_into().unwrap(), "/tableau");
        let sandbox = with_tls().redirect(redirect).start().unwrap();
        for address in [sandbox.url(), sandbox.tls_url().unwrap()] {
            let client = trusting(&sandbox, address).build().unwrap();
            run(use_it(&client)).unwrap_or_else(|error| panic!("{status}: {}", said(&error)));
        }
    }
}

#[test]
fn to_a_host_that_was_allowed_by_name() {
    for status in STATUSES {
        let there = Sandbox::builder().workbooks(3).start().unwrap();
        let redirect = Redirect::to_origin(status.try_into().unwrap(), there.url());
        let here = with_tls().redirect(redirect).start().unwrap();
        let client = direct(here.url()).allow_redirect_to("127.0.0.1").build().unwrap();
        run(use_it(&client)).unwrap_or_else(|error| panic!("{status}: {}", said(&error)));

        // But not from https to http.
        let client = trusting(&here, here.tls_url().unwrap())
            .allow_redirect_to("127.0.0.1")
            .build()
            .unwrap();
        let error = run(use_it(&client)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected, "{error:?}");
        assert!(error.to_string().contains("not encrypted"), "{error}");
    }
}

/// A maintenance that is over: the server serves again, and where it led is gone.
#[test]
fn to_a_host_that_is_gone_leads_back() {
    let there = Sandbox::start().unwrap();
    let here = Sandbox::start().unwrap();
    here.set_redirect(Redirect::to_origin(307.try_into().unwrap(), there.url()));
    let client = direct(here.url()).allow_redirect_to("127.0.0.1").build().unwrap();
    run(client.server_info()).unwrap();
    here.set_redirect(None);
    there.stop();
    // The first call may be the one that finds out.
    let _ = run(client.server_info());
    run(client.server_info()).unwrap();
}

#[test]
fn from_https_back_to_http() {
    for status in STATUSES {
        let redirect = Redirect::to_http(status.try_into().unwrap());
        let sandbox = with_tls().redirect(redirect).start().unwrap();
        let client = trusting(&sandbox, sandbox.tls_url().unwrap()).build().unwrap();
        let error = run(use_it(&client)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected, "{error:?}");
        assert!(error.to_string().contains("not encrypted"), "{error}");
    }
}

#[test]
fn in_a_circle() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.set_redirect(Redirect::to_origin(302.try_into().unwrap(), sandbox.url()));
    let client = direct(sandbox.url()).build().unwrap();
    let error = run(client.server_info()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirected, "{error:?}");
    assert!(error.to_string().contains("times"), "{error}");
}

#[test]
fn to_a_sign_on_page() {
    let sandbox = with_tls().redirect(Redirect::sign_on_page()).start().unwrap();
    for address in [sandbox.url(), sandbox.tls_url().unwrap()] {
        let client = trusting(&sandbox, address).build().unwrap();
        let error = run(use_it(&client)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Foreign, "{error:?}");
        assert!(error.to_string().contains("web page"), "{error}");
        assert!(error.hint().unwrap().contains("sign-on page"), "{error:?}");
    }
    // A sign-on page that redirects to itself is recognized by the address that it leads to.
    let peer = Peer::answering(|_| {
        "HTTP/1.1 302 Found\r\nlocation: /idp/sso?next=%2Fapi\r\ncontent-length: 0\r\n\r\n".to_owned()
    });
    let client = direct(&peer.http()).build().unwrap();
    let error = run(use_it(&client)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirected, "{error:?}");
    assert!(
        said(&error).contains("sign-on page") && !said(&error).contains("next="),
        "{error}"
    );
}

#[test]
fn a_request_whose_method_was_changed_is_named() {
    let peer = Peer::answering(|line| {
        if line.contains("/serverinfo") {
            let info = r#"<tsResponse xmlns="http://tableau.com/api"><serverInfo><productVersion build="1">2026.2.0</productVersion><restApiVersion>3.29</restApiVersion></serverInfo></tsResponse>"#;
            return answer("200 OK", "application/xml", info);
        }
        let error = r#"<tsResponse xmlns="http://tableau.com/api"><error code="405000"><summary>Method Not Allowed</summary><detail>The HTTP method 'GET' is not supported for the given resource</detail></error></tsResponse>"#;
        answer("405 Method Not Allowed", "application/xml", error)
    });
    let client = direct(&peer.http()).build().unwrap();
    let error = run(use_it(&client)).unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::MethodNotAllowed, Some("405000"))
    );
    assert!(error.hint().unwrap().contains("https://127.0.0.1"), "{error:?}");
}
