//! What the forms of a page offer to choose from: people, components, tags and incidents,
//! each list once, however many fields use it.

use leptos::prelude::*;
use store::{Choices, StoreError};

use crate::ctx::Ctx;
use crate::incidents::commands::read::labels;

/// What can be typed into the fields that name something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pickers {
    people: Vec<String>,
    components: Vec<String>,
    tags: Vec<String>,
    incidents: Vec<String>,
}

impl Pickers {
    /// Reads the lists. One that is not there keeps nobody from typing.
    pub async fn read(ctx: &Ctx) -> Result<Self, StoreError> {
        let choices: Choices = ctx.store.choices(&ctx.viewer).await?;
        let recent = ctx.store.recent(&ctx.viewer).await?;
        Ok(Self {
            people: labels(&choices.people).into_iter().map(|(_, label)| label).collect(),
            components: choices.components.into_iter().map(|component| component.name).collect(),
            tags: choices.tags.into_iter().map(|tag| tag.name).collect(),
            incidents: recent
                .into_iter()
                .map(|incident| format!("{} {}", incident.reference, incident.title))
                .collect(),
        })
    }

    /// The lists, which show themselves where a field names them.
    pub fn view(self) -> impl IntoView {
        let lists = [
            ("people", self.people),
            ("components", self.components),
            ("tags", self.tags),
            ("incidents", self.incidents),
        ];
        lists
            .into_iter()
            .map(|(id, words)| {
                let id = format!("{id}-to-choose");
                let options = words.into_iter().map(|word| view! { <option value=word></option> }).collect_view();
                view! { <datalist id=id>{options}</datalist> }
            })
            .collect_view()
    }
}

#[cfg(test)]
mod tests {
    /// The lists that are there, and the ones that fields name.
    #[test]
    fn each_field_names_a_list_that_is_there() {
        fn look(folder: &std::path::Path, named: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() {
                    look(&entry.path(), named);
                    continue;
                }
                let text = std::fs::read_to_string(entry.path()).unwrap();
                let lists = text.split(" list=\"").skip(1).filter_map(|rest| rest.split_once('"'));
                named.extend(lists.map(|(list, _)| list.to_owned()));
            }
        }
        let words = || vec!["One".to_owned()];
        let lists = super::Pickers { people: words(), components: words(), tags: words(), incidents: words() };
        let html = leptos::prelude::RenderHtml::to_html(lists.view());
        let mut named = Vec::new();
        look(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/incidents"), &mut named);
        // What this test itself splits by.
        named.retain(|list| !list.starts_with(").skip"));
        assert!(named.len() >= 8, "{named:?}");
        for list in named {
            assert!(html.contains(&format!("<datalist id=\"{list}\"")), "no list is called {list}: {html}");
        }
    }
}
