//! Purpose: checks every request against the Bot API 10.3 field list.
//!
//! Invariant: what passes has no unknown field, no missing field and no wrong JSON type, nested objects included.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The list as it is stored; see README.md for its source and licence.
const LIST: &str = include_str!("bot-api-10.3.json");

#[derive(Deserialize)]
struct RawList {
    methods: HashMap<String, Option<HashMap<String, String>>>,
    types: HashMap<String, HashMap<String, String>>,
}

/// A type a field may have.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Int,
    Float,
    Text,
    Bool,
    Any,
    /// An uploaded part; in JSON only as `attach://…` text.
    File,
    Exactly(String),
    List(Box<Kind>),
    OneOf(Vec<Kind>),
    Object(String),
}

#[derive(Clone, Debug)]
struct Field {
    kind: Kind,
    required: bool,
}

type Fields = HashMap<String, Field>;

/// A method of the list.
#[derive(Debug)]
pub(super) struct Method {
    /// Its name as documented.
    pub(super) name: String,
    /// Its fields; `None` = known, but not played here.
    fields: Option<Fields>,
}

impl Method {
    /// Whether the sandbox plays it.
    pub(super) fn is_played(&self) -> bool {
        self.fields.is_some()
    }

    /// Whether the method has this field.
    pub(super) fn has_field(&self, field: &str) -> bool {
        self.fields.as_ref().is_some_and(|fields| fields.contains_key(field))
    }

    /// Whether `field` is text, so that a form's value stays as it is.
    pub(super) fn is_text(&self, field: &str) -> bool {
        let kind = self.fields.as_ref().and_then(|fields| fields.get(field)).map(|field| &field.kind);
        match kind {
            Some(Kind::Text | Kind::File) => true,
            Some(Kind::OneOf(kinds)) => {
                kinds.contains(&Kind::File) || (kinds.contains(&Kind::Text) && !kinds.contains(&Kind::Int))
            }
            _ => false,
        }
    }
}

/// The whole list.
pub(super) struct FieldList {
    methods: HashMap<String, Method>,
    types: HashMap<String, Fields>,
}

/// Fields of Bot API 10.2 that an older server doesn't know and silently ignores.
const EPHEMERAL_FIELDS: [&str; 1] = ["ephemeral_message_parameters"];

impl FieldList {
    /// The list, read once.
    pub(super) fn get() -> &'static Self {
        static READ: OnceLock<FieldList> = OnceLock::new();
        READ.get_or_init(|| {
            let raw: RawList = serde_json::from_str(LIST)
                .unwrap_or_else(|_| RawList { methods: HashMap::new(), types: HashMap::new() });
            let methods = raw.methods.into_iter().map(|(name, fields)| {
                (name.to_ascii_lowercase(), Method { name, fields: fields.map(read_fields) })
            });
            let types = raw.types.into_iter().map(|(name, fields)| (name, read_fields(fields)));
            Self { methods: methods.collect(), types: types.collect() }
        })
    }

    /// A method by its name in any case, as Telegram takes it.
    pub(super) fn method(&self, name: &str) -> Option<&Method> {
        match self.methods.get(name) {
            Some(method) => Some(method),
            None => self.methods.get(&name.to_ascii_lowercase()),
        }
    }

    /// Checks the fields of a request; `old` ignores what a server before 10.2 doesn't know.
    ///
    /// # Errors
    /// What is wrong, for a `Bad Request: …`.
    pub(super) fn check(&self, method: &Method, given: &Map<String, Value>, old: bool) -> Result<(), String> {
        let Some(fields) = &method.fields else { return Ok(()) };
        if old && EPHEMERAL_FIELDS.iter().any(|name| given.contains_key(*name)) {
            let mut known = given.clone();
            known.retain(|name, _| !EPHEMERAL_FIELDS.contains(&name.as_str()));
            return self.check_fields(fields, &known, &method.name);
        }
        self.check_fields(fields, given, &method.name)
    }

    fn check_fields(&self, fields: &Fields, given: &Map<String, Value>, place: &str) -> Result<(), String> {
        for (name, value) in given {
            let Some(field) = fields.get(name) else {
                return Err(format!("{place} has no field \"{name}\""));
            };
            if value.is_null() && !field.required {
                continue;
            }
            self.check_kind(&field.kind, value, &format_args!("{place}.{name}"))?;
        }
        let missing = fields.iter().find(|(name, field)| field.required && !given.contains_key(*name));
        match missing {
            Some((name, _)) => Err(format!("{place} needs the field \"{name}\"")),
            None => Ok(()),
        }
    }

    fn check_kind(&self, kind: &Kind, value: &Value, place: &dyn std::fmt::Display) -> Result<(), String> {
        let fits = match kind {
            Kind::Int => value.is_i64() || value.is_u64(),
            Kind::Float => value.is_number(),
            Kind::Text | Kind::File => value.is_string(),
            Kind::Bool => value.is_boolean(),
            Kind::Any => true,
            Kind::Exactly(wanted) => match value {
                Value::String(text) => text == wanted,
                Value::Bool(flag) => wanted == if *flag { "true" } else { "false" },
                _ => false,
            },
            Kind::List(inner) => {
                let Some(items) = value.as_array() else {
                    return Err(format!("{place} must be a list"));
                };
                for (index, item) in items.iter().enumerate() {
                    self.check_kind(inner, item, &format_args!("{place}[{index}]"))?;
                }
                true
            }
            Kind::Object(name) => {
                let Some(given) = value.as_object() else {
                    return Err(format!("{place} must be an object of type {name}"));
                };
                let Some(fields) = self.types.get(name) else { return Ok(()) };
                return self.check_fields(fields, given, &place.to_string());
            }
            Kind::OneOf(kinds) => return self.check_one_of(kinds, value, place),
        };
        if fits { Ok(()) } else { Err(format!("{place} has the wrong type: {} expected", kind.word())) }
    }

    fn check_one_of(
        &self,
        kinds: &[Kind],
        value: &Value,
        place: &dyn std::fmt::Display,
    ) -> Result<(), String> {
        let mut problem = None;
        for kind in kinds {
            let Err(text) = self.check_kind(kind, value, place) else { return Ok(()) };
            if problem.is_none() || self.is_meant(kind, value) {
                problem = Some(text);
            }
        }
        problem.map_or(Ok(()), Err)
    }

    /// Whether an object has all required fields of a type with its fixed values: then its mistakes are the ones
    /// to report.
    fn is_meant(&self, kind: &Kind, value: &Value) -> bool {
        let (Kind::Object(name), Some(given)) = (kind, value.as_object()) else { return false };
        let Some(fields) = self.types.get(name) else { return false };
        fields.iter().filter(|(_, field)| field.required).all(|(name, field)| {
            given.get(name).is_some_and(|value| match &field.kind {
                Kind::Exactly(wanted) => value.as_str().is_none_or(|text| text == wanted),
                _ => true,
            })
        })
    }
}

impl Kind {
    fn read(source: &str) -> Self {
        if let Some(wanted) = source.strip_prefix('=') {
            return Self::Exactly(wanted.to_owned());
        }
        if let Some(inner) = source.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Self::List(Box::new(Self::read(inner)));
        }
        if source.contains('|') {
            return Self::OneOf(source.split('|').map(Self::read).collect());
        }
        match source {
            "int" => Self::Int,
            "float" => Self::Float,
            "str" => Self::Text,
            "bool" => Self::Bool,
            "file" => Self::File,
            "any" => Self::Any,
            name => Self::Object(name.to_owned()),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Int => "integer".to_owned(),
            Self::Float => "number".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Bool => "boolean".to_owned(),
            Self::File => "file".to_owned(),
            Self::Any => "anything".to_owned(),
            Self::Exactly(wanted) => format!("\"{wanted}\""),
            Self::List(_) => "list".to_owned(),
            Self::OneOf(kinds) => kinds.iter().map(Self::word).collect::<Vec<_>>().join(" or "),
            Self::Object(name) => name.clone(),
        }
    }
}

fn read_fields(raw: HashMap<String, String>) -> Fields {
    raw.into_iter()
        .map(|(name, source)| {
            let (source, required) = match source.strip_prefix('!') {
                Some(rest) => (rest, true),
                None => (source.as_str(), false),
            };
            (name, Field { kind: Kind::read(source), required })
        })
        .collect()
}
