//! Cards as text.

use std::collections::HashMap;
use std::io::Write;

use super::Card;
use super::names::{Name, is_name};
use super::parse::binary_of;
use super::property::Property;
use crate::error::{ErrorKind, Result};
use crate::model::PartialDate;

/// The version in which cards are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// 3.0 (RFC 2426), which all programs read.
    V3,
    /// 4.0 (RFC 6350), the present one.
    #[default]
    V4,
}

/// The most bytes of a line without its end (RFC 6350, section 3.2).
const WIDTH: usize = 75;

/// Writes one card.
pub(super) fn write_card(out: &mut impl Write, card: &Card, version: Version) -> Result<()> {
    let mut text = String::from("BEGIN:VCARD\r\n");
    text.push_str(match version {
        Version::V3 => "VERSION:3.0\r\n",
        Version::V4 => "VERSION:4.0\r\n",
    });
    let has = |name: &str| card.properties.iter().any(|property| property.name == name);
    // Both versions ask for a name, even where there is none.
    if !has("FN") {
        text.push_str("FN:\r\n");
    }
    if version == Version::V3 && !has("N") {
        text.push_str("N:;;;;\r\n");
    }
    let mut addresses: HashMap<Vec<String>, usize> = HashMap::new();
    for address in card.properties.iter().filter(|property| property.name == "ADR") {
        *addresses.entry(address.sorted_types()).or_default() += 1;
    }
    // A line that was kept comes from the file of the database, where anything may stand.
    let framing = |property: &&Property| matches!(&*property.name, "BEGIN" | "END" | "VERSION");
    for property in card.properties.iter().filter(|property| !framing(property)) {
        match version {
            Version::V4 => fold(&mut text, &spelt(property.clone()).to_line()),
            Version::V3 => {
                for property in of_three(property.clone(), &addresses) {
                    fold(&mut text, &spelt(property).to_line());
                }
            }
        }
    }
    text.push_str("END:VCARD\r\n");
    out.write_all(text.as_bytes()).map_err(|error| ErrorKind::Target(error).into())
}

/// Cuts a line into lines of so many bytes, between characters.
fn fold(text: &mut String, line: &str) {
    let mut rest = line;
    let mut room = WIDTH;
    while rest.len() > room {
        let (part, more) = rest.split_at(rest.floor_char_boundary(room));
        text.push_str(part);
        text.push_str("\r\n ");
        rest = more;
        // The blank belongs to the line.
        room = WIDTH - 1;
    }
    text.push_str(rest);
    text.push_str("\r\n");
}

/// Apple's names as Apple spells them, for programs that care; and names alone that are names.
fn spelt(mut property: Property) -> Property {
    const SPELT: [&str; 5] = ["X-ABLabel", "X-ABADR", "X-ABShowAs", "X-ABRelatedNames", "X-ABDate"];
    if let Some(name) = SPELT.iter().find(|name| name.eq_ignore_ascii_case(&property.name)) {
        property.name = Name::Borrowed(name);
    }
    property.group = property.group.filter(|group| is_name(group));
    property
}

/// What version 3.0 has in another form.
fn of_three(mut property: Property, addresses: &HashMap<Vec<String>, usize>) -> Vec<Property> {
    // Of what is no medium a type would be taken for one.
    if let Some((media, data)) =
        binary_of(&property).filter(|(media, _)| media.is_some() || property.types().next().is_none())
    {
        let value = data.to_owned();
        property.parameters.retain(|(name, _)| name != "ENCODING");
        property = property.with("ENCODING", "b");
        if let Some(media) = media {
            match property.parameters.iter().position(|(name, _)| name == "TYPE") {
                Some(at) => property.parameters.insert(at, (Name::Borrowed("TYPE"), media.into())),
                None => property = property.with("TYPE", media),
            }
        }
        return vec![preferred(Property { value: value.into(), ..property })];
    }
    match &*property.name {
        "SOCIALPROFILE" if is_plain_network(&property) => {
            if let Some(at) = property.parameters.iter().position(|(name, _)| name == "SERVICE-TYPE") {
                let (_, network) = property.parameters.remove(at);
                // The network comes first: it is the first type that is no label.
                property.say_first("TYPE", network);
            }
            property.name = Name::Borrowed("X-SocialProfile");
        }
        "BDAY" | "ANNIVERSARY" => {
            if let Some(date) = super::dates::date(&property.value).filter(|_| !property.value.contains('T')) {
                property = dated(property, date);
            }
        }
        "ADR" => {
            let alone = addresses.get(&property.sorted_types()) == Some(&1);
            let label = property.parameters.iter().position(|(name, _)| name == "LABEL");
            let one = property.values("LABEL").nth(1).is_none();
            if let Some(at) = label.filter(|_| one && alone && property.group.is_none()) {
                let (_, text) = property.parameters.remove(at);
                let types = property.parameters.iter().filter(|(name, _)| name == "TYPE").cloned().collect();
                let label = Property::text("LABEL", &text);
                return vec![preferred(property), Property { parameters: types, ..label }];
            }
        }
        _ => {}
    }
    vec![preferred(property)]
}

/// Whether the network can stand as a type.
fn is_plain_network(property: &Property) -> bool {
    let network = property.parameter("SERVICE-TYPE").unwrap_or_default();
    let plain = is_name(network) && !network.eq_ignore_ascii_case("pref");
    let label = super::labels::is_type_of_label(network);
    let one = property.values("SERVICE-TYPE").nth(1).is_none();
    plain && !label && one && property.types().all(super::labels::is_type_of_label)
}

fn dated(mut property: Property, date: PartialDate) -> Property {
    if let (None, Some(month), Some(day)) = (date.year(), date.month(), date.day()) {
        property = property.with("X-APPLE-OMIT-YEAR", "1604");
        property.value = format!("1604-{month:02}-{day:02}").into();
    } else {
        property.value = date.to_string().into();
    }
    property
}

/// Version 3.0 says of what is preferred that it is of such a type.
fn preferred(mut property: Property) -> Property {
    if property.values("PREF").eq(["1"]) {
        property.parameters.retain(|(name, _)| name != "PREF");
        property = property.with("TYPE", "pref");
    }
    property
}
