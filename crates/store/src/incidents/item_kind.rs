//! The kinds of timeline items.

/// What a timeline item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// It was declared.
    Declared,
    /// A note.
    Note,
    /// An update to everybody.
    Update,
    /// A change of status.
    Status,
    /// A change of severity.
    Severity,
    /// A role was taken, given or ended.
    Lead,
    /// A new title or summary.
    Summary,
    /// What is known of the cause.
    Cause,
    /// A person stated when something happened.
    KeyTime,
    /// A link.
    Link,
    /// Something said elsewhere, pinned here.
    Pin,
    /// An alert.
    Alert,
    /// It goes on in another incident.
    Merged,
    /// It came back.
    Reopened,
    /// A task was added or done.
    Task,
    /// The lead was offered to somebody, or an offer ended.
    HandOff,
    /// A component was added or taken away.
    Component,
    /// Another incident has to do with it, or not after all.
    Related,
    /// It became private or public.
    Visibility,
    /// Somebody was invited or taken out.
    People,
    /// Something to do after the incident.
    ActionItem,
}

impl ItemKind {
    const ALL: [(Self, &'static str); 21] = [
        (Self::Declared, "declared"),
        (Self::Note, "note"),
        (Self::Update, "update"),
        (Self::Status, "status"),
        (Self::Severity, "severity"),
        (Self::Lead, "lead"),
        (Self::Summary, "summary"),
        (Self::Cause, "cause"),
        (Self::KeyTime, "key_time"),
        (Self::Link, "link"),
        (Self::Pin, "pin"),
        (Self::Alert, "alert"),
        (Self::Merged, "merged"),
        (Self::Reopened, "reopened"),
        (Self::Task, "task"),
        (Self::HandOff, "hand_off"),
        (Self::Component, "component"),
        (Self::Related, "related"),
        (Self::Visibility, "visibility"),
        (Self::People, "people"),
        (Self::ActionItem, "action_item"),
    ];

    /// The stored code.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("note", |(_, code)| *code)
    }

    /// Reads a stored code; a code of a later version counts as a note.
    pub fn read(code: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == code).map_or(Self::Note, |(kind, _)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::ItemKind;

    #[test]
    fn each_kind_has_its_own_code() {
        for (kind, code) in ItemKind::ALL {
            assert_eq!(kind.as_str(), code);
            assert_eq!(ItemKind::read(code), kind);
        }
    }
}
