//! Files of the command belong to its user alone.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

use tableau_sandbox::well_known;

use crate::support::Bench;

#[test]
fn files_are_private_to_their_owner() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let folder = bench.folder.path();
    for (file, loose) in [("profiles.toml", 0o620), ("secrets.toml", 0o640)] {
        let file = folder.join(file);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());

        // Commands that need it refuse it.
        let ended = |mode| {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            for session in bench.sandbox.service().controls().sessions() {
                bench.sandbox.service().controls().end_session(session.id);
            }
            bench.run(&["workbooks", "list", "--limit", "1"])
        };
        let refused = ended(loose);
        assert!(matches!(refused.code, 1 | 4), "{refused:?}");
        assert!(refused.err.contains("chmod 600"), "{refused:?}");
        assert_eq!(ended(0o600).code, 0);
    }
    let sessions = fs::metadata(folder.join("sessions"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(sessions & 0o777, 0o700);
    // Who may read it sees no secret.
    let text = fs::read_to_string(bench.profile()).unwrap();
    assert!(!text.contains(well_known::PAT_SECRET), "{text}");
}

#[test]
fn a_folder_that_others_can_write_in_is_refused() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let list = |mode| {
        fs::set_permissions(bench.folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        bench.run(&["workbooks", "list", "--limit", "1"])
    };
    for mode in [0o777, 0o770, 0o1777] {
        let refused = list(mode);
        let reason = format!(
            "error: FOLDER can be changed by others (mode {:o}): chmod 700 FOLDER\n",
            mode & 0o777
        );
        assert_eq!((refused.code, bench.neat(&refused.err)), (1, reason));
    }
    assert_eq!(list(0o755).code, 0);
}

#[test]
fn files_of_another_user_are_refused() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    for (name, code) in [("secrets.toml", 4), ("profiles.toml", 1)] {
        for session in bench.sandbox.service().controls().sessions() {
            bench.sandbox.service().controls().end_session(session.id);
        }
        let file = bench.folder.path().join(name);
        let own = fs::read(&file).unwrap();
        // Only root can give files away; others have root's.
        if chown(&file, Some(65534), None).is_err() {
            fs::remove_file(&file).unwrap();
            symlink("/etc/passwd", &file).unwrap();
        }
        let refused = bench.run(&["workbooks", "list", "--limit", "1"]);
        assert_eq!(refused.code, code, "{refused:?}");
        let reason = format!("FOLDER/{name} belongs to user ");
        assert!(bench.neat(&refused.err).contains(&reason), "{refused:?}");
        assert!(refused.err.contains("remove it"), "{refused:?}");
        fs::remove_file(&file).unwrap();
        fs::write(&file, own).unwrap();
        let mode = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&file, mode).unwrap();
    }
    assert_eq!(bench.run(&["workbooks", "list", "--limit", "1"]).code, 0);
}
