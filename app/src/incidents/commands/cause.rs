//! What is known of the cause, with the timeline items that show it.

use domain::incidents::{Cause, Command, Seen};
use domain::text::Summary;
use domain::zones::Zone;
use domain::{Refusal, TimelineItemId, Why};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::{Homepage, ItemKind};

use super::form::command;
use super::next_steps::{Missed, SIGNAL_SAY, settle_both};
use super::seen_value::SeenValue;
use super::words::beginning;
use super::{Form, new_id};
use crate::error::AppError;
use crate::incidents::homepage::is_for_everybody;
use crate::refused::refused;
use crate::ui::{Check, Choice, Field, Hidden, Select, Submit, TextArea};

/// So many of the newest items are offered as evidence, besides those that are it already.
const OFFERED: usize = 20;
/// So many can be named as evidence at once.
const MOST: usize = 100;

/// What is known of the cause. Who accepts that it stays unknown can say which signal was
/// missing, which becomes an action item of theirs.
#[server(endpoint = "incidents/settle-cause")]
#[allow(clippy::too_many_arguments, reason = "the fields of one form")]
pub async fn settle_cause(
    incident: String,
    request: String,
    back: String,
    cause: String,
    #[server(default)] cause_text: String,
    #[server(default)] evidence: Vec<String>,
    #[server(default)] seen_evidence: Vec<String>,
    #[server(default)] seen_cause: String,
    #[server(default)] seen_cause_text: SeenValue,
    #[server(default)] action: String,
    #[server(default)] signal: String,
) -> Result<(), AppError> {
    let seen = Shown { cause: seen_cause, text: seen_cause_text, evidence: seen_evidence };
    let asked = read(&cause, &cause_text, &evidence, &seen);
    let missed = Missed::read(&action, &signal);
    let missed = missed.map(|missed| missed.filter(|_| cause == Cause::AcceptedUnknown.as_str()));
    settle_both(incident, request, back, "cause", asked, missed).await
}

/// What the form showed when it was made.
struct Shown {
    cause: String,
    text: SeenValue,
    evidence: Vec<String>,
}

fn read(cause: &str, text: &str, evidence: &[String], shown: &Shown) -> Result<(Seen, Command), Refusal> {
    let seen = Seen {
        cause: if shown.cause.is_empty() { None } else { Some(Cause::parse(&shown.cause)?) },
        cause_text: shown.text.as_deref().map(|text| Summary::parse_field(text, "cause_text")).transpose()?,
        evidence: Some(items(&shown.evidence)?),
        ..Seen::default()
    };
    if evidence.len() > MOST {
        return Err(unknown());
    }
    let command = Command::SettleCause {
        cause: Cause::parse(cause)?,
        text: Summary::parse_field(text, "cause_text")?,
        evidence: items(evidence)?,
    };
    Ok((seen, command))
}

fn unknown() -> Refusal {
    Refusal::invalid("evidence", Why::NotKnown)
}

fn items(ids: &[String]) -> Result<Vec<TimelineItemId>, Refusal> {
    ids.iter().filter(|id| !id.is_empty()).map(|id| TimelineItemId::parse(id).map_err(|_| unknown())).collect()
}

/// The cause as it is known, and what can show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseForm {
    form: Form,
    reference: String,
    cause: Cause,
    text: String,
    items: Vec<Evidence>,
}

/// A timeline item to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Evidence {
    id: String,
    says: String,
    is_it: bool,
}

impl CauseForm {
    /// The form of a homepage. What goes to everybody offers no more than what is evidence
    /// already, so that it is not sent anew with each note: the browser asks for the rest.
    pub fn of(homepage: &Homepage, zone: &Zone, form: Form) -> Self {
        Self {
            form,
            reference: homepage.reference.to_string(),
            cause: homepage.cause,
            text: homepage.cause_text.clone(),
            items: evidence(homepage, zone, is_for_everybody()),
        }
    }

    /// The form, and whether it was refused.
    pub fn view(&self) -> (bool, AnyView) {
        let sent = refused(SettleCause::PATH);
        let mine = Cause::parse(&sent.value("cause", "")).ok();
        let mine = mine.map(|cause| in_words(cause, &sent.value("cause_text", "")));
        let choices = Cause::ALL.iter().map(|cause| Choice::new(cause.as_str(), cause.word())).collect();
        let inside = view! {
            <Hidden name="seen_cause" value=self.cause.as_str() />
            <Hidden name="seen_cause_text" value=self.text.clone() />
            <Select name="cause" label="How far is the cause known?" value=self.cause.as_str() choices=choices
                say="That it stays unknown is an answer too." id="settle" refused=&sent />
            <TextArea name="cause_text" label="What was it?" value=self.text.clone() most=Summary::MOST id="settle"
                say="What broke, not who." draft=format!("cause-{}", self.form.incident) refused=&sent />
            <div class="settle-signal">
                <input type="hidden" name="action" value=new_id() data-fresh="" />
                <Field name="signal" label="Which signal was missing?" value="" most=300 optional=true say=SIGNAL_SAY
                    id="settle" draft=format!("signal-cause-{}", self.form.incident) refused=&sent />
            </div>
            {self.evidence()}
            <Submit>"Save the cause"</Submit>
        };
        (sent.is_here(), command("settle-cause", SettleCause::PATH, &self.form, &sent, mine, inside.into_any()))
    }

    /// Behind words of its own. The browser asks for it anew when it is opened, unless it
    /// stands there as it was sent.
    fn evidence(&self) -> AnyView {
        let asks = (!refused(SettleCause::PATH).is_here()).then_some(EvidenceFragment::PATH);
        let is_shown = self.items.iter().any(|item| item.is_it);
        let head = if is_shown { "What shows it" } else { "What on the timeline shows it?" };
        view! {
            <details class="more-form">
                <summary class="act">{head}</summary>
                <fieldset class="evidence" data-fetch=asks data-reference=self.reference.clone()>{self.choices()}</fieldset>
            </details>
        }
        .into_any()
    }

    /// What can be ticked. What is ticked from the beginning is sent along as seen, so that
    /// only what was seen can be taken away.
    fn choices(&self) -> AnyView {
        let sent = refused(SettleCause::PATH);
        let nothing = self.items.is_empty().then(|| {
            view! { <p class="soft">"A note, a link or an update can show it. None is written yet."</p> }
        });
        let items = self.items.iter().map(|item| {
            let seen = item.is_it.then(|| view! { <Hidden name="seen_evidence[]" value=item.id.clone() /> });
            // What somebody else chose meanwhile was not taken away by leaving it out.
            let is_news = item.is_it && !sent.is_ticked("seen_evidence[]", &item.id, item.is_it);
            let checked = is_news || sent.is_ticked("evidence[]", &item.id, item.is_it);
            view! {
                {seen}
                <Check name="evidence[]" value=item.id.clone() checked=checked label=item.says.clone() />
            }
        });
        view! { <legend class="only-spoken">"Evidence"</legend> {items.collect_view()} {nothing} }.into_any()
    }
}

/// What is evidence, and the newest of what somebody wrote, pinned or was alerted of. What is
/// older than the timeline's first page stays to be taken away.
fn evidence(homepage: &Homepage, zone: &Zone, only_chosen: bool) -> Vec<Evidence> {
    let can_show = |kind: ItemKind| {
        matches!(kind, ItemKind::Note | ItemKind::Update | ItemKind::Pin | ItemKind::Alert | ItemKind::Link)
    };
    let says = |at, body: &str| {
        let beginning = beginning(body);
        format!("{} {}", zone.date_and_clock(at), if beginning.is_empty() { "A change" } else { &beginning })
    };
    let chosen = homepage.evidence.iter();
    let chosen = chosen.map(|item| Evidence { id: item.id.to_string(), says: says(item.at, &item.body), is_it: true });
    let is_it = |id: &TimelineItemId| homepage.evidence.iter().any(|item| item.id == *id);
    let others = homepage.timeline.iter().filter(|item| can_show(item.kind) && !item.body.trim().is_empty());
    let others = others.filter(|item| !is_it(&item.id)).take(if only_chosen { 0 } else { OFFERED });
    let others =
        others.map(|item| Evidence { id: item.id.to_string(), says: says(item.occurred_at, &item.body), is_it: false });
    chosen.chain(others).collect()
}

/// What can show the cause, as ready HTML: the inside of its form's evidence, for the browser
/// (`browser/fetched.rs`).
#[server(endpoint = "incidents/evidence")]
pub async fn evidence_fragment(reference: String) -> Result<String, AppError> {
    let (ctx, homepage) = crate::incidents::api::read(&reference).await?;
    Ok(CauseForm::of(&homepage, &ctx.zone, Form::of(homepage.id, "")).choices().to_html())
}

/// `Suspected, “A bad index.”`
pub fn in_words(cause: Cause, text: &str) -> String {
    match beginning(text) {
        text if text.is_empty() => cause.word().to_owned(),
        text => format!("{}, “{text}”", cause.word()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-000000000001";

    fn shown(cause: &str, text: Option<&str>, evidence: &[&str]) -> Shown {
        let evidence = evidence.iter().map(|id| (*id).to_owned()).collect();
        Shown { cause: cause.into(), text: text.map(SeenValue::from).unwrap_or_default(), evidence }
    }

    #[test]
    fn what_was_seen_goes_along_with_what_is_asked() {
        let ids = [ID.to_owned(), String::new()];
        let seen = shown("suspected", Some("An index."), &[ID]);
        let (seen, command) = read("confirmed", "A bad index.", &ids, &seen).unwrap();
        assert_eq!(seen.cause, Some(Cause::Suspected));
        assert_eq!(seen.cause_text, Some(Summary::parse("An index.").unwrap()));
        assert_eq!(seen.evidence, Some(vec![ID.parse().unwrap()]));
        let Command::SettleCause { evidence, .. } = command else { panic!("{command:?}") };
        assert_eq!(evidence, [ID.parse().unwrap()]);
        // An empty text that was seen is not the same as none seen.
        let seen = |text| read("unknown", "", &[], &shown("", text, &[])).unwrap().0;
        assert_eq!((seen(None).cause_text, seen(Some("")).cause_text), (None, Some(Summary::default())));
    }

    #[test]
    fn evidence_is_a_list_of_items() {
        let none = shown("", None, &[]);
        let field = |cause, ids: &[String]| read(cause, "", ids, &none).unwrap_err().field().map(str::to_owned);
        assert_eq!(field("confirmed", &["x".into()]).as_deref(), Some("evidence"));
        assert_eq!(field("confirmed", &vec![ID.into(); MOST + 1]).as_deref(), Some("evidence"));
        assert_eq!(field("known", &[]).as_deref(), Some("cause"));
    }

    #[test]
    fn a_cause_is_said_with_the_beginning_of_its_words() {
        assert_eq!(in_words(Cause::Suspected, " "), "Suspected");
        assert_eq!(in_words(Cause::Confirmed, "A bad index."), "Confirmed, “A bad index.”");
    }
}
