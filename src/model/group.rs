//! A structured value, part by part, for frontends that know its parts only from the catalogue.

use super::{AttributeId, Group, Value};

impl Group {
    /// A structured value without any parts.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Group, Kind, Read, Value};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    ///
    /// // A form that knows the parts of an address only from the catalogue.
    /// let typed = [("street", "12 Mill Lane"), ("city", "Springfield"), ("country", "US"), ("address_label", "home")];
    /// let contact = tx.catalogue().kind(Kind::CONTACT).expect("built in");
    /// let address = contact.attributes().find(|attribute| &*attribute.key == "address").expect("built in");
    /// let mut group = Group::new();
    /// for part in contact.attributes().filter(|attribute| attribute.part_of == Some(address.id)) {
    ///     let text = typed.iter().find(|(key, _)| **key == *part.key).map_or("", |(_, text)| text);
    ///     group.set(part.id, part.parse(text)?);
    /// }
    /// tx.update(ada, |ada| ada.fields.set_value("address", Value::Group(group)))?;
    ///
    /// let stored = tx.get(ada)?.expect("just changed").record;
    /// assert_eq!(stored.addresses[0].label.as_deref(), Some("home"));
    /// let city = tx.catalogue().attribute(Kind::CONTACT, "city").expect("built in").id;
    /// let Some(Value::List(addresses)) = stored.value("address") else { panic!("a list of addresses") };
    /// let Value::Group(first) = &addresses[0] else { panic!("an address") };
    /// assert_eq!(first.get(city), Some(&Value::from("Springfield")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A part, by the id of its attribute: one with the structured attribute as its [`part_of`](crate::Attribute::part_of).
    /// `None` if it is not set. An attribute of another structure is not noticed: it is the number of the part that counts.
    #[must_use]
    pub fn get(&self, part: AttributeId) -> Option<&Value> {
        self.part(part.part_number())
    }

    /// Sets a part, or takes it away, by the id of its attribute. Whether it suits the structure is checked when the record is
    /// written.
    pub fn set(&mut self, part: AttributeId, value: Option<Value>) {
        let number = part.part_number();
        self.take(number);
        self.put(number, value);
        // Parts stand in the order of their numbers, however they came in.
        self.parts.sort_by_key(|(number, _)| *number);
    }
}
