//! What a record is called in lists and timelines.

use super::assemble::to_values;
use super::attribute::{Attribute, Source};
use super::catalogue::Catalogue;
use crate::model::{How, Kind, Storable, Value, Values, primary_of};

/// The lowest rank of what records are called by.
const LAST_RANK: u8 = 3;

impl Catalogue {
    /// What a list, a timeline or a picker calls a record of any kind: the name of a person, a company, a deal or a record of a
    /// kind of one's own, the subject of a task or a ticket, what an interaction was and its subject, the number of an order. A
    /// person without a name is called by the e-mail address or the phone number, what has nothing by the label of its kind.
    /// Takes time in proportion to the size of the record.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Interaction, Purchase, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// tx.insert(&Interaction::call(ada).subject("The roof"))?;
    /// let catalogue = tx.catalogue();
    /// let titles = tx.timeline(ada).entries()?.map(|entry| {
    ///     let stored = tx.get(entry?.record)?.expect("the timeline names it");
    ///     Ok(catalogue.title(&stored.record))
    /// });
    /// assert_eq!(titles.collect::<contactdb::Result<Vec<_>>>()?, ["Call: The roof"]);
    /// assert_eq!(catalogue.title(&Contact::new().email("ada@acme.example")), "ada@acme.example");
    /// assert_eq!(catalogue.title(&Purchase::by(ada)), "Purchase");
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn title<T: Storable>(&self, record: &T) -> String {
        self.title_of(record.kind(), &to_values(record, self, &mut Vec::new()))
    }

    /// The same of a record with these values.
    pub(crate) fn title_of(&self, kind: Kind, values: &Values) -> String {
        let Some(entry) = self.kind(kind) else { return kind.to_string() };
        for rank in 1..=LAST_RANK {
            let ranked = entry.attributes().filter(|attribute| {
                attribute.part_of.is_none() && attribute.property.is_some_and(|property| property.traits.title == rank)
            });
            let texts: Vec<String> = ranked.filter_map(|attribute| self.in_words(attribute, values)).collect();
            if !texts.is_empty() {
                return texts.join(": ");
            }
        }
        entry.label.to_string()
    }

    /// An attribute as people read it: a structured value by what questions mean by its key, an option by its label.
    fn in_words(&self, attribute: &Attribute, values: &Values) -> Option<String> {
        let stored = values.get(attribute.id)?;
        let asked = self.attribute(attribute.kind, &attribute.key).unwrap_or(attribute);
        let value = match asked.source {
            Source::WorkedOut(How::Of(_, work_out)) => work_out(values)?,
            Source::Part(part) => match primary_of(stored.each())? {
                Value::Group(group) => group.part(part)?.clone(),
                _ => return None,
            },
            _ => stored.clone(),
        };
        let text = match &value {
            Value::Choice(choice) => attribute.option(choice.key()).map(|option| option.label.to_string()),
            _ => None,
        };
        Some(text.unwrap_or_else(|| value.to_string())).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests;
