//! Hostile documents: each is refused, quickly, without a panic and without running out of stack.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use std::fmt::Debug;

use http::StatusCode;
use tableau_wire::endpoint::is_web_page;
use tableau_wire::rest::auth::SignOut;
use tableau_wire::rest::{ServerInfo, Tag, User, Workbook};
use tableau_wire::{ApiError, Document, Endpoint, Format, Get, Items, List, Page, ReplyError, decode_reply};

fn refused<T: Document + Debug>(text: &str, format: Format) -> String {
    match T::decode(text.as_bytes(), format) {
        Err(error) => error.to_string(),
        Ok(value) => panic!("read as {value:?}: {text}"),
    }
}

#[test]
fn document_types_are_refused_wherever_they_stand() {
    let document = "<tsResponse><user id='u'/></tsResponse>";
    for kind in [
        "<!DOCTYPE tsResponse>",
        "<!DOCTYPE tsResponse SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE a [<!ENTITY e \"boo\">]>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1/\"> %p;]>",
        "<!doctype tsResponse>",
    ] {
        for text in [
            format!("{kind}{document}"),
            format!("<?xml version='1.0'?>\n{kind}{document}"),
            format!("{document}{kind}"),
            document.replace("<user", &format!("{kind}<user")),
            document.replace("<user", &format!("<stranger>{kind}</stranger><user")),
        ] {
            refused::<User>(&text, Format::Xml);
        }
    }
}

#[test]
fn only_the_five_entities_and_numbers_are_resolved() {
    for entity in ["&nbsp;", "&e;", "&lol9;", "&;", "&#;", "&#x;", "&amp", "&"] {
        let text = format!("<tsResponse><error code='1'><summary>{entity}</summary></error></tsResponse>");
        refused::<ApiError>(&text, Format::Xml);
        let text = format!("<tsResponse><user name='{entity}'/></tsResponse>");
        refused::<User>(&text, Format::Xml);
    }
    for (entity, character) in [
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&#x1F600;", "😀"),
        ("&quot;", "\""),
        ("&#9;", "\t"),
        // No characters, which cost no list.
        ("&#xD800;", "\u{fffd}"),
        ("&#x110000;", "\u{fffd}"),
    ] {
        let text = format!("<tsResponse><user name='{entity}'/></tsResponse>");
        assert_eq!(
            User::decode(text.as_bytes(), Format::Xml).unwrap().name,
            character
        );
    }
}

/// A thread with the stack of a worker of an asynchronous runtime.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(run)
        .unwrap();
    thread.join().unwrap();
}

/// A text that XML cannot carry could not be given back: a request with one is refused, in whichever format. Answers are not.
#[test]
fn texts_that_xml_cannot_carry_are_refused_in_requests() {
    for character in ['\0', '\u{1}', '\u{1b}', '\u{fffe}', '\u{ffff}'] {
        let escaped = format!("\\u{:04x}", character as u32);
        let json = format!("{{\"workbook\":{{\"id\":\"w\",\"name\":\"a{escaped}b\"}}}}");
        let error = Workbook::decode_request(json.as_bytes(), Format::Json).unwrap_err();
        assert!(error.to_string().contains("which XML cannot carry"), "{error}");
        let read = Workbook::decode(json.as_bytes(), Format::Json).unwrap();
        assert_eq!(read.name, format!("a{character}b"));
        let raw = format!("<tsRequest><workbook id='w' name='a{character}b'/></tsRequest>");
        Workbook::decode_request(raw.as_bytes(), Format::Xml).unwrap_err();
        Workbook::decode_request(raw.replace("tsRequest", "tsResponse").as_bytes(), Format::Xml).unwrap_err();
        let tags = format!("{{\"tags\":{{\"tag\":[{{\"label\":\"a{escaped}b\"}}]}}}}");
        Items::<Tag>::decode_request(tags.as_bytes(), Format::Json).unwrap_err();
    }
    let json = r#"{"workbook":{"id":"w","name":"a\tb\r\n\u007f\ufffd"}}"#;
    Workbook::decode_request(json.as_bytes(), Format::Json).unwrap();
}

#[test]
fn deep_nesting_is_refused_without_a_stack_overflow() {
    on_a_small_stack(|| {
        for depth in [100, 10_000, 200_000] {
            let nested = |open: &str, close: &str| format!("{}{}", open.repeat(depth), close.repeat(depth));
            for (open, close) in [
                ("<a>", "</a>"),
                ("<a>", ""),
                ("<workbook>", "</workbook>"),
                ("<workbook><views><view>", "</view></views></workbook>"),
                ("<workbook><tags><tag label='a'>", "</tag></tags></workbook>"),
            ] {
                let text = format!("<tsResponse>{}</tsResponse>", nested(open, close));
                refused::<Workbook>(&text, Format::Xml);
                refused::<Page<Workbook>>(&text, Format::Xml);
            }
            let text = format!(
                "<tsResponse><error code='1'><summary>{}</summary></error></tsResponse>",
                nested("<b>", "</b>")
            );
            refused::<ApiError>(&text, Format::Xml);
            for (open, close) in [("[", "]"), ("{\"workbook\":{\"views\":{\"view\":[", "]}}}")] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                refused::<Workbook>(&text, Format::Json);
                refused::<Page<Workbook>>(&text, Format::Json);
            }
            // Unknown members are skipped without a stack, however deep they are.
            for (open, close) in [
                ("{\"a\":", "}"),
                ("[", "]"),
                ("{\"workbook\":{\"views\":{\"view\":[", "]}}}"),
            ] {
                let stranger = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let text = format!("{{\"stranger\":{stranger},\"workbook\":{{\"stranger\":{stranger}}}}}");
                assert_eq!(
                    Workbook::decode(text.as_bytes(), Format::Json),
                    Ok(Workbook::default())
                );
            }
        }
    });
}

/// The greatest depth that is read is also safe: everything below the limit fits the stack.
#[test]
fn the_depth_that_is_allowed_fits_a_small_stack() {
    on_a_small_stack(|| {
        let views = |count: usize| {
            let (open, close) = (
                "<workbook><views><view>".repeat(count),
                "</view></views></workbook>".repeat(count),
            );
            Workbook::decode(
                format!("<tsResponse>{open}{close}</tsResponse>").as_bytes(),
                Format::Xml,
            )
        };
        let mut innermost = views(20).unwrap();
        let mut depth = 0;
        while let Some(inner) = innermost
            .views
            .and_then(|views| views.into_inner().pop()?.workbook)
        {
            innermost = inner.into_inner();
            depth += 1;
        }
        assert_eq!(depth, 19);
        assert!(views(22).is_err());

        let views = |count: usize| {
            let (open, close) = (
                "{\"workbook\":{\"views\":{\"view\":[".repeat(count),
                "]}}}".repeat(count),
            );
            Workbook::decode(format!("{open}{{}}{close}").as_bytes(), Format::Json)
        };
        assert!(views(20).is_ok());
        assert!(views(40).is_err());
    });
}

#[test]
fn a_document_cut_off_anywhere_is_refused() {
    let xml = "<?xml version='1.0'?><tsResponse xmlns=\"http://tableau.com/api\"><!-- c --><pagination pageNumber=\"1\" pageSize=\"9\" \
        totalAvailable=\"1\"/><workbooks><workbook id=\"w\" name=\"é &amp; 😀\"><x><![CDATA[y]]></x><tags><tag label='&#x41;'/></tags>\
        <project id=\"p\"/></workbook></workbooks></tsResponse>";
    let json = "{\"pagination\":{\"pageNumber\":\"1\",\"pageSize\":\"9\",\"totalAvailable\":\"1\"},\"workbooks\":{\"workbook\":[{\"id\":\"w\",\
        \"name\":\"\\u00e9 & 😀\",\"x\":[true,null,1.5e3],\"tags\":{\"tag\":[{\"label\":\"A\"}]},\"project\":{\"id\":\"p\"}}]}}";
    for (text, format) in [(xml, Format::Xml), (json, Format::Json)] {
        let whole = Page::<Workbook>::decode(text.as_bytes(), format).unwrap();
        assert_eq!((whole.items.len(), whole.items[0].name.as_str()), (1, "é & 😀"));
        for length in 0..text.len() {
            let part = &text.as_bytes()[..length];
            assert!(
                Page::<Workbook>::decode(part, format).is_err(),
                "{}",
                String::from_utf8_lossy(part)
            );
            assert!(decode_reply::<List<Workbook>>(StatusCode::OK, part).is_err());
        }
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for text in [
        "<tsResponse><user id='u'></tsResponse>",
        "<tsResponse><user id='u'></usr></tsResponse>",
        "<tsResponse><user id=u/></tsResponse>",
        "<tsResponse><user id='a' id='b'/></tsResponse>",
        "<tsResponse><user id/></tsResponse>",
        "<tsResponse><user id='u\"/></tsResponse>",
        "<tsResponse><user id='u'/>",
        "<tsResponse><user id='u'/></tsResponse></tsResponse>",
        "<tsResponse><user id='u'/><user id='v'></tsResponse>",
        "<tsResponse><!-- <user id='u'/></tsResponse>",
        "\u{0}<tsResponse><user id='u'/></tsResponse>",
    ] {
        refused::<User>(text, Format::Xml);
    }
    for text in [
        "{\"user\":{\"id\":\"u\"}",
        "{'user':{}}",
        "{\"user\":{\"id\":\"\u{1}\"}}",
        "{\"user\":{},}",
    ] {
        refused::<User>(text, Format::Json);
    }
    // A request is read as it is, and says where it is no text.
    let request =
        tableau_wire::codec::decode_request::<User>(b"<tsRequest id='\xff'/>", Format::Xml).unwrap_err();
    assert_eq!(
        (request.to_string().as_str(), request.offset()),
        ("not UTF-8 near byte 15", Some(15))
    );
}

#[test]
fn text_that_is_none_is_replaced_and_an_identifier_with_it_is_not_used() {
    for (text, format) in [
        (
            &b"<tsResponse><user id='&#xD800;'/></tsResponse>"[..],
            Format::Xml,
        ),
        (b"{\"user\":{\"id\":\"\\ud800\"}}", Format::Json),
    ] {
        let user = User::decode(text, format).unwrap();
        assert_eq!((user.id.as_str(), user.id.is_harmless()), ("\u{fffd}", false));
    }
}

fn foreign<E: Endpoint<Reply: Document + Debug>>(status: StatusCode, body: &str) {
    match decode_reply::<E>(status, body.as_bytes()) {
        Err(ReplyError::Foreign { excerpt }) => assert!(excerpt.chars().count() <= 200, "{excerpt}"),
        other => panic!("{other:?}: {body}"),
    }
}

#[test]
fn html_and_other_documents_are_foreign() {
    let long = format!(
        "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>{}</body></html>",
        "x".repeat(9000)
    );
    for body in [
        long.as_str(),
        "\u{feff}\r\n  <!doctype HTML PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n<html/>",
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>",
        "<HTML><BODY>502 Bad Gateway",
        "<!-- gateway --><h1>Not here</h1>",
        "<p>we moved<br></p>",
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"/>",
    ] {
        for status in [
            StatusCode::OK,
            StatusCode::FOUND,
            StatusCode::UNAUTHORIZED,
            StatusCode::BAD_GATEWAY,
        ] {
            foreign::<List<Workbook>>(status, body);
            foreign::<SignOut>(status, body);
        }
    }
    for body in ["", " \r\n", "upstream connect error", "\u{0}\u{1}"] {
        foreign::<Get<Workbook>>(StatusCode::OK, body);
        foreign::<SignOut>(StatusCode::BAD_GATEWAY, body);
    }
    // JSON that came as an error and says nothing of one.
    foreign::<Get<Workbook>>(StatusCode::UNAUTHORIZED, "{\"mood\":\"no\"}");
    foreign::<Get<Workbook>>(StatusCode::NOT_FOUND, "{}");
    assert_eq!(
        decode_reply::<Get<Workbook>>(StatusCode::OK, b"")
            .map_err(|error| error.to_string())
            .err()
            .as_deref(),
        Some("an answer without a document")
    );
}

#[test]
fn a_page_for_browsers_is_told_by_how_it_begins() {
    for page in [
        "<!DOCTYPE html><html>",
        "\n <!doctype HTML>",
        "\u{feff}<HTML lang='en'>",
    ] {
        assert!(is_web_page(page.as_bytes()), "{page}");
    }
    for other in [
        "<?xml version='1.0'?><workbook/>",
        "<workbook/>",
        "PK\x03\x04",
        "",
        "<htm",
    ] {
        assert!(!is_web_page(other.as_bytes()), "{other}");
    }
}

#[test]
fn documents_that_mention_html_are_not_foreign() {
    let name = "<html> <head> <body> <!doctype html>";
    let json = format!("{{\"workbook\":{{\"name\":\"{name}\"}}}}");
    assert_eq!(
        decode_reply::<Get<Workbook>>(StatusCode::OK, json.as_bytes())
            .unwrap()
            .name,
        name
    );
    let xml = format!(
        "<!-- {name} --><tsResponse><error code='404006'><summary/><detail><![CDATA[{name}]]></detail></error></tsResponse>"
    );
    let error = decode_reply::<Get<Workbook>>(StatusCode::NOT_FOUND, xml.as_bytes()).unwrap_err();
    assert_eq!(error, ReplyError::Api(ApiError::new("404006", "", name)));
    // A document of Tableau's that is broken, or not the one that was asked for, is not blamed on a proxy.
    for text in [
        "<tsResponse><view",
        "<tsResponse><view/></tsResponse>",
        "{\"view\":{}}",
        "<?xml version='1.0'?>",
    ] {
        let error = decode_reply::<Get<Workbook>>(StatusCode::OK, text.as_bytes()).unwrap_err();
        assert!(matches!(error, ReplyError::Decode(_)), "{text}: {error:?}");
    }
    assert!(ServerInfo::decode(b"<tsResponse><serverInfo/></tsResponse>", Format::Xml).is_ok());
}
