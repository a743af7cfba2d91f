//! Forms that are sent without a reload: every `<form data-command method="post">`. Each
//! works without this; with it the page stays, and a bad network is no reason to type again.
//!
//! What a form's author decides, in attributes:
//! - `data-command` on the form: send it from here.
//! - `data-offline` on the form: what cannot be sent is kept in line and sent later
//!   ([`super::offline`]). Its first `data-draft` field is what people see waiting.
//! - `data-draft="…"` on a field: what is typed is kept on the device until the server has
//!   it ([`super::drafts`]). Other text asks before the page is left.
//! - `data-asks="…"` around a field: its refusal is the server's to show, which asks back.
//! - `data-submit-on="ctrl-enter"` on a field: Ctrl+Enter or ⌘ Enter sends the form.
//! - `data-fresh` on a hidden field: an id for what the form makes, new for each sending,
//!   as the field `request` is.
//!
//! The words come from the server, in the answer's head ([`super::send`]). The document is
//! told `sensible:sent` after each form that worked.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, FormData, HtmlElement, HtmlFormElement, KeyboardEvent, SubmitEvent, UrlSearchParams};

use super::dom::{self, Field};
use super::send::{Answer, post};
use super::{drafts, menus, offline, refresh, refusals};

/// The forms that are sent from here.
pub(super) const FORMS: &str = "form[data-command]";
/// What people write into.
const TEXTS: &str = "textarea, input:not([type=hidden],[type=radio],[type=checkbox])";
/// Refusals that come with a way forward (`words::way_forward`).
const HELPED: [&str; 16] = [
    "not_allowed_now",
    "already_ended",
    "no_next_update_when_over",
    "guarded_owed",
    "key_time_too_early",
    "nothing_to_triage",
    "not_invited",
    "not_the_lead",
    "not_asked_of_you",
    "always_there",
    "hand_off_waits",
    "private_incidents_off",
    "request_reused",
    "hand_off_ended",
    "deactivated",
    "not_written",
];
/// The ids of what a form asks for, which the server takes once.
const IDS: &str = "input[name=request], input[data-fresh]";
/// On a form: what was sent last under its present ids.
const SENT: &str = "data-sent";
/// How long to wait before each further try, in milliseconds: a minute in all.
const WAITS: [i32; 8] = [500, 1_000, 2_000, 4_000, 8_000, 12_000, 16_000, 16_000];

/// Listens on the document, for every form there is or will be.
pub fn start() {
    let (Some(window), Some(document)) = (dom::window(), dom::document()) else { return };
    // A tab that was doubled or restored has the ids of the other, with a text of its own.
    if let Some(page) = dom::page() {
        dom::all(&page, FORMS).iter().for_each(renew);
    }
    super::on(&document, "submit", submitted);
    super::on(&document, "keydown", send_by_key);
    super::on(&window, "beforeunload", |event| {
        if !dom::is_leaving() && holds_unsent_text() {
            event.prevent_default();
        }
    });
}

fn renew(form: &Element) {
    let _ = form.remove_attribute(SENT);
    dom::all(form, IDS).iter().for_each(|id| dom::field(id).set_value(&dom::new_id()));
}

fn submitted(event: Event) {
    let form = dom::concerned(&event, FORMS).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form.filter(|_| !event.default_prevented()) else { return };
    let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
    // What cannot be read here goes the plain way.
    let Some(sending) = Sending::of(form, button) else { return };
    event.prevent_default();
    if !sending.form.has_attribute("aria-busy") {
        drafts::save_all();
        spawn_local(sending.run());
    }
}

fn send_by_key(event: Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let is_it = key.key() == "Enter" && (key.ctrl_key() || key.meta_key()) && !key.is_composing() && !key.repeat();
    if is_it
        && let Some(field) = dom::concerned(&event, "[data-submit-on=ctrl-enter]")
        && let Ok(Some(form)) = field.closest("form")
        && let Some(form) = form.dyn_ref::<HtmlFormElement>()
    {
        event.prevent_default();
        let _ = form.request_submit();
    }
}

/// Text that would be gone with the page. What has `data-draft` is kept anyway.
fn holds_unsent_text() -> bool {
    let Some(page) = dom::page() else { return false };
    dom::all(&page, FORMS).iter().any(|form| {
        form.has_attribute("aria-busy") && !form.has_attribute("data-offline")
            || dom::all(form, TEXTS).iter().any(|text| {
                let field = dom::field(text);
                !text.has_attribute("data-draft") && field.value() != field.stored()
            })
    })
}

/// Whether the server asks back about a field, which its form marks by `data-asks`.
fn asks_back(form: &Element, field: &str) -> bool {
    dom::all(form, "[data-asks]").iter().any(|asks| asks.get_attribute("data-asks").as_deref() == Some(field))
}

/// A form on its way, with everything as it was when it was sent.
struct Sending {
    form: HtmlFormElement,
    button: Option<HtmlElement>,
    action: String,
    fields: UrlSearchParams,
    texts: Vec<(Element, String)>,
}

impl Sending {
    fn of(form: HtmlFormElement, button: Option<HtmlElement>) -> Option<Self> {
        let pressed = |name: &str| button.as_ref().and_then(|button| button.get_attribute(name));
        let action = pressed("formaction").or_else(|| form.get_attribute("action"))?;
        if !action.starts_with("/api/") {
            return None;
        }
        let data = FormData::new_with_form(&form).ok()?;
        let fields = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
        if let Some(name) = pressed("name").filter(|name| !name.is_empty()) {
            fields.append(&name, &pressed("value").unwrap_or_default());
        }
        let texts = dom::all(&form, TEXTS).into_iter();
        let texts = texts.map(|text| (text.clone(), dom::field(&text).value())).collect();
        Some(Self { form, button, action, fields, texts })
    }

    async fn run(self) {
        refusals::forget(&self.form);
        self.busy(true);
        let answer = self.send().await;
        self.busy(false);
        match answer {
            None => {}
            Some(Answer::Done { says, to }) => self.done(&says, to),
            // The server shows what the other person did, beside what was typed here.
            Some(Answer::Refused { code, .. }) if code == "conflict" => self.plainly(),
            // The server shows the way forward beside what was typed here.
            Some(Answer::Refused { code, .. }) if HELPED.contains(&code.as_str()) => self.plainly(),
            // A time that can mean two moments: the server asks which.
            Some(Answer::Refused { field, .. }) if asks_back(&self.form, &field) => self.plainly(),
            Some(Answer::Refused { field, says, .. }) => refusals::show(&self.form, &field, &says),
            Some(Answer::SignedOut { says }) => refusals::sign_in_first(&self.form, &says),
            Some(Answer::Away) => refusals::show(&self.form, "", AWAY),
            Some(Answer::Elsewhere) => refusals::show(&self.form, "", ELSEWHERE),
        }
    }

    /// Sends it, again and again while nobody answers; nothing when it went into the line.
    async fn send(&self) -> Option<Answer> {
        let waits = self.form.has_attribute("data-offline");
        // Nothing of it was sent yet.
        if waits && offline::must_wait() && self.put_in_line(true) {
            return None;
        }
        let body = String::from(self.fields.to_string());
        // Whether the server may know these ids already, with another text.
        let is_other = self.form.get_attribute(SENT).is_some_and(|sent| sent != body);
        let _ = self.form.set_attribute(SENT, &body);
        for (tries, wait) in WAITS.into_iter().chain([0]).enumerate() {
            match post(&self.action, &body).await {
                Answer::Away | Answer::Elsewhere if waits && self.put_in_line(is_other) => return None,
                // Who answers for the server says the same a minute later.
                Answer::Elsewhere if tries < 2 => dom::pause(wait).await,
                Answer::Away if wait > 0 => {
                    if tries == 1 {
                        refusals::show(&self.form, "", "No answer yet. It is sent again until there is one.");
                    }
                    dom::pause(wait).await;
                }
                // An earlier try did arrive; only its answer was lost.
                Answer::Refused { code, .. } if tries > 0 && !is_other && code == "request_reused" => {
                    return Some(Answer::Done { says: String::new(), to: None });
                }
                answer => {
                    // What was refused was not taken: the server does not know its ids.
                    if matches!(&answer, Answer::Refused { code, .. } if code != "request_reused") {
                        let _ = self.form.remove_attribute(SENT);
                    }
                    refusals::forget(&self.form);
                    return Some(answer);
                }
            }
        }
        Some(Answer::Away)
    }

    /// Keeps it on the device; `false` when the device does not keep it. Under a `new` id when
    /// the server may know the present one with another text, and never when it may know this.
    fn put_in_line(&self, new: bool) -> bool {
        let shown = self.texts.iter().find(|(text, _)| text.has_attribute("data-draft"));
        let text = shown.map(|(_, text)| text.as_str()).unwrap_or_default();
        if new {
            self.fields.set("request", &dom::new_id());
        }
        if !offline::keep(&self.action, &self.fields, text) {
            return false;
        }
        self.clear();
        true
    }

    fn done(&self, says: &str, to: Option<String>) {
        self.clear();
        // The whole menu: one that is left open keeps what changed in it from being shown.
        for around in ["details[open]", "details.menu[open]"] {
            if let Ok(Some(menu)) = self.form.closest(around) {
                menus::close(&menu, true);
            }
        }
        dom::tell("sensible:sent");
        match Self::elsewhere(to) {
            Some(address) => refresh::go(&address, says),
            None => refresh::after(says),
        }
    }

    /// Where it goes on, when that is not this page.
    fn elsewhere(to: Option<String>) -> Option<String> {
        let here = dom::window()?.location().pathname().ok()?;
        to.filter(|address| address.split(['?', '#']).next() != Some(here.as_str()))
    }

    /// The form as it was before somebody wrote into it. What was typed while it was under
    /// way stays.
    fn clear(&self) {
        for (text, sent) in &self.texts {
            drafts::received(text, sent);
        }
        if self.texts.iter().all(|(text, sent)| dom::field(text).value() == *sent) {
            self.form.reset();
            if self.form.has_attribute("data-offline") {
                // What the page was made with may be what was refused, and is sent now.
                self.texts.iter().filter(|(text, _)| text.has_attribute("data-draft")).for_each(|(text, _)| {
                    dom::field(text).set_value("");
                    text.unchecked_ref::<Field>().focus();
                });
            }
        }
        renew(&self.form);
    }

    fn busy(&self, busy: bool) {
        let button = self.button.as_ref().map(|button| button.unchecked_ref::<Element>().clone());
        for element in [Some(self.form.unchecked_ref::<Element>().clone()), button].into_iter().flatten() {
            let _ =
                if busy { element.set_attribute("aria-busy", "true") } else { element.remove_attribute("aria-busy") };
        }
    }

    /// As without a script.
    fn plainly(&self) {
        let pressed = |name: &str| self.button.as_ref().and_then(|button| button.get_attribute(name));
        if let Some(name) = pressed("name")
            && let Some(hidden) = dom::make("input", "", "")
        {
            let _ = hidden.set_attribute("type", "hidden");
            let _ = hidden.set_attribute("name", &name);
            let _ = hidden.set_attribute("value", &pressed("value").unwrap_or_default());
            let _ = self.form.append_child(&hidden);
        }
        let _ = self.form.set_attribute("action", &self.action);
        dom::leave();
        let _ = self.form.submit();
    }
}

/// When something else answered to the last.
const ELSEWHERE: &str = "Not the server answered, but something before it: perhaps a page to sign in, which another tab shows. Nothing of yours is lost.";
/// After the last try.
const AWAY: &str = "The server does not answer. Nothing of yours is lost; send it again in a moment.";
