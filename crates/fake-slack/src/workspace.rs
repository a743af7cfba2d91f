//! Who works here and where they talk: the workspace before anybody signs in.

use serde::{Deserialize, Serialize};

/// A workspace: its people, whoever is met there from elsewhere, its channels.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workspace {
    /// The workspace's id, `T…`.
    pub team_id: String,
    /// Its name.
    pub name: String,
    /// The first part of its address.
    pub domain: String,
    /// Everybody, in the order of the person picker.
    pub people: Vec<Person>,
    /// The channels, and what was said in them before.
    pub channels: Vec<Channel>,
}

/// Somebody who can sign in, or at least try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The id in the workspace, `U…`; stable over starts.
    pub id: String,
    /// The workspace that they belong to; another one's for a stranger.
    pub team_id: String,
    /// The name that they go by.
    pub name: String,
    /// What they do, in a few words.
    pub title: String,
    /// The e-mail address.
    pub email: String,
    /// Whether Slack has seen that the address is theirs.
    pub email_verified: bool,
    /// The time zone's IANA name.
    pub zone: String,
    /// The language.
    pub locale: String,
    /// The address of a picture; none shows initials.
    pub picture: Option<String>,
    /// Whether the picker proposes them first.
    pub suggested: bool,
    /// An admin of the Slack workspace.
    pub is_admin: bool,
    /// Has left.
    pub deleted: bool,
    /// A program.
    pub is_bot: bool,
    /// A guest of several channels.
    pub is_restricted: bool,
    /// A guest of one channel.
    pub is_ultra_restricted: bool,
    /// Of another workspace, met in a shared channel.
    pub is_stranger: bool,
}

/// Somewhere that messages are posted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// The channel's id: `C…` public, `G…` private, `D…` between two.
    pub id: String,
    /// The name, without `#`.
    pub name: String,
    /// Only for those invited.
    pub is_private: bool,
    /// Closed for good.
    pub is_archived: bool,
    /// Whether the application's bot is in it and may post.
    pub has_bot: bool,
    /// What was said before: who (a person's id), and the words.
    pub said: Vec<(String, String)>,
}

/// The id of the application's own bot in [`Workspace::paperkite`].
pub const BOT_USER: &str = "U0SENSIBLE";
/// The bot's other id, which its messages carry.
pub const BOT_ID: &str = "B0SENSIBLE";
/// The application's id.
pub const APP_ID: &str = "A0SENSIBLE";

const TOKYO: &str = "Asia/Tokyo";
const PORTLAND: &str = "America/Los_Angeles";

impl Workspace {
    /// Paperkite, where the demo plays: twelve people named after shore birds,
    /// six of them engineers, in Tokyo and Portland; beside them two guests, a
    /// bot, somebody who has left and a stranger, who must all be refused.
    #[must_use]
    pub fn paperkite() -> Self {
        let team = "T0PAPERKITE";
        let member = |name: &str, title: &str, zone: &str| Person::member(team, name, title, zone);
        Self {
            team_id: team.to_owned(),
            name: "Paperkite".to_owned(),
            domain: "paperkite".to_owned(),
            people: vec![
                Person { suggested: true, ..member("Curlew", "Engineering lead", TOKYO) },
                Person { suggested: true, ..member("Godwit", "Engineer, just waking up", PORTLAND) },
                Person { suggested: true, ..member("Plover", "Support", TOKYO) },
                Person { suggested: true, is_admin: true, ..member("Avocet", "Founder, admin", TOKYO) },
                member("Dunlin", "Engineer", TOKYO),
                member("Knot", "Engineer", PORTLAND),
                member("Lapwing", "Product", TOKYO),
                member("Oystercatcher", "Sales", PORTLAND),
                member("Redshank", "Design", TOKYO),
                member("Sanderling", "Engineer", PORTLAND),
                member("Turnstone", "Engineer", TOKYO),
                member("Whimbrel", "Finance and people", TOKYO),
                Person { is_restricted: true, ..member("Ruff", "Guest, of several channels", PORTLAND) },
                Person {
                    is_restricted: true,
                    is_ultra_restricted: true,
                    ..member("Snipe", "Guest, of one channel", PORTLAND)
                },
                Person { deleted: true, ..member("Dotterel", "Has left", TOKYO) },
                Person { is_bot: true, ..member("Deploybot", "A program", PORTLAND) },
                Person {
                    is_stranger: true,
                    ..Person::member("T0HARBOUR", "Phalarope", "Of another workspace", PORTLAND)
                },
            ],
            channels: vec![
                Channel::public("C0INCIDENTS", "incidents", true),
                Channel {
                    said: vec![said(
                        "U0AVOCET",
                        "Welcome to Paperkite. Incidents are announced in <#C0INCIDENTS|incidents>.",
                    )],
                    ..Channel::public("C0GENERAL", "general", true)
                },
                Channel {
                    said: vec![
                        said("U0CURLEW", "The Scheduler’s queue looks *long* again. <@U0DUNLIN> did you see it?"),
                        said("U0DUNLIN", "Yes, `queue_depth` is over 4,000 &amp; rising."),
                    ],
                    ..Channel::public("C0ENGINEERING", "engineering", false)
                },
                Channel { is_private: true, ..Channel::public("G0FOUNDERS", "founders", false) },
                Channel { is_archived: true, ..Channel::public("C0LAUNCH", "launch-2024", true) },
            ],
        }
    }

    /// Gives the workspace another id; its own people move with it.
    pub fn move_to(&mut self, team_id: &str) {
        for person in self.people.iter_mut().filter(|person| person.team_id == self.team_id) {
            person.team_id = team_id.to_owned();
        }
        self.team_id = team_id.to_owned();
    }

    /// The person with this id.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }
}

impl Person {
    /// An ordinary person; `U0` and the name in capitals is the id.
    #[must_use]
    pub fn member(team_id: &str, name: &str, title: &str, zone: &str) -> Self {
        Self {
            id: format!("U0{}", name.to_ascii_uppercase()),
            team_id: team_id.to_owned(),
            name: name.to_owned(),
            title: title.to_owned(),
            email: format!("{}@paperkite.example", name.to_lowercase()),
            email_verified: true,
            zone: zone.to_owned(),
            locale: if zone == TOKYO { "ja-JP" } else { "en-US" }.to_owned(),
            picture: None,
            suggested: false,
            is_admin: false,
            deleted: false,
            is_bot: false,
            is_restricted: false,
            is_ultra_restricted: false,
            is_stranger: false,
        }
    }

    /// Whether a tool for this workspace's own people has to refuse them.
    #[must_use]
    pub fn is_outsider(&self) -> bool {
        self.deleted || self.is_bot || self.is_restricted || self.is_ultra_restricted || self.is_stranger
    }

    /// The first two letters, for a picture.
    #[must_use]
    pub fn initials(&self) -> String {
        self.name.chars().take(2).collect()
    }

    /// The city of the time zone, for people to read.
    #[must_use]
    pub fn city(&self) -> &str {
        match self.zone.as_str() {
            PORTLAND => "Portland",
            zone => zone.rsplit('/').next().unwrap_or(zone),
        }
    }
}

impl Channel {
    fn public(id: &str, name: &str, has_bot: bool) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            is_private: false,
            is_archived: false,
            has_bot,
            said: Vec::new(),
        }
    }
}

fn said(who: &str, words: &str) -> (String, String) {
    (who.to_owned(), words.to_owned())
}
