//! Defining custom fields and changing them.

use super::Transaction;
use crate::error::{ErrorKind, Result};
use crate::model::{AttributeId, FieldHandle, FieldType, Kind, OnDelete, Value, ValueType};
use crate::schema::{self, Attribute, Definition, DefinitionProblem, Field, OptionDefinition, Origin};

impl<'db> Transaction<'db> {
    /// Defines a custom field and gives its typed handle. It is there at once in this transaction, and
    /// for everybody after the commit. Costs the same whatever the number of records.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) with everything that is wrong with it.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Field, Kind, Record};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let size = tx.define(Field::integer("shoe_size").on(Kind::CONTACT).min(15).max(55))?;
    /// let ada = Contact::named("Ada", "Lovelace").set(size, 37);
    /// assert_eq!(ada.get(size), Some(37));
    /// tx.insert(&ada)?;
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn define<T: FieldType>(&mut self, field: Field<T>) -> Result<FieldHandle<T>> {
        let Field { draft, .. } = field;
        let mut new = self.new_definitions();
        let id = new.field(&draft)?;
        self.put_definitions(new)?;
        Ok(FieldHandle::new(id, draft.currency))
    }

    /// The handle of the field with that key if it is there already, with the same type; else defines it.
    /// For programs that define their fields whenever they start. A field that is there stays as it is.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if the field would be new and something is wrong with it, or
    /// if there is another attribute with that key.
    ///
    /// ```
    /// use contactdb::{Currency, Database, Field};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let first = tx.ensure(Field::money("budget", Currency::EUR))?;
    /// let again = tx.ensure(Field::money("budget", Currency::EUR))?;
    /// assert_eq!(first.id(), again.id());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn ensure<T: FieldType>(&mut self, field: Field<T>) -> Result<FieldHandle<T>> {
        let known = self.catalogue.handle(field.draft.kind, &field.draft.key);
        let same = |known: &FieldHandle<T>| {
            let attribute = self.catalogue.attribute_by_id(field.draft.kind, known.id);
            known.currency == field.draft.currency && attribute.is_some_and(|known| schema::is_of(known, &field))
        };
        match known.filter(same) {
            Some(known) => Ok(known),
            None => self.define(field),
        }
    }

    /// Changes a custom field, or the options of a built-in choice.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if there is no such field.
    ///
    /// ```
    /// use contactdb::{Database, Field, Kind};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.define(Field::choice("plan").option("free", "Free"))?;
    /// tx.edit_field(Kind::CONTACT, "plan")?.add_option("pro", "Professional")?.rename("tariff")?;
    /// tx.edit_field(Kind::CONTACT, "stage")?.add_option("trial", "On trial")?;
    /// tx.commit()?;
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn edit_field(&mut self, kind: Kind, key: &str) -> Result<FieldEditor<'_, 'db>> {
        let catalogue = &self.catalogue;
        // A choice within a structured value, such as a role, is found by what it is asked by.
        let attribute = catalogue.settable(kind, key).or_else(|| catalogue.attribute(kind, key));
        let Some(attribute) = attribute.filter(|attribute| attribute.is_editable()) else {
            let unknown = || {
                let nearest = catalogue.nearest_key(kind, key);
                DefinitionProblem::UnknownField { key: key.to_owned(), nearest }
            };
            let problem = attribute.map_or_else(unknown, |attribute| match attribute.origin {
                Origin::System | Origin::Computed => DefinitionProblem::Computed,
                Origin::BuiltIn | Origin::Custom => DefinitionProblem::BuiltInField,
            });
            return Err(ErrorKind::Definition { key: key.to_owned(), problems: vec![problem] }.into());
        };
        let id = attribute.id;
        let definition = catalogue.definition(kind, id).cloned();
        let definition = definition.unwrap_or_else(|| Definition::added_options(kind.0, key));
        Ok(FieldEditor { transaction: self, kind, id, definition })
    }

    fn put_definition(&mut self, kind: Kind, id: AttributeId, definition: &Definition) -> Result<()> {
        let mut new = self.new_definitions();
        new.definition(kind, id, definition.clone())?;
        self.put_definitions(new)
    }
}

pub(super) fn refuse(key: &str, problems: Vec<DefinitionProblem>) -> Result<()> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ErrorKind::Definition { key: crate::model::shorten(key), problems }.into())
    }
}

/// A custom field or a built-in choice that is being changed; from [`Transaction::edit_field`]. Each
/// change is checked and takes effect in the transaction at once.
///
/// Each is a write of its own: when a later one in a chain is refused, those before it stay, as long as the
/// transaction is committed. Records are never rewritten: they name fields and options by stable numbers.
#[derive(Debug)]
pub struct FieldEditor<'t, 'db> {
    transaction: &'t mut Transaction<'db>,
    kind: Kind,
    id: AttributeId,
    definition: Definition,
}

macro_rules! edits {
    ($($(#[$meta:meta])* $name:ident($($arg:ident: $ty:ty),*) |$definition:ident| $change:expr;)*) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// [`Definition`](ErrorKind::Definition) with everything that is wrong; nothing changes then.
        pub fn $name(self, $($arg: $ty),*) -> Result<Self> {
            self.edit(|$definition| $change)
        }
    )*};
}

impl FieldEditor<'_, '_> {
    edits! {
        /// Gives the field another key. Segments that were read before go on to mean it.
        rename(key: &str) |field| key.clone_into(&mut field.key);
        /// Sets what people call it.
        label(label: &str) |field| label.clone_into(&mut field.label);
        /// Sets the sentence of help for forms; `None` takes it away.
        help(help: Option<&str>) |field| field.help = help.map(str::to_owned);
        /// Sets the heading under which a form shows it; `None` takes it away.
        section(section: Option<&str>) |field| field.section = section.map(str::to_owned);
        /// Says whether a value must be given. Records that have none keep that right.
        required(required: bool) |field| field.required = required.then_some(true);
        /// Sets what a new record gets when no value is given; `None` takes it away.
        default(value: Option<Value>) |field| field.default = value.map(schema::plain);
        /// Sets the regular expression that the whole text must match; `None` takes it away. What is
        /// stored stays, whether it matches or not.
        pattern(pattern: Option<&str>) |field| field.pattern = pattern.map(str::to_owned);
        /// Sets both bounds; `None` takes one away. What is stored stays, wherever it lies.
        bounds(min: Option<Value>, max: Option<Value>) |field| {
            field.min = min;
            field.max = max;
        };
        /// Says of a reference whether its record is about what it refers to: it stands in that record's timeline. What was
        /// written before stands there too; the companies of its people are noted by
        /// [`note_companies`](Transaction::note_companies).
        about(about: bool) |field| field.about = about.then_some(true);
        /// Says of a reference what becomes of its record when what it refers to is deleted
        /// [`AsDefined`](crate::OnReferences::AsDefined).
        on_delete(rule: OnDelete) |field| field.on_delete = Some(rule.code()).filter(|code| *code != 0);
        /// Archives the field: its values stay in the records, but it can't be set, and segments that
        /// ask about it are refused.
        archive() |field| field.archived = Some(true);
        /// Brings an archived field back, values and all.
        restore() |field| field.archived = None;
    }

    /// Adds an option to a choice, behind the others.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if it is there already, its key or label can't be one, or
    /// the choice has as many as the limits allow.
    pub fn add_option(mut self, key: &str, label: &str) -> Result<Self> {
        let mut problems = Vec::new();
        schema::check_option_key(key, &mut problems);
        schema::check_label(label, &mut problems);
        let max = self.transaction.options.limits.options;
        let attribute = self.attribute()?;
        if attribute.value_type != ValueType::Choice {
            let value_type = attribute.value_type.describe();
            problems.push(DefinitionProblem::RuleNotForType { rule: "option", value_type });
        }
        if attribute.option(key).is_some() {
            problems.push(DefinitionProblem::OptionTaken { option: key.to_owned() });
        }
        if attribute.options.len() as u64 >= max {
            problems.push(DefinitionProblem::TooMany { max });
        }
        refuse(&self.definition.key, problems)?;
        let added = schema::missing_options(attribute, std::iter::once((key, label)));
        self.definition.options.extend(added);
        self.put()
    }

    /// Gives an option another label. Its key stays.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if there is no such option, or the label can't be one.
    pub fn relabel_option(self, key: &str, label: &str) -> Result<Self> {
        let mut problems = Vec::new();
        schema::check_label(label, &mut problems);
        refuse(&self.definition.key, problems)?;
        self.edit_option(key, |option| label.clone_into(&mut option.label))
    }

    /// Puts options of a custom field first, in that order; those not named follow as they were. Options are
    /// listed, compared with `<` and sorted in their order.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if there is no such option, or the choice is a built-in one,
    /// whose order is fixed.
    pub fn order_options(self, first: &[&str]) -> Result<Self> {
        let unknown = |key: &&&str| !self.definition.options.iter().any(|option| option.key == **key);
        let problems = first.iter().filter(unknown).map(|key| DefinitionProblem::UnknownOption {
            option: (*key).to_owned(),
            nearest: crate::model::nearest(key, self.definition.options.iter().map(|option| option.key.as_str()))
                .map(str::to_owned),
        });
        refuse(&self.definition.key, problems.collect())?;
        let place = |option: &OptionDefinition| first.iter().position(|key| *key == option.key).unwrap_or(first.len());
        self.edit(|field| field.options.sort_by_key(place))
    }

    /// Archives an option: records that have it keep it, but none gets it anew.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if there is no such option.
    pub fn archive_option(self, key: &str) -> Result<Self> {
        self.edit_option(key, |option| option.archived = Some(true))
    }

    /// Brings an archived option back.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if there is no such option.
    pub fn restore_option(self, key: &str) -> Result<Self> {
        self.edit_option(key, |option| option.archived = None)
    }

    fn edit_option(mut self, key: &str, change: impl FnOnce(&mut OptionDefinition)) -> Result<Self> {
        let attribute = self.attribute()?;
        let Some(option) = attribute.option(key) else {
            let nearest = crate::model::nearest(key, attribute.options.iter().map(|option| &*option.key));
            let problem =
                DefinitionProblem::UnknownOption { option: key.to_owned(), nearest: nearest.map(str::to_owned) };
            return refuse(&self.definition.key, vec![problem]).map(|()| self);
        };
        let code = option.code;
        let present = OptionDefinition::new(code, option.key.to_string(), option.label.to_string());
        let options = &mut self.definition.options;
        let known = options.iter().position(|option| option.code == i64::from(code));
        // An option of the crate's own is noted here only once it differs.
        let at = known.unwrap_or_else(|| {
            options.push(present);
            options.len() - 1
        });
        if let Some(option) = options.get_mut(at) {
            change(option);
        }
        self.put()
    }

    fn edit(mut self, change: impl FnOnce(&mut Definition)) -> Result<Self> {
        if !self.id.is_custom() {
            return refuse(&self.definition.key, vec![DefinitionProblem::BuiltInField]).map(|()| self);
        }
        change(&mut self.definition);
        self.put()
    }

    fn put(self) -> Result<Self> {
        if self.id.is_custom() {
            let Definition { default, min, max, .. } = &self.definition;
            refuse(&self.definition.key, schema::deep_problems(default.as_ref(), min.as_ref(), max.as_ref()))?;
            let draft = schema::draft_of(&self.definition);
            let limits = &self.transaction.options.limits;
            let problems = schema::problems(&self.transaction.catalogue, &draft, Some(self.id), limits);
            refuse(&self.definition.key, problems)?;
        }
        self.transaction.put_definition(self.kind, self.id, &self.definition)?;
        Ok(self)
    }

    fn attribute(&self) -> Result<&Attribute> {
        let unknown = || {
            let problem = DefinitionProblem::UnknownField { key: self.definition.key.clone(), nearest: None };
            ErrorKind::Definition { key: self.definition.key.clone(), problems: vec![problem] }
        };
        Ok(self.transaction.catalogue.attribute_by_id(self.kind, self.id).ok_or_else(unknown)?)
    }
}
