//! What people ask of an incident: one file for each group of commands, each with its
//! server functions and the forms that send them.
//!
//! A form carries three hidden fields: the incident, a request id made when the form was
//! rendered (sent twice, it acts once), and the page to come back to.

pub(crate) mod cause;
pub(crate) mod form;
pub mod hand_off;
pub(crate) mod key_times;
pub(crate) mod links;
pub(crate) mod meanwhile;
pub mod next_steps;
pub(crate) mod notes;
pub(crate) mod others;
pub(crate) mod people;
pub(crate) mod read;
pub(crate) mod roles;
pub(crate) mod seen_value;
pub(crate) mod severity;
pub(crate) mod status;
pub mod tasks;
pub(crate) mod words;

use domain::incidents::{Command, Seen};
use domain::{IncidentId, Refusal, RequestId};
use leptos::prelude::*;
use store::{Request, StoreError};
use uuid::Uuid;

use crate::ctx::{ctx, settle};
use crate::error::AppError;
use crate::incidents::{FRESH_ID, homepage};
use crate::paths;

/// What every form on a homepage carries.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Form {
    /// The incident it is about.
    pub incident: String,
    /// The page to come back to, with the place on it: `/incidents/INC-20#tasks`.
    pub back: String,
}

impl Form {
    /// The forms of an incident, which come back to its page.
    pub fn of(incident: IncidentId, back: impl Into<String>) -> Self {
        Self { incident: incident.to_string(), back: back.into() }
    }

    /// The same, coming back to a place on the page.
    pub fn at(&self, place: &str) -> Self {
        let page = self.back.split('#').next().unwrap_or(&self.back);
        Self { incident: self.incident.clone(), back: format!("{page}#{place}") }
    }

    /// The hidden fields. Each form gets a request id of its own.
    pub fn hidden(&self) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="incident" value=self.incident.clone() />
            <input type="hidden" name="request" value=new_id() />
            <input type="hidden" name="back" value=self.back.clone() />
        }
    }
}

/// An id for something that a form is about to make: a request, a task, a link.
pub fn new_id() -> String {
    // A part that everybody gets: each browser puts an id of its own.
    if homepage::is_for_everybody() { FRESH_ID.to_owned() } else { Uuid::now_v7().to_string() }
}

/// Asks a command of an incident, for whoever sent the form.
pub async fn ask(
    incident: String,
    request: String,
    back: String,
    seen: Seen,
    done: &'static str,
    command: Result<Command, Refusal>,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let asked = async {
        paths::fits(&back)?;
        let incident = IncidentId::parse(&incident)?;
        let request = Request { seen, ..Request::web(RequestId::parse(&request)?) };
        let command = command?;
        match ctx.store.execute(&ctx.viewer, request, incident, command.clone()).await {
            Err(StoreError::Refused(refusal)) if is_so_already(&command, &refusal) => Ok(()),
            answer => answer.map(|_| ()),
        }
    };
    settle(asked.await, &back, done)
}

/// Whether a refusal says that what was asked for is true already: whoever chooses what
/// somebody else chose a moment before, and whoever asks twice, has what they wanted.
fn is_so_already(command: &Command, refusal: &Refusal) -> bool {
    match (command, refusal) {
        // Another label stands there than the one that was typed; a task that is done becomes
        // no action item.
        (Command::AttachLink { .. } | Command::PromoteTask { .. }, _) => false,
        (
            Command::Recover | Command::Accept { .. } | Command::Move { .. } | Command::Close,
            Refusal::SameStatus { .. },
        ) => true,
        (Command::EndRole { .. }, Refusal::NobodyHoldsRole { .. }) => true,
        (_, Refusal::Unchanged { .. }) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::incidents::Status;

    #[test]
    fn what_is_so_already_is_done_and_what_is_lost_is_not() {
        let same = Refusal::SameStatus { status: Status::Recovered };
        assert!(is_so_already(&Command::Recover, &same));
        assert!(is_so_already(&Command::Join, &Refusal::unchanged("participant")));
        assert!(!is_so_already(&Command::Recover, &Refusal::conflict("status")));
        // Its reason was not written down.
        let reason = domain::text::Reason::parse("Only a test, nothing broke").unwrap();
        assert!(!is_so_already(&Command::Cancel { reason }, &Refusal::SameStatus { status: Status::Cancelled }));
        let url = domain::text::Url::parse("https://grafana.example/d/abc").unwrap();
        let link = Command::AttachLink { link: domain::LinkId::from_uuid(Uuid::nil()), url, label: None };
        assert!(!is_so_already(&link, &Refusal::unchanged("link")));
    }
}
