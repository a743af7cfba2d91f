//! One way to write an enum whose variants have a stored code and a shown word.

/// Declares an enum with a code (schema, wire) and a word (what people read) for each
/// variant, so that neither can be spelled in a second way anywhere.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident of $field:literal {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal, $word:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $code)] $variant, )+
        }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code that is stored and travels: stable, snake case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The word that people read.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads a code; anything else is [`Refusal::Invalid`](crate::Refusal::Invalid).
            pub fn parse(code: &str) -> Result<Self, crate::Refusal> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(crate::Refusal::invalid($field, crate::Why::NotKnown)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Refusal;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::parse(code)
            }
        }
    };
}
