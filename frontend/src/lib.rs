//! The browser half: links the islands of `app`, and starts them.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script before it starts the islands.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    app::start();
}
