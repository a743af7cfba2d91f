//! What the baton note is written from: the homepage as whoever leads sees it, and what was
//! said last, however much happened since. Read when the note is wanted, for one person: a
//! part of the page that goes to everybody would change with each note.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::baton::{BatonFacts, Said, baton};
use domain::zones::Zone;
use store::StoreError;
use store::incidents::{Homepage, Item, ItemKind, Only, TimelineFilter};

use crate::ctx::Ctx;

/// So many of the newest items of a shelf are looked through for notes.
const LOOKED_AT: u16 = 30;

/// The note of whoever leads, in Markdown.
pub(super) async fn note(ctx: &Ctx, homepage: &Homepage, now: DateTime<Utc>) -> Result<String, StoreError> {
    let giver = homepage.lead.as_ref().map_or(ctx.viewer.person, |lead| lead.id);
    let (updates, notes) = (newest(ctx, homepage, Only::Updates, 1), newest(ctx, homepage, Only::Notes, LOOKED_AT));
    Ok(written(homepage, &updates.await?, &notes.await?, giver, &ctx.zone, now))
}

async fn newest(ctx: &Ctx, homepage: &Homepage, only: Only, most: u16) -> Result<Vec<Item>, StoreError> {
    let filter = TimelineFilter { only: Some(only), most, ..TimelineFilter::default() };
    let page = ctx.store.timeline(&ctx.viewer, homepage.id, &filter).await?;
    Ok(page.map(|page| page.items).unwrap_or_default())
}

fn written(
    homepage: &Homepage,
    updates: &[Item],
    notes: &[Item],
    giver: PersonId,
    zone: &Zone,
    now: DateTime<Utc>,
) -> String {
    let active = homepage.participants.iter().filter(|one| one.active && one.person.id != giver);
    let people = active.filter_map(|one| {
        let member = homepage.crew.member(one.person.id)?;
        Some((member.person.name.as_str(), member.shift.zone, member.shift.presence(now)))
    });
    let open = homepage.tasks.iter().filter(|task| task.done_at.is_none() && task.promoted.is_none());
    let has_words = |item: &&Item| !item.body.trim().is_empty();
    let facts = BatonFacts {
        severity: &homepage.severity.name,
        status: homepage.status.word(),
        status_since: homepage.status_since,
        summary: &homepage.summary,
        cause: homepage.cause,
        cause_text: &homepage.cause_text,
        last_update: updates.iter().find(has_words).map(said),
        notes: notes.iter().filter(|item| item.kind == ItemKind::Note).filter(has_words).map(said).collect(),
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
