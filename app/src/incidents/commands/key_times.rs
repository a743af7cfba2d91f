//! Key times that a person states or corrects, in the zone that the page showed.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::incidents::{Command, Seen};
use domain::key_times::{KeyTimeKind, Precision};
use domain::zones::Zone;
use domain::{Refusal, Why};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::Form;
use super::form::command;
use super::read::ask_read;
use super::seen_value::SeenValue;
use crate::error::AppError;
use crate::incidents::homepage::asks_when;
use crate::refused::{Refused, refused};
use crate::timeline::typed_time;
use crate::ui::{Check, Choice, Field, Hidden, Select, Submit};

/// States or corrects when something happened.
#[server(endpoint = "incidents/key-time")]
#[allow(clippy::too_many_arguments, reason = "the fields of one form")]
pub async fn set_key_time(
    incident: String,
    request: String,
    back: String,
    kind: String,
    day: String,
    #[server(default)] time: String,
    precision: String,
    #[server(default)] assumed: bool,
    #[server(default)] which: String,
    zone: String,
    #[server(default)] seen_time: SeenValue,
) -> Result<(), AppError> {
    let typed = Typed { day, time, which, zone };
    let read = read(&kind, &typed, &precision, assumed, seen_time.as_deref());
    ask_read(incident, request, back, "key-time", read).await
}

/// A moment as somebody typed it.
struct Typed {
    day: String,
    time: String,
    which: String,
    zone: String,
}

fn read(
    kind: &str,
    typed: &Typed,
    precision: &str,
    assumed: bool,
    seen: Option<&str>,
) -> Result<(Seen, Command), Refusal> {
    let (kind, precision) = (KeyTimeKind::parse(kind)?, Precision::parse(precision)?);
    let at = typed.at(precision)?;
    let seen = Seen { time: seen.map(seen_time).transpose()?, ..Seen::default() };
    Ok((seen, Command::SetKeyTime { kind, at, precision, assumed }))
}

/// What stood there when the form was made; an empty field says that nobody had said it.
fn seen_time(text: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let moment = |text| DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    let read = (!text.is_empty()).then(|| moment(text)).transpose();
    read.map_err(|_| Refusal::invalid("seen_time", Why::NotATime))
}

impl Typed {
    /// Of a moment that is known to the day, the day is enough.
    fn at(&self, precision: Precision) -> Result<DateTime<Utc>, Refusal> {
        let day = self.day.trim();
        let local = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| Refusal::invalid("day", Why::NotATime))?;
        let time = self.time.trim();
        if !time.is_empty() {
            return typed_time::read(&format!("{day}T{time}"), &self.zone, &self.which, "time");
        }
        let begins = Zone::parse(&self.zone)?.day_begins(local).filter(|_| precision == Precision::Day);
        begins.ok_or_else(|| Refusal::invalid("time", Why::Empty))
    }
}

/// A key time to state or correct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTimeForm {
    form: Form,
    kind: KeyTimeKind,
    /// `2025-11-20`; for a moment that nobody has said, the day of the report.
    day: String,
    /// `23:26`; empty when nobody has said it.
    time: String,
    precision: Precision,
    assumed: bool,
    zone: String,
    /// `Tokyo, JST`.
    label: String,
    /// The moment itself, RFC 3339; empty when nobody has said it.
    seen: String,
    /// The next steps ask for it as well.
    is_step: bool,
}

impl KeyTimeForm {
    /// The moment as it is known.
    pub fn of(homepage: &Homepage, kind: KeyTimeKind, zone: &Zone, form: Form) -> Self {
        let known = homepage.key_times.get(kind);
        let at = known.map_or(homepage.reported_at, |known| known.at);
        let is_timed = known.is_some_and(|known| known.precision != Precision::Day);
        let local = zone.local(at);
        Self {
            form,
            kind,
            day: local.format("%Y-%m-%d").to_string(),
            time: if is_timed { local.format("%H:%M").to_string() } else { String::new() },
            // What a person types is known to the minute.
            precision: known.map_or(Precision::Minute, |known| known.precision.max(Precision::Minute)),
            assumed: known.is_some_and(|known| known.assumed),
            zone: zone.name().to_owned(),
            label: zone.label(at),
            seen: known.map_or_else(String::new, |known| known.at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            is_step: asks_when(homepage, kind),
        }
    }

    /// Which moment it is.
    pub fn kind(&self) -> KeyTimeKind {
        self.kind
    }

    /// The form, and whether it was refused.
    pub fn view(&self) -> (bool, AnyView) {
        let sent = refused(SetKeyTime::PATH).with("kind", self.kind.as_str());
        let sent = if self.is_step { sent.with("back", &self.form.back) } else { sent };
        let which = self.kind.as_str();
        let precisions = [Precision::Minute, Precision::Hour, Precision::Day];
        let choices = precisions.map(|precision| Choice::new(precision.as_str(), precision.word())).into();
        let assumed = sent.is_ticked("assumed", "true", self.assumed);
        let inside = view! {
            <Hidden name="kind" value=which /><Hidden name="zone" value=self.zone.clone() />
            <Hidden name="seen_time" value=self.seen.clone() />
            <p class="choice-say">{question(self.kind)}</p>
            <div class="fields">
                <Field name="day" label="Day" kind="date" size="name" value=self.day.clone() id=which refused=&sent />
                <div data-asks="time">
                    <Field name="time" label="Time" kind="time" value=self.time.clone() optional=true id=which refused=&sent />
                </div>
            </div>
            <p class="soft note-size">{self.label.clone()}</p>
            {self.doubt(&sent)}
            <Select name="precision" label="How exactly is it known?" value=self.precision.as_str() choices=choices id=which refused=&sent />
            <Check name="assumed" value="true" checked=assumed label="Assumed, not known" />
            <Submit>"Save the time"</Submit>
        };
        let id = format!("key-time-{which}");
        let mine = typed_words(&sent);
        (sent.is_here(), command(id, SetKeyTime::PATH, &self.form, &sent, mine, inside.into_any()))
    }

    /// Which of the two moments is meant, where the clocks leave it open.
    fn doubt(&self, sent: &Refused) -> Option<AnyView> {
        let zone = Zone::parse(&self.zone).ok()?;
        let typed = format!("{}T{}", sent.value("day", self.day.as_str()), sent.value("time", self.time.as_str()));
        let choices = typed_time::choices(&typed, &zone)?.map(|(value, says)| {
            let checked = sent.is_ticked("which", value, false);
            view! { <label class="tick"><input type="radio" name="which" value=value checked=checked />{says}</label> }
        });
        let choices = choices.into_iter().collect_view();
        Some(view! { <fieldset class="which"><legend>"Which one?"</legend>{choices}</fieldset> }.into_any())
    }
}

/// What somebody typed, for when somebody else said another moment meanwhile.
fn typed_words(sent: &Refused) -> Option<String> {
    let typed = format!("{} {}", sent.value("day", ""), sent.value("time", ""));
    Some(typed.trim().to_owned()).filter(|typed| !typed.is_empty())
}

fn question(kind: KeyTimeKind) -> &'static str {
    match kind {
        KeyTimeKind::FailureStarted => "When did the failure begin, noticed or not?",
        KeyTimeKind::Detected => "When did a person or a machine notice?",
        KeyTimeKind::Reported => "When was it declared?",
        KeyTimeKind::Engaged => "When did the first person begin to work on it?",
        KeyTimeKind::Identified => "When was it known what is broken?",
        KeyTimeKind::Fixed => "When was a fix out?",
        KeyTimeKind::Recovered => "When was it over?",
        KeyTimeKind::CauseSettled => "When was the cause confirmed, or accepted as unknown?",
        KeyTimeKind::PostmortemReady => "When did the postmortem go into review?",
        KeyTimeKind::SessionHeld => "When was the learning session?",
        KeyTimeKind::Learned => "When had the last participant learned of it?",
        KeyTimeKind::ActionsChosen => "When were the action items chosen?",
        KeyTimeKind::LastActionDone => "When was the last chosen action item done?",
        KeyTimeKind::Closed => "When was it closed?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(day: &str, time: &str, zone: &str) -> Typed {
        Typed { day: day.into(), time: time.into(), which: String::new(), zone: zone.into() }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_read_in_the_zone_that_was_shown() {
        let tokyo = typed("2025-11-20", "23:26", "Asia/Tokyo");
        assert_eq!(tokyo.at(Precision::Minute).unwrap(), at("2025-11-20T14:26:00Z"));
        let (_, command) = read("failure_started", &tokyo, "minute", true, None).unwrap();
        let Command::SetKeyTime { kind, assumed, .. } = command else { panic!("{command:?}") };
        assert_eq!((kind, assumed), (KeyTimeKind::FailureStarted, true));
    }

    #[test]
    fn what_was_seen_is_a_moment_nothing_or_not_said() {
        let seen = |text| read("detected", &typed("2025-11-20", "23:26", "UTC"), "minute", false, text);
        assert_eq!(seen(None).unwrap().0.time, None);
        assert_eq!(seen(Some("")).unwrap().0.time, Some(None));
        let stood = "2025-11-20T14:26:00.123456Z";
        assert_eq!(seen(Some(stood)).unwrap().0.time, Some(Some(at(stood))));
        assert_eq!(seen(Some("noon")).unwrap_err().field(), Some("seen_time"));
    }

    #[test]
    fn the_day_is_enough_for_what_is_known_to_the_day() {
        let day = typed("2025-11-20", " ", "Asia/Tokyo");
        assert_eq!(day.at(Precision::Day).unwrap(), at("2025-11-19T15:00:00Z"));
        assert_eq!(day.at(Precision::Minute), Err(Refusal::invalid("time", Why::Empty)));
        assert_eq!(typed("20.11.2025", "", "UTC").at(Precision::Day), Err(Refusal::invalid("day", Why::NotATime)));
    }

    #[test]
    fn a_time_that_came_twice_or_not_at_all_is_asked_about() {
        let mut twice = typed("2026-11-01", "01:30", "America/Los_Angeles");
        assert_eq!(twice.at(Precision::Minute), Err(Refusal::invalid("time", Why::Twice)));
        twice.which = typed_time::LATER.into();
        assert_eq!(twice.at(Precision::Minute).unwrap(), at("2026-11-01T09:30:00Z"));
        let never = typed("2026-03-08", "02:30", "America/Los_Angeles");
        assert_eq!(never.at(Precision::Minute), Err(Refusal::invalid("time", Why::Skipped)));
    }
}
