//! Uploads of files in chunks.

use tableau_wire::Id;
use tableau_wire::rest::FileUpload;
use tableau_wire::rest::file_uploads::{AppendToFileUpload, InitiateFileUpload};
use tableau_wire::value::SiteRole;

use crate::auth::Caller;
use crate::call::Call;
use crate::files::Spool;
use crate::refusal::Refusal;

pub(crate) fn initiate(
    call: &Call<'_>,
    caller: &Caller,
    _: &InitiateFileUpload,
) -> Result<FileUpload, Refusal> {
    let id = call
        .uploads
        .begin(caller, call.store.files.spool(), call.clock.now())?;
    Ok(file_upload(&id, 0))
}

pub(crate) fn append(
    call: &Call<'_>,
    caller: &Caller,
    append: &AppendToFileUpload,
) -> Result<FileUpload, Refusal> {
    // Documented for appending and not for initiating; which roles may publish at all is inferred from their names.
    admit_publisher(caller)?;
    let id = append.upload_session_id.as_str();
    let chunk = call.file.take().ok_or_else(Refusal::incomplete_payload)?;
    let megabytes = call.uploads.append(id, chunk, caller, call.clock.now())?;
    Ok(file_upload(id, megabytes))
}

pub(super) fn may_publish(role: &SiteRole) -> bool {
    !matches!(
        role,
        SiteRole::Viewer | SiteRole::Explorer | SiteRole::Guest | SiteRole::Unlicensed
    )
}

/// Publishes the file of a request, or the one that was uploaded before; an upload that is not published stays.
///
/// `publish` takes the file after its last check.
pub(super) fn publish_file<T>(
    call: &Call<'_>,
    caller: &Caller,
    upload: Option<&Id<FileUpload>>,
    in_request: bool,
    publish: impl FnOnce(&mut Option<Spool>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let Some(upload) = upload else {
        return publish(&mut call.file.take());
    };
    if in_request {
        return Err(Refusal::bad_request(
            "400000",
            "The request has a file and names an upload session: it has to be one of them.",
        ));
    }
    let mut file = Some(call.uploads.take(upload.as_str(), caller)?);
    let published = publish(&mut file);
    match file {
        // The upload was not published.
        Some(file) => call.uploads.put_back(upload.as_str(), file),
        None => call.uploads.end(upload.as_str()),
    }
    published
}

/// Refuses a caller whose site role may publish nothing.
pub(super) fn admit_publisher(caller: &Caller) -> Result<(), Refusal> {
    if may_publish(caller.user.role()) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403007",
        "The user is not allowed to publish on this site.",
    ))
}

fn file_upload(id: &str, megabytes: u64) -> FileUpload {
    let mut upload = FileUpload::default();
    upload.upload_session_id = id.into();
    upload.file_size = Some(megabytes.to_string());
    upload
}
