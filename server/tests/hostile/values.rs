//! What is sent.

use super::parameters::Parameter;
use super::support::world::World;

/// One value, in the spelling in which it stands in a form or an address.
#[derive(Clone, Debug)]
pub struct Value {
    pub name: &'static str,
    pub encoded: String,
    /// What stands between the parameter's name and the value; `=` but for arrays.
    pub sign: &'static str,
    /// Nothing of ours ever takes it.
    pub never: bool,
    /// Only a body can carry it.
    in_body_only: bool,
}

impl Value {
    pub fn new(name: &'static str, encoded: impl Into<String>) -> Self {
        Self { name, encoded: encoded.into(), sign: "=", never: false, in_body_only: false }
    }

    fn never(self) -> Self {
        Self { never: true, ..self }
    }

    fn in_body(self) -> Self {
        Self { in_body_only: true, ..self }
    }

    /// `=value`, or what else makes a pair of a name.
    pub fn assigned(&self) -> String {
        format!("{}{}", self.sign, self.encoded)
    }

    pub fn fits_an_address(&self) -> bool {
        !self.in_body_only && self.encoded.len() < 60_000
    }

    pub fn is_short(&self) -> bool {
        self.encoded.len() < 1_000 && self.fits_an_address()
    }

    /// Whether a strict parameter means something by it after all.
    pub fn is_ours(&self, parameter: &Parameter) -> bool {
        match self.name {
            // A form's empty field: a new entry, no hours, no link.
            "empty" | "spaces" | "no value" | "an array" | "an array with a place" => true,
            "a number" => {
                ["engineers", "seq", "since"].iter().any(|name| parameter.is(name)) || parameter.value == "100"
            }
            // What is after everything that there is counts as the present.
            "i64::MAX" => parameter.is("seq") || parameter.is("since"),
            "zero" => parameter.is("since"),
            // It is not read: whoever asks gets what they owe, whatever stands beside it.
            "a private incident" => parameter.is("beside"),
            "another site" => ["url", "meeting_url"].iter().any(|name| parameter.is(name)),
            "true" => ["only_updates", "assumed", "done"].iter().any(|name| parameter.is(name)),
            "the nil uuid" | "the largest uuid" | "a severity" | "a component" => {
                // An incident may have been declared with that id before; whoever is let in is in.
                parameter.is_fresh() || parameter.is_seen() || parameter.value == "<secret>"
            }
            "somebody else" => parameter.is_person() || parameter.is_fresh() || parameter.is_seen(),
            _ => false,
        }
    }
}

/// Everything that every parameter gets.
pub fn values() -> Vec<Value> {
    let array = |name, sign| Value { sign, ..Value::new(name, "1") };
    vec![
        Value::new("NUL", "a%00b").never(),
        Value::new("a raw NUL", "a\0b").never().in_body(),
        Value::new("sixty thousand letters", "x".repeat(59_000)).never(),
        Value::new("a million letters", "x".repeat(1_000_000)).never().in_body(),
        Value::new("more than a mebibyte", "x".repeat(1_100_000)).never().in_body(),
        Value::new("a million encoded bytes", "%C3%A9".repeat(170_000)).never().in_body(),
        Value::new("empty", ""),
        Value::new("spaces", "%20%20"),
        array("an array", "[]="),
        array("an array with a place", "[0]="),
        array("an array far away", "[18446744073709551616]="),
        array("an object", "[key]="),
        array("an object in an object", "[a][b][c]="),
        Value { sign: "", ..Value::new("no value", "") },
        Value::new("a number", "12345"),
        Value::new("zero", "0"),
        Value::new("negative", "-1"),
        Value::new("i64::MAX", "9223372036854775807"),
        Value::new("more than u64::MAX", "18446744073709551616"),
        Value::new("infinite", "1e999"),
        Value::new("not a number", "NaN"),
        Value::new("true", "true"),
        Value::new("null", "null"),
        Value::new("the nil uuid", "00000000-0000-0000-0000-000000000000"),
        Value::new("the largest uuid", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        Value::new("half a uuid", "01900000-0000-7000"),
        Value::new("JSON", "%7B%22a%22%3A%5B1%5D%7D"),
        Value::new("a percent sign", "%"),
        Value::new("half an escape", "a%4"),
        Value::new("no escape", "%zz"),
        Value::new("invalid UTF-8", "%FF%FE"),
        Value::new("an overlong NUL", "%C0%80"),
        Value::new("a lone surrogate", "%ED%A0%80"),
        Value::new("an escape of an escape", "%2500"),
        Value::new("a bell", "a%07b"),
        Value::new("line breaks", "a%0D%0ASet-Cookie:%20x=1"),
        Value::new("right to left", "%E2%80%AEabc"),
        Value::new("three hundred accents", format!("e{}", "%CC%81".repeat(150))),
        Value::new("SQL", "%27%3B%20drop%20table%20incidents%3B%20--"),
        Value::new("wildcards", "%25_%5C"),
        Value::new("markup", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        Value::new("another site", "https%3A%2F%2Fevil.example%2Fx"),
        Value::new("another host", "%2F%2Fevil.example"),
        Value::new("a far day", "292277026596-12-04"),
        Value::new("a cursor of nothing", "9223372036854775807-00000000-0000-0000-0000-000000000000"),
        Value::new("a cursor before all time", "-9223372036854775808-00000000-0000-0000-0000-000000000000"),
        Value::new(
            "a refusal made up",
            "%7B%22error%22%3A%22refused%22%2C%22refusal%22%3A%7B%22code%22%3A%22invalid%22%2C%22field%22%3A%22x%22%2C%22why%22%3A1%7D%7D",
        ),
    ]
}

/// Ids that exist, of something else than the parameter names.
pub fn ids_of_others(world: &World, parameter: &Parameter) -> Vec<Value> {
    let mut ids = vec![
        Value::new("a private incident", world.private.clone()),
        Value::new("somebody else", world.participant.to_string()),
    ];
    if !parameter.value.contains("<severity>") {
        ids.push(Value::new("a severity", world.severity.to_string()));
    }
    if !parameter.value.contains("<component>") {
        ids.push(Value::new("a component", world.component.clone()));
    }
    ids
}

/// Whole forms: nothing, too much, twice, and one that lacks each parameter in turn.
pub fn whole_forms(sample: &[Parameter]) -> Vec<(String, String)> {
    let pairs = |left_out: Option<usize>| -> String {
        let kept = sample.iter().enumerate().filter(|(at, _)| Some(*at) != left_out);
        kept.map(|(_, parameter)| format!("{}={}", parameter.name, parameter.value)).collect::<Vec<_>>().join("&")
    };
    let whole = pairs(None);
    let mut forms: Vec<(String, String)> = vec![
        ("with nothing".into(), String::new()),
        ("with signs only".into(), "&&==&=&".into()),
        ("with brackets".into(), "[[[[]=1&a]=2".into()),
        ("with a deep object".into(), format!("{whole}&a{}=1", "[b]".repeat(500))),
        ("with a far place".into(), format!("{whole}&links[4294967295][kind]=logs")),
        ("with many pairs".into(), format!("{whole}{}", "&x=1".repeat(100_000))),
        ("with a stranger".into(), format!("{whole}&author_id=x&role=admin&created_at=1970-01-01&is_admin=true")),
    ];
    for (at, Parameter { name, value }) in sample.iter().enumerate() {
        forms.push((format!("without {name}"), pairs(Some(at))));
        forms.push((format!("with {name} twice"), format!("{whole}&{name}={value}")));
    }
    forms
}
