use super::*;

fn set_up(directory: Option<&Path>) -> Tls {
    let options = Options {
        require_client_certificate: true,
        ..Options::default()
    };
    Tls::set_up(directory, &options).unwrap()
}

#[test]
fn an_authority_in_a_directory_stays() {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("new");
    let first = set_up(Some(&below));
    let trusted = std::fs::read_to_string(&first.files.ca).unwrap();
    drop(first);
    let again = set_up(Some(&below));
    assert_eq!(std::fs::read_to_string(&again.files.ca).unwrap(), trusted);
    // As if the process had ended between the key and the certificate.
    std::fs::remove_file(&again.files.ca).unwrap();
    let third = set_up(Some(&below));
    assert!(third.files.ca.exists());

    // A new key has a certificate of its own.
    std::fs::remove_file(below.join("ca-key.pem")).unwrap();
    let fourth = set_up(Some(&below));
    assert_ne!(std::fs::read_to_string(&fourth.files.ca).unwrap(), trusted);

    std::fs::write(below.join("ca-key.pem"), "not a key").unwrap();
    let error = Tls::set_up(Some(&below), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("ca-key.pem"), "{error}");
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let tls = set_up(Some(directory.path()));
    for file in [directory.path().join("ca-key.pem"), tls.files.client.unwrap()] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
}

#[test]
fn a_temporary_authority_leaves_nothing() {
    let tls = set_up(None);
    let (ca, client) = (tls.files.ca.clone(), tls.files.client.clone().unwrap());
    assert!(ca.exists() && client.exists());
    let key = ca.with_file_name("ca-key.pem");
    assert!(!key.exists(), "the authority's key stays in memory");
    drop(tls);
    assert!(!ca.exists() && !client.exists() && !ca.parent().unwrap().exists());
}
