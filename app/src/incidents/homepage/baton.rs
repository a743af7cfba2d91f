//! What the baton note is written from: the homepage as whoever leads sees it.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::baton::{BatonFacts, Said, baton};
use domain::zones::Zone;
use store::incidents::{Homepage, Item, ItemKind};

/// The note of whoever gives the lead away (`giver`), in Markdown.
pub(super) fn note(homepage: &Homepage, giver: PersonId, zone: &Zone, now: DateTime<Utc>) -> String {
    let of_kind = |kind| homepage.timeline.iter().filter(move |item| item.kind == kind && !item.body.trim().is_empty());
    let active = homepage.participants.iter().filter(|one| one.active && one.person.id != giver);
    let people = active.filter_map(|one| {
        let member = homepage.crew.member(one.person.id)?;
        Some((member.person.name.as_str(), member.shift.zone, member.shift.presence(now)))
    });
    let open = homepage.tasks.iter().filter(|task| task.done_at.is_none() && task.promoted.is_none());
    let facts = BatonFacts {
        severity: &homepage.severity.name,
        status: homepage.status.word(),
        status_since: homepage.status_since,
        summary: &homepage.summary,
        cause: homepage.cause,
        cause_text: &homepage.cause_text,
        last_update: of_kind(ItemKind::Update).next().map(said),
        notes: of_kind(ItemKind::Note).map(said).collect(),
        tasks: open.map(|task| (task.title.as_str(), task.assignee.as_ref().map(|who| who.name.as_str()))).collect(),
        next_update_due_at: homepage.next_update_due_at,
        people: people.collect(),
    };
    baton(&facts, zone, now)
}

fn said(item: &Item) -> Said<'_> {
    let who = item.author.as_ref().map(|author| author.name.as_str()).or(item.author_label.as_deref());
    Said { at: item.occurred_at, who, body: &item.body }
}
