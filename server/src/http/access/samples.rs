//! Good forms of what changes an incident, for the table's tests. Besides the places of
//! [`super::Entry`], `<led>` is an open incident that whoever asks leads, `<over>` one that
//! is over, and `<followed>` one that they follow, with a link and a related incident.

/// A form: which incident, and what else it says.
macro_rules! form {
    ($incident:literal, $rest:literal) => {
        concat!("incident=", $incident, "&request=01900000-0000-7000-8000-000000000200&back=/incidents", $rest)
    };
}

pub(super) const RECOVERED: &str = form!("<led>", "");
pub(super) const STATUS: &str = form!("<led>", "&to=monitoring&seen_status=investigating");
pub(super) const ENDED: &str = form!("<led>", "&to=cancelled&reason=It+was+only+a+test&seen_status=investigating");
pub(super) const REOPENED: &str = form!("<over>", "&reason=It+is+back+again&seen_status=recovered");
pub(super) const MERGED: &str = form!("<led>", "&target=<public>&seen_status=investigating");
pub(super) const SEVERITY: &str =
    form!("<led>", "&severity=01900000-0000-7000-8000-000000000001&seen_severity=<severity>");
pub(super) const LEAD_TAKEN: &str = form!("<incident>", "&seen_lead=<admin>");
pub(super) const ROLE_GIVEN: &str = form!("<led>", "&role=operations&person=<admin>&seen_holder=");
pub(super) const ROLE_ENDED: &str = form!("<led>", "&role=lead&seen_holder=<person>");
pub(super) const JOINED: &str = form!("<incident>", "");
pub(super) const LEFT: &str = form!("<followed>", "");
pub(super) const INVITED: &str = form!("<incident>", "&person=<person>");
pub(super) const REMOVED: &str = form!("<followed>", "&person=<person>");
pub(super) const RENAMED: &str = form!("<led>", "&title=Hooks+are+late&seen_title=Webhooks+delayed");
pub(super) const SUMMARISED: &str = form!("<led>", "&summary=One+in+eight+is+late&seen_summary=");
pub(super) const CAUSE: &str = form!(
    "<incident>",
    "&cause=suspected&cause_text=An+index&evidence[0]=<item>&seen_evidence[0]=<item>&seen_cause=confirmed&seen_cause_text=queue+cause&action=01900000-0000-7000-8000-000000000202&signal=The+age+of+the+queue"
);
pub(super) const KEY_TIME: &str = form!(
    "<incident>",
    "&kind=failure_started&day=2025-01-01&time=10:00&precision=minute&assumed=true&which=&zone=Asia/Tokyo&seen_time="
);
pub(super) const COMPONENT_ADDED: &str = form!("<led>", "&component=<component>");
pub(super) const COMPONENT_REMOVED: &str = form!("<incident>", "&component=<component>");
pub(super) const TAG_ADDED: &str = form!("<incident>", "&tag=storm");
pub(super) const TAG_REMOVED: &str = form!("<incident>", "&tag=<tag>");
pub(super) const RELATED: &str = form!("<led>", "&other=<public>");
pub(super) const UNRELATED: &str = form!("<followed>", "&other=<public>");
pub(super) const VISIBILITY: &str = form!("<led>", "&to=private");
pub(super) const LINK_ADDED: &str = form!(
    "<incident>",
    "&link=01900000-0000-7000-8000-000000000201&url=https://github.com/getpaperkite/queue/issues/214&label=The+bug"
);
pub(super) const LINK_REMOVED: &str = form!("<followed>", "&link=<link>");
