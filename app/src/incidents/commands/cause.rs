//! What is known of the cause, with the timeline items that show it.

use domain::incidents::{Cause, Command, Seen};
use domain::text::Summary;
use domain::zones::Zone;
use domain::{Refusal, TimelineItemId, Why};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::{Homepage, ItemKind};

use super::Form;
use super::form::command;
use super::read::ask_read;
use super::words::beginning;
use crate::error::AppError;
use crate::refused::refused;
use crate::ui::{Check, Choice, Hidden, Select, Submit, TextArea};

/// So many of the newest items are offered as evidence, besides those that are it already.
const OFFERED: usize = 20;
/// So many can be evidence.
const MOST: usize = 100;

/// What is known of the cause.
#[server(endpoint = "incidents/settle-cause")]
pub async fn settle_cause(
    incident: String,
    request: String,
    back: String,
    cause: String,
    #[server(default)] cause_text: String,
    #[server(default)] evidence: Vec<String>,
    #[server(default)] seen_cause: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "cause", read(&cause, &cause_text, &evidence, &seen_cause)).await
}

fn read(cause: &str, text: &str, evidence: &[String], seen: &str) -> Result<(Seen, Command), Refusal> {
    let seen = if seen.is_empty() { None } else { Some(Cause::parse(seen)?) };
    let unknown = || Refusal::invalid("evidence", Why::NotKnown);
    if evidence.len() > MOST {
        return Err(unknown());
    }
    let evidence = evidence.iter().filter(|item| !item.is_empty());
    let command = Command::SettleCause {
        cause: Cause::parse(cause)?,
        text: Summary::parse_field(text, "cause_text")?,
        evidence: evidence.map(|item| TimelineItemId::parse(item).map_err(|_| unknown())).collect::<Result<_, _>>()?,
    };
    Ok((Seen { cause: seen, ..Seen::default() }, command))
}

/// The cause as it is known, and what can show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseForm {
    form: Form,
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
    /// What somebody wrote, pinned or was alerted of can be evidence.
    pub fn of(homepage: &Homepage, zone: &Zone, form: Form) -> Self {
        let can_show = |kind: ItemKind| {
            matches!(kind, ItemKind::Note | ItemKind::Update | ItemKind::Pin | ItemKind::Alert | ItemKind::Link)
        };
        let is_it = |id: &TimelineItemId| homepage.evidence.contains(id);
        let items = homepage.timeline.iter().filter(|item| can_show(item.kind) && !item.body.trim().is_empty());
        let items = items.enumerate().filter(|(place, item)| *place < OFFERED || is_it(&item.id)).map(|(_, item)| item);
        Self {
            form,
            cause: homepage.cause,
            text: homepage.cause_text.clone(),
            items: items
                .map(|item| Evidence {
                    id: item.id.to_string(),
                    says: format!("{} {}", zone.clock(item.occurred_at), beginning(&item.body)),
                    is_it: is_it(&item.id),
                })
                .collect(),
        }
    }

    /// The form, and whether it was refused.
    pub fn view(&self) -> (bool, AnyView) {
        let sent = refused(SettleCause::PATH);
        let mine = Cause::parse(&sent.value("cause", "")).map(|cause| cause.word().to_owned()).ok();
        let choices = Cause::ALL.iter().map(|cause| Choice::new(cause.as_str(), cause.word())).collect();
        let items = self
            .items
            .iter()
            .map(|item| {
                let checked = sent.is_ticked("evidence[]", &item.id, item.is_it);
                view! { <Check name="evidence[]" value=item.id.clone() checked=checked label=item.says.clone() /> }
            })
            .collect_view();
        let items = (!self.items.is_empty()).then(|| {
            view! {
                <details class="more-form">
                    <summary class="act">"What on the timeline shows it?"</summary>
                    <fieldset class="evidence"><legend class="only-spoken">"Evidence"</legend>{items}</fieldset>
                </details>
            }
        });
        let inside = view! {
            <Hidden name="seen_cause" value=self.cause.as_str() />
            <Select name="cause" label="How far is the cause known?" value=self.cause.as_str() choices=choices
                say="That it stays unknown is an answer too." id="settle" refused=&sent />
            <TextArea name="cause_text" label="What was it?" value=self.text.clone() most=Summary::MOST id="settle"
                say="What broke, not who." draft=format!("cause-{}", self.form.incident) refused=&sent />
            {items}
            <Submit>"Save the cause"</Submit>
        };
        (sent.is_here(), command("settle-cause", SettleCause::PATH, &self.form, &sent, mine, inside.into_any()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_a_list_of_items() {
        let id = "01900000-0000-7000-8000-000000000001";
        let (seen, command) = read("confirmed", "A bad index.", &[id.into(), String::new()], "suspected").unwrap();
        assert_eq!(seen.cause, Some(Cause::Suspected));
        let Command::SettleCause { evidence, .. } = command else { panic!("{command:?}") };
        assert_eq!(evidence, [id.parse().unwrap()]);
        assert_eq!(read("confirmed", "", &["x".into()], "").unwrap_err().field(), Some("evidence"));
        assert_eq!(read("confirmed", "", &vec![id.into(); MOST + 1], "").unwrap_err().field(), Some("evidence"));
        assert_eq!(read("known", "", &[], "").unwrap_err().field(), Some("cause"));
    }
}
