//! Mails of subscriptions and data-driven alerts.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::render::{self, Page, SCREEN, Sheet};

/// A mail in the mail box of a sandbox. Nothing leaves the machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Mail {
    /// Its number in the mail box, from 1.
    pub number: u64,
    /// When it was sent, by the sandbox's clock: the time at which its schedule came due, or at which its alert was checked.
    pub at: Timestamp,
    /// The site.
    pub site: Uuid,
    /// What sent it.
    #[serde(flatten)]
    pub sender: Sender,
    /// The mail address of the recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The renderings that come with it.
    pub attachments: Vec<Attachment>,
}

/// What sends mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Sender {
    /// A subscription, by its identifier.
    Subscription(Uuid),
    /// A data-driven alert, by its identifier.
    DataAlert(Uuid),
}

/// A rendering that comes with a mail.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Attachment {
    /// The name of the file.
    pub name: String,
    /// Its media type: `image/png` or `application/pdf`.
    pub media_type: &'static str,
    /// What is rendered when the file is asked for.
    #[serde(skip)]
    rendering: Rendering,
}

#[derive(Debug, Clone, PartialEq)]
enum Rendering {
    Image(View),
    Pdf(Vec<View>, Page),
}

/// A view as it was called when the mail was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) id: Uuid,
}

impl View {
    pub(crate) fn sheet(&self) -> Sheet {
        Sheet::new(&self.name, &self.id.to_string(), &[])
    }
}

impl Attachment {
    /// An image of a view.
    pub(crate) fn image(name: String, view: View) -> Self {
        Self {
            name,
            media_type: "image/png",
            rendering: Rendering::Image(view),
        }
    }

    /// A PDF with a page for each view.
    pub(crate) fn pdf(name: String, views: Vec<View>, page: Page) -> Self {
        Self {
            name,
            media_type: "application/pdf",
            rendering: Rendering::Pdf(views, page),
        }
    }

    /// The file. Views are rendered anew each time: a mail box of ten thousand mails holds no pictures.
    ///
    /// # Errors
    /// The sandbox was built without renderings.
    pub fn content(&self) -> Result<Vec<u8>, String> {
        match &self.rendering {
            Rendering::Image(view) => view.sheet().png(SCREEN),
            Rendering::Pdf(views, page) => {
                let sheets: Vec<_> = views.iter().map(View::sheet).collect();
                render::pdf(&sheets, *page)
            }
        }
    }
}
