//! The command menu as a dialog, and the dialog that `?` opens. Both are on every page,
//! closed; the keyboard and the list inside are `browser/palette.rs`.

use leptos::prelude::*;

use super::api::LONGEST;
use super::shortcuts;
use super::views::FoundView;
use crate::ui::{Icon, language};

/// The dialogs of every page.
pub fn dialogs() -> impl IntoView {
    view! {
        <dialog class="dialog" id="palette" aria-label="Find or do">
            <div class="command-ask">
                <Icon name="search" />
                <input role="combobox" aria-label="Find or do" aria-expanded="false" aria-controls="found"
                    aria-autocomplete="list" maxlength=LONGEST autocomplete="off" dir="auto" spellcheck="false"
                    placeholder="An incident, a person, a page, something to do" />
            </div>
            <div id="found" role="listbox" aria-label="Found" class="command-list"></div>
            <p class="only-spoken" role="status"></p>
        </dialog>
        <dialog class="dialog" id="shortcuts" aria-labelledby="shortcuts-title">
            <div class="dialog-body">
                <div class="dialog-head">
                    <h2 id="shortcuts-title">"Keys"</h2>
                    <button class="frame-tool dialog-close" type="button" data-close="">
                        <Icon name="close" /><span class="only-spoken">"Close"</span>
                    </button>
                </div>
                {shortcuts::list().into_any()}
            </div>
        </dialog>
    }
}

/// What was found, as options of the list.
pub(super) fn options(found: FoundView) -> impl IntoView {
    let mut place = 0;
    let groups = found
        .groups
        .into_iter()
        .map(|(heading, all)| {
            let label = heading.clone();
            let all = all
                .into_iter()
                .map(|one| {
                    place += 1;
                    let lang = language(&one.name);
                    view! {
                        <li class="command" role="option" id=format!("found-{place}") aria-selected="false" data-href=one.href>
                            <Icon name=one.icon /><span class="command-name" dir="auto" lang=lang>{one.name}</span>
                            <span class="command-say">{one.say}</span>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <ul role="group" aria-label=label>
                    <li class="command-group" role="presentation">{heading}</li>
                    {all}
                </ul>
            }
        })
        .collect_view();
    view! { {groups} }
}

#[cfg(test)]
mod tests {
    use super::super::views::OneView;
    use super::*;

    #[test]
    fn each_option_has_an_id_of_its_own_and_is_text() {
        let one = |name: &str| OneView {
            icon: "bolt",
            name: name.into(),
            say: "INC-1".into(),
            href: "/incidents/INC-1".into(),
        };
        let groups = vec![("A".into(), vec![one("<b>one"), one("two")]), ("B".into(), vec![one("three")])];
        let html = options(FoundView { groups }).to_html();
        for id in ["found-1", "found-2", "found-3"] {
            assert_eq!(html.matches(id).count(), 1, "{html}");
        }
        assert!(html.contains("&lt;b&gt;one") && !html.contains("<b>one"), "{html}");
    }
}
