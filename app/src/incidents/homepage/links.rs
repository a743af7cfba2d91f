//! The links on top of an incident: the call first, then what helps to fix its components,
//! then what people attached.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::links::recognise;
use domain::text::Url;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::{AttachedLink, Homepage};

use crate::incidents::commands::{Form, links};
use crate::paths;
use crate::ui::Menu;

/// What this part of the homepage shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksView {
    form: Form,
    links: Vec<LinkView>,
    /// Each component that has links: its name, and label and address of each.
    components: Vec<(String, Vec<(String, String)>)>,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LinkView {
    id: String,
    href: String,
    label: String,
    /// `GitHub`, when the address says it and the label does not.
    provider: Option<String>,
    is_call: bool,
}

impl LinkView {
    fn of(link: &AttachedLink) -> Self {
        let provider = Url::parse(&link.url).ok().and_then(|url| recognise(&url)).map(|link| link.provider);
        let word = provider.map(|provider| provider.word());
        Self {
            id: link.id.to_string(),
            href: link.url.clone(),
            label: link.label.clone(),
            provider: word.filter(|word| !link.label.contains(word)).map(str::to_owned),
            is_call: provider.is_some_and(|provider| provider.is_call()),
        }
    }
}

impl LinksView {
    /// Puts it into words, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, _zone: &Zone, _now: DateTime<Utc>, _me: PersonId) -> Self {
        let form = Form::of(homepage.id, paths::incident(homepage.reference));
        let components = homepage.components.iter().filter(|component| !component.links.is_empty()).map(|component| {
            let links = component.links.iter().map(|link| (link.label.clone(), link.url.clone()));
            (component.name.clone(), links.collect())
        });
        let components = components.collect();
        Self { form, links: homepage.links.iter().map(LinkView::of).collect(), components }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let (calls, others): (Vec<_>, Vec<_>) = self.links.iter().cloned().partition(|link| link.is_call);
        let calls = calls.into_iter().map(|link| {
            let provider = link.provider.map(|provider| format!(" on {provider}"));
            view! {
                <a class="button" href=link.href rel="noopener noreferrer" title=link.label>"Join the call"{provider}</a>
            }
        });
        let components = self.components.into_iter().map(|(name, links)| {
            let links = links.into_iter().map(|(label, url)| {
                view! { " " <a href=url rel="noopener noreferrer"><bdi>{label}</bdi></a> }
            });
            view! { <span class="links-of"><bdi class="soft">{name}</bdi>{links.collect_view()}</span> }
        });
        let others = others.into_iter().map(|link| {
            let provider = link.provider.map(|provider| view! { <span class="soft note-size">" " {provider}</span> });
            view! { <span><a href=link.href rel="noopener noreferrer"><bdi>{link.label}</bdi></a>{provider}</span> }
        });
        let (open, form) = links::add(&self.form);
        let remove = self.links.iter().map(|link| links::remove(&self.form, &link.id, &link.label));
        let remove = (!self.links.is_empty()).then(|| view! { <div class="takes-away">{remove.collect_view()}</div> });
        let head = view! { "Add a link" }.into_any();
        view! {
            <div class="incident-links">
                {calls.collect_view()} {components.collect_view()} {others.collect_view()}
                <Menu class="act" align="start" open=open head=head>{form} {remove}</Menu>
            </div>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str, label: &str) -> LinkView {
        let id = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        LinkView::of(&AttachedLink { id, url: url.into(), label: label.into() })
    }

    #[test]
    fn a_call_is_joined_and_a_provider_is_said_once() {
        assert!(link("https://meet.google.com/abc-defg-hij", "War room").is_call);
        let issue = link("https://github.com/a/b/issues/1", "a/b#1");
        assert_eq!((issue.provider.as_deref(), issue.is_call), (Some("GitHub"), false));
        assert_eq!(link("https://app.datadoghq.com/logs", "Datadog logs").provider, None);
        assert_eq!(link("https://acme.example", "acme.example").provider, None);
    }
}
