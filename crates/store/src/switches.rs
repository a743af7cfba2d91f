//! What a company switches on before its size asks for it.

use domain::Viewer;
use serde_json::json;

use crate::settings::may_change_settings;
use crate::{Store, StoreError, write};

/// What is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// Private incidents.
    pub private_incidents: bool,
    /// Hand-off.
    pub hand_off: bool,
}

impl Store {
    /// Switches on and off. For admins.
    pub async fn save_switches(&self, viewer: &Viewer, on: Switches) -> Result<(), StoreError> {
        may_change_settings(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                "update settings set private_incidents = $1, hand_off = $2, changed_at = now()",
                on.private_incidents,
                on.hand_off
            )
            .execute(&mut *transaction)
            .await?;
            let data = json!({ "private_incidents": on.private_incidents, "hand_off": on.hand_off });
            write::record(&mut transaction, (&viewer).into(), "switches_changed", None, data).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}
