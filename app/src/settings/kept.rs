//! What somebody typed into a form that was refused comes back with the refusal, in the
//! address, so that nothing has to be typed again.

use domain::Refusal;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use store::StoreError;

use crate::ctx::settle;
use crate::error::AppError;
use crate::paths;

/// As much of an address as travels safely; a longer text is in the browser's own
/// history, one step back.
const MOST: usize = 1500;

/// Answers a form. Refused, its fields go back with the refusal; `form` tells several
/// forms of one page apart.
pub fn settle_form(
    outcome: Result<(), StoreError>,
    back: &str,
    done: &'static str,
    form: &str,
    fields: &[(&'static str, &str)],
) -> Result<(), AppError> {
    match &outcome {
        Ok(()) => settle(outcome, back, done),
        Err(StoreError::Refused(Refusal::NotAllowed)) => settle(outcome, back, done),
        Err(_) => {
            let address = kept_address(back, form, fields);
            settle(outcome, &address, done)
        }
    }
}

/// The name of the form that has this id; a new entry's has none yet.
pub fn form(id: &str) -> &str {
    if id.is_empty() { "new" } else { id }
}

fn kept_address(back: &str, form: &str, fields: &[(&'static str, &str)]) -> String {
    let mut kept = vec![("form", form)];
    let mut address = paths::with_query(back, kept.iter().copied());
    for field in fields {
        kept.push(*field);
        let longer = paths::with_query(back, kept.iter().copied());
        if longer.len() > MOST {
            kept.pop();
        } else {
            address = longer;
        }
    }
    address
}

/// What was typed into the refused form of this page, if one was.
pub struct Kept(ParamsMap);

impl Kept {
    /// Reads the present page's address.
    pub fn here() -> Self {
        use leptos::prelude::GetUntracked;
        Self(use_query_map().get_untracked())
    }

    /// Whether that form was refused.
    pub fn is(&self, form: &str) -> bool {
        self.0.get_str("form") == Some(form)
    }

    /// What stood in the field, else what is stored.
    pub fn or(&self, form: &str, field: &str, stored: &str) -> String {
        let typed = self.is(form).then(|| self.0.get_str(field)).flatten();
        typed.unwrap_or(stored).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_goes_back() {
        assert_eq!(
            kept_address("/settings/severities", "new", &[("name", "Sev 1"), ("example", "")]),
            "/settings/severities?form=new&name=Sev%201"
        );
        let long = "x".repeat(5000);
        let address = kept_address("/settings/severities", "new", &[("definition", &long), ("name", "Sev1")]);
        assert_eq!(address, "/settings/severities?form=new&name=Sev1", "the long text stays behind, the rest goes along");
    }

    #[test]
    fn only_the_refused_form_is_filled() {
        let mut query = ParamsMap::new();
        query.insert("form", "a".to_owned());
        query.insert("name", "typed".to_owned());
        let kept = Kept(query);
        assert_eq!(kept.or("a", "name", "stored"), "typed");
        assert_eq!(kept.or("a", "other", "stored"), "stored");
        assert_eq!(kept.or("b", "name", "stored"), "stored");
    }
}
