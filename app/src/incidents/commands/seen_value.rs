//! What a form showed when it was made.

use serde::{Deserialize, Deserializer, Serialize};

/// What a form showed in a field, `None` when the form did not say. Unlike of an
/// `Option<String>`, of which a form cannot say that it was empty, nothing is a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SeenValue(Option<String>);

impl SeenValue {
    /// What it showed.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl From<&str> for SeenValue {
    fn from(value: &str) -> Self {
        Self(Some(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for SeenValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|value| Self(Some(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::value::{Error, MapDeserializer};

    #[derive(Deserialize)]
    struct Sent {
        #[serde(default)]
        seen: SeenValue,
    }

    #[test]
    fn an_empty_field_was_seen_empty_and_one_that_is_not_there_was_not_seen() {
        let seen = |fields: &[(&'static str, &'static str)]| {
            let fields: MapDeserializer<'_, _, Error> = MapDeserializer::new(fields.iter().copied());
            Sent::deserialize(fields).unwrap().seen
        };
        assert_eq!(seen(&[("seen", "")]).as_deref(), Some(""));
        assert_eq!(seen(&[("seen", "Curlew")]).as_deref(), Some("Curlew"));
        assert_eq!(seen(&[]).as_deref(), None);
    }
}
