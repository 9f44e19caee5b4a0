//! The site role of a user in a CSV file, where three columns say it: licence, administrator, publisher.

use crate::value::SiteRole;

impl SiteRole {
    /// The role that the columns of a CSV file of users say, without regard to case: the licence (`Creator`, `Explorer`, `Viewer`, `Unlicensed`; empty
    /// means unlicensed), the administrator (`System`, `Site`, `None`), and whether the user publishes (`1`, `yes`, `true`). `None` for other words.
    ///
    /// From Tableau's guidelines for CSV files. Of an Explorer the last column decides whether they can publish; a Creator always can.
    #[must_use]
    pub fn from_columns(license: &str, administrator: &str, publisher: &str) -> Option<Self> {
        let is = |text: &str, words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        let publishes = match publisher {
            text if is(text, &["1", "yes", "true"]) => true,
            text if is(text, &["", "0", "no", "false", "none"]) => false,
            _ => return None,
        };
        let role = match license {
            text if is(text, &["Creator"]) => Self::Creator,
            text if is(text, &["Explorer"]) && publishes => Self::ExplorerCanPublish,
            text if is(text, &["Explorer"]) => Self::Explorer,
            text if is(text, &["Viewer"]) => Self::Viewer,
            text if is(text, &["", "Unlicensed"]) => Self::Unlicensed,
            _ => return None,
        };
        match administrator {
            text if is(text, &["System"]) => Some(Self::ServerAdministrator),
            text if is(text, &["Site"]) && role == Self::Creator => Some(Self::SiteAdministratorCreator),
            text if is(text, &["Site"]) => Some(Self::SiteAdministratorExplorer),
            text if is(text, &["", "None", "No"]) => Some(role),
            _ => None,
        }
    }

    /// The columns of a CSV file of users that say the role: licence, administrator, publisher.
    #[must_use]
    pub fn to_columns(&self) -> [&'static str; 3] {
        match self {
            Self::ServerAdministrator => ["Creator", "System", "1"],
            Self::SiteAdministratorCreator => ["Creator", "Site", "1"],
            Self::SiteAdministratorExplorer => ["Explorer", "Site", "1"],
            Self::Creator => ["Creator", "None", "1"],
            Self::ExplorerCanPublish => ["Explorer", "None", "1"],
            Self::Explorer => ["Explorer", "None", "0"],
            Self::Viewer => ["Viewer", "None", "0"],
            _ => ["Unlicensed", "None", "0"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_say_every_role_that_has_them() {
        for role in [
            SiteRole::ServerAdministrator,
            SiteRole::SiteAdministratorCreator,
            SiteRole::SiteAdministratorExplorer,
            SiteRole::Creator,
            SiteRole::ExplorerCanPublish,
            SiteRole::Explorer,
            SiteRole::Viewer,
            SiteRole::Unlicensed,
        ] {
            let [license, administrator, publisher] = role.to_columns();
            assert_eq!(
                SiteRole::from_columns(&license.to_uppercase(), administrator, publisher),
                Some(role)
            );
        }
        assert_eq!(SiteRole::from_columns("", "", ""), Some(SiteRole::Unlicensed));
        assert_eq!(SiteRole::from_columns("Interactor", "", ""), None);
        assert_eq!(SiteRole::from_columns("Viewer", "Root", ""), None);
        assert_eq!(SiteRole::from_columns("Viewer", "", "maybe"), None);
    }
}
