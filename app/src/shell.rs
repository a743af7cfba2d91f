//! The document around every page, the routes, and the script that starts the islands.

use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos_axum::AxumRouteListing;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::ctx::{RequestNonce, Services, extension};
use crate::incidents::{HomepagePage, ListPage};
use crate::people::ProfilePage;
use crate::session::SignInPage;
use crate::settings::{CompanyPage, ComponentsPage, PeoplePage, SetUpPage, SeveritiesPage, WelcomePage};
use crate::sorry::NotFoundPage;

/// Every page with its mode and methods, for the server's router.
pub fn pages() -> Vec<AxumRouteListing> {
    leptos_axum::generate_route_list(App)
}

/// The whole document. The server renders it for every page. What Leptos would read from
/// its options (the files' names) comes from [`Services`] instead.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let nonce = extension::<RequestNonce>().map(|nonce| nonce.0);
    if let Some(nonce) = &nonce {
        // Leptos writes a script of its own at the end of the page; it needs the same nonce.
        provide_context(Nonce::from_value(nonce.clone()));
    }
    let assets = extension::<Services>().map(|services| services.assets);
    let css = assets.as_ref().map(|assets| assets.css.clone());
    let islands = assets.map(|assets| islands_script(&assets.js, &assets.wasm));
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=css />
                <link rel="icon" href="/icons/favicon.svg" type="image/svg+xml" />
                <MetaTags />
                <script type="module" nonce=nonce inner_html=islands></script>
            </head>
            <body>
                <App />
            </body>
        </html>
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
                <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async />
                <Route path=path!("/settings") view=CompanyPage ssr=SsrMode::Async />
                <Route path=path!("/settings/severities") view=SeveritiesPage ssr=SsrMode::Async />
                <Route path=path!("/settings/components") view=ComponentsPage ssr=SsrMode::Async />
                <Route path=path!("/settings/people") view=PeoplePage ssr=SsrMode::Async />
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
/// script, but for a deadline for the start and files with a hash in their names.
fn islands_script(js: &str, wasm: &str) -> String {
    format!(
        r#"const start = async () => {{
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
            paths::SIGN_IN,
            paths::WELCOME,
            paths::PROFILE,
            paths::SETTINGS,
            paths::SEVERITIES,
            paths::COMPONENTS,
            paths::PEOPLE,
            paths::SET_UP,
        ];
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert!(routes.iter().all(|route| matches!(route.mode(), SsrMode::Async)), "complete without a script");
    }

    #[test]
    fn the_script_loads_the_hashed_files() {
        let script = islands_script("/pkg/app-1.js", "/pkg/app-2.wasm");
        assert!(script.contains(r#"import("/pkg/app-1.js")"#));
        assert!(script.contains(r#"module_or_path: "/pkg/app-2.wasm""#));
        assert!(!script.contains("</"), "it cannot end its own element");
    }
}
