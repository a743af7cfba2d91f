//! What the server says of a change, taken apart.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

/// A change, as the server tells it.
pub(super) struct Change {
    data: JsValue,
    pub(super) incident: String,
    pub(super) seq: i64,
    pub(super) from: i64,
}

impl Change {
    pub(super) fn read(data: &str) -> Option<Self> {
        let data = JSON::parse(data).ok()?;
        let incident = text(&data, "incident");
        let (seq, from) = (number(&data, "seq"), number(&data, "from"));
        Some(Self { data, incident, seq, from })
    }

    /// The text of this name.
    pub(super) fn text(&self, name: &str) -> String {
        text(&self.data, name)
    }

    /// More happened than is told.
    pub(super) fn again(&self) -> bool {
        get(&self.data, "again").is_truthy()
    }

    /// Each part's name and its new inside.
    pub(super) fn sections(&self) -> Vec<(String, String)> {
        let sections = get(&self.data, "sections");
        let Some(sections) = sections.dyn_ref::<Object>() else { return Vec::new() };
        Object::keys(sections)
            .iter()
            .filter_map(|name| name.as_string())
            .map(|name| (name.clone(), text(sections, &name)))
            .collect()
    }

    /// What happens to the timeline, in order.
    pub(super) fn items(&self) -> Vec<Item> {
        let items = get(&self.data, "items");
        let Some(items) = items.dyn_ref::<Array>() else { return Vec::new() };
        items.iter().map(Item).collect()
    }
}

/// What happens to one timeline item.
pub(super) struct Item(JsValue);

impl Item {
    /// `op`, `id`, `html`, `at`, `day`, `kind`, `before`.
    pub(super) fn text(&self, name: &str) -> String {
        text(&self.0, name)
    }
}

/// Whether the server speaks of this incident.
pub(super) fn is_about(data: &str, incident: &str) -> bool {
    JSON::parse(data).is_ok_and(|data| text(&data, "incident") == incident)
}

/// Which incident, and what seq it leads to.
pub(super) fn which(data: &str) -> Option<(String, i64)> {
    Change::read(data).map(|change| (change.incident, change.seq))
}

fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

fn text(of: &JsValue, name: &str) -> String {
    get(of, name).as_string().unwrap_or_default()
}

fn number(of: &JsValue, name: &str) -> i64 {
    get(of, name).as_f64().unwrap_or_default() as i64
}
