//! Timeline items, put into their place one by one.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTemplateElement};

use super::page::with_fresh_ids;
use super::patches::Item;
use crate::browser::dom;

/// Puts, moves and removes. False when something that is shown changed, and is not told.
pub(super) fn apply(items: &[Item]) -> bool {
    let Some(timeline) = dom::first("#timeline") else { return true };
    let mut is_whole = true;
    for item in items {
        let shown = by_id(&item.text("id"));
        match item.text("op").as_str() {
            "put" => put(&timeline, item, shown),
            "remove" => {
                if let Some(shown) = shown.filter(|shown| !shown.has_attribute("data-hidden")) {
                    remove(&shown);
                }
            }
            _ => is_whole &= shown.is_none(),
        }
    }
    is_whole
}

fn put(timeline: &Element, item: &Item, shown: Option<Element>) {
    let Some(new) = made(&item.text("html")) else { return };
    let was_there = shown.is_some();
    if let Some(shown) = shown {
        if time_of(&shown) == item.text("at") {
            let was_open = shown.query_selector("details[open]").ok().flatten().is_some();
            // Its menu stays open; the rest of it is new with the next change.
            if !was_open {
                let _ = shown.replace_with_with_node_1(&new);
            }
            return;
        }
        remove(&shown);
    } else if !belongs(timeline, &item.text("kind")) {
        return;
    }
    if place(timeline, item, &new) && !was_there {
        let _ = new.class_list().add_1("is-new");
        if let Some(empty) = timeline.query_selector(":scope > .empty").ok().flatten() {
            empty.remove();
        }
    }
}

/// Under its day and before the next older one. Not where that is not shown yet.
fn place(timeline: &Element, item: &Item, new: &Element) -> bool {
    let (at, day) = (item.text("at"), item.text("day"));
    let older = |shown: &Element| time_of(shown) <= at;
    let lists = dom::all(timeline, "ol[data-day]");
    let same_day: Vec<&Element> =
        lists.iter().filter(|list| list.get_attribute("data-day").as_deref() == Some(day.as_str())).collect();
    let next = by_id(&item.text("before")).filter(|next| same_day.iter().any(|list| list.contains(Some(next))));
    let next = next.or_else(|| same_day.iter().flat_map(|list| dom::all(list, ":scope > li")).find(older));
    if let Some(next) = next {
        return next.before_with_node_1(new).is_ok();
    }
    let goes_on = timeline.query_selector(".timeline-earlier").ok().flatten();
    if let Some(last) = same_day.last() {
        let is_last_shown = lists.last().is_some_and(|list| list == *last);
        // Older than what is shown: it comes with the earlier ones.
        return !(is_last_shown && goes_on.is_some()) && last.append_child(new).is_ok();
    }
    let next_day = lists.iter().find(|list| dom::all(list, ":scope > li").first().is_some_and(older));
    if next_day.is_none() && goes_on.is_some() {
        return false;
    }
    let (Some(head), Some(list)) = (head(&day), dom::make("ol", "", "")) else { return false };
    let _ = list.set_attribute("data-day", &day);
    let _ = list.append_child(new);
    let before = match next_day {
        Some(next) => next
            .previous_element_sibling()
            .filter(|head| head.class_name() == "timeline-head")
            .or_else(|| Some(next.clone())),
        None => timeline.query_selector(":scope > .timeline-foot").ok().flatten(),
    };
    match before {
        Some(before) => before.before_with_node_2(&head, &list).is_ok(),
        None => timeline.append_with_node_2(&head, &list).is_ok(),
    }
}

/// Whether a new item of this kind stands in what is shown: the filter and the page that
/// the address names.
fn belongs(timeline: &Element, kind: &str) -> bool {
    let search = dom::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let names = |pair: &str| search.trim_start_matches('?').split('&').any(|part| part.starts_with(pair));
    if names("before=") || names("around=") {
        return false;
    }
    let chosen = ["update", "change", "note", "hidden"].into_iter().find(|kind| names(&format!("only={kind}")));
    let _ = timeline;
    chosen.is_none_or(|chosen| chosen == kind)
}

/// An item goes, and the heading of its day with the last of them.
fn remove(item: &Element) {
    let list = item.parent_element();
    item.remove();
    let Some(list) = list.filter(|list| list.child_element_count() == 0) else { return };
    if let Some(head) = list.previous_element_sibling().filter(|head| head.class_name() == "timeline-head") {
        head.remove();
    }
    list.remove();
}

fn head(day: &str) -> Option<Element> {
    let head = dom::make("div", "timeline-head", "")?;
    let heading = dom::make("h2", "", day)?;
    let _ = head.append_child(&heading);
    Some(head)
}

fn made(html: &str) -> Option<Element> {
    let template: HtmlTemplateElement = dom::document()?.create_element("template").ok()?.dyn_into().ok()?;
    template.set_inner_html(&with_fresh_ids(html));
    template.content().first_element_child()
}

fn by_id(id: &str) -> Option<Element> {
    if id.is_empty() { None } else { dom::document()?.get_element_by_id(id) }
}

fn time_of(item: &Element) -> String {
    let time = item.query_selector(".moment-time time").ok().flatten();
    time.and_then(|time| time.get_attribute("datetime")).unwrap_or_default()
}
