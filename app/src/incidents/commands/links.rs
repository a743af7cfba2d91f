//! Links at the top of an incident.

use domain::incidents::{Command, Seen, links};
use domain::text::{LinkLabel, Url};
use domain::{LinkId, Refusal};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::form::command;
use super::read::ask_read;
use super::{Form, new_id};
use crate::error::AppError;
use crate::refused::refused;
use crate::ui::{Field, Hidden, Submit};

/// Puts a link at the incident's top. Without a label it is called what its address says.
#[server(endpoint = "incidents/add-link")]
pub async fn add_link(
    incident: String,
    request: String,
    back: String,
    link: String,
    url: String,
    #[server(default)] label: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "link", read(&link, &url, &label)).await
}

/// Takes a link away.
#[server(endpoint = "incidents/remove-link")]
pub async fn remove_link(incident: String, request: String, back: String, link: String) -> Result<(), AppError> {
    let removed = LinkId::parse(&link).map(|link| (Seen::default(), Command::RemoveLink { link }));
    ask_read(incident, request, back, "link-removed", removed).await
}

fn read(link: &str, url: &str, label: &str) -> Result<(Seen, Command), Refusal> {
    let (link, url) = (LinkId::parse(link)?, Url::parse(url)?);
    let label = if label.trim().is_empty() { links::label(&url) } else { Some(LinkLabel::parse(label)?) };
    Ok((Seen::default(), Command::AttachLink { link, url, label }))
}

/// The form that adds one, and whether it was refused.
pub fn add(form: &Form) -> (bool, AnyView) {
    let sent = refused(AddLink::PATH);
    let inside = view! {
        <input type="hidden" name="link" value=new_id() data-fresh="" />
        <Field name="url" label="Address" kind="url" value="" most=Url::MOST id="link" draft=format!("link-{}", form.incident) refused=&sent
            say="A dashboard, an issue, logs, a call. Everybody who reads the incident sees it." />
        <Field name="label" label="What is it called?" value="" optional=true most=LinkLabel::MOST size="line" id="link" draft=format!("link-label-{}", form.incident) refused=&sent
            say="Left empty, it is called what its address says." />
        <Submit>"Add the link"</Submit>
    };
    (sent.is_here(), command("add-link", AddLink::PATH, form, &sent, None, inside.into_any()))
}

/// The button that takes one away.
pub fn remove(form: &Form, id: &str, label: &str) -> AnyView {
    let sent = refused(RemoveLink::PATH).with("link", id);
    let inside = view! {
        <Hidden name="link" value=id />
        <button class="act">"Remove "<bdi>{label.to_owned()}</bdi></button>
    };
    command(format!("remove-link-{id}"), RemoveLink::PATH, form, &sent, None, inside.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-000000000001";

    #[test]
    fn a_link_without_a_label_is_called_what_its_address_says() {
        let said = |label: &str| match read(ID, "https://github.com/getpaperkite/queue/issues/214", label).unwrap().1 {
            Command::AttachLink { label, .. } => label.unwrap().to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said(" "), "getpaperkite/queue#214");
        assert_eq!(said("The bug"), "The bug");
        assert_eq!(read(ID, "javascript:alert(1)", "").unwrap_err().field(), Some("url"));
    }
}
