//! What stands in a form, read into what the store takes.

use domain::text::{ComponentName, Definition, LinkLabel, SeverityName, Url};
use domain::{ComponentId, Refusal, SeverityId};
use store::{ComponentChange, LinkChange, LinkKind, SeverityChange};

use super::views::LinkView;

/// More than anybody looks through during an incident.
const MOST_LINKS: usize = 20;

/// A severity. An empty id, or `new`, is one that is not there yet.
pub fn severity(id: &str, name: &str, definition: &str, example: &str) -> Result<SeverityChange, Refusal> {
    Ok(SeverityChange {
        id: known(id).map(SeverityId::parse).transpose()?,
        name: SeverityName::parse(name)?,
        definition: Definition::parse_field(definition, "definition")?,
        example: Definition::parse_field(example, "example")?,
    })
}

/// The order, worst first, after one of them has moved a place towards the worst.
pub fn raised(standing: impl IntoIterator<Item = SeverityId>, severity: SeverityId) -> Result<Vec<SeverityId>, Refusal> {
    let mut order: Vec<SeverityId> = standing.into_iter().collect();
    let at = order.iter().position(|id| *id == severity).ok_or(Refusal::NotFound)?;
    order.swap(at, at.saturating_sub(1));
    Ok(order)
}

/// A component with all its links. Rows without an address are none; a link without a
/// name is called what it is.
pub fn component(id: &str, name: &str, description: &str, links: &[LinkView]) -> Result<ComponentChange, Refusal> {
    let links: Result<Vec<_>, _> = links.iter().filter(|row| !row.url.trim().is_empty()).take(MOST_LINKS).map(link).collect();
    Ok(ComponentChange {
        id: known(id).map(ComponentId::parse).transpose()?,
        name: ComponentName::parse(name)?,
        description: Definition::parse_field(description, "description")?,
        links: links?,
    })
}

fn link(row: &LinkView) -> Result<LinkChange, Refusal> {
    let kind = LinkKind::parse(&row.kind)?;
    let label = match (row.label.trim(), kind) {
        ("", LinkKind::Dashboard) => "Dashboard",
        ("", LinkKind::Logs) => "Logs",
        ("", LinkKind::Runbook) => "Runbook",
        ("", LinkKind::Other) => "Link",
        (label, _) => label,
    };
    Ok(LinkChange { kind, label: LinkLabel::parse(label)?, url: Url::parse(&row.url)? })
}

fn known(id: &str) -> Option<&str> {
    (!id.is_empty() && id != "new").then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, label: &str, url: &str) -> LinkView {
        LinkView { kind: kind.into(), label: label.into(), url: url.into() }
    }

    #[test]
    fn empty_rows_are_no_links() {
        let draft = component("new", "Scheduler", "", &[row("logs", "", "https://logs.example"), row("dashboard", "x", " ")]).unwrap();
        assert_eq!(draft.links.len(), 1);
        assert_eq!(draft.links[0].label.as_str(), "Logs");
        assert!(draft.id.is_none());
    }

    #[test]
    fn a_link_says_what_is_wrong_with_it() {
        for (links, field) in [
            (row("logs", "", "javascript:alert(1)"), "url"),
            (row("else", "", "https://a.example"), "kind"),
            (row("logs", &"x".repeat(500), "https://a.example"), "label"),
        ] {
            let refused = component("", "Scheduler", "", &[links]).unwrap_err();
            assert!(matches!(&refused, Refusal::Invalid { field: at, .. } if at == field), "{refused:?}");
        }
        assert!(severity("not-an-id", "Sev1", "", "").is_err());
    }

    #[test]
    fn one_place_worse() {
        let [a, b, c] = [1u128, 2, 3].map(|n| SeverityId::from_uuid(uuid::Uuid::from_u128(n)));
        assert_eq!(raised([a, b, c], c).unwrap(), [a, c, b]);
        assert_eq!(raised([a, b, c], a).unwrap(), [a, b, c], "the worst stays the worst");
        assert_eq!(raised([a, b], c), Err(Refusal::NotFound));
    }
}
