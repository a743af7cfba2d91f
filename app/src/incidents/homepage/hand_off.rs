//! Handing the lead over: the baton note, who may take it, the answer; and for how long
//! somebody is at work.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::elapsed::humane;
use domain::incidents::HandOffStatus;
use domain::incidents::coverage::{Coverage, Presence, Shift, coverage};
use domain::zones::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::{HandOffShown, Homepage};

use super::baton;
use crate::ctx::{Ctx, told};
use crate::error::AppError;
use crate::incidents::api;
use crate::incidents::commands::form::command;
use crate::incidents::commands::hand_off::{AcceptHandOff, DeclineHandOff, OfferHandOff, WithdrawHandOff};
use crate::incidents::commands::{Form, new_id};
use crate::paths;
use crate::refused::refused;
use crate::ticking;
use crate::ui::{Choice, Hidden, Select, Submit, TextArea, markup, text};

/// What this part of the homepage shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOffView {
    waiting: Option<Waiting>,
    came_back: Option<CameBack>,
    me: String,
}

/// A hand-off that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Waiting {
    form: Form,
    id: String,
    from: Somebody,
    to: Somebody,
    /// Whoever may take it back.
    givers: String,
    /// The note as safe HTML, and as it was written.
    note: (String, String),
    /// When it comes back: seconds since 1970, how soon, the time of day.
    expires: (i64, String, String),
}

/// A hand-off that nobody took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CameBack {
    says: String,
    giver: String,
    /// Whoever is told: the giver and the reporter.
    told: String,
}

/// The form that offers the lead, for whoever leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    form: Form,
    lead: String,
    me: String,
    /// `INC-20`.
    reference: String,
    people: Vec<(String, String)>,
    /// Only where the lead looks: see [`own_note`].
    note: String,
}

/// Id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Somebody {
    id: String,
    name: String,
}

impl HandOffView {
    /// Puts it into words, for whoever looks (`me`). Only where hand-off is on, and only
    /// while the incident goes on.
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, me: PersonId) -> Self {
        if !homepage.crew.hands_off || !homepage.status.is_open() {
            return Self::default();
        }
        let form = Form::of(homepage.id, paths::incident(homepage.reference)).at("hand-off");
        let waiting = homepage.hand_off.as_ref().map(|offered| waiting(homepage, offered, &form, zone, now));
        let came_back = homepage.last_hand_off.as_ref().map(|ended| came_back(homepage, ended));
        Self { came_back, waiting, me: me.to_string() }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let me = self.me.clone();
        let inside = (self.waiting.is_some() || self.came_back.is_some()).then(|| {
            // What waits is for everybody to see; what came back only for whom it concerns.
            let told = self.came_back.as_ref().filter(|_| self.waiting.is_none()).map(|ended| ended.told.clone());
            let hidden = told.as_ref().is_some_and(|told| is_hidden(told, &me));
            let came_back = self.came_back.map(|ended| ended.view(&me));
            let waiting = self.waiting.map(|waiting| waiting.view(&me));
            view! {
                <section class="rail-first hand-off" id="hand-off" aria-labelledby="hand-off-head" data-for=told hidden=hidden>
                    <div class="rail-head"><h2 id="hand-off-head">"Hand-off"</h2></div>
                    {came_back} {waiting}
                </section>
            }
        });
        view! { {inside} }
    }
}

/// Whether somebody is not among those whom a part is for.
fn is_hidden(ids: &str, me: &str) -> bool {
    !ids.split(' ').any(|id| id == me)
}

/// For how long somebody who takes part is at work, where hand-off is on and while the
/// incident goes on: `Coverage ends in 2 h 10 min: Curlew works until 18:00.`
pub(super) fn covered(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>) -> Option<String> {
    if !homepage.crew.hands_off || !homepage.status.is_open() {
        return None;
    }
    let active = homepage.participants.iter().filter(|participant| participant.active).map(|one| one.person.id);
    let mut ids: Vec<PersonId> = active.chain(homepage.lead.iter().map(|lead| lead.id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let members: Vec<_> = ids.into_iter().filter_map(|id| homepage.crew.member(id)).collect();
    let shifts: Vec<Shift> = members.iter().map(|member| member.shift.clone()).collect();
    match coverage(&shifts, now) {
        Coverage::Ends(until, last) => members.get(last).map(|member| {
            let (name, left) = (&member.person.name, humane(until - now));
            let until = if zone.day(until) == zone.day(now) { zone.clock(until) } else { zone.date_and_clock(until) };
            format!("Coverage ends in {left}: {name} works until {until}.")
        }),
        Coverage::NobodyAtWork => Some("It is outside everybody’s working hours.".into()),
        Coverage::Always | Coverage::Nobody => None,
    }
}

/// `at work until 18:00 Los Angeles time`, by their own clock.
fn presence(shift: &Shift, now: DateTime<Utc>) -> String {
    let when = |at| {
        let (clock, city) = (shift.zone.clock(at), shift.zone.city());
        if shift.zone.day(at) == shift.zone.day(now) {
            format!("{clock} {city} time")
        } else {
            format!("{}, {clock} {city} time", shift.zone.date(at))
        }
    };
    match shift.presence(now) {
        Presence::Until(end) => format!("at work until {}", when(end)),
        Presence::Always => "at work round the clock".into(),
        Presence::Away(Some(begin)) => format!("not at work before {}", when(begin)),
        Presence::Away(None) => "not at work this week".into(),
    }
}

/// The way to offer the lead, where hand-off is on, while the incident goes on and no offer
/// waits.
pub(super) fn offer(homepage: &Homepage, now: DateTime<Utc>, me: PersonId) -> Option<Offer> {
    if !homepage.crew.hands_off || !homepage.status.is_open() || homepage.hand_off.is_some() {
        return None;
    }
    let lead = homepage.lead.as_ref()?;
    let form = Form::of(homepage.id, paths::incident(homepage.reference)).at("hand-off");
    let may_read = |id| homepage.visible_to.is_empty() || homepage.visible_to.iter().any(|person| person.id == id);
    let mut others: Vec<_> = homepage
        .crew
        .people
        .iter()
        .filter(|member| member.person.id != lead.id && may_read(member.person.id))
        .map(|member| (!member.shift.presence(now).is_at_work(), member))
        .collect();
    // Whoever is at work comes first; the names stay in their order.
    others.sort_by_key(|(is_away, _)| *is_away);
    let people = others.into_iter().map(|(_, member)| {
        (member.person.id.to_string(), format!("{}, {}", member.person.name, presence(&member.shift, now)))
    });
    let (people, reference) = (people.collect(), homepage.reference.to_string());
    Some(Offer { form, lead: lead.id.to_string(), me: me.to_string(), reference, people, note: String::new() })
}

/// The baton note, for whoever may offer the lead; nothing for everybody else.
pub(super) async fn own_note(ctx: &Ctx, homepage: &Homepage, now: DateTime<Utc>) -> Option<String> {
    let me = ctx.viewer.person;
    offer(homepage, now, me).filter(|_| homepage.lead.as_ref().is_some_and(|lead| lead.id == me))?;
    baton::note(ctx, homepage, now).await.ok()
}

/// The baton note as it would be written now, in its field, as ready HTML for the browser
/// (`browser/fetched.rs`).
#[server(endpoint = "incidents/baton")]
pub async fn baton_fragment(reference: String) -> Result<String, AppError> {
    let (ctx, homepage) = api::read(&reference).await?;
    let note = baton::note(&ctx, &homepage, Utc::now()).await.map_err(told)?;
    Ok(note_field(note, &homepage.id.to_string()).to_html())
}

fn note_field(note: String, incident: &str) -> AnyView {
    let sent = refused(OfferHandOff::PATH);
    view! {
        <TextArea name="note" id="baton" label="Baton note" value=note most=20000 draft=format!("baton-{incident}") required=true
            say="Written from the timeline. Read it, and say what is missing." refused=&sent />
    }
    .into_any()
}

fn waiting(homepage: &Homepage, offered: &HandOffShown, form: &Form, zone: &Zone, now: DateTime<Utc>) -> Waiting {
    let somebody = |person: &store::PersonName| Somebody { id: person.id.to_string(), name: person.name.clone() };
    let left = (offered.expires_at - now).num_seconds();
    let lead = homepage.lead.as_ref().map(|lead| format!(" {}", lead.id)).unwrap_or_default();
    Waiting {
        form: form.clone(),
        id: offered.id.to_string(),
        from: somebody(&offered.from),
        to: somebody(&offered.to),
        givers: format!("{}{lead}", offered.from.id),
        note: (offered.note_html.clone(), offered.note.clone()),
        expires: (offered.expires_at.timestamp(), ticking::until(left).0, zone.clock(offered.expires_at)),
    }
}

fn came_back(homepage: &Homepage, ended: &HandOffShown) -> CameBack {
    let (from, to) = (&ended.from.name, &ended.to.name);
    let says = match ended.status {
        HandOffStatus::Declined => format!("{to} cannot take over. {from} still leads."),
        _ => format!("{to} did not answer in time. {from} still leads."),
    };
    let giver = ended.from.id.to_string();
    let reporter = homepage.reporter.as_ref().map(|reporter| format!(" {}", reporter.id)).unwrap_or_default();
    CameBack { says, told: format!("{giver}{reporter}"), giver }
}

impl CameBack {
    fn view(self, me: &str) -> impl IntoView + use<> {
        let (hidden, not_mine) = (is_hidden(&self.told, me), is_hidden(&self.giver, me));
        view! {
            <div class="notice" data-kind="refusal" role="alert" data-for=self.told hidden=hidden>
                <p>{self.says}</p>
                <p data-for=self.giver hidden=not_mine><a class="act" href="#offer-hand-off">"Offer it to somebody else"</a></p>
            </div>
        }
    }
}

impl Waiting {
    fn view(self, me: &str) -> impl IntoView + use<> {
        let (seconds, soon, clock) = self.expires.clone();
        let (not_asked, not_giver) = (is_hidden(&self.to.id, me), is_hidden(&self.givers, me));
        let (accept, decline, withdraw) = (
            self.answer(
                "accept-hand-off",
                AcceptHandOff::PATH,
                view! { <Submit kind="primary">"Take over"</Submit> }.into_any(),
            ),
            self.answer("decline-hand-off", DeclineHandOff::PATH, view! { <Submit>"I cannot"</Submit> }.into_any()),
            self.answer(
                "withdraw-hand-off",
                WithdrawHandOff::PATH,
                view! { <Submit kind="quiet">"Take it back"</Submit> }.into_any(),
            ),
        );
        let (html, words) = self.note;
        view! {
            <p>
                {text(self.from.name)}" offers the lead to "{text(self.to.name)}". Without an answer it comes back at "
                {clock}", "<span class="due" data-due=""><span data-until=seconds>{soon}</span></span>"."
            </p>
            <div class="buttons" data-for=self.to.id hidden=not_asked>{accept} {decline}</div>
            <div data-for=self.givers hidden=not_giver>{withdraw}</div>
            <details class="baton" open>
                <summary class="act">"Baton note"</summary>
                {markup(html, words)}
            </details>
        }
    }

    fn answer(&self, id: &'static str, path: &'static str, button: AnyView) -> AnyView {
        let sent = refused(path).with("hand_off", &self.id);
        let inside = view! { <Hidden name="hand_off" value=self.id.clone() /> {button} };
        command(id, path, &self.form, &sent, None, inside.into_any())
    }
}

impl Offer {
    /// With the baton note in it.
    pub(super) fn with(self, note: String) -> Self {
        Self { note, ..self }
    }

    /// A menu among what can be done.
    pub(super) fn view(self) -> impl IntoView + use<> {
        let hidden = is_hidden(&self.lead, &self.me);
        let sent = refused(OfferHandOff::PATH);
        let open = sent.is_here();
        let asks = (!open).then_some(BatonFragment::PATH);
        let choices = std::iter::once(Choice::new("", "Choose somebody"))
            .chain(self.people.into_iter().map(|(id, label)| Choice::new(id, label)))
            .collect();
        let inside = view! {
            <input type="hidden" name="hand_off" value=new_id() data-fresh="" />
            <Select name="person" label="To whom?" value="" choices=choices id="hand-off" refused=&sent />
            <div data-fetch=asks data-reference=self.reference>{note_field(self.note, &self.form.incident)}</div>
            <Submit kind="primary">"Offer the lead"</Submit>
        };
        view! {
            <details class="menu hand-off-offer" name="menu" data-align="start" data-for=self.lead hidden=hidden open=open>
                <summary class="button">"Hand off"</summary>
                <div class="menu-list">
                    {command("offer-hand-off", OfferHandOff::PATH, &self.form, &sent, None, inside.into_any())}
                </div>
            </details>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::WorkingHours;

    #[test]
    fn whether_somebody_is_at_work_is_said_by_their_own_clock() {
        let now: DateTime<Utc> = "2025-11-20T22:44:00Z".parse().unwrap();
        let shift = |zone| Shift { zone: Zone::parse(zone).unwrap(), hours: WorkingHours::default() };
        assert_eq!(presence(&shift("America/Los_Angeles"), now), "at work until 18:00 Los Angeles time");
        assert_eq!(presence(&shift("Asia/Tokyo"), now), "not at work before 09:00 Tokyo time");
        assert_eq!(presence(&shift("Europe/Berlin"), now), "not at work before Fri 21 Nov 2025, 09:00 Berlin time");
    }

    #[test]
    fn a_part_is_hidden_from_everybody_whom_it_is_not_for() {
        assert!(!is_hidden("a b", "b") && is_hidden("a b", "c") && is_hidden("ab", "a"));
    }
}
