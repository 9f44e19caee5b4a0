//! Uploads of files in chunks.

use tableau_wire::rest::FileUpload;
use tableau_wire::rest::file_uploads::{AppendToFileUpload, InitiateFileUpload};
use tableau_wire::value::SiteRole;

use crate::auth::Caller;
use crate::call::Call;
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
    if !may_publish(caller.user.role()) {
        return Err(Refusal::forbidden(
            "403007",
            "The user is not allowed to publish on this site.",
        ));
    }
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

fn file_upload(id: &str, megabytes: u64) -> FileUpload {
    let mut upload = FileUpload::default();
    upload.upload_session_id = id.into();
    upload.file_size = Some(megabytes.to_string());
    upload
}
