//! Keys: the values by which a record is looked up, and by which uniqueness is checked.

use crate::model::{AttributeId, Group, Kind, PhoneNumber, Phones, Value, Values, fold_email, key_fold};
use crate::schema::{Attribute, Catalogue, MAX_KEY};
use crate::store::{Key, KeyReader, micros};

/// One key of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyEntry {
    pub(crate) attribute: AttributeId,
    /// The value in its key form; ends itself, so that no other value's begins with it.
    pub(crate) value: Vec<u8>,
    pub(crate) unique: bool,
}

impl KeyEntry {
    /// What all rows with this key have before the row in the table of keys.
    pub(crate) fn prefix(&self, kind: Kind) -> Key {
        Key::new().u16(kind.0).u32(self.attribute.0).bytes(&self.value)
    }

    /// The key of a row in the table of keys.
    pub(crate) fn of_row(&self, kind: Kind, row: u32) -> Vec<u8> {
        self.prefix(kind).u32(row).build()
    }
}

/// The row at the end of a key of the table of keys.
pub(crate) fn row_of(key: &[u8]) -> Option<u32> {
    KeyReader(key.get(key.len().checked_sub(4)?..)?).u32()
}

/// All keys of a record, each once.
pub(crate) fn keys_of(catalogue: &Catalogue, kind: Kind, values: &Values) -> Vec<KeyEntry> {
    let mut keys = Vec::new();
    let Some(entry) = catalogue.kind(kind) else { return keys };
    let phones = catalogue.phones();
    for (id, value) in values.iter().filter(|(id, _)| entry.is_keyed(*id)) {
        let Some(attribute) = entry.attribute_by_id(id) else { continue };
        for value in value.each() {
            match value {
                Value::Group(group) if is_exact(attribute) => keys.extend(exact_key(attribute, group)),
                Value::Group(group) => {
                    for (part, value) in &group.parts {
                        if let Some(part) = entry.attribute_by_id(id.part(*part)) {
                            keys.extend(key(part, value, phones));
                        }
                    }
                }
                value => keys.extend(key(attribute, value, phones)),
            }
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Whether the values of a structured attribute are keys as they stand, such as external ids.
pub(crate) fn is_exact(attribute: &Attribute) -> bool {
    attribute.property.is_some_and(|property| property.traits.exact_key)
}

/// The key of a value of a keyed attribute, in its normal form; `None` if there is none.
pub(crate) fn key(attribute: &Attribute, value: &Value, phones: &Phones) -> Option<KeyEntry> {
    let form = Key::new();
    let form = match value {
        _ if !attribute.is_keyed() => return None,
        Value::Text(text) if text.len() <= MAX_KEY => form.text(&key_fold(text)),
        Value::Email(email) => form.text(&fold_email(email.as_str())),
        Value::Url(url) if url.as_str().len() <= MAX_KEY => form.text(&url.normal()),
        Value::Phone(phone) => {
            let (number, whole) = phones.number(phone);
            let region = phone.region().filter(|_| !whole);
            let region = region.as_ref().map_or("", |region| region.code());
            // People of one office have one number and each an extension of their own.
            form.text(&backwards(&number)).text(region).text(&phone.extension().unwrap_or_default())
        }
        Value::Integer(number) => form.decimal((*number).into()),
        Value::Decimal(number) => form.decimal(*number),
        Value::Date(date) => form.i64(i64::from(date.to_julian_day())),
        Value::DateTime(at) => form.i64(micros(*at)),
        _ => return None,
    };
    Some(KeyEntry { attribute: attribute.id, value: form.build(), unique: attribute.rules.unique })
}

/// What the keys of a phone number have in common, in whatever region it was meant and with whatever extension: those of the number with its
/// country, and those of its digits, under which it stands where its country was not known.
pub(crate) fn in_any_region(attribute: &Attribute, phone: &PhoneNumber, phones: &Phones) -> Vec<KeyEntry> {
    let mut numbers = vec![phones.number(phone).0, phone.digits()];
    numbers.dedup();
    let entry = |number: &String| KeyEntry {
        attribute: attribute.id,
        value: Key::new().text(&backwards(number)).build(),
        unique: false,
    };
    numbers.iter().map(entry).collect()
}

/// Phone numbers stand in keys from the last digit to the first, so that those that end alike stand together.
fn backwards(digits: &str) -> String {
    digits.chars().rev().collect()
}

/// The beginning of the keys of all phone numbers that end with these digits; with `whole`, of those that have no others.
pub(crate) fn phone_prefix(kind: Kind, attribute: AttributeId, digits: &str, whole: bool) -> Vec<u8> {
    let key = Key::new().u16(kind.0).u32(attribute.0);
    let digits = backwards(digits);
    if whole { key.text(&digits).build() } else { key.bytes(digits.as_bytes()).build() }
}

/// The digits in the key of a phone number, with their `+`.
pub(crate) fn digits_of(key: &[u8]) -> Option<String> {
    let text = key.get(6..)?.split(|byte| *byte == 0).next()?;
    Some(backwards(str::from_utf8(text).ok()?))
}

/// The key of a structured value that is a key as it stands: its texts, exactly.
pub(crate) fn exact_key(attribute: &Attribute, group: &Group) -> Option<KeyEntry> {
    let mut form = Key::new();
    for part in attribute.property?.shape.parts {
        match group.part(part.number) {
            Some(Value::Text(text)) => form = form.text(text),
            _ => form = form.text(""),
        }
    }
    Some(KeyEntry { attribute: attribute.id, value: form.build(), unique: true })
}
