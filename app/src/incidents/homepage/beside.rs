//! What a homepage shows to the one person who looks, and no live page replaces: what they
//! missed, what they owe, what looks alike, and what they would say to whoever takes over.

use chrono::Utc;
use store::incidents::Homepage;

use super::hand_off::own_note;
use super::similar::SimilarView;
use super::since::SinceView;
use super::views::HomepageView;
use crate::ctx::Ctx;
use crate::to_do::ToDoRail;

/// Read beside the homepage. What cannot be read is left out: the page is there without it.
pub struct Beside {
    since: SinceView,
    similar: SimilarView,
    to_do: ToDoRail,
    note: Option<String>,
}

impl Beside {
    /// For whoever looks.
    pub async fn read(ctx: &Ctx, homepage: &Homepage) -> Self {
        let now = Utc::now();
        let (open, past) = ctx.store.similar_to(&ctx.viewer, homepage.id).await.unwrap_or_default();
        let since = SinceView::read(ctx, homepage, open, now).await;
        let owed = ctx.store.to_do(&ctx.viewer).await.unwrap_or_default();
        let to_do = ToDoRail::of(owed, homepage.reference, &ctx.zone, now);
        let note = own_note(ctx, homepage, now).await;
        Self { since, to_do, note, similar: SimilarView::past(past, &ctx.zone, now) }
    }

    /// Puts it into the page.
    pub fn put(self, mut homepage: HomepageView) -> HomepageView {
        self.since.mark(&mut homepage.timeline.days);
        homepage.change = homepage.change.with_note(self.note);
        HomepageView { since: self.since, similar: self.similar, to_do: self.to_do, ..homepage }
    }
}
