//! What ordinary texts look like.

use markdown::{Limits, SafeHtml, render, words};

fn entry(text: &str) -> String {
    render(text, &Limits::entry()).unwrap().into_string()
}

#[test]
fn an_update_as_people_write_it() {
    assert_eq!(
        entry(
            "**Webhooks** are late.\nWe look at `queue-3`, see https://runbooks.example/queue and [the graph](/files/1).\n\n- Curlew: database\n- ~~Knot: cache~~"
        ),
        "<p><strong>Webhooks</strong> are late.<br>\nWe look at <code>queue-3</code>, see \
         <a href=\"https://runbooks.example/queue\" rel=\"noopener noreferrer\">https://runbooks.example/queue</a> and \
         <a href=\"/files/1\" rel=\"noopener noreferrer\">the graph</a>.</p>\n\
         <ul>\n<li>Curlew: database</li>\n<li><del>Knot: cache</del></li>\n</ul>\n"
    );
}

#[test]
fn line_breaks_are_shown_in_entries_and_spaces_in_documents() {
    assert_eq!(entry("*a*\nb"), "<p><em>a</em><br>\nb</p>\n");
    assert_eq!(render("*a*\nb", &Limits::document()).unwrap().as_str(), "<p><em>a</em>\nb</p>\n");
}

#[test]
fn tables_and_tasks() {
    assert_eq!(
        entry("| time | what |\n|---|--:|\n| 07:33 | slow |"),
        "<table>\n<thead>\n<tr>\n<th>time</th>\n<th align=\"right\">what</th>\n</tr>\n</thead>\n\
         <tbody>\n<tr>\n<td>07:33</td>\n<td align=\"right\">slow</td>\n</tr>\n</tbody>\n</table>\n"
    );
    let tasks = entry("- [x] fail over\n- [ ] tell support");
    assert_eq!(tasks.matches("type=\"checkbox\"").count(), 2);
    assert_eq!(tasks.matches("checked=\"\"").count(), 1);
    assert_eq!(tasks.matches("disabled=\"\"").count(), 2);
}

#[test]
fn headings_never_outrank_the_page() {
    assert!(entry("# A\n\nb").starts_with("<h4>A</h4>"));
    assert!(entry("###### A\n\nb").starts_with("<h6>A</h6>"));
    assert!(render("A\n===", &Limits::section()).unwrap().as_str().starts_with("<h3>A</h3>"));
    assert!(render("# A", &Limits::section().below(5)).unwrap().as_str().starts_with("<h6>A</h6>"));
}

#[test]
fn other_languages_and_windows_line_ends() {
    assert_eq!(entry("復旧しました。\r\n確認中"), "<p>復旧しました。<br>\n確認中</p>\n");
    assert_eq!(entry("*復旧*\r\n確認中"), "<p><em>復旧</em><br>\n確認中</p>\n");
    assert_eq!(entry("a\0b"), "<p>a\u{FFFD}b</p>\n");
}

#[test]
fn links_open_plain() {
    assert!(!entry("[a](https://a.example)").contains("target"));
    assert!(entry("curlew@paperkite.example").contains("href=\"mailto:curlew@paperkite.example\""));
}

#[test]
fn words_without_markup() {
    let of = |text: &str, n| words(text, &Limits::entry(), n).unwrap();
    assert_eq!(
        of("**Webhooks** are `late`.\n\n- see [the graph](https://a.example)\n- Vec<String>", 200),
        "Webhooks are late. see the graph Vec<String>"
    );
    assert_eq!(of("one two three four", 9), "one two…");
    assert_eq!(of("復旧しました。確認中です。", 6), "復旧しました…");
    assert_eq!(of("", 10), "");
    assert_eq!(of("exactly ten", 11), "exactly ten");
}

#[test]
fn stored_html_comes_back_as_it_was() {
    let html = render("*a*", &Limits::entry()).unwrap();
    assert_eq!(SafeHtml::from_our_database(html.clone().into_string()), html);
    assert_eq!(html.to_string(), html.as_str());
}
