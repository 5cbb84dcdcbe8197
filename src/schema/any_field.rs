//! Defining a field whose type is known only when the program runs.

use super::attribute::Attribute;
use super::definition::is_any;
use super::field::Field;
use crate::model::{Currency, FieldType, Kind, Value, ValueType};

impl Field<Value> {
    /// A field of a type that is picked while the program runs, as on a screen where people add fields of their own; see
    /// [`ValueType::FIELDS`] for those that a field can have.
    ///
    /// Its handle takes and gives [`Value`]s, as [`Fields::set_value`](crate::Fields::set_value) does by key.
    /// [`Attribute::parse`](crate::Attribute::parse) makes values of what people type.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Field, Kind, Read, Value, ValueType};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// // What somebody picked and typed.
    /// let (picked, many) = (ValueType::Choice, true);
    /// let field = Field::of_type("colour", picked).on(Kind::CONTACT).label("Colour").several(many);
    /// let field = [("red", "Red"), ("blue", "Blue")].into_iter().fold(field, |field, (key, label)| field.option(key, label));
    /// let colour = tx.define(field)?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace").set_value("colour", "red"))?;
    /// let stored = tx.get(ada)?.expect("just inserted").record.get(colour);
    /// assert_eq!(stored, Some(Value::List(vec![Value::Choice("red".into())])));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn of_type(key: impl Into<String>, value_type: ValueType) -> Self {
        let mut field = Self::new(key);
        field.draft.value_type = value_type;
        field
    }

    /// Says whether a record can have several values.
    pub fn several(mut self, several: bool) -> Self {
        self.draft.many = several;
        self
    }

    /// The currency of money and ranges of money. Without one, amounts of any currency are taken.
    pub fn currency(mut self, currency: Currency) -> Self {
        self.draft.currency = Some(currency);
        self
    }

    /// Allows references to records of these kinds only; of any kind if there is none.
    pub fn to(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.draft.targets = kinds.into_iter().collect();
        self
    }
}

/// Whether an attribute that has the field's key has its type too, as far as a handle of `T` does not say so.
pub(crate) fn is_of<T: FieldType>(attribute: &Attribute, field: &Field<T>) -> bool {
    let draft = &field.draft;
    !is_any(&T::SHAPE)
        || attribute.value_type == draft.value_type
            && attribute.many == draft.many
            && attribute.targets == draft.targets
}
