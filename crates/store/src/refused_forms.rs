//! Forms that were refused, kept for whoever sent them until they are shown again.

use domain::{RequestId, Viewer};
use sqlx::types::Json;

use crate::pool::Held;
use crate::{Store, StoreError};

/// So many of one person are kept; the oldest goes first.
const MOST: i64 = 20;

/// A form that was refused, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedForm {
    /// The address that it was sent to.
    pub action: String,
    /// Names and values in the order of the form. A list has its name several times.
    pub fields: Vec<(String, String)>,
    /// Why it was refused: a code, as the caller writes it.
    pub code: String,
}

impl Store {
    /// Keeps a form for ten minutes, for this person only.
    pub async fn keep_refused_form(&self, viewer: &Viewer, id: RequestId, form: RefusedForm) -> Result<(), StoreError> {
        let (store, person) = (self.clone(), viewer.person.uuid());
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                "insert into refused_forms (id, person_id, action, fields, code) values ($1, $2, $3, $4, $5)",
                id.uuid(),
                person,
                form.action,
                Json(&form.fields) as _,
                form.code
            )
            .execute(&mut *transaction)
            .await?;
            sqlx::query!(
                r#"
                delete from refused_forms where id in
                    (select id from refused_forms where person_id = $1 order by created_at desc, id offset $2)
                "#,
                person,
                MOST
            )
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// The form under this id, when it is theirs and younger than ten minutes.
    pub async fn refused_form(&self, viewer: &Viewer, id: RequestId) -> Result<Option<RefusedForm>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select action, fields as "fields: Json<Vec<(String, String)>>", code from refused_forms
            where id = $1 and person_id = $2 and created_at > now() - interval '10 minutes'
            "#,
            id.uuid(),
            viewer.person.uuid()
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        Ok(row?.map(|row| RefusedForm { action: row.action, fields: row.fields.0, code: row.code }))
    }
}
