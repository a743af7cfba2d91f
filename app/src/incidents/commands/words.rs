//! What an incident is called and what it is about.

use domain::Refusal;
use domain::incidents::{Command, Seen};
use domain::text::{Summary, Title};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::Form;
use super::form::command;
use super::read::ask_read;
use super::seen_value::SeenValue;
use crate::error::AppError;
use crate::refused::refused;
use crate::ui::{Field, Hidden, Submit, TextArea};

/// A better title.
#[server(endpoint = "incidents/rename")]
pub async fn rename(
    incident: String,
    request: String,
    back: String,
    title: String,
    #[server(default)] seen_title: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "renamed", read_title(&title, &seen_title)).await
}

/// A better summary; an empty one takes it away.
#[server(endpoint = "incidents/summarise")]
pub async fn summarise(
    incident: String,
    request: String,
    back: String,
    #[server(default)] summary: String,
    #[server(default)] seen_summary: SeenValue,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "summarised", read_summary(&summary, seen_summary.as_deref())).await
}

fn read_title(title: &str, seen: &str) -> Result<(Seen, Command), Refusal> {
    let seen = if seen.is_empty() { None } else { Some(Title::parse(seen)?) };
    Ok((Seen { title: seen, ..Seen::default() }, Command::Rename { title: Title::parse(title)? }))
}

fn read_summary(summary: &str, seen: Option<&str>) -> Result<(Seen, Command), Refusal> {
    let seen = seen.map(Summary::parse).transpose()?;
    Ok((Seen { summary: seen, ..Seen::default() }, Command::Summarise { summary: Summary::parse(summary)? }))
}

/// The words of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordForms {
    form: Form,
    title: String,
    summary: String,
}

impl WordForms {
    /// The words as they are.
    pub fn of(homepage: &Homepage, form: Form) -> Self {
        Self { form, title: homepage.title.clone(), summary: homepage.summary.clone() }
    }

    /// A better title.
    pub fn rename(&self) -> (bool, AnyView) {
        let sent = refused(Rename::PATH);
        let mine = Some(sent.value("title", ""));
        let inside = view! {
            <Hidden name="seen_title" value=self.title.clone() />
            <Field name="title" label="What is it called?" value=self.title.clone() most=Title::MOST id="rename" draft=format!("rename-{}", self.form.incident) refused=&sent />
            <Submit>"Rename"</Submit>
        };
        (sent.is_here(), command("rename", Rename::PATH, &self.form, &sent, mine, inside.into_any()))
    }

    /// A better summary.
    pub fn summarise(&self) -> (bool, AnyView) {
        let sent = refused(Summarise::PATH);
        let mine = Some(beginning(&sent.value("summary", "")));
        let inside = view! {
            <Hidden name="seen_summary" value=self.summary.clone() />
            <TextArea name="summary" label="What is going on, for somebody who just arrived?" value=self.summary.clone()
                most=Summary::MOST id="summarise" draft=format!("summary-{}", self.form.incident) refused=&sent
                say="Who is affected, and how. Markdown works: **bold**, `code`, lists." />
            <Submit>"Save the summary"</Submit>
        };
        (sent.is_here(), command("summarise", Summarise::PATH, &self.form, &sent, mine, inside.into_any()))
    }
}

/// The beginning of a text that is typed in the form below anyway.
pub fn beginning(text: &str) -> String {
    const MOST: usize = 80;
    let line = text.trim().lines().next().unwrap_or_default();
    if line.chars().count() <= MOST && line.len() == text.trim().len() {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(MOST).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_summary_that_was_seen_is_not_the_same_as_none_seen() {
        assert_eq!(read_summary("x", Some("")).unwrap().0.summary, Some(Summary::default()));
        assert_eq!(read_summary("x", None).unwrap().0.summary, None);
        assert_eq!(read_title("x", "").unwrap().0.title, None);
        assert_eq!(read_title("", "x").unwrap_err().field(), Some("title"));
    }

    #[test]
    fn a_long_text_is_quoted_by_its_beginning() {
        assert_eq!(beginning(" short \n"), "short");
        assert_eq!(beginning("one\ntwo"), "one…");
        assert_eq!(beginning(&"é".repeat(99)).chars().count(), 81);
    }
}
