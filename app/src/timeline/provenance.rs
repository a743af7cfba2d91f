//! The page of one timeline item: who, when it happened, when it was written down, from
//! where, what it said before; and the form that gives it other words.

use chrono::{DateTime, Utc};
use domain::elapsed::humane;
use domain::text::MarkdownText;
use domain::zones::{Zone, rfc3339};
use domain::{PersonId, TimelineItemId};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use store::incidents::{Change, Field as Changed, Homepage, Provenance, TimelineFilter};

use super::api::incident;
use super::changes::EditItem;
use super::difference::{Piece, pieces};
use super::item::{bare_item, hide_form, in_its_place};
use super::sentences::Context;
use super::time_field::TimeField;
use super::views::ItemView;
use crate::ctx::{Ctx, ctx, told};
use crate::error::AppError;
use crate::frame::Place;
use crate::incidents::commands::Form;
use crate::paths;
use crate::refused::{ANCHOR, refused};
use crate::ui::{self, Body, Hidden, Submit, TextArea, TimeView, text, time};

/// `/incidents/INC-6/timeline/…`.
#[component]
pub fn ItemPage() -> impl IntoView {
    let (reference, item) = use_params_map().with_untracked(|params| (params.get("reference"), params.get("item")));
    ui::framed(Place::Incidents, async move {
        let page = read(&reference.unwrap_or_default(), &item.unwrap_or_default()).await.map_err(told)?;
        let title = format!("A moment of {} {}", page.reference, page.title);
        Ok(Body { title, view: page.view().into_any() })
    })
}

/// An item with everything that is known about it.
struct ItemShown {
    reference: String,
    title: String,
    here: String,
    item: ItemView,
    facts: Vec<(&'static str, String)>,
    before: Vec<Before>,
    /// What stands there now, for the form; nothing for what the software noted.
    edit: Option<Edit>,
}

/// What it said before.
struct Before {
    says: String,
    until: TimeView,
    pieces: Vec<Piece>,
    time: Option<String>,
}

struct Edit {
    body: String,
    happened_at: String,
    seen_item: String,
    time: TimeField,
    /// Who changed it last, for somebody who had not seen that.
    last: Option<String>,
}

async fn read(reference: &str, item: &str) -> Result<ItemShown, AppError> {
    let ctx = ctx()?;
    let item = TimelineItemId::parse(item).map_err(|_| AppError::not_found())?;
    let homepage = incident(&ctx, reference).await?;
    let filter = TimelineFilter { around: Some(item), hidden: true, most: 1, ..TimelineFilter::default() };
    let page = ctx.store.timeline(&ctx.viewer, homepage.id, &filter).await?.unwrap_or_default();
    let shown = page.items.into_iter().find(|found| found.id == item).ok_or_else(AppError::not_found)?;
    let provenance = ctx.store.provenance(&ctx.viewer, item).await?.ok_or_else(AppError::not_found)?;
    let last = ctx.store.last_change(&ctx.viewer, homepage.id, Changed::Item(item)).await?;
    let item = ItemView::of(shown, &Context::from(&homepage), &ctx.zone);
    Ok(ItemShown::of(&ctx, &homepage, item, provenance, last))
}

impl ItemShown {
    fn of(ctx: &Ctx, homepage: &Homepage, item: ItemView, from: Provenance, last: Option<Change>) -> Self {
        let (zone, now) = (&ctx.zone, homepage.read_at);
        let edit = item.is_written.then(|| Edit {
            body: from.body.clone(),
            happened_at: from.occurred_at.to_rfc3339(),
            seen_item: from.edited_at.unwrap_or(from.recorded_at).to_rfc3339(),
            time: TimeField::of(zone, now, Some(from.occurred_at)),
            last: last.map(|change| meanwhile(&change, ctx.viewer.person, now)),
        });
        Self {
            reference: homepage.reference.to_string(),
            title: homepage.title.clone(),
            here: paths::incident(homepage.reference),
            facts: facts(&item, &from, zone),
            before: before(&from, zone),
            item,
            edit,
        }
    }

    fn view(self) -> impl IntoView {
        let place = in_its_place(&self.here, &self.item);
        let page = paths::timeline_item(&self.here, &self.item.id);
        let back = Form { incident: self.item.incident.clone(), back: page.clone() };
        let edit = self.edit.map(|edit| edit.view(back, self.item.id.clone()).into_any());
        let hide = hide_form(&self.item, page, "button").into_any();
        let facts = self.facts.into_iter().map(|(name, says)| view! { <dt>{name}</dt><dd>{text(says)}</dd> });
        let before = (!self.before.is_empty()).then(|| {
            let before = self.before.into_iter().map(|before| before.view().into_any());
            view! { <section class="before"><h2>"What it said before"</h2><ol>{before.collect_view()}</ol></section> }
        });
        view! {
            <article class="from">
                <header>
                    <p class="where"><a href=self.here.clone()>{self.reference}" "{text(self.title)}</a></p>
                    <h1>"Where this is from"</h1>
                </header>
                <ol class="timeline">{bare_item(self.item, &self.here, None).into_any()}</ol>
                <dl class="facts">{facts.collect_view()}</dl>
                <div class="from-acts"><a class="button" href=place>"Show it in its place"</a> {hide}</div>
                {edit}
                {before}
            </article>
        }
    }
}

impl Edit {
    fn view(self, form: Form, item: String) -> impl IntoView {
        let sent = refused(EditItem::PATH).with("item", &item);
        let notice = match sent.conflict() {
            Some(_) => Some(theirs(self.last.or(sent.sentence()).unwrap_or_default(), &form.back).into_any()),
            None => sent.notice(),
        };
        view! {
            <section class="edit" id="edit">
                <h2>"Edit"</h2>
                <form class="form" method="post" action=EditItem::PATH data-command="">
                    {notice}
                    {form.hidden()}
                    <Hidden name="item" value=item.clone() />
                    <Hidden name="happened_at" value=self.happened_at />
                    <Hidden name="seen_item" value=self.seen_item />
                    <TextArea name="body" label="What it says" value=self.body most=MarkdownText::MOST required=true
                        draft=format!("item-{item}") ctrl_enter=true refused=&sent />
                    {self.time.view("edit", false, &sent).into_any()}
                    <Submit kind="primary">"Save"</Submit>
                    <p class="soft note-size">"What it said before stays on this page."</p>
                </form>
            </section>
        }
    }
}

/// What somebody else did meanwhile stands above; the form below holds what was typed, and
/// carries what stands there now as what was seen: sending it again is a choice.
fn theirs(says: String, page: &str) -> impl IntoView + use<> {
    view! {
        <div class="conflict" id=ANCHOR tabindex="-1" role="group" aria-label="Somebody else changed it meanwhile">
            <p>{says}" What they wrote stands above; what you wrote is in the form."</p>
            <p><a class="act" href=page.to_owned()>"Keep theirs"</a>", or save yours."</p>
        </div>
    }
}

/// `Turnstone changed this 8 s ago.`
fn meanwhile(change: &Change, me: PersonId, now: DateTime<Utc>) -> String {
    let ago = now - change.at;
    let ago = match ago.num_seconds() {
        ..=0 => "just now".to_owned(),
        1 => "one second ago".to_owned(),
        seconds @ 2..=59 => format!("{seconds} seconds ago"),
        _ => format!("{} ago", humane(ago)),
    };
    match &change.who {
        Some(who) if who.id == me => format!("You changed this {ago}, in another window."),
        Some(who) => format!("{} changed this {ago}.", who.name),
        None => format!("Somebody changed this {ago}."),
    }
}

fn facts(item: &ItemView, from: &Provenance, zone: &Zone) -> Vec<(&'static str, String)> {
    let at = |at: DateTime<Utc>| format!("{} ({})", zone.date_and_clock(at), zone.label(at));
    let who = if item.is_written { "Written by" } else { "By" };
    let mut facts = vec![(who, item.who.clone()), ("It happened", at(from.occurred_at))];
    let late = from.recorded_at - from.occurred_at;
    let recorded = at(from.recorded_at);
    facts.push(match late.num_seconds() {
        60.. => ("It was recorded", format!("{recorded}, {} later", humane(late))),
        _ => ("It was recorded", recorded),
    });
    facts.push(("From", from.source.word().to_owned()));
    if let Some(edited_at) = from.edited_at {
        facts.push(("Last edited", at(edited_at)));
    }
    if let Some(hidden_at) = from.hidden_at {
        let by = from.hidden_by.as_ref().map(|person| format!(", by {}", person.name)).unwrap_or_default();
        facts.push(("Hidden", format!("{}{by}", at(hidden_at))));
    }
    facts
}

/// Each earlier text beside the one that came after it.
fn before(from: &Provenance, zone: &Zone) -> Vec<Before> {
    let newer = std::iter::once((from.body.as_str(), from.occurred_at))
        .chain(from.revisions.iter().map(|revision| (revision.body.as_str(), revision.occurred_at)));
    from.revisions
        .iter()
        .zip(newer)
        .map(|(revision, (body, occurred_at))| Before {
            says: revision.replaced_by.as_ref().map_or_else(|| "Somebody".to_owned(), |person| person.name.clone()),
            until: TimeView { at: rfc3339(revision.replaced_at), text: zone.date_and_clock(revision.replaced_at) },
            pieces: pieces(&revision.body, body),
            time: (revision.occurred_at != occurred_at).then(|| {
                format!("Before, it was said to have happened at {}.", zone.date_and_clock(revision.occurred_at))
            }),
        })
        .collect()
}

impl Before {
    fn view(self) -> impl IntoView {
        let pieces = self.pieces.into_iter().map(|piece| match piece {
            Piece::Same(words) => view! { <span>{words}</span> }.into_any(),
            Piece::Gone(words) => view! { <del>{words}</del> }.into_any(),
            Piece::Came(words) => view! { <ins>{words}</ins> }.into_any(),
        });
        view! {
            <li>
                <p class="moment-meta"><bdi>{self.says}</bdi>" changed it on "{time(self.until)}":"</p>
                <p class="difference" dir="auto">{pieces.collect_view()}</p>
                {self.time.map(|says| view! { <p class="moment-meta">{says}</p> })}
            </li>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::PersonName;

    #[test]
    fn who_changed_it_and_how_long_ago() {
        let now: DateTime<Utc> = "2025-11-20T14:38:08Z".parse().unwrap();
        let id = |n| PersonId::from_uuid(uuid::Uuid::from_u128(n));
        let change = |seconds: i64| Change {
            who: Some(PersonName { id: id(1), name: "Turnstone".into(), picture_url: None }),
            at: now - chrono::TimeDelta::seconds(seconds),
        };
        assert_eq!(meanwhile(&change(8), id(2), now), "Turnstone changed this 8 seconds ago.");
        assert_eq!(meanwhile(&change(0), id(2), now), "Turnstone changed this just now.");
        assert_eq!(meanwhile(&change(120), id(2), now), "Turnstone changed this 2 min ago.");
        assert_eq!(meanwhile(&change(1), id(1), now), "You changed this one second ago, in another window.");
    }
}
