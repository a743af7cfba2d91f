//! The document around every page, the routes, and the script that starts the islands.

use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos_axum::AxumRouteListing;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::actions::{ActionPage, ActionsPage};
use crate::ctx::{Assets, CurrentPerson, RequestNonce, STYLE_KEPT, Services, extension, has_kept};
use crate::incidents::{DeclarePage, HomepagePage, ListPage};
use crate::notifications::NotificationsPage;
use crate::people::ProfilePage;
use crate::search::SearchPage;
use crate::session::SignInPage;
use crate::settings::{
    CompanyPage, ComponentsPage, PeoplePage, PrivateIncidentsPage, SetUpPage, SeveritiesPage, WelcomePage,
};
use crate::sorry::NotFoundPage;
use crate::timeline::{ActivityPage, ItemPage};
use crate::to_do::ToDoPage;
use crate::ui;

/// Every page with its mode and methods, for the server's router.
pub fn pages() -> Vec<AxumRouteListing> {
    leptos_axum::generate_route_list(App)
}

/// The whole document. The server renders it for every page. What Leptos would read from
/// its options (the files' names) comes from [`Services`] instead.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let nonce = extension::<RequestNonce>().map(|nonce| nonce.0);
    provide_context(ui::WholePage);
    if let Some(nonce) = &nonce {
        // Leptos writes a script of its own at the end of the page; it needs the same nonce.
        provide_context(Nonce::from_value(nonce.clone()));
    }
    let assets = extension::<Services>().map(|services| services.assets);
    // What concerns one person only is shown by their browser; see `incidents::Live`.
    let person = extension::<CurrentPerson>().map(|person| person.viewer.person.to_string());
    let islands = assets.as_ref().map(|assets| islands_script(assets));
    let style = assets.map(|assets| style(&assets, nonce.as_deref()));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-person=person>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                // A page is painted whole or not yet: nothing in it moves, and it is laid out once.
                <link rel="expect" href="#end" blocking="render" />
                {style}
                <link rel="icon" href="/icons/favicon.svg" type="image/svg+xml" />
                <MetaTags />
                <script type="module" nonce=nonce inner_html=islands></script>
            </head>
            <body>
                <App />
                <div id="end" hidden></div>
            </body>
        </html>
    }
}

/// The style: within the page for a browser that comes for the first time, from the file
/// that it kept for every other.
fn style(assets: &Assets, nonce: Option<&str>) -> AnyView {
    let here = crate::ctx::here();
    let first = assets.style.of(here.split('?').next().unwrap_or_default());
    if first.is_empty() || has_kept(&assets.css) {
        view! { <link rel="stylesheet" href=assets.css.clone() /> }.into_any()
    } else {
        view! { <style nonce=nonce.map(str::to_owned) inner_html=first.to_owned()></style> }.into_any()
    }
}

/// Every page. Where a status or a title depends on data, which is everywhere, the page
/// is made whole before its first byte is sent.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/incidents") view=ListPage ssr=SsrMode::Async />
                <Route path=path!("/incidents/:reference") view=HomepagePage ssr=SsrMode::Async />
                <Route path=path!("/incidents/:reference/timeline/:item") view=ItemPage ssr=SsrMode::Async />
                <Route path=path!("/incidents/:reference/activity") view=ActivityPage ssr=SsrMode::Async />
                <Route path=path!("/notifications") view=NotificationsPage ssr=SsrMode::Async />
                <Route path=path!("/declare") view=DeclarePage ssr=SsrMode::Async />
                <Route path=path!("/search") view=SearchPage ssr=SsrMode::Async />
                <Route path=path!("/actions") view=ActionsPage ssr=SsrMode::Async />
                <Route path=path!("/actions/:number") view=ActionPage ssr=SsrMode::Async />
                <Route path=path!("/to-do") view=ToDoPage ssr=SsrMode::Async />
                <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async />
                <Route path=path!("/settings") view=CompanyPage ssr=SsrMode::Async />
                <Route path=path!("/settings/severities") view=SeveritiesPage ssr=SsrMode::Async />
                <Route path=path!("/settings/components") view=ComponentsPage ssr=SsrMode::Async />
                <Route path=path!("/settings/people") view=PeoplePage ssr=SsrMode::Async />
                <Route path=path!("/settings/private") view=PrivateIncidentsPage ssr=SsrMode::Async />
                <Route path=path!("/settings/set-up") view=SetUpPage ssr=SsrMode::Async />
                <Route path=path!("/welcome") view=WelcomePage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    }
}

/// The first page is the incident list.
#[component]
fn HomePage() -> impl IntoView {
    leptos_axum::redirect(crate::paths::INCIDENTS);
}

/// Loads the islands when the browser has nothing better to do, so that they never delay
/// what can be read; then goes through the document and starts each in turn. Leptos' own
/// script, but for a deadline for the start and files with a hash in their names. What
/// is folded away (`ui::Menu`) is made part of the page before that. A style that came
/// within the page is fetched whole as a file, for the pages after it.
fn islands_script(Assets { js, wasm, css, .. }: &Assets) -> String {
    format!(
        r#"const unfold = () => {{
  const there = () => document.getElementById(location.hash.slice(1)), was = there();
  for (const folded of document.querySelectorAll("details > noscript")) folded.outerHTML = folded.textContent;
  const now = there();
  if (now && !was) {{
    for (let up = now.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    now.scrollIntoView();
  }}
}};
addEventListener("toggle", unfold, {{ capture: true, once: true }});
const start = async () => {{
  unfold();
  const app = await import("{js}");
  await app.default({{ module_or_path: "{wasm}" }});
  app.hydrate();
  const outer = [];
  const walk = async (node) => {{
    const island = node.tagName === "LEPTOS-ISLAND" && app[node.dataset.component];
    if (island) {{ outer.at(-1)?.(); await island(node); }}
    const inner = node.tagName === "LEPTOS-CHILDREN";
    if (inner) outer.push(node.$$on_hydrate);
    for (const child of node.children) await walk(child);
    if (inner) outer.pop();
  }};
  await walk(document.body);
  document.documentElement.dataset.wasm = "ready";
  if (!document.querySelector("link[rel=stylesheet]")) {{
    const kept = Object.assign(document.createElement("link"), {{ rel: "stylesheet", href: "{css}" }});
    kept.onload = () => {{ document.cookie = "{STYLE_KEPT}={css}; path=/; max-age=31536000; samesite=lax"; }};
    document.head.append(kept);
  }}
}};
"requestIdleCallback" in window ? requestIdleCallback(start, {{ timeout: 1500 }}) : setTimeout(start);"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;

    #[test]
    fn every_address_has_its_page() {
        let routes = pages();
        let mut found: Vec<String> = routes.iter().map(|route| route.path().to_owned()).collect();
        found.sort();
        let mut expected = vec![
            paths::HOME,
            paths::INCIDENTS,
            "/incidents/{reference}",
            "/incidents/{reference}/timeline/{item}",
            "/incidents/{reference}/activity",
            paths::SIGN_IN,
            paths::WELCOME,
            paths::NOTIFICATIONS,
            paths::DECLARE,
            paths::SEARCH,
            paths::PROFILE,
            paths::TO_DO,
            paths::ACTIONS,
            "/actions/{number}",
            paths::SETTINGS,
            paths::SEVERITIES,
            paths::COMPONENTS,
            paths::PEOPLE,
            paths::PRIVATE_INCIDENTS,
            paths::SET_UP,
        ];
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert!(routes.iter().all(|route| matches!(route.mode(), SsrMode::Async)), "complete without a script");
    }

    #[test]
    fn the_script_loads_the_hashed_files() {
        let assets = Assets {
            js: "/pkg/app-1.js".into(),
            wasm: "/pkg/app-2.wasm".into(),
            css: "/pkg/app-3.css".into(),
            ..Assets::default()
        };
        let script = islands_script(&assets);
        assert!(script.contains(r#"import("/pkg/app-1.js")"#));
        assert!(script.contains(r#"module_or_path: "/pkg/app-2.wasm""#));
        assert!(script.contains("style=/pkg/app-3.css; path=/"));
        assert!(!script.contains("</"), "it cannot end its own element");
    }
}
