//! The reference in `docs/reference` is what the table of endpoints says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_reference_is_that_of_the_table_of_endpoints() {
    let folder = tempfile::tempdir().unwrap();
    let written = Command::new(env!("CARGO_BIN_EXE_tabctl"))
        .args(["docs".as_ref(), folder.path()])
        .output()
        .unwrap();
    assert!(
        written.status.success(),
        "{}",
        String::from_utf8_lossy(&written.stderr)
    );
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    let names = |folder: &Path| -> BTreeSet<_> {
        fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect()
    };
    let again = "write it anew: `tabctl docs docs/reference`";
    assert_eq!(names(&kept), names(folder.path()), "{again}");
    for name in names(&kept) {
        let [kept, now] =
            [&kept, folder.path()].map(|folder| fs::read_to_string(folder.join(&name)).unwrap());
        assert!(
            kept == now,
            "docs/reference/{} differs from the table: {again}",
            name.display()
        );
    }
}
