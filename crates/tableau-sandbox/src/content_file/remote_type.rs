//! The types of columns in their databases.

/// The numbers of OLE DB's types, which documents have, and their names.
const TYPES: &[(&str, &str)] = &[
    ("2", "I2"),
    ("3", "I4"),
    ("4", "R4"),
    ("5", "R8"),
    ("6", "CY"),
    ("7", "DATE"),
    ("8", "BSTR"),
    ("11", "BOOL"),
    ("12", "VARIANT"),
    ("14", "DECIMAL"),
    ("16", "I1"),
    ("17", "UI1"),
    ("18", "UI2"),
    ("19", "UI4"),
    ("20", "I8"),
    ("21", "UI8"),
    ("72", "GUID"),
    ("128", "BYTES"),
    ("129", "STR"),
    ("130", "WSTR"),
    ("131", "NUMERIC"),
    ("133", "DBDATE"),
    ("134", "DBTIME"),
    ("135", "DBTIMESTAMP"),
    ("139", "VARNUMERIC"),
];

/// The name of a remote type, by its number, or by the data type that a document gives in its place.
pub(super) fn remote_type(number: &str) -> String {
    let known = TYPES.iter().find(|(known, _)| *known == number);
    let name = known.map(|(_, name)| *name).unwrap_or(match number {
        "string" => "WSTR",
        "integer" => "I8",
        "real" => "R8",
        "boolean" => "BOOL",
        "date" => "DATE",
        "datetime" => "DBTIMESTAMP",
        _ => "UNKNOWN",
    });
    name.to_owned()
}
