//! Who asks, and what they may do. There is no seat and no gate: a member may do
//! everything in every public incident.

use serde::{Deserialize, Serialize};

use crate::PersonId;
use crate::incidents::Visibility;

/// A signed-in, active person: whoever looks at a page or presses a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Viewer {
    /// Who.
    pub person: PersonId,
    /// Whether settings, people and policies are theirs to change.
    pub is_admin: bool,
}

codes! {
    /// Who acts when no person does. The codes are those of the activity log.
    pub enum System of "actor_kind" {
        /// A worker of the server: what follows by itself.
        Worker = "system", "Sensible";
        /// An import of another product's history.
        Import = "import", "Import";
        /// The demo story.
        Demo = "demo", "Demo";
    }
}

/// Who does something, as the activity log records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person.
    Person(PersonId),
    /// The product itself.
    System(System),
}

impl Actor {
    /// The person, when it is one.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::System(_) => None,
        }
    }

    /// The activity log's `actor_kind`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::System(system) => system.as_str(),
        }
    }
}

impl From<&Viewer> for Actor {
    fn from(viewer: &Viewer) -> Self {
        Self::Person(viewer.person)
    }
}

impl From<System> for Actor {
    fn from(system: System) -> Self {
        Self::System(system)
    }
}

/// What decides who may read an incident, from the asker's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentAccess {
    /// Public or private.
    pub visibility: Visibility,
    /// Who reported it.
    pub reporter: Option<PersonId>,
    /// Who leads it.
    pub lead: Option<PersonId>,
    /// Whether the asker was invited.
    pub invited: bool,
}

/// Whether somebody may read an incident. A private one is for its reporter, its lead and
/// whom they invited; being an admin is not enough.
pub fn can_read(viewer: &Viewer, incident: &IncidentAccess) -> bool {
    match incident.visibility {
        Visibility::Public => true,
        Visibility::Private => {
            let person = Some(viewer.person);
            incident.invited || incident.reporter == person || incident.lead == person
        }
    }
}

/// Whether somebody may do anything in an incident: note, update, change status and
/// severity, take the lead. Whoever can read can act.
pub fn can_act(viewer: &Viewer, incident: &IncidentAccess) -> bool {
    can_read(viewer, incident)
}

/// Whether somebody may know that an incident exists, though not what it says.
pub fn can_know_of(viewer: &Viewer, incident: &IncidentAccess) -> bool {
    viewer.is_admin || can_read(viewer, incident)
}

/// Whether somebody may invite `guest` to an incident. Who is inside may invite anybody;
/// an admin outside may invite themselves only, and that is on the record.
pub fn can_invite(viewer: &Viewer, incident: &IncidentAccess, guest: PersonId) -> bool {
    can_act(viewer, incident) || (viewer.is_admin && guest == viewer.person)
}

/// Whether somebody may change the company's settings, severities and components.
pub const fn can_change_settings(viewer: &Viewer) -> bool {
    viewer.is_admin
}

/// Whether somebody may add people, appoint admins and deactivate people.
pub const fn can_change_people(viewer: &Viewer) -> bool {
    viewer.is_admin
}

/// Whether somebody may publish a policy.
pub const fn can_publish_policies(viewer: &Viewer) -> bool {
    viewer.is_admin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn viewer(n: u128, is_admin: bool) -> Viewer {
        Viewer { person: person(n), is_admin }
    }

    const REPORTER: u128 = 1;
    const LEAD: u128 = 2;
    const OTHER: u128 = 3;

    fn incident(visibility: Visibility, invited: bool) -> IncidentAccess {
        IncidentAccess { visibility, reporter: Some(person(REPORTER)), lead: Some(person(LEAD)), invited }
    }

    #[test]
    fn everybody_reads_and_acts_in_public_incidents() {
        for n in [REPORTER, LEAD, OTHER] {
            for is_admin in [false, true] {
                let incident = incident(Visibility::Public, false);
                assert!(can_read(&viewer(n, is_admin), &incident));
                assert!(can_act(&viewer(n, is_admin), &incident));
            }
        }
    }

    #[test]
    fn a_private_incident_is_for_reporter_lead_and_invited_only() {
        let closed = incident(Visibility::Private, false);
        let invited = incident(Visibility::Private, true);
        for is_admin in [false, true] {
            assert!(can_read(&viewer(REPORTER, is_admin), &closed));
            assert!(can_read(&viewer(LEAD, is_admin), &closed));
            assert!(!can_read(&viewer(OTHER, is_admin), &closed), "admins are not inside");
            assert!(!can_act(&viewer(OTHER, is_admin), &closed));
            assert!(can_read(&viewer(OTHER, is_admin), &invited));
        }
        assert!(can_know_of(&viewer(OTHER, true), &closed));
        assert!(!can_know_of(&viewer(OTHER, false), &closed));
    }

    #[test]
    fn nobody_reads_a_private_incident_because_nobody_leads_it() {
        let incident = IncidentAccess { reporter: None, lead: None, ..incident(Visibility::Private, false) };
        assert!(!can_read(&viewer(OTHER, true), &incident));
    }

    #[test]
    fn an_admin_outside_invites_only_themselves() {
        let private = incident(Visibility::Private, false);
        assert!(can_invite(&viewer(OTHER, true), &private, person(OTHER)));
        assert!(!can_invite(&viewer(OTHER, true), &private, person(4)));
        assert!(!can_invite(&viewer(OTHER, false), &private, person(OTHER)));
        assert!(can_invite(&viewer(LEAD, false), &private, person(4)));
    }

    #[test]
    fn settings_people_and_policies_are_for_admins() {
        for may in [can_change_settings, can_change_people, can_publish_policies] {
            assert!(may(&viewer(OTHER, true)));
            assert!(!may(&viewer(OTHER, false)));
        }
    }
}
