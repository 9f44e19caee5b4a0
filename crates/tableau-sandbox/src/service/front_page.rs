//! What a browser shows at the address of the sandbox.

use crate::ready::Ready;
use crate::well_known;

/// The front page, as text.
pub(super) fn of(ready: Ready) -> String {
    let Ready {
        rest,
        tsm,
        product_version,
        rest_api_version,
        sites,
        ..
    } = ready;
    let tsm = tsm.map_or_else(String::new, |tsm| format!("TSM                    {tsm}\n"));
    let mut page = format!(
        "This is a sandbox that emulates Tableau Server {product_version} (REST API {rest_api_version}).\n\
         It holds nothing real, and its credentials are public.\n\n\
         server                 {rest}\n{tsm}\
         personal access token  {}\n\
         its secret             {}\n\
         user                   {}\n\
         password               {}\n\nsites (name, content URL)\n",
        well_known::PAT_NAME,
        well_known::PAT_SECRET,
        well_known::ADMIN,
        well_known::PASSWORD,
    );
    for site in sites {
        page.push_str(&format!("  {:<16} \"{}\"\n", site.name, site.content_url));
    }
    page
}
