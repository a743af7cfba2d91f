//! Forms that were refused, shown again as they were sent. `settle` notes why; the server
//! keeps what was typed (`server/src/http/refused.rs`) and the page asks for it here.

use std::sync::{Arc, OnceLock};

use domain::{Refusal, RequestId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ctx::ctx;
use crate::error::AppError;
use crate::words;

/// What the page goes to after a refusal: the field, or the sentence at the form's head.
/// A browser without scripts scrolls there and puts the focus into it.
pub const ANCHOR: &str = "refused";

/// A plain form that is being answered. The server puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct SentForm {
    id: RequestId,
    refused: Arc<OnceLock<AppError>>,
}

impl SentForm {
    /// A form that is kept under this id if it is refused.
    pub fn new(id: RequestId) -> Self {
        Self { id, refused: Arc::default() }
    }

    /// Notes why it is refused, and gives the id that it is found by.
    pub(crate) fn refuse(&self, error: AppError) -> String {
        // The first refusal is the one that is answered.
        let _ = self.refused.set(error);
        self.id.to_string()
    }

    /// Why it was refused, if it was.
    pub fn refused(&self) -> Option<&AppError> {
        self.refused.get()
    }

    /// The id that it is found by.
    pub fn id(&self) -> RequestId {
        self.id
    }
}

/// What was sent, and why it was refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    action: String,
    fields: Vec<(String, String)>,
    error: AppError,
}

/// Reads the refused form that the address names and lets the page's forms find it.
/// Whose it is not, and who comes after ten minutes, finds nothing. Gives the sentence.
pub(crate) async fn read_refused() -> Option<String> {
    let query = use_query_map();
    let id = query.with_untracked(|query| query.get_str("refused").and_then(|id| RequestId::parse(id).ok()))?;
    let ctx = ctx().ok()?;
    // A page that cannot show what was typed says so by what it reads next.
    let kept = ctx.store.refused_form(&ctx.viewer, id).await.ok()??;
    let error = serde_json::from_str::<AppError>(&kept.code).ok()?;
    let says = words::sentence(&error);
    provide_context(Arc::new(Form { action: kept.action, fields: kept.fields, error }));
    Some(says)
}

/// The form of this page that posts to `action`, if it is the one that was refused.
pub fn refused(action: &str) -> Refused {
    Refused { form: use_context::<Arc<Form>>().filter(|form| form.action == action), row: None }
}

/// A form as it was sent; empty for every form that was not refused.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    form: Option<Arc<Form>>,
    /// Of fields that are there several times: which one, and whether it is the wrong one.
    row: Option<(usize, bool)>,
}

impl Refused {
    /// Only when it was sent with this value: of several forms alike, the one it is.
    pub fn with(self, name: &str, value: &str) -> Self {
        let is_it = self.sent(name).next() == Some(value);
        Self { form: self.form.clone().filter(|_| is_it), row: self.row }
    }

    /// Only when it was not sent with this value: another form shows it.
    pub fn without(self, name: &str, value: &str) -> Self {
        let is_it = self.sent(name).next() == Some(value);
        Self { form: self.form.clone().filter(|_| !is_it), row: self.row }
    }

    /// Fields of a list (`label[]`): those of one row. A row that `is_wrong` says why.
    pub fn row(&self, place: usize, is_wrong: bool) -> Self {
        Self { form: self.form.clone(), row: Some((place, is_wrong)) }
    }

    /// Whether this is the form that was refused.
    pub fn is_here(&self) -> bool {
        self.form.is_some()
    }

    /// What was typed into a field, or else what is stored.
    pub fn value(&self, name: &str, stored: impl Into<String>) -> String {
        let place = self.row.map_or(0, |(place, _)| place);
        self.sent(name).nth(place).map_or_else(|| stored.into(), str::to_owned)
    }

    /// Everything that was sent under a name; nothing when this form was not refused.
    pub fn values(&self, name: &str) -> Option<Vec<String>> {
        self.is_here().then(|| self.sent(name).map(str::to_owned).collect())
    }

    /// Whether a box was ticked, or else whether it is stored so. A box that is not ticked
    /// is not sent at all.
    pub fn is_ticked(&self, name: &str, value: &str, stored: bool) -> bool {
        if self.is_here() { self.sent(name).any(|sent| sent == value) } else { stored }
    }

    /// Why the field was refused: the sentence beside it. What somebody else did to it
    /// stands above the form.
    pub fn wrong(&self, name: &str) -> Option<String> {
        let is_named = self.form.as_ref()?.field() == Some(bare(name)) && self.conflict().is_none();
        (is_named && self.row.is_none_or(|(_, is_wrong)| is_wrong)).then(|| self.sentence()).flatten()
    }

    /// What stands at the form's head: the sentence, when no field of it is to blame, and the
    /// way forward, when there is one.
    pub fn notice(&self) -> Option<AnyView> {
        let form = self.form.as_ref()?;
        let is_beside = form.fields.iter().any(|(name, _)| Some(bare(name)) == form.field());
        let says = (!is_beside || self.conflict().is_some())
            .then(|| view! { <p class="field-error" id=ANCHOR tabindex="-1">{self.sentence()}</p> });
        let way = form.way_forward().map(|(label, href)| view! { <p><a class="act" href=href>{label}</a></p> });
        (says.is_some() || way.is_some()).then(|| view! { {says} {way} }.into_any())
    }

    /// The field that somebody else changed meanwhile, if that is why it was refused.
    pub fn conflict(&self) -> Option<&str> {
        self.form.as_ref()?.conflict()
    }

    /// Why it was refused, in a sentence.
    pub fn sentence(&self) -> Option<String> {
        self.form.as_ref().map(|form| words::sentence(&form.error))
    }

    fn sent<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.form.as_ref().map(|form| form.fields.as_slice()).unwrap_or_default();
        fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl From<&Refused> for Refused {
    fn from(refused: &Refused) -> Self {
        refused.clone()
    }
}

/// The field that the refused form of this page was refused for, because somebody else
/// changed it, and the part of the incident (a timeline item, a task, a key time) that the
/// form was about.
pub fn conflict_here() -> Option<(String, Option<String>)> {
    let form = use_context::<Arc<Form>>()?;
    let sent = |name: &str| form.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    Some((form.conflict()?.to_owned(), sent("item").or_else(|| sent("task")).or_else(|| sent("kind"))))
}

impl Form {
    /// The field that somebody else changed meanwhile.
    fn conflict(&self) -> Option<&str> {
        match &self.error {
            AppError::Refused { refusal: Refusal::Conflict { field } } => Some(field),
            _ => None,
        }
    }

    /// What would help: its words and its address, on the page that the form came from.
    fn way_forward(&self) -> Option<(&'static str, String)> {
        let AppError::Refused { refusal } = &self.error else { return None };
        let back = self.fields.iter().find(|(name, _)| name == "back").map_or("", |(_, value)| value);
        words::way_forward(refusal, back)
    }

    /// The field that was refused.
    fn field(&self) -> Option<&str> {
        match &self.error {
            AppError::Refused { refusal } => refusal.field(),
            _ => None,
        }
    }
}

/// The name of a list's fields without its brackets: refusals name the list.
fn bare(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Why;

    fn refused(refusal: Refusal) -> Refused {
        let fields = [("id", "7"), ("name", " Sev1"), ("label[]", "a"), ("label[]", "b"), ("on[]", "2")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let form = Form { action: "/api/x".into(), fields, error: refusal.into() };
        Refused { form: Some(Arc::new(form)), row: None }
    }

    #[test]
    fn what_was_typed_stands_where_it_was_typed() {
        let form = refused(Refusal::taken("name"));
        assert_eq!(form.value("name", "stored"), " Sev1");
        assert_eq!(form.value("other", "stored"), "stored");
        assert_eq!(
            (form.row(0, false).value("label[]", ""), form.row(1, false).value("label[]", "")),
            ("a".into(), "b".into())
        );
        assert_eq!(form.row(2, false).value("label[]", "-"), "-");
        assert!(form.is_ticked("on[]", "2", false) && !form.is_ticked("on[]", "1", true));
        assert_eq!(Refused::default().value("name", "stored"), "stored");
        assert!(Refused::default().is_ticked("on[]", "1", true));
    }

    #[test]
    fn of_forms_alike_it_is_the_one_that_was_sent() {
        assert!(refused(Refusal::NotFound).with("id", "7").is_here());
        assert!(!refused(Refusal::NotFound).with("id", "8").is_here());
        assert!(!refused(Refusal::NotFound).with("which", "7").is_here());
    }

    #[test]
    fn the_error_stands_beside_its_field_or_else_at_the_head() {
        let form = refused(Refusal::taken("name"));
        assert!(form.wrong("name").is_some() && form.wrong("id").is_none() && form.notice().is_none());
        let rows = refused(Refusal::invalid("label", Why::Empty));
        assert!(rows.row(1, true).wrong("label[]").is_some() && rows.row(0, false).wrong("label[]").is_none());
        for refusal in [Refusal::NotFound, Refusal::conflict("elsewhere")] {
            assert!(refused(refusal).notice().is_some());
        }
        assert!(Refused::default().notice().is_none());
    }
}
