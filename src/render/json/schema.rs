//! The JSON Schema of all results: the envelope, with every section as optional properties.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::envelope::{Envelope, NoSection};

/// A function that returns the schema of a section.
pub(super) type SectionSchema = fn(&mut SchemaGenerator) -> Schema;

/// Returns the schema of the section `S`.
pub(super) fn of<S: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    S::json_schema(generator)
}

/// Returns the schema of the envelope with these sections.
pub(super) fn with_sections(sections: &[SectionSchema]) -> String {
    let mut generator = SchemaGenerator::default();
    let sections: Vec<Schema> = sections.iter().map(|section| section(&mut generator)).collect();
    let mut schema = generator.into_root_schema_for::<Envelope<NoSection>>();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for section in &sections {
            let of_section = section.get("properties").and_then(Value::as_object).into_iter().flatten();
            properties.extend(of_section.map(|(name, property)| (name.clone(), optional(property))));
        }
    }
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}

/// Allows null for a property, as schemars does for an `Option`: only one command has it.
fn optional(property: &Value) -> Value {
    let Value::Object(mut property) = property.clone() else { return property.clone() };
    if let Some(reference) = property.remove("$ref") {
        property.insert("anyOf".to_owned(), json!([{ "$ref": reference }, { "type": "null" }]));
    }
    if let Some(Value::String(of_type)) = property.get("type").cloned() {
        property.insert("type".to_owned(), json!([of_type, "null"]));
    }
    Value::Object(property)
}
