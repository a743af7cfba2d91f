//! Severities: one ranked set of labels, each with a definition and an example.

use domain::Refusal;
use domain::SeverityId;
use domain::incidents::Kind;
use domain::text::{Definition, SeverityName};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::{SeverityChange, SeverityListed};

use super::nav::settings_page;
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;
use crate::refused::refused;
use crate::ui::{Field, Hidden, Mark, Submit, TextArea, badge};

/// A severity, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityView {
    /// Which; empty for a new one.
    pub id: String,
    /// Its mark and name.
    pub mark: Mark,
    /// When it applies.
    pub definition: String,
    /// A case of it.
    pub example: String,
    /// `6 so far`.
    pub so_far: i64,
    /// New incidents cannot have it any more.
    pub archived: bool,
}

impl From<SeverityListed> for SeverityView {
    fn from(severity: SeverityListed) -> Self {
        Self {
            id: severity.id.to_string(),
            mark: Mark::severity(severity.rank, &severity.name, Kind::Real),
            definition: severity.definition,
            example: severity.example,
            so_far: severity.so_far,
            archived: severity.archived,
        }
    }
}

/// All severities, worst first.
#[server(endpoint = "severities/read")]
pub async fn severities() -> Result<Vec<SeverityView>, AppError> {
    let ctx = ctx()?;
    let severities = ctx.store.severities(&ctx.viewer).await.map_err(told)?;
    Ok(severities.into_iter().map(SeverityView::from).collect())
}

/// Stores a severity; one without an id is new and takes the least rank. For admins.
#[server(endpoint = "severities/save")]
pub async fn save_severity(
    #[server(default)] id: String,
    name: String,
    #[server(default)] definition: String,
    #[server(default)] example: String,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let saved = match read(&id, &name, &definition, &example) {
        Ok(change) => ctx.store.save_severity(&ctx.viewer, change).await.map(|_| ()),
        Err(refusal) => Err(refusal.into()),
    };
    settle(saved, paths::SEVERITIES, "severity")
}

/// Puts a severity away; incidents that have it keep it. For admins.
#[server(endpoint = "severities/archive")]
pub async fn archive_severity(id: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let archived = match SeverityId::parse(&id) {
        Ok(id) => ctx.store.archive_severity(&ctx.viewer, id).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(archived, paths::SEVERITIES, "severity-archived")
}

/// Ranks them anew, worst first. All that stand are named, or somebody changed the set
/// meanwhile. For admins.
#[server(endpoint = "severities/reorder")]
pub async fn reorder_severities(order: Vec<String>) -> Result<(), AppError> {
    let ctx = ctx()?;
    let ordered = match order.iter().map(|id| SeverityId::parse(id)).collect() {
        Ok(order) => ctx.store.reorder_severities(&ctx.viewer, order).await,
        Err(refusal) => Err(Refusal::into(refusal)),
    };
    settle(ordered, paths::SEVERITIES, "severities-order")
}

fn read(id: &str, name: &str, definition: &str, example: &str) -> Result<SeverityChange, Refusal> {
    Ok(SeverityChange {
        id: (!id.is_empty()).then(|| SeverityId::parse(id)).transpose()?,
        name: SeverityName::parse(name)?,
        definition: Definition::parse(definition)?,
        example: Definition::parse_field(example, "example")?,
    })
}

/// `/settings/severities`.
#[component]
pub fn SeveritiesPage() -> impl IntoView {
    settings_page(paths::SEVERITIES, |is_admin| async move {
        let severities = severities().await?;
        let standing = severities.iter().filter(|severity| !severity.archived);
        let order: Vec<String> = standing.map(|severity| severity.id.clone()).collect();
        let entries = severities.into_iter().map(|severity| entry(severity, &order, is_admin)).collect_view();
        Ok(view! {
            <header>
                <h1>"Severities"</h1>
                <p>"Worst first. One word each, a definition, and an example somebody remembers."</p>
            </header>
            <ul class="entries">{entries}</ul>
            {is_admin.then(add)}
        }
        .into_any())
    })
}

fn entry(severity: SeverityView, order: &[String], is_admin: bool) -> impl IntoView {
    let so_far = format!("{} so far", severity.so_far);
    let change = (is_admin && !severity.archived).then(|| view! { <span class="act">"Change"</span> });
    let words = view! {
        <p class="entry-say" dir="auto">{severity.definition.clone()}</p>
        {(!severity.example.is_empty()).then(|| view! { <p class="entry-say" dir="auto">"For example: "{severity.example.clone()}</p> })}
    };
    let head = view! {
        <span class="entry-name">{badge(severity.mark.clone())}</span>
        <span class="soft">{so_far}{severity.archived.then_some(", archived")}</span>
        {change}
    };
    if severity.archived || !is_admin {
        return view! { <li class="entry"><div class="entry-line">{head}</div>{words}</li> }.into_any();
    }
    let sent = refused(SaveSeverity::PATH).with("id", &severity.id);
    let moves = [(-1, "Up"), (1, "Down")]
        .into_iter()
        .filter_map(|(by, word)| Some(move_form(moved(order, &severity.id, by)?, word, &severity.mark.word).into_any()))
        .collect_view();
    view! {
        <li class="entry">
            <details open=sent.is_here()>
                <summary>{head}</summary>
                {form(severity.clone()).into_any()}
                <form class="entry-acts" method="post" action=ArchiveSeverity::PATH>
                    <Hidden name="id" value=severity.id /><button class="act">"Archive it"</button>
                </form>
            </details>
            {words}
            <div class="entry-acts">{moves}</div>
        </li>
    }
    .into_any()
}

/// The order after one of them went a place up (-1) or down (1); nothing when it cannot.
fn moved(order: &[String], id: &str, by: isize) -> Option<Vec<String>> {
    let from = order.iter().position(|known| known == id)?;
    let to = from.checked_add_signed(by).filter(|to| *to < order.len())?;
    let mut order = order.to_vec();
    order.swap(from, to);
    Some(order)
}

/// A button that sends the whole order, so that it is refused when the set has changed.
fn move_form(order: Vec<String>, word: &'static str, name: &str) -> impl IntoView {
    let ids = order.into_iter().map(|id| view! { <Hidden name="order[]" value=id /> }).collect_view();
    let which = format!(" {name}");
    view! {
        <form method="post" action=ReorderSeverities::PATH>
            {ids}<button class="act">{word}<span class="only-spoken">{which}</span></button>
        </form>
    }
}

fn add() -> impl IntoView {
    let new = SeverityView {
        id: String::new(),
        mark: Mark { mark: String::new(), word: String::new(), is_severity: true },
        definition: String::new(),
        example: String::new(),
        so_far: 0,
        archived: false,
    };
    view! { <section class="form"><h2>"Add one below the others"</h2>{form(new)}</section> }
}

fn form(severity: SeverityView) -> impl IntoView {
    let id = severity.id.clone();
    let which = if id.is_empty() { "new".to_owned() } else { id.clone() };
    let sent = refused(SaveSeverity::PATH).with("id", &id);
    view! {
        <form class="form" method="post" action=SaveSeverity::PATH>
            {sent.notice()}
            <Hidden name="id" value=id />
            <Field name="name" label="Name" value=severity.mark.word size="name" most=SeverityName::MOST id=which.clone() refused=&sent />
            <TextArea name="definition" label="When does it apply?" value=severity.definition most=Definition::MOST id=which.clone() refused=&sent />
            <TextArea name="example" label="An example" value=severity.example most=Definition::MOST id=which refused=&sent />
            <Submit>"Save"</Submit>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_goes_no_further_up_and_the_last_no_further_down() {
        let order = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(moved(&order, "b", -1).unwrap(), ["b", "a", "c"]);
        assert_eq!(moved(&order, "b", 1).unwrap(), ["a", "c", "b"]);
        assert_eq!((moved(&order, "a", -1), moved(&order, "c", 1), moved(&order, "x", 1)), (None, None, None));
    }
}
