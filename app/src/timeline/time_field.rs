//! The field for a time that somebody types, with its zone named, and with the two moments
//! to choose from where the clocks leave it open.

use chrono::{DateTime, Utc};
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed_time;
use crate::refused::Refused;
use crate::ui::{Field, Hidden};

/// A time to type: the fields `occurred_at`, `zone` and, where it is asked, `which`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeField {
    /// The IANA name, which travels with the form: the time means what its page showed.
    zone: String,
    /// `Tokyo, JST`.
    label: String,
    /// What stands in it.
    value: String,
}

impl TimeField {
    /// A field in the shown zone, with a moment in it or empty.
    pub fn of(zone: &Zone, now: DateTime<Utc>, at: Option<DateTime<Utc>>) -> Self {
        Self {
            zone: zone.name().into(),
            label: zone.label(at.unwrap_or(now)),
            value: at.map(|at| zone.field_value(at)).unwrap_or_default(),
        }
    }

    /// The field. `id` tells it from others on the page.
    pub fn view(self, id: &'static str, optional: bool, sent: &Refused) -> impl IntoView + use<> {
        let typed = sent.value("occurred_at", self.value.as_str());
        let zone = Zone::parse(&self.zone).ok();
        let choices = zone.and_then(|zone| typed_time::choices(&typed, &zone));
        let which = choices.map(|choices| {
            let ticks = choices.map(|(value, says)| {
                let checked = sent.is_ticked("which", value, false);
                view! { <label class="tick"><input type="radio" name="which" value=value checked=checked />{says}</label> }
            });
            view! { <fieldset class="which"><legend>"Which one?"</legend>{ticks.into_iter().collect_view()}</fieldset> }
        });
        view! {
            <Hidden name="zone" value=self.zone />
            <div class="time-field" data-asks="occurred_at">
                <Field name="occurred_at" id=id label="When it happened" kind="datetime-local" size="name" value=self.value
                    optional=optional refused=sent />
                <span class="soft note-size">{self.label}</span>
            </div>
            {which}
        }
    }
}
