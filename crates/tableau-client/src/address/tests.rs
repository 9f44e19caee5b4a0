use super::*;

#[test]
fn any_address_people_paste_works() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("my-server", "https://my-server", None),
        ("  my-server/ ", "https://my-server", None),
        ("my-server:8443", "https://my-server:8443", None),
        ("localhost:8000", "https://localhost:8000", None),
        ("http://localhost:8000", "http://localhost:8000", None),
        ("HTTPS://My-Server", "https://my-server", None),
        ("https://my-server:443/", "https://my-server", None),
        ("[::1]:8000", "https://[::1]:8000", None),
        (
            "https://my-server/#/site/MarketingTeam/projects",
            "https://my-server",
            Some("MarketingTeam"),
        ),
        (
            "my-server/#/site/MarketingTeam",
            "https://my-server",
            Some("MarketingTeam"),
        ),
        (
            "https://my-server/#/site/Caf%C3%A9/home",
            "https://my-server",
            Some("Café"),
        ),
        ("https://my-server/#/projects", "https://my-server", Some("")),
        (
            "https://my-server/#/workbooks/12/views?x=1",
            "https://my-server",
            Some(""),
        ),
        (
            "https://my-server/#/signin?redirect=%2Fprojects",
            "https://my-server",
            None,
        ),
        (
            "my-server/#/signin?externalRedirect=https://my-server/#/home",
            "https://my-server",
            None,
        ),
        ("https://my-server/#/", "https://my-server", None),
        (
            "https://my-server/t/Sales/views/Book/Sheet?:iid=1",
            "https://my-server",
            Some("Sales"),
        ),
        ("https://my-server/views/Book/Sheet", "https://my-server", None),
        (
            "https://10ax.online.tableau.com/#/site/umbrella/home",
            "https://10ax.online.tableau.com",
            Some("umbrella"),
        ),
        ("https://gateway/tableau/", "https://gateway/tableau", None),
        ("https://gateway/a/b/api/3.20/sites", "https://gateway/a/b", None),
        (
            "gateway/tableau/#/site/x/home",
            "https://gateway/tableau",
            Some("x"),
        ),
        ("https://my-server//api/2.4", "https://my-server", None),
        (
            "https://my-server/pulse/site/Sales/metrics/1",
            "https://my-server",
            Some("Sales"),
        ),
        (
            "https://my-server/vizql/t/Sales/w/Book/v/Sheet",
            "https://my-server",
            Some("Sales"),
        ),
        (
            "https://my-server/trusted/c2VjcmV0/t/Sales/views/Book/Sheet",
            "https://my-server",
            Some("Sales"),
        ),
        (
            "https://my-server/authoring/t/Sales/Book/Sheet",
            "https://my-server",
            Some("Sales"),
        ),
        (
            "https://my-server/t/Sales/authoring/Book/Sheet",
            "https://my-server",
            Some("Sales"),
        ),
        (
            "https://my-server/T/Sales/views/Book",
            "https://my-server",
            Some("Sales"),
        ),
        (
            "https://my-server/site/Sales/home",
            "https://my-server",
            Some("Sales"),
        ),
        (
            "https://my-server/#/SITE/Sales/home",
            "https://my-server",
            Some("Sales"),
        ),
        ("https://my-server/#/Signin", "https://my-server", None),
        ("https://my-server/views/t/site/x", "https://my-server", None),
        ("https://my-server/api/-/pulse/site/x", "https://my-server", None),
        (
            "https://my-server/javascripts/api/tableau.embedding.3.latest.min.js",
            "https://my-server",
            None,
        ),
        (
            "https://my-server/relationship-service-war/graphql",
            "https://my-server",
            None,
        ),
        ("https://my-server/metadata/graphiql", "https://my-server", None),
        ("https://my-server/auth?language=en", "https://my-server", None),
        ("https://my-server/oidc/login", "https://my-server", None),
        ("https://my-server/askData/x", "https://my-server", None),
        ("https://my-server/Workbooks", "https://my-server", None),
        ("https://my-server/collections/1", "https://my-server", None),
        (
            "https://gateway/tableau/t/Sales/views/Book",
            "https://gateway/tableau",
            Some("Sales"),
        ),
        ("https://https://my-server", "https://my-server", None),
        ("https://http://my-server:8000", "http://my-server:8000", None),
        ("https//my-server/", "https://my-server", None),
        ("http:/my-server", "http://my-server", None),
        ("HTTPS:\\\\my-server", "https://my-server", None),
        ("https-server", "https://https-server", None),
    ];
    for (pasted, server, site) in cases {
        let address: ServerAddress = pasted.parse().unwrap_or_else(|error| panic!("{pasted}: {error}"));
        assert_eq!(address.to_string(), *server, "{pasted}");
        assert_eq!(address.site(), *site, "{pasted}");
    }
}

#[test]
fn what_is_no_address_says_why() {
    let cases = [
        ("", "not a server's address"),
        ("https://", "not a server's address"),
        ("ftp://my-server", "`ftp`"),
        ("https://user:secret@my-server", "user name"),
        ("https://my-server:8850", "Tableau Services Manager"),
        ("my-server:8850/#/status", "Tableau Services Manager"),
        ("two words", "not a server's address"),
        ("https", "a scheme where"),
        ("http:8000", "a scheme where"),
    ];
    for (text, message) in cases {
        let error = text.parse::<ServerAddress>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Address);
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert!(!error.to_string().contains("secret"));
    }
}

#[test]
fn a_site_is_found_in_addresses_and_paths() {
    for (text, site) in [
        ("Sales", "Sales"),
        ("", ""),
        ("https://my-server/#/site/Sales/workbooks", "Sales"),
        ("https://my-server/t/Sales/views/Book", "Sales"),
        ("https://my-server/#/home", ""),
        ("/t/Sales", "Sales"),
        ("t/Sales/views/Book", "Sales"),
        ("/site/Sales/home", "Sales"),
        ("#/site/Sales", "Sales"),
        ("/#/site/Sales/home", "Sales"),
        ("my-server/#/site/Sales", "Sales"),
        ("Sales/", "Sales"),
        ("/Sales", "Sales"),
        // What names none is left for the error to explain.
        ("https://my-server", "https://my-server"),
        ("my-server/tableau", "my-server/tableau"),
    ] {
        assert_eq!(ServerAddress::site_in(text), site, "{text}");
    }
}
