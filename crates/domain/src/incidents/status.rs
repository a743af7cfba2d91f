//! The life cycle: statuses, and the one table of the steps between them.

codes! {
    /// Where an incident stands.
    pub enum Status of "status" {
        /// Declared or alerted; nobody has taken it on yet.
        Triage = "triage", "Triage";
        /// Somebody looks for what is broken.
        Investigating = "investigating", "Investigating";
        /// It is known what is broken.
        Identified = "identified", "Identified";
        /// A fix is out; people watch whether it holds.
        Monitoring = "monitoring", "Monitoring";
        /// It's over; something may still be owed.
        Recovered = "recovered", "Recovered";
        /// Over, and nothing guarded is owed.
        Closed = "closed", "Closed";
        /// An end: it was no incident.
        Declined = "declined", "Declined";
        /// An end: it goes on in another incident.
        Merged = "merged", "Merged";
        /// An end: declared by mistake.
        Cancelled = "cancelled", "Cancelled";
    }
}

impl Status {
    /// Investigating, Identified or Monitoring: people work on it.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Investigating | Self::Identified | Self::Monitoring)
    }

    /// Triage or active: it is happening now.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Triage) || self.is_active()
    }

    /// Recovered or Closed: it's over.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Recovered | Self::Closed)
    }

    /// Declined, Merged or Cancelled: an end that is none of a failure.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Declined | Self::Merged | Self::Cancelled)
    }
}

/// What one step of the life cycle demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Nothing.
    Legal,
    /// A [`Reason`](crate::text::Reason).
    LegalWithReason,
    /// The incident that it goes on in.
    LegalIntoTarget,
    /// That no guarded rule is owed.
    WhenNothingGuardedIsOwed,
    /// It is there already.
    Same,
    /// There is no such step.
    Illegal,
}

/// The table of the life cycle. Every cell is tested against the table that people read.
///
/// Recovering is never guarded: refusing it would falsify the time to recover. Skipping
/// ahead is legal. Nothing leads back to Triage.
pub const fn transition(from: Status, to: Status) -> Transition {
    use Status::*;
    use Transition::*;
    match (from, to) {
        (Triage, Triage)
        | (Investigating, Investigating)
        | (Identified, Identified)
        | (Monitoring, Monitoring)
        | (Recovered, Recovered)
        | (Closed, Closed)
        | (Declined, Declined)
        | (Merged, Merged)
        | (Cancelled, Cancelled) => Same,

        (_, Triage) => Illegal,

        (Triage, Investigating | Identified | Monitoring | Recovered) => Legal,
        (Triage, Declined | Cancelled) => LegalWithReason,

        (Investigating | Identified | Monitoring, Investigating | Identified | Monitoring | Recovered) => Legal,
        (Investigating | Identified | Monitoring, Cancelled) => LegalWithReason,
        (Investigating | Identified | Monitoring, Declined) => Illegal,

        (Recovered, Investigating | Cancelled) => LegalWithReason,
        (Recovered, Identified | Monitoring | Declined) => Illegal,

        (Triage | Investigating | Identified | Monitoring | Recovered, Closed) => WhenNothingGuardedIsOwed,
        (Triage | Investigating | Identified | Monitoring | Recovered, Merged) => LegalIntoTarget,

        (Closed | Declined | Merged | Cancelled, Investigating) => LegalWithReason,
        (Closed | Declined | Merged | Cancelled, _) => Illegal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as people read it, cell by cell.
    const TABLE: &str = "
| From \\ to | Investigating | Identified | Monitoring | Recovered | Closed | Declined | Merged | Cancelled |
|---|---|---|---|---|---|---|---|---|
| Triage | accept | accept | accept | yes | yes, see below | reason | target | reason |
| Investigating, Identified, Monitoring | yes | yes | yes | yes | yes, see below | – | target | reason |
| Recovered | reason (re-open) | – | – | – | when nothing guarded is owed | – | target | reason |
| Closed | reason (re-open) | – | – | – | – | – | – | – |
| Declined, Merged, Cancelled | reason (undo) | – | – | – | – | – | – | – |
";

    fn cells(row: &str) -> Vec<&str> {
        row.trim_matches('|').split('|').map(str::trim).collect()
    }

    fn named(word: &str) -> Status {
        *Status::ALL.iter().find(|status| status.word() == word).expect(word)
    }

    fn demanded(cell: &str) -> Transition {
        match cell {
            "accept" | "yes" => Transition::Legal,
            "reason" | "reason (re-open)" | "reason (undo)" => Transition::LegalWithReason,
            "target" => Transition::LegalIntoTarget,
            // "Closed follows by one click when nothing guarded is owed."
            "yes, see below" | "when nothing guarded is owed" => Transition::WhenNothingGuardedIsOwed,
            "–" => Transition::Illegal,
            other => panic!("unknown cell {other:?}"),
        }
    }

    #[test]
    fn every_cell_of_the_table() {
        let mut rows = TABLE.trim().lines();
        let columns: Vec<Status> = cells(rows.next().unwrap()).into_iter().skip(1).map(named).collect();
        let mut checked = 0;
        for row in rows.skip(1) {
            let row = cells(row);
            for from in row[0].split(", ").map(named) {
                for (to, cell) in columns.iter().zip(&row[1..]) {
                    // The table joins the active statuses in one row; a step to itself is none.
                    let expected = if from == *to { Transition::Same } else { demanded(cell) };
                    assert_eq!(transition(from, *to), expected, "{from} to {to}");
                    checked += 1;
                }
            }
        }
        assert_eq!(checked, 9 * 8, "every status to every status that has a column");
    }

    #[test]
    fn nothing_leads_back_to_triage() {
        for &from in Status::ALL {
            let expected = if from == Status::Triage { Transition::Same } else { Transition::Illegal };
            assert_eq!(transition(from, Status::Triage), expected);
        }
    }

    #[test]
    fn each_status_is_of_one_kind() {
        for &status in Status::ALL {
            let kinds = [status.is_open(), status.is_over(), status.is_end()];
            assert_eq!(kinds.iter().filter(|is| **is).count(), 1, "{status}");
        }
        assert!(!Status::Triage.is_active());
    }

    #[test]
    fn codes_and_words_are_the_ones_that_are_stored_and_shown() {
        for &status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()).unwrap(), status);
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{}\"", status.as_str()));
            assert_eq!(status.word().to_lowercase(), status.as_str());
        }
        assert!(Status::parse("Triage").is_err());
        assert!(Status::parse("resolved").is_err());
    }
}
