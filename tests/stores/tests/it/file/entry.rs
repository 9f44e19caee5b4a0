//! The content of the files, and the handling of damaged ones.

use std::fs;
use std::path::Path;

use tableau_client::{FileStore, SessionKey, SessionStore as _};

use crate::file::{ENTRY, LONG, Place, key, load, logged, now, save};

#[test]
fn a_damaged_file_is_ignored() {
    for encrypted in [false, true] {
        let place = Place::new();
        let store = match encrypted {
            true => place.store().encrypted_with(&[1; 32]),
            false => place.store(),
        };
        save(&store);
        let whole = fs::read(place.session()).unwrap();
        let check = |bytes: &[u8]| {
            fs::write(place.session(), bytes).unwrap();
            let log = logged(|| assert_eq!(load(&store), Ok(None), "{}", String::from_utf8_lossy(bytes)));
            assert!(log.contains("WARN") && !log.contains(ENTRY), "{log}");
        };
        for end in 0..whole.len() {
            check(&whole[..end]);
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            check(&changed);
            changed[at] = 0xFF;
            check(&changed);
        }
        check(&[whole.as_slice(), b"x"].concat());
        check(&vec![b' '; 3_000_000]);
        // The damaged files need no cleaning up by hand.
        save(&store);
        assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
    }
}

#[test]
fn a_file_of_another_version_is_replaced() {
    let place = Place::new();
    let store = place.store();
    save(&store);
    let text = fs::read_to_string(place.session()).unwrap();
    let other = text.replacen("tableau-session 1 ", "tableau-session 2 ", 1);
    assert_ne!(text, other);
    fs::write(place.session(), other).unwrap();
    let log = logged(|| assert_eq!(load(&store), Ok(None)));
    assert!(log.contains("another version"), "{log}");
    save(&store);
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
}

#[test]
fn an_entry_under_another_key_is_ignored() {
    for key_of_store in [None, Some([1; 32])] {
        let place = Place::new();
        let store = match key_of_store {
            None => place.store(),
            Some(key) => place.store().encrypted_with(&key),
        };
        save(&store);
        let other = SessionKey::of(&["other"]);
        now(now(store.try_lease(&other, LONG)).unwrap().unwrap().release()).unwrap();
        fs::copy(place.session(), place.path().join(other.as_str()).join("session")).unwrap();
        let log = logged(|| assert_eq!(now(store.load(&other)), Ok(None)));
        assert!(log.contains("WARN"), "{log}");
    }
}

#[test]
fn another_key_decrypts_nothing() {
    let place = Place::new();
    let encrypted = place.store().encrypted_with(&[1; 32]);
    save(&encrypted);
    let text = fs::read_to_string(place.session()).unwrap();
    assert!(!text.contains(ENTRY));
    assert_eq!(
        load(&place.store().encrypted_with(&[1; 32])).unwrap().unwrap(),
        ENTRY
    );
    for other in [place.store().encrypted_with(&[2; 32]), place.store()] {
        let log = logged(|| assert_eq!(load(&other), Ok(None)));
        assert!(log.contains("WARN"), "{log}");
    }
    // A store with a key reads plain entries too: another process may have no keyring.
    save(&place.store());
    assert!(fs::read_to_string(place.session()).unwrap().contains(ENTRY));
    assert_eq!(load(&encrypted).unwrap().unwrap(), ENTRY);
}

#[test]
fn the_keyring_has_the_key_or_there_is_a_warning() {
    // Always the same place, as the keyring remembers it.
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("keyring");
    let store = || FileStore::at(&place).unwrap().encrypted();
    let one = store();
    let log = logged(|| {
        save(&one);
        save(&one);
        assert_eq!(load(&one).unwrap().unwrap(), ENTRY);
    });
    let text = fs::read_to_string(place.join(key().as_str()).join("session")).unwrap();
    let warnings = log.matches("not encrypted").count();
    println!("on this machine the keyring works: {}; {log}", warnings == 0);
    assert_eq!(
        (warnings, text.contains(ENTRY)),
        if warnings == 0 { (0, false) } else { (1, true) }
    );
    assert_eq!(load(&store()).unwrap().unwrap(), ENTRY);
}
