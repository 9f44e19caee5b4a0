//! Proxies: with credentials, for both schemes, and none.

use support::run_alone;
use tableau_client::{ErrorKind, Reached};

use crate::transport::peer::{Peer, answer};
use crate::transport::{SECRET, run, said, trusting, use_it, with_tls};

/// `user:pass` for a proxy.
const CREDENTIALS: &str = "basic dxnlcjpwyxnz";

#[test]
fn an_http_proxy_with_credentials() {
    let sandbox = with_tls().start().unwrap();
    for address in [sandbox.url(), sandbox.tls_url().unwrap()] {
        let proxy = Peer::proxy();
        let client = trusting(&sandbox, address)
            .proxy(format!("http://user:pass@{}", proxy.address))
            .build()
            .unwrap();
        let token = run(use_it(&client)).unwrap_or_else(|error| panic!("{address}: {}", said(&error)));
        let received = proxy.received();
        assert!(received.to_lowercase().contains(CREDENTIALS), "{received}");
        if address.starts_with("https") {
            assert!(received.starts_with("CONNECT 127.0.0.1:"), "{received}");
            assert!(!received.contains(SECRET) && !received.contains(&token));
        } else {
            assert!(received.starts_with("GET http://127.0.0.1:"), "{received}");
        }
    }
}

#[test]
fn a_socks_proxy_with_credentials() {
    let sandbox = with_tls().start().unwrap();
    for address in [sandbox.url(), sandbox.tls_url().unwrap()] {
        let proxy = Peer::socks();
        for scheme in ["socks5", "socks5h"] {
            let client = trusting(&sandbox, address)
                .proxy(format!("{scheme}://user:pass@{}", proxy.address))
                .build()
                .unwrap();
            run(use_it(&client)).unwrap_or_else(|error| panic!("{address}: {}", said(&error)));
        }
        assert!(
            proxy.received().contains("SOCKS 127.0.0.1"),
            "{}",
            proxy.received()
        );
    }
}

#[test]
fn a_proxy_that_refuses() {
    let sandbox = with_tls().start().unwrap();
    let cases = [
        ("407 Proxy Authentication Required", "credentials"),
        ("403 Forbidden", "proxy"),
        ("502 Bad Gateway", "gateway"),
    ];
    for (status, expected) in cases {
        for address in [sandbox.url(), sandbox.tls_url().unwrap()] {
            let page = "<html><body><h1>Corporate proxy</h1></body></html>";
            let proxy = Peer::answering(move |_| answer(status, "text/html", page));
            let client = trusting(&sandbox, address).proxy(format!("http://user:pass@{}", proxy.address));
            let error = run(use_it(&client.build().unwrap())).unwrap_err();
            let said = said(&error);
            assert!(
                said.contains("proxy") || said.contains("gateway"),
                "{status} {address}: {said}"
            );
            if address.starts_with("http:") {
                assert!(
                    said.contains("web page") && said.contains(expected),
                    "{status}: {said}"
                );
            } else {
                assert_eq!(error.reached(), Reached::No, "{error:?}");
                assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
                let expected = if status.starts_with("407") {
                    "wants credentials"
                } else {
                    "refuses to connect to the server"
                };
                assert!(said.contains(expected), "{status}: {said}");
            }
            assert!(
                !said.contains("user:pass") && !format!("{error:?}").contains("pass@"),
                "{error:?}"
            );
        }
    }
}

#[test]
fn a_proxy_that_answers_with_a_page_is_named() {
    let sandbox = with_tls().start().unwrap();
    for listens in [true, false] {
        let proxy = Peer::page_in_a_tunnel(listens);
        let client = trusting(&sandbox, sandbox.tls_url().unwrap()).proxy(proxy.http());
        let error = run(use_it(&client.build().unwrap())).unwrap_err();
        assert_eq!(error.reached(), Reached::No, "{error:?}");
        let said = said(&error);
        assert!(said.contains(&format!("the proxy {}", proxy.http())), "{said}");
        assert!(said.contains("may have answered"), "{said}");
    }
}

#[test]
fn an_unreachable_proxy_is_a_connection_error() {
    let sandbox = with_tls().start().unwrap();
    for address in [sandbox.url(), sandbox.tls_url().unwrap()] {
        let client = trusting(&sandbox, address).proxy("http://user:pass@127.0.0.1:1");
        let error = run(use_it(&client.build().unwrap())).unwrap_err();
        assert_eq!(
            (error.kind(), error.reached()),
            (ErrorKind::Connection, Reached::No)
        );
        assert!(!format!("{error} {error:?}").contains("pass@"), "{error:?}");
    }
}

/// Environment variables belong to the whole process, so this test starts another.
#[test]
fn the_proxy_of_the_environment_unless_told_otherwise() {
    let sandbox = with_tls().start().unwrap();
    let proxy = Peer::proxy();
    let child = |name: &str, address: &str| {
        run_alone(name, |command| {
            command
                .env("TEST_ADDRESS", address)
                .env("TEST_CA_FILE", sandbox.ca_file().unwrap())
                .env("HTTP_PROXY", format!("http://user:pass@{}", proxy.address))
                .env("HTTPS_PROXY", format!("http://user:pass@{}", proxy.address))
                .env_remove("http_proxy")
                .env_remove("https_proxy")
                .env_remove("NO_PROXY")
                .env_remove("no_proxy")
                .env_remove("REQUEST_METHOD");
        });
    };
    for address in [sandbox.url(), sandbox.tls_url().unwrap()] {
        child("transport::proxies::child_without_a_proxy", address);
        assert_eq!(proxy.received(), "");
    }
    child(
        "transport::proxies::child_with_the_environment",
        sandbox.tls_url().unwrap(),
    );
    assert!(proxy.received().starts_with("CONNECT "), "{}", proxy.received());
    child("transport::proxies::child_with_the_environment", sandbox.url());
    assert!(proxy.received().contains("GET http://"), "{}", proxy.received());
    assert!(proxy.received().to_lowercase().contains(CREDENTIALS));
}

#[test]
#[ignore = "run by another test, in an environment of its own"]
fn child_without_a_proxy() {
    child(tableau_client::ClientBuilder::no_proxy);
}

#[test]
#[ignore = "run by another test, in an environment of its own"]
fn child_with_the_environment() {
    child(|builder| builder);
}

fn child(options: fn(tableau_client::ClientBuilder) -> tableau_client::ClientBuilder) {
    let variable = |name| std::env::var(name).unwrap();
    let builder = tableau_client::Client::builder(variable("TEST_ADDRESS")).ca_file(variable("TEST_CA_FILE"));
    run(use_it(&options(builder).build().unwrap())).unwrap();
}
