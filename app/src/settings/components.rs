//! Components: what can fail, with links to its dashboard, logs and runbook.

use domain::text::{ComponentName, Definition, LinkLabel, Url};
use domain::{ComponentId, Refusal, Why};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::{ComponentChange, ComponentListed, LinkChange, LinkKind};

use super::nav::settings_page;
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;
use crate::refused::{Refused, refused};
use crate::ui::{Choice, Empty, Field, Hidden, Select, Submit, TextArea};

/// A component, ready to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentView {
    /// Which; empty for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Kind, label and address, in their order.
    pub links: Vec<(String, String, String)>,
    /// New incidents cannot be on it any more.
    pub archived: bool,
}

impl From<ComponentListed> for ComponentView {
    fn from(component: ComponentListed) -> Self {
        Self {
            id: component.id.to_string(),
            name: component.name,
            description: component.description,
            links: component.links.into_iter().map(|link| (link.kind, link.label, link.url)).collect(),
            archived: component.archived,
        }
    }
}

/// All components, by name.
#[server(endpoint = "components/read")]
pub async fn components() -> Result<Vec<ComponentView>, AppError> {
    let ctx = ctx()?;
    let components = ctx.store.components(&ctx.viewer).await.map_err(told)?;
    Ok(components.into_iter().map(ComponentView::from).collect())
}

/// Stores a component with all its links; one without an id is new. The links come as
/// three lists of the same length; those without an address are left out. For admins.
#[server(endpoint = "components/save")]
pub async fn save_component(
    #[server(default)] id: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] kind: Vec<String>,
    #[server(default)] label: Vec<String>,
    #[server(default)] url: Vec<String>,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let saved = match read(&id, &name, &description, links(&kind, &label, &url)) {
        Ok(change) => ctx.store.save_component(&ctx.viewer, change).await.map(|_| ()),
        Err(refusal) => Err(refusal.into()),
    };
    settle(saved, paths::COMPONENTS, "component")
}

/// Puts a component away; incidents on it keep it. For admins.
#[server(endpoint = "components/archive")]
pub async fn archive_component(id: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let archived = match ComponentId::parse(&id) {
        Ok(id) => ctx.store.archive_component(&ctx.viewer, id).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(archived, paths::COMPONENTS, "component-archived")
}

fn read(
    id: &str,
    name: &str,
    description: &str,
    links: Result<Vec<LinkChange>, Refusal>,
) -> Result<ComponentChange, Refusal> {
    Ok(ComponentChange {
        id: (!id.is_empty()).then(|| ComponentId::parse(id)).transpose()?,
        name: ComponentName::parse(name)?,
        description: Definition::parse_field(description, "description")?,
        links: links?,
    })
}

/// Links as the form sends them. One without a name is called after its kind.
fn links(kinds: &[String], labels: &[String], urls: &[String]) -> Result<Vec<LinkChange>, Refusal> {
    // Lists that do not fit each other would take links away that nobody took away.
    if kinds.len() != urls.len() || labels.len() != urls.len() {
        return Err(Refusal::invalid("url", Why::Empty));
    }
    kinds
        .iter()
        .zip(labels)
        .zip(urls)
        .filter(|(_, url)| !url.trim().is_empty())
        .map(|((kind, label), url)| {
            let kind = LinkKind::parse(kind)?;
            let label = if label.trim().is_empty() { word(kind) } else { label };
            Ok(LinkChange { kind, label: LinkLabel::parse(label)?, url: Url::parse(url)? })
        })
        .collect()
}

fn word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Dashboard => "Dashboard",
        LinkKind::Logs => "Logs",
        LinkKind::Runbook => "Runbook",
        LinkKind::Other => "Link",
    }
}

/// `/settings/components`.
#[component]
pub fn ComponentsPage() -> impl IntoView {
    settings_page(paths::COMPONENTS, |is_admin| async move {
        let components = components().await?;
        let none = components.is_empty().then(|| {
            view! { <Empty says="No components yet.">"Two or three are enough: what would you name when something is broken?"</Empty> }
        });
        let entries = components.into_iter().map(|component| entry(component, is_admin)).collect_view();
        Ok(view! {
            <header>
                <h1>"Components"</h1>
                <p>"What can fail. Their links stand beside every incident, so that nobody has to look for them at night."</p>
            </header>
            {none}
            <ul class="entries">{entries}</ul>
            {is_admin.then(|| view! { <section class="form"><h2>"Add one"</h2>{form(ComponentView::default())}</section> })}
        }
        .into_any())
    })
}

fn entry(component: ComponentView, is_admin: bool) -> impl IntoView {
    let links = component.links.iter().map(|(_, label, url)| {
        view! { <a href=url.clone() rel="noopener noreferrer"><bdi>{label.clone()}</bdi></a> " " }
    });
    let says = view! {
        <p class="entry-say" dir="auto">{component.description.clone()}</p>
        {(!component.links.is_empty()).then(|| view! { <p class="rail-links">{links.collect_view()}</p> })}
    };
    let change = (is_admin && !component.archived).then(|| view! { <span class="act">"Change"</span> });
    let head = view! {
        <bdi class="entry-name">{component.name.clone()}</bdi>
        {component.archived.then(|| view! { <span class="soft">"archived"</span> })}
        {change}
    };
    if component.archived || !is_admin {
        return view! { <li class="entry"><div class="entry-line">{head}</div>{says}</li> }.into_any();
    }
    let is_refused = refused(SaveComponent::PATH).with("id", &component.id).is_here();
    view! {
        <li class="entry">
            <details open=is_refused>
                <summary>{head}</summary>
                {form(component.clone()).into_any()}
                <form class="entry-acts" method="post" action=ArchiveComponent::PATH>
                    <Hidden name="id" value=component.id /><button class="act">"Archive it"</button>
                </form>
            </details>
            {says}
        </li>
    }
    .into_any()
}

/// At least this many rows for links, and two empty ones: a script is not needed to add one.
const ROWS: usize = 3;

fn form(component: ComponentView) -> impl IntoView {
    let which = if component.id.is_empty() { "new".to_owned() } else { component.id.clone() };
    let sent = refused(SaveComponent::PATH).with("id", &component.id);
    let rows = ROWS.max(component.links.len() + 2).max(sent.values("url[]").map_or(0, |urls| urls.len()));
    let wrong = wrong_link(&sent);
    let links = with_empty_rows(component.links, rows)
        .into_iter()
        .enumerate()
        .map(|(place, link)| {
            link_row(link, format!("{which}-{place}"), &sent.row(place, wrong == Some(place))).into_any()
        })
        .collect_view();
    view! {
        <form class="form" method="post" action=SaveComponent::PATH>
            {sent.notice()}
            <Hidden name="id" value=component.id />
            <Field name="name" label="Name" value=component.name size="name" most=ComponentName::MOST id=which.clone() refused=&sent />
            <TextArea name="description" label="What is it?" value=component.description most=Definition::MOST id=which.clone() refused=&sent />
            <fieldset class="link-rows"><legend class="field-name">"Links"</legend>{links}</fieldset>
            <Submit>"Save"</Submit>
        </form>
    }
}

/// The links, then empty rows for the kinds that are not there yet.
fn with_empty_rows(mut links: Vec<(String, String, String)>, rows: usize) -> Vec<(String, String, String)> {
    let missing = LinkKind::ALL.into_iter().filter(|kind| links.iter().all(|(known, ..)| known != kind.as_str()));
    let suggested: Vec<LinkKind> =
        missing.chain(std::iter::repeat(LinkKind::Other)).take(rows.saturating_sub(links.len())).collect();
    links.extend(suggested.into_iter().map(|kind| (kind.as_str().to_owned(), String::new(), String::new())));
    links
}

/// Which row of the refused form holds the link that is wrong: the first that cannot be read.
fn wrong_link(sent: &Refused) -> Option<usize> {
    let (kinds, labels, urls) = (sent.values("kind[]")?, sent.values("label[]")?, sent.values("url[]")?);
    kinds.into_iter().zip(labels).zip(urls).position(|((kind, label), url)| links(&[kind], &[label], &[url]).is_err())
}

fn link_row((kind, label, url): (String, String, String), id: String, sent: &Refused) -> impl IntoView {
    let choices = LinkKind::ALL.into_iter().map(|kind| Choice::new(kind.as_str(), word(kind))).collect();
    view! {
        <div class="link-row">
            <Select name="kind[]" label="Kind" value=kind choices=choices id=id.clone() refused=sent />
            <Field name="label[]" label="Name" value=label optional=true most=LinkLabel::MOST id=id.clone() refused=sent />
            <Field name="url[]" label="Address" kind="url" value=url optional=true most=2000 id=id refused=sent />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn empty_rows_are_no_links_and_a_name_is_not_needed() {
        let links = links(
            &texts(&["dashboard", "logs", "other"]),
            &texts(&["", "Sentry", ""]),
            &texts(&["https://dash.example/x", "https://sentry.example", " "]),
        )
        .unwrap();
        let labels: Vec<&str> = links.iter().map(|link| link.label.as_str()).collect();
        assert_eq!(labels, ["Dashboard", "Sentry"]);
    }

    #[test]
    fn empty_rows_suggest_what_is_not_there_yet() {
        let logs = ("logs".to_owned(), "Sentry".to_owned(), "https://sentry.example".to_owned());
        let kinds: Vec<String> = with_empty_rows(vec![logs], 4).into_iter().map(|(kind, ..)| kind).collect();
        assert_eq!(kinds, ["logs", "dashboard", "runbook", "other"]);
        assert_eq!(with_empty_rows(Vec::new(), 5).len(), 5);
    }

    #[test]
    fn a_link_leads_to_the_web() {
        let refused = links(&texts(&["logs"]), &texts(&["x"]), &texts(&["javascript:alert(1)"])).unwrap_err();
        assert_eq!(refused.field(), Some("url"));
        assert_eq!(
            links(&texts(&["film"]), &texts(&["x"]), &texts(&["https://a.example"])).unwrap_err().field(),
            Some("kind")
        );
    }
}
