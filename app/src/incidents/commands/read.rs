//! What a form sends, read: whom and what it names, and what its sender had seen.

use domain::incidents::{Command, Seen, Status};
use domain::text::Title;
use domain::{ComponentId, IncidentId, PersonId, Reference, Refusal, Why};
use store::incidents::ListFilter;
use store::{PersonName, StoreError};

use super::ask;
use crate::ctx::{Ctx, settle};
use crate::error::AppError;

/// Asks what a form says, or answers why it cannot be read.
pub async fn ask_read<E: Into<StoreError>>(
    incident: String,
    request: String,
    back: String,
    done: &'static str,
    read: Result<(Seen, Command), E>,
) -> Result<(), AppError> {
    match read {
        Ok((seen, command)) => ask(incident, request, back, seen, done, Ok(command)).await,
        Err(error) => settle(Err(error.into()), &back, done),
    }
}

/// A status that somebody saw; nothing when the form does not say it.
pub fn seen_status(code: &str) -> Result<Option<Status>, Refusal> {
    if code.is_empty() { Ok(None) } else { Status::parse(code).map(Some) }
}

/// A person that somebody saw in a role; an empty field says that there was nobody.
pub fn seen_person(id: Option<&str>) -> Result<Option<Option<PersonId>>, Refusal> {
    match id {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(id) => PersonId::parse(id).map(|person| Some(Some(person))),
    }
}

/// Whom a form names: by id, or by name as the list of people writes it.
pub async fn person(ctx: &Ctx, typed: &str) -> Result<PersonId, StoreError> {
    if let Ok(person) = PersonId::parse(typed) {
        return Ok(person);
    }
    let people = ctx.store.choices(&ctx.viewer).await?.people;
    Ok(one(&labels(&people), typed, "person")?)
}

/// A component by id or name.
pub async fn component(ctx: &Ctx, typed: &str) -> Result<ComponentId, StoreError> {
    if let Ok(component) = ComponentId::parse(typed) {
        return Ok(component);
    }
    let known = ctx.store.choices(&ctx.viewer).await?.components;
    let known: Vec<_> = known.into_iter().map(|component| (component.id, component.name)).collect();
    Ok(one(&known, typed, "component")?)
}

/// An incident by its reference, which may be followed by its title, or by its title alone.
/// One that the asker may not read is not known.
pub async fn incident(ctx: &Ctx, typed: &str, field: &'static str) -> Result<IncidentId, StoreError> {
    let typed = Title::parse_field(typed, field)?;
    let unknown = || Refusal::invalid(field, Why::NotKnown);
    let first = typed.as_str().split_whitespace().next().unwrap_or_default();
    if let Ok(reference) = Reference::parse(first) {
        return Ok(ctx.store.find(&ctx.viewer, reference).await?.ok_or_else(unknown)?);
    }
    let filter = ListFilter { words: Some(typed.to_string()), ..ListFilter::default() };
    let found = ctx.store.list(&ctx.viewer, &filter, &ctx.zone).await?;
    let known: Vec<_> = found.rows.into_iter().map(|row| (row.id, row.title)).collect();
    Ok(one(&known, typed.as_str(), field)?)
}

/// People as they are offered: by name, and with a mark where two have the same.
pub fn labels(people: &[PersonName]) -> Vec<(PersonId, String)> {
    let is_alone = |name: &str| people.iter().filter(|person| person.name == name).count() == 1;
    people
        .iter()
        .map(|person| {
            let id = person.id.to_string();
            let mark = id.get(id.len() - 4..).unwrap_or_default();
            let label = if is_alone(&person.name) { person.name.clone() } else { format!("{} ({mark})", person.name) };
            (person.id, label)
        })
        .collect()
}

/// The one that is called so, in any case.
fn one<T: Copy>(known: &[(T, String)], typed: &str, field: &'static str) -> Result<T, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Refusal::invalid(field, Why::Empty));
    }
    let lower = typed.to_lowercase();
    let mut found = known.iter().filter(|(_, name)| name.to_lowercase() == lower);
    match (found.next(), found.next()) {
        (Some((id, _)), None) => Ok(*id),
        _ => Err(Refusal::invalid(field, Why::NotKnown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: u8, name: &str) -> PersonName {
        let id = format!("01900000-0000-7000-8000-00000000000{id}").parse().unwrap();
        PersonName { id, name: name.into(), picture_url: None }
    }

    #[test]
    fn two_of_one_name_are_told_apart() {
        let people = [person(1, "Curlew"), person(2, "Robin"), person(3, "Robin")];
        let labels = labels(&people);
        let words: Vec<&str> = labels.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(words, ["Curlew", "Robin (0002)", "Robin (0003)"]);
        assert_eq!(one(&labels, " curlew ", "person").unwrap(), people[0].id);
        assert_eq!(one(&labels, "Robin (0003)", "person").unwrap(), people[2].id);
        assert_eq!(one(&labels, "Robin", "person"), Err(Refusal::invalid("person", Why::NotKnown)));
        assert_eq!(one(&labels, " ", "person"), Err(Refusal::invalid("person", Why::Empty)));
    }

    #[test]
    fn what_was_seen_is_nobody_somebody_or_not_said() {
        let id = "01900000-0000-7000-8000-000000000001";
        assert_eq!(seen_person(None).unwrap(), None);
        assert_eq!(seen_person(Some("")).unwrap(), Some(None));
        assert_eq!(seen_person(Some(id)).unwrap(), Some(Some(id.parse().unwrap())));
        assert!(seen_person(Some("Curlew")).is_err());
        assert_eq!(seen_status("").unwrap(), None);
        assert_eq!(seen_status("triage").unwrap(), Some(Status::Triage));
        assert!(seen_status("Triage").is_err());
    }
}
