//! What changed since somebody last looked, and what a new incident may be the same as:
//! what stands above everything for the one person who looks.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::Kind;
use domain::zones::Zone;
use domain::{IncidentId, PersonId, Reference, Refusal, TimelineItemId, Why};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::Since;
use store::incidents::{Homepage, Similar};

use crate::ctx::{self, Ctx, ctx, told};
use crate::error::AppError;
use crate::incidents::commands::Form;
use crate::incidents::declare::AlikeView;
use crate::paths;
use crate::timeline::{DayView, anchor};
use crate::ui::{Hidden, text};

/// What this part of the homepage shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinceView {
    /// `Since you last looked, 9 h ago: …`
    says: Option<String>,
    /// The incident's reference and its seq as they are shown, for the cursor.
    shown: Option<(String, i64)>,
    /// What it may be the same as, while it is new.
    same: Vec<AlikeView>,
    /// The incident's id and address, for a merge.
    form: Option<Form>,
    /// Up to which seq whoever looks had looked before.
    from: Option<i64>,
    /// Items that are new to whoever looks.
    #[serde(skip)]
    new: Vec<TimelineItemId>,
}

/// The server function of `commands/others.rs`.
const MERGE: &str = "/api/incidents/merge";
/// While an incident is this young, it may have been declared twice.
const YOUNG: TimeDelta = TimeDelta::hours(1);
/// What says less of the same may be anything.
const CLOSE: f64 = 0.35;

impl SinceView {
    /// Without what has to be asked for: see [`SinceView::read`].
    pub fn of(homepage: &Homepage, _zone: &Zone, _now: DateTime<Utc>, _me: PersonId) -> Self {
        Self { shown: Some((homepage.reference.to_string(), homepage.seq)), ..Self::default() }
    }

    /// What whoever looks has missed. `open` is what is happening and looks alike. A cursor
    /// that cannot be read costs the sentence, not the page.
    pub async fn read(ctx: &Ctx, homepage: &Homepage, open: Vec<Similar>, now: DateTime<Utc>) -> Self {
        let mut view = Self::missed(ctx, homepage, now).await;
        if !browser_runs_scripts(ctx) {
            ctx.store.looked_meanwhile(&ctx.viewer, homepage.id, homepage.seq);
        }
        let young = homepage.kind == Kind::Real && homepage.status.is_open() && now - homepage.reported_at < YOUNG;
        let close = open
            .into_iter()
            .filter(|other| young && other.closeness >= CLOSE && other.reported_at <= homepage.reported_at);
        view.same = close.take(2).map(|other| AlikeView::of(other, &ctx.zone, now)).collect();
        view.form = Some(Form::of(homepage.id, paths::incident(homepage.reference)));
        view
    }

    /// The sentence and the marks alone.
    async fn missed(ctx: &Ctx, homepage: &Homepage, now: DateTime<Utc>) -> Self {
        let view = Self::of(homepage, &ctx.zone, now, ctx.viewer.person);
        match ctx.store.since(&ctx.viewer, homepage.id).await.ok().flatten() {
            Some(since) => {
                Self { says: says(&since, homepage, now), from: Some(since.seq), new: since.new_items, ..view }
            }
            None => view,
        }
    }

    /// Marks what is new in the timeline.
    pub fn mark(&self, days: &mut [DayView]) {
        mark(&self.new, days);
    }

    /// Marks what is new after `seq`, as the page says it that asks for more of a timeline:
    /// the cursor itself has moved on while that page was read. Empty marks nothing.
    pub async fn mark_after(ctx: &Ctx, incident: IncidentId, seq: &str, days: &mut [DayView]) -> Result<(), AppError> {
        if seq.is_empty() {
            return Ok(());
        }
        let seq = seq.parse().ok().filter(|seq| *seq >= 0).ok_or(Refusal::invalid("since", Why::NotANumber))?;
        let shown: Vec<TimelineItemId> =
            days.iter().flat_map(|day| &day.items).filter_map(|item| TimelineItemId::parse(&item.id).ok()).collect();
        mark(&ctx.store.new_among(&ctx.viewer, incident, seq, &shown).await?, days);
        Ok(())
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let same =
            self.form.map(|form| self.same.into_iter().map(|one| maybe_the_same(one, &form).into_any()).collect_view());
        let missed = missed_view(self.shown, self.says, self.from, &self.new).into_any();
        view! { {same} {missed} }
    }
}

/// The sentence, in a place that says to screen readers what comes into it later, and what
/// the browser half marks and moves the cursor by (`browser/looked.rs`).
fn missed_view(
    shown: Option<(String, i64)>,
    says: Option<String>,
    from: Option<i64>,
    new: &[TimelineItemId],
) -> impl IntoView + use<> {
    let new: Vec<String> = new.iter().map(|item| anchor(*item)).collect();
    let says = says.map(|says| view! { <p class="since" dir="auto">{says}</p> });
    shown.map(|(reference, seq)| {
        view! {
            <div role="status" data-looked=reference data-seq=seq data-after=from data-new=new.join(" ")>{says}</div>
        }
    })
}

fn mark(new: &[TimelineItemId], days: &mut [DayView]) {
    let new: Vec<String> = new.iter().map(ToString::to_string).collect();
    for item in days.iter_mut().flat_map(|day| &mut day.items) {
        item.is_new |= new.contains(&item.id);
    }
}

fn says(since: &Since, homepage: &Homepage, now: DateTime<Utc>) -> Option<String> {
    let name =
        |id| homepage.severities.iter().find(|severity| severity.id == id).map(|severity| severity.name.as_str());
    let lead = homepage.lead.as_ref().map(|lead| lead.name.as_str());
    since.changed.say(now - since.looked_at, lead, name)
}

/// Only a script writes the cookie by which the style is kept. Without one the page itself
/// says that it was looked at; with one, two seconds of looking do.
fn browser_runs_scripts(ctx: &Ctx) -> bool {
    ctx::has_kept(&ctx.services.assets.css) || !ctx::here().starts_with(paths::INCIDENTS)
}

fn maybe_the_same(one: AlikeView, form: &Form) -> impl IntoView + use<> {
    let merge = format!("Merge this into {}", one.reference);
    view! {
        <div class="notice same" data-kind="same">
            <p>
                "Maybe the same as "<a href=one.href>{one.reference.clone()}" "{text(one.title)}</a>", "{one.says}
            </p>
            <form method="post" action=MERGE data-command="">
                {form.hidden()}
                <Hidden name="target" value=one.reference />
                <button class="act">{merge}</button>
            </form>
        </div>
    }
}

/// What somebody missed who comes back to a page that stood open, as ready HTML: for the
/// browser, which asks before it says that they looked (`browser/looked.rs`).
#[server(endpoint = "incidents/missed")]
pub async fn missed(reference: String) -> Result<String, AppError> {
    let ctx = ctx()?;
    let reference = Reference::parse(&reference).map_err(|_| told(AppError::not_found()))?;
    let found = ctx.store.homepage(&ctx.viewer, reference).await.map_err(told)?;
    let homepage = found.ok_or_else(|| told(AppError::not_found()))?;
    let missed = SinceView::missed(&ctx, &homepage, Utc::now()).await;
    Ok(missed_view(missed.shown, missed.says, missed.from, &missed.new).to_html())
}

/// Notes that the page was looked at, up to what it showed.
#[server(endpoint = "incidents/looked")]
pub async fn looked(reference: String, seq: i64) -> Result<(), AppError> {
    let ctx = ctx()?;
    if seq < 1 {
        return Err(told(Refusal::invalid("seq", Why::NotKnown)));
    }
    let reference = Reference::parse(&reference).map_err(|_| told(AppError::not_found()))?;
    let found = ctx.store.find(&ctx.viewer, reference).await.map_err(told)?;
    let incident = found.ok_or_else(|| told(AppError::not_found()))?;
    ctx.store.looked(&ctx.viewer, incident, seq).await.map_err(told)
}
