//! The demo story: what the first start shows. Told once, into an empty database, with
//! times relative to that moment; told again from nothing when an admin asks for it.

mod story;
mod telling;

use std::collections::HashMap;

use chrono::Utc;
use domain::text::{ComponentName, Definition, LinkLabel, Url};
use domain::{PersonId, Refusal, SeverityId, System, Viewer};
use store::{ComponentChange, DemoSettings, LinkChange, LinkKind, RosterPerson, Store, StoreError};
use tokio::sync::Mutex;

use story::{Component, Story};

/// Why the story could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database did not take it.
    #[error("The demo story could not be written: {0}.")]
    Store(#[from] StoreError),
    /// The story itself is wrong: it names what is not in it, or breaks a rule.
    #[error("The demo story is wrong: {0}.")]
    Story(String),
}

impl DemoError {
    /// The store's error inside, for those who answer in its codes.
    pub fn into_store_error(self) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Story(what) => {
                tracing::error!(%what, "the demo story is wrong");
                StoreError::Refused(Refusal::NotFound)
            }
        }
    }
}

impl From<Refusal> for DemoError {
    fn from(refusal: Refusal) -> Self {
        Self::Story(refusal.to_string())
    }
}

/// Tells the story into an empty database; does nothing where something is already.
pub async fn seed(store: &Store) -> Result<(), DemoError> {
    if store.is_empty(System::Demo).await? { tell(store).await } else { Ok(()) }
}

/// Resets take turns: two at once would tell one story into the other.
static TURN: Mutex<()> = Mutex::const_new(());

/// Takes the story away and tells it again, from this moment. Refused where no demo lives.
/// In a task of its own: who hangs up half way leaves no half of a story.
pub async fn reset(store: &Store) -> Result<(), DemoError> {
    let store = store.clone();
    let told = tokio::spawn(async move {
        let _turn = TURN.lock().await;
        store.erase_demo(System::Demo).await?;
        tell(&store).await
    });
    told.await.unwrap_or_else(|_| Err(DemoError::Story("it broke off".into())))
}

async fn tell(store: &Store) -> Result<(), DemoError> {
    let story = Story::read()?;
    store
        .begin_demo(
            System::Demo,
            DemoSettings {
                company_name: story.company.clone(),
                engineers: story.engineers,
                zone: story.zone.clone(),
                announcements_channel: Some(story.announcements_channel.clone()),
                meeting_url: Some(story.meeting_url.clone()),
            },
        )
        .await?;
    let people = people(store, &story).await?;
    let admin = story.people.iter().find(|person| person.admin).and_then(|person| people.get(&person.name));
    let admin = Viewer { person: *admin.ok_or_else(|| DemoError::Story("nobody is admin".into()))?, is_admin: true };
    for component in &story.components {
        store.save_component(&admin, change(component)?).await?;
    }
    let severities: HashMap<String, SeverityId> = store
        .severities(&admin)
        .await?
        .into_iter()
        .filter(|severity| !severity.archived)
        .map(|severity| (severity.name, severity.id))
        .collect();
    telling::tell(store, &story, &people, &severities, Utc::now()).await
}

/// Everybody of the story, known before they sign in.
async fn people(store: &Store, story: &Story) -> Result<HashMap<String, PersonId>, DemoError> {
    let user = |name: &str| format!("U0{}", name.to_ascii_uppercase());
    let roster = story
        .people
        .iter()
        .map(|person| RosterPerson {
            team: story.team.clone(),
            user: user(&person.name),
            name: person.name.clone(),
            email: Some(format!("{}@paperkite.example", person.name.to_lowercase())),
            picture: None,
            zone: Some(person.zone.clone()),
            gone: false,
        })
        .collect();
    store.sync_roster(System::Demo, roster).await?;
    let mut people = HashMap::new();
    for person in &story.people {
        let id = store
            .person_of_slack(System::Demo, &story.team, &user(&person.name))
            .await?
            .ok_or_else(|| DemoError::Story(format!("{} is not there", person.name)))?;
        if person.admin {
            store.appoint(System::Demo, id).await?;
        }
        people.insert(person.name.clone(), id);
    }
    Ok(people)
}

fn change(component: &Component) -> Result<ComponentChange, DemoError> {
    let links: Result<Vec<_>, Refusal> = component
        .links
        .iter()
        .map(|link| {
            Ok(LinkChange {
                kind: LinkKind::parse(&link.kind)?,
                label: LinkLabel::parse(&link.label)?,
                url: Url::parse(&link.url)?,
            })
        })
        .collect();
    Ok(ComponentChange {
        id: None,
        name: ComponentName::parse(&component.name)?,
        description: Definition::parse(&component.description)?,
        links: links?,
    })
}
