//! What runs in the browser beside Leptos: thin, and only where a page is complete
//! without it.

mod declare;
mod dialogs;
mod dom;
mod drafts;
mod fetched;
mod filters;
mod forms;
mod html;
mod live;
mod looked;
mod menus;
mod notifications;
mod offline;
mod palette;
mod places;
mod refresh;
mod refusals;
mod send;
mod shortcuts;
mod sign_out;
mod ticker;
mod timeline;
mod to_do;

pub use filters::listen as listen_to_filters;
pub use live::follow;
pub use ticker::start as tick;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

/// Starts what needs no island. Called once, before the islands start.
pub fn start() {
    menus::close_elsewhere();
    forget_flash();
    dialogs::listen();
    declare::listen();
    palette::listen();
    shortcuts::listen();
    places::listen();
    looked::watch();
    notifications::start();
    refresh::start();
    drafts::start();
    forms::start();
    offline::start();
    sign_out::start();
    timeline::start();
    fetched::listen();
    to_do::start();
}

/// What is done has been read by now: a reload or a shared address must not say it again. A
/// refused form stays, so that a reload keeps what was typed; it is nobody else's.
fn forget_flash() {
    let window = web_sys::window();
    let Some((location, history)) = window.as_ref().and_then(|w| Some((w.location(), w.history().ok()?))) else {
        return;
    };
    let (Ok(path), Ok(search), Ok(hash)) = (location.pathname(), location.search(), location.hash()) else { return };
    let is_flash = |pair: &&str| pair.starts_with("done=");
    let pairs = search.trim_start_matches('?').split('&');
    if pairs.clone().any(|pair| is_flash(&pair)) {
        let kept: Vec<&str> = pairs.filter(|pair| !is_flash(pair)).collect();
        let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        let address = format!("{path}{query}{hash}");
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Listens to an event for as long as the page lives.
fn on(target: &web_sys::EventTarget, event: &str, act: impl FnMut(web_sys::Event) + 'static) {
    let act = Closure::<dyn FnMut(web_sys::Event)>::new(act);
    let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}
