//! What Slack sent, stored before it is answered.

use domain::System;
use serde_json::Value;

use crate::{Store, StoreError};

/// Something Slack sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// Slack's own id of it, the same on every delivery.
    pub event_id: String,
    /// For example `event`, `command`.
    pub kind: String,
    /// What it says.
    pub payload: Value,
}

impl Store {
    /// Stores what Slack sent. False when it is here already: Slack delivers
    /// more than once.
    pub async fn receive(&self, _intake: System, received: Received) -> Result<bool, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let new = sqlx::query!(
                "insert into slack_inbox (event_id, kind, payload) values ($1, $2, $3) on conflict (event_id) do nothing",
                received.event_id,
                received.kind,
                received.payload
            )
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(new.rows_affected() == 1)
        })
        .await
    }
}
