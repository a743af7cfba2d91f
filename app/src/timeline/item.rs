//! One item of the timeline as it stands on the page. The same HTML for everybody who reads
//! it in the same zone, so that the live page can send it to all of them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::changes::{HideItem, RestoreItem};
use super::only::Only;
use super::views::ItemView;
use crate::incidents::commands::Form;
use crate::paths;
use crate::ui::{Hidden, Menu, badge, said, time};

/// An item by itself, as HTML. `here` is the incident's address.
pub fn item_html(item: &ItemView, here: &str) -> String {
    one_item(item.clone(), here).to_html()
}

/// An item in its list. The time is its address, which finds it however old it is.
pub(super) fn one_item(item: ItemView, here: &str) -> impl IntoView + use<> {
    let menu = menu(&item, here).into_any();
    bare_item(item, here, Some(menu))
}

/// An item without its menu, or with one.
pub(super) fn bare_item(item: ItemView, here: &str, menu: Option<AnyView>) -> impl IntoView + use<> {
    let address = in_its_place(here, &item);
    let icon = item.icon.map(|icon| view! { <span class="icon" data-icon=icon aria-hidden="true"></span> });
    let sentence = (!item.did.is_empty()).then(|| format!(" {}", item.did));
    let to = item.to.map(|mark| view! { " " {badge(mark)} });
    let link =
        item.link.map(|(label, href)| view! { " " <a href=href rel="noopener noreferrer"><bdi>{label}</bdi></a> });
    let notes = (!item.notes.is_empty()).then(|| view! { <p class="moment-meta">{item.notes.join(" ")}</p> });
    let head = view! { <b class="moment-who"><bdi>{item.who}</bdi></b>{sentence}{to}{link} };
    view! {
        <li class="moment" data-kind=item.loudness id=item.anchor data-new=item.is_new.then_some("")
            data-hidden=item.is_hidden.then_some("")>
            <a class="moment-time" href=address>{time(item.at)}</a>
            {icon}
            <div class="moment-what">{said(head, item.html, item.words, item.is_quote)} {notes}</div>
            {menu}
        </li>
    }
}

/// The address of an item among the others, on whatever page of the timeline it stands.
pub(super) fn in_its_place(here: &str, item: &ItemView) -> String {
    let only = if item.is_hidden { Only::Hidden } else { Only::Everything };
    format!("{}#{}", paths::with_query(here, [("only", only.code()), ("around", item.id.as_str())]), item.anchor)
}

/// What can be done with it.
fn menu(item: &ItemView, here: &str) -> impl IntoView + use<> {
    let page = paths::timeline_item(here, &item.id);
    let edit = item.is_written.then(|| view! { <a class="menu-act" href=format!("{page}#edit")>"Edit"</a> });
    let hide = hide_form(item, format!("{here}#timeline"), "menu-act");
    let head = view! {
        <span class="icon" data-icon="more" aria-hidden="true"></span><span class="only-spoken">"More of this item"</span>
    };
    view! {
        <Menu class="moment-more" head=head.into_any()>
            {edit} {hide}
            <a class="menu-act" href=page>"Where is this from?"</a>
        </Menu>
    }
}

/// Hides the item, or shows it again.
pub(super) fn hide_form(item: &ItemView, back: String, class: &'static str) -> impl IntoView + use<> {
    let (action, verb) = if item.is_hidden { (RestoreItem::PATH, "Show it again") } else { (HideItem::PATH, "Hide") };
    let form = Form { incident: item.incident.clone(), back };
    view! {
        <form method="post" action=action data-command="">
            {form.hidden()}
            <Hidden name="item" value=item.id.clone() />
            <button class=class>{verb}</button>
        </form>
    }
}
