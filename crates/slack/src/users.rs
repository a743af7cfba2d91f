//! The people of a workspace: `users.info` and `users.list`.

use std::collections::HashSet;

use serde::Deserialize;

use crate::{SlackError, WebApi};

/// As many people are asked for at once; Slack recommends no more than 200.
const PAGE: &str = "200";

/// Somebody in the workspace, as Slack describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The person's id in the workspace.
    pub id: String,
    /// The workspace that they belong to, which for a guest of Slack Connect
    /// is not ours.
    pub team_id: Option<String>,
    /// The name to show: the display name, else the real name, else the handle.
    pub name: String,
    /// The e-mail address; only with the scope `users:read.email`.
    pub email: Option<String>,
    /// The time zone's IANA name, such as `Asia/Tokyo`.
    pub zone: Option<String>,
    /// The address of a small picture.
    pub picture: Option<String>,
    /// Who they are to the workspace.
    pub standing: Standing,
}

/// Who somebody is to the workspace. When several are true, the first in this
/// list that keeps somebody out is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Has left: `deleted`.
    Deactivated,
    /// A program: `is_bot`, and Slackbot, which does not say so.
    Bot,
    /// Of another workspace, met in a shared channel: `is_stranger`.
    Stranger,
    /// In some channels only: `is_restricted`, `is_ultra_restricted`.
    Guest,
    /// One of us.
    Member,
}

impl WebApi {
    /// `users.info`: one person, by id.
    ///
    /// # Errors
    /// [`SlackError`]; `Known(UserNotFound)` when nobody has the id.
    pub async fn users_info(&self, user_id: &str) -> Result<User, SlackError> {
        #[derive(Deserialize)]
        struct Found {
            user: Raw,
        }
        let found: Found = self.call("users.info", &[("user", user_id)]).await?;
        Ok(found.user.into())
    }

    /// `users.list`: everybody, bots and those who have left included, page
    /// after page. A page may be short or empty and still not be the last.
    ///
    /// # Errors
    /// [`SlackError`]; nothing is told of a list that was only read in part.
    pub async fn users_list(&self) -> Result<Vec<User>, SlackError> {
        #[derive(Deserialize)]
        struct Found {
            members: Vec<Raw>,
            response_metadata: Option<Metadata>,
        }
        #[derive(Deserialize)]
        struct Metadata {
            next_cursor: Option<String>,
        }
        let mut everybody = Vec::new();
        let mut seen = HashSet::new();
        let mut cursor = String::new();
        loop {
            let mut arguments = vec![("limit", PAGE)];
            if !cursor.is_empty() {
                arguments.push(("cursor", &cursor));
            }
            let found: Found = self.call("users.list", &arguments).await?;
            everybody.extend(found.members.into_iter().map(User::from));
            cursor = found.response_metadata.and_then(|metadata| metadata.next_cursor).unwrap_or_default();
            if cursor.is_empty() {
                return Ok(everybody);
            }
            if !seen.insert(cursor.clone()) {
                // A cursor that comes back would lead us in circles.
                return Err(SlackError::Unreadable);
            }
        }
    }
}

/// A person as Slack writes them: any part but the id may be missing.
#[derive(Deserialize)]
struct Raw {
    id: String,
    team_id: Option<String>,
    name: Option<String>,
    real_name: Option<String>,
    tz: Option<String>,
    profile: Option<Profile>,
    deleted: Option<bool>,
    is_bot: Option<bool>,
    is_stranger: Option<bool>,
    is_restricted: Option<bool>,
    is_ultra_restricted: Option<bool>,
}

#[derive(Deserialize, Default)]
struct Profile {
    display_name: Option<String>,
    real_name: Option<String>,
    email: Option<String>,
    image_72: Option<String>,
}

impl From<Raw> for User {
    fn from(raw: Raw) -> Self {
        let standing = raw.standing();
        let profile = raw.profile.unwrap_or_default();
        let name = [profile.display_name, raw.real_name, profile.real_name, raw.name]
            .into_iter()
            .find_map(present)
            .unwrap_or_else(|| raw.id.clone());
        Self {
            id: raw.id,
            team_id: present(raw.team_id),
            name,
            email: present(profile.email),
            zone: present(raw.tz),
            picture: present(profile.image_72),
            standing,
        }
    }
}

impl Raw {
    fn standing(&self) -> Standing {
        let is = |flag: Option<bool>| flag.unwrap_or(false);
        if is(self.deleted) {
            Standing::Deactivated
        } else if is(self.is_bot) || self.id == "USLACKBOT" {
            Standing::Bot
        } else if is(self.is_stranger) {
            Standing::Stranger
        } else if is(self.is_restricted) || is(self.is_ultra_restricted) {
            Standing::Guest
        } else {
            Standing::Member
        }
    }
}

fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> User {
        serde_json::from_str::<Raw>(json).unwrap().into()
    }

    #[test]
    fn a_person_with_hardly_anything_is_read() {
        let user = read(r#"{"id":"U1","tz":null,"profile":{"display_name":""},"unheard_of":[1]}"#);
        assert_eq!((user.name.as_str(), user.zone, user.standing), ("U1", None, Standing::Member));
    }

    #[test]
    fn the_display_name_comes_first() {
        let full = r#"{"id":"U1","name":"hana","real_name":"Hana Sato","profile":{"display_name":"Hana"}}"#;
        assert_eq!(read(full).name, "Hana");
        assert_eq!(read(&full.replace(r#""Hana"}"#, r#""  "}"#)).name, "Hana Sato");
    }

    #[test]
    fn who_is_not_a_member_is_told() {
        for (flags, standing) in [
            (r#""deleted":true,"is_restricted":true"#, Standing::Deactivated),
            (r#""is_bot":true"#, Standing::Bot),
            (r#""is_stranger":true"#, Standing::Stranger),
            (r#""is_restricted":true"#, Standing::Guest),
            (r#""is_ultra_restricted":true"#, Standing::Guest),
            (r#""is_bot":false,"deleted":false"#, Standing::Member),
        ] {
            assert_eq!(read(&format!(r#"{{"id":"U1",{flags}}}"#)).standing, standing, "{flags}");
        }
        assert_eq!(read(r#"{"id":"USLACKBOT","is_bot":false}"#).standing, Standing::Bot);
    }
}
