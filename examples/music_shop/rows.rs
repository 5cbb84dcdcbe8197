//! The rows of the shop's CSV files. Nothing here knows of a database.

use std::error::Error;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use contactdb::{Address, Decimal, EmailAddress, PhoneNumber};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use time::format_description::well_known::Iso8601;
use time::{OffsetDateTime, PrimitiveDateTime};

/// A row, with the file and line where it stands.
#[derive(Debug)]
pub(crate) struct Row<T> {
    pub(crate) place: String,
    pub(crate) cells: T,
}

#[derive(Debug, serde::Deserialize)]
pub(crate) struct Customer {
    #[serde(rename = "customer_id")]
    pub(crate) id: u32,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) company: String,
    address: String,
    city: String,
    state: String,
    country: String,
    postal_code: String,
    #[serde(deserialize_with = "parsed_if_any")]
    pub(crate) phone: Option<PhoneNumber>,
    #[serde(deserialize_with = "parsed_if_any")]
    pub(crate) fax: Option<PhoneNumber>,
    pub(crate) email: EmailAddress,
    pub(crate) support_rep_id: u32,
}

impl Customer {
    pub(crate) fn address(&self) -> Address {
        Address::new(&self.address, &self.city).region(&self.state).postcode(&self.postal_code).country(&self.country)
    }
}

#[derive(Debug, serde::Deserialize)]
pub(crate) struct Invoice {
    #[serde(rename = "invoice_id")]
    pub(crate) id: u32,
    pub(crate) customer_id: u32,
    #[serde(rename = "invoice_date", deserialize_with = "instant")]
    pub(crate) at: OffsetDateTime,
    billing_address: String,
    billing_city: String,
    billing_state: String,
    billing_country: String,
    billing_postal_code: String,
    #[serde(deserialize_with = "parsed")]
    pub(crate) total: Decimal,
}

impl Invoice {
    pub(crate) fn billing_address(&self) -> Address {
        Address::new(&self.billing_address, &self.billing_city)
            .region(&self.billing_state)
            .postcode(&self.billing_postal_code)
            .country(&self.billing_country)
    }
}

#[derive(Debug, serde::Deserialize)]
pub(crate) struct InvoiceItem {
    pub(crate) invoice_id: u32,
    pub(crate) track_id: u32,
    #[serde(deserialize_with = "parsed")]
    pub(crate) unit_price: Decimal,
    pub(crate) quantity: u32,
}

/// Reads a file. A row that can't be read is left out and becomes a line in `problems`.
pub(crate) fn read<T: DeserializeOwned>(
    folder: &Path,
    file: &str,
    problems: &mut Vec<String>,
) -> Result<Vec<Row<T>>, Box<dyn Error>> {
    let path = folder.join(file);
    let mut reader = csv::Reader::from_path(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let headers = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let place = |at: Option<&csv::Position>| format!("{file}, line {}", at.map_or(0, csv::Position::line));
        let row = record
            .and_then(|record| Ok(Row { place: place(record.position()), cells: record.deserialize(Some(&headers))? }));
        match row {
            Ok(row) => rows.push(row),
            Err(error) if error.is_io_error() => return Err(error.into()),
            Err(error) => problems.push(format!("{}: {}", place(error.position()), reason(&error))),
        }
    }
    Ok(rows)
}

/// The error without the place, which is known.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("found {len} columns, expected {expected_len}")
        }
        _ => error.to_string(),
    }
}

/// Reads a cell by its `FromStr`, so that an amount never goes through a float.
fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(cell: D) -> Result<T, D::Error> {
    let text = String::deserialize(cell)?;
    text.parse().map_err(|error| D::Error::custom(format!("\"{text}\": {error}")))
}

/// The same for a cell that may be empty.
fn parsed_if_any<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(cell: D) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(cell)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(D::Error::custom) }
}

/// Reads a time such as `2009-01-01T00:00:00.000000000`, which the shop gives in UTC.
fn instant<'de, D: Deserializer<'de>>(cell: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(cell)?;
    let at = PrimitiveDateTime::parse(&text, &Iso8601::DEFAULT);
    Ok(at.map_err(|error| D::Error::custom(format!("\"{text}\": {error}")))?.assume_utc())
}
