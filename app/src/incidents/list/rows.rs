//! The rows of the list. Two lines each, no grid; plain functions without components,
//! since there are many of them.

use leptos::either::{Either, EitherOf4};
use leptos::prelude::*;

use super::incident::{LengthView, NowView, RowView};
use super::views::GroupView;
use crate::ui::{Icon, badge, language, text, time};

/// Happening now: the same row, said louder.
pub fn now(items: Vec<NowView>) -> impl IntoView {
    view! {
        <section class="now" aria-labelledby="now">
            <h2 class="now-head" id="now">"Happening now"</h2>
            {items.into_iter().map(|item| now_item(item).into_any()).collect_view()}
        </section>
    }
}

fn now_item(item: NowView) -> impl IntoView {
    let lead = match item.lead {
        Some(name) => Either::Left(view! { <span><bdi>{name}</bdi>" leads"</span> }),
        None => Either::Right(item.asks_for_lead.then(|| view! { <span class="soft">"Nobody leads yet"</span> })),
    };
    let due = item.due.map(|(at, words, colour)| {
        view! { <span class="due" data-due=colour>"Next update "<span data-until=at>{words}</span></span> }
    });
    let lang = language(&item.title);
    view! {
        <article class="now-item">
            <h3><a href=item.href dir="auto" lang=lang>{item.title}</a></h3>
            <span class="now-elapsed" data-since=item.since>{item.elapsed}</span>
            <p class="now-state">
                {badge(item.severity)} {badge(item.status)} {lead} {due}
                {item.private.map(|who| view! { <span><Icon name="lock" />" "{who}</span> })}
                <span class="ref">{item.reference}</span>
            </p>
            {item.words.map(|words| { let lang = language(&words); view! { <p class="now-words" dir="auto" lang=lang>{words}</p> } })}
        </article>
    }
}

/// The axis that all bars share; it stands on the line of the first heading.
pub fn scale() -> impl IntoView {
    view! {
        <div class="scale" aria-hidden="true">
            <svg>
                <text x="0%" y="15" text-anchor="start">"1 min"</text>
                <text x="44.4%" y="15" text-anchor="middle">"1 h"</text>
                <text x="100%" y="15" text-anchor="end">"1 week"</text>
            </svg>
        </div>
    }
}

/// Rows under a heading.
pub fn group(group: GroupView) -> impl IntoView {
    let count = (group.count > 0).then(|| view! { " " <span class="count">{group.count}</span> });
    view! {
        <section>
            <h3 class="month">{group.heading}{count}</h3>
            <ul>{group.rows.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

/// One incident.
pub fn row(row: RowView) -> impl IntoView {
    let length = match row.length {
        LengthView::Known(words, bar) => {
            EitherOf4::A(view! { <span class="incident-elapsed">{words}</span> {bar_to(bar)} })
        }
        LengthView::Running(since, words) => {
            EitherOf4::B(view! { <span class="incident-elapsed" data-since=since>{words}</span> })
        }
        LengthView::StartMissing => EitherOf4::C(view! { <span class="incident-missing">"start time missing"</span> }),
        LengthView::None => EitherOf4::D(()),
    };
    let aside = (!row.aside.is_empty()).then(|| {
        let lock = row.is_private.then(|| view! { <Icon name="lock" />" " });
        view! { <span class="incident-aside">{lock}{row.aside}</span>" " }
    });
    let next = (row.next_steps > 0).then(|| {
        let words =
            if row.next_steps == 1 { "1 next step".to_owned() } else { format!("{} next steps", row.next_steps) };
        view! { <a class="incident-next" href=format!("{}#next-steps", row.href)>{words}</a> }
    });
    view! {
        <li class="incident">
            <span class="incident-sev">{badge(row.severity)}</span>
            <h4 class="incident-title"><a href=row.href dir="auto" lang=row.lang>{row.title}</a></h4>
            <span class="incident-day">{time(row.day)}</span>
            <p class="incident-words">
                <span class="incident-said">{aside}{row.words.map(text)}</span>
                <span class="incident-who">{row.lead.map(|name| view! { <bdi>{name}</bdi> })}</span>
                <span class="incident-ref">{row.reference}</span>
            </p>
            {length}
            {next}
        </li>
    }
}

fn bar_to(end: String) -> impl IntoView {
    view! {
        <svg class="incident-bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
            <line class="track" x1="0" x2="100" y1="1.5" y2="1.5" />
            <line class="length" x1="0" x2=end y1="1.5" y2="1.5" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{Mark, TimeView};

    fn view(title: &str, length: LengthView) -> RowView {
        RowView {
            reference: "INC-16".into(),
            href: "/incidents/INC-16".into(),
            title: title.into(),
            lang: language(title).map(Into::into),
            severity: Mark { mark: "sev3".into(), word: "Sev3".into(), is_severity: true },
            day: TimeView { at: "2025-10-20T01:00:00Z".into(), text: "Mon 20".into() },
            length,
            is_private: false,
            aside: String::new(),
            words: Some("</span><script>alert(1)</script>".into()),
            lead: None,
            next_steps: 0,
        }
    }

    #[test]
    fn what_people_wrote_is_text_in_its_own_direction_and_language() {
        let known = LengthView::Known("26 min".into(), "35.3".into());
        let html = row(view("スケジューラー <b>", known)).to_html();
        assert!(html.contains(r#"lang="ja""#) && html.contains(r#"dir="auto""#), "{html}");
        assert!(html.contains("スケジューラー &lt;b&gt;") && !html.contains("<script"), "{html}");
        assert!(html.contains(r#"x2="35.3""#) && html.contains("26 min"), "{html}");
        assert!(!html.contains("style="), "the policy forbids it: {html}");
    }

    #[test]
    fn without_a_start_there_is_no_bar() {
        let html = row(view("Queue page", LengthView::StartMissing)).to_html();
        assert!(html.contains("start time missing") && !html.contains("<svg"), "{html}");
        let running = row(view("Queue page", LengthView::Running(1_763_649_120, "12 min".into()))).to_html();
        assert!(running.contains(r#"data-since="1763649120""#), "it ticks: {running}");
    }
}
