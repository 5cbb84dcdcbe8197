//! Defining kinds of records and changing them.

use super::Transaction;
use super::fields::refuse;
use crate::error::{ErrorKind, Result};
use crate::model::Kind;
use crate::schema::{self, CustomKind, DefinitionProblem, KindDefinition};

impl<'db> Transaction<'db> {
    /// Defines a kind of record. It is there at once in this transaction, and for everybody after the commit.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) with everything that is wrong with it.
    ///
    /// ```
    /// use contactdb::{AnyRecord, CustomKind, Database, Field, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let project = tx.define_kind(CustomKind::new("project", "projects").label("Project"))?;
    /// tx.define(Field::date("deadline").on(project))?;
    /// let site = tx.insert(&AnyRecord::new(project).set_value("name", "Building site 7"))?;
    /// tx.commit()?;
    /// assert_eq!(db.read()?.get(site)?.expect("committed").record.value("name"), Some("Building site 7".into()));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn define_kind(&mut self, kind: CustomKind) -> Result<Kind> {
        let mut new = self.new_definitions();
        let number = new.kind(kind)?;
        self.put_definitions(new)?;
        Ok(number)
    }

    /// The kind with that singular if it is there already; else defines it. For programs that define their kinds
    /// whenever they start. A kind that is there stays as it is.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if the kind would be new and something is wrong with it.
    pub fn ensure_kind(&mut self, kind: CustomKind) -> Result<Kind> {
        let known = self.catalogue.kind_named(&kind.singular).map(|entry| entry.kind);
        match known.filter(|known| known.is_custom()) {
            Some(known) => Ok(known),
            None => self.define_kind(kind),
        }
    }

    /// Changes a kind that a business defined.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) if there is no such kind, or it is a built-in one.
    ///
    /// ```
    /// use contactdb::{CustomKind, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let pet = tx.define_kind(CustomKind::new("pet", "pets"))?;
    /// tx.edit_kind(pet)?.rename("animal", "animals")?.label("Animal")?;
    /// assert!(tx.any_segment("animals where name is set").is_ok());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn edit_kind(&mut self, kind: Kind) -> Result<KindEditor<'_, 'db>> {
        let Some(definition) = self.catalogue.kind_definition(kind).cloned() else {
            let known = self.catalogue.kind(kind).is_some();
            let problem = if known { DefinitionProblem::BuiltInKind } else { DefinitionProblem::UnknownKind };
            return Err(ErrorKind::Definition { key: kind.to_string(), problems: vec![problem] }.into());
        };
        Ok(KindEditor { transaction: self, kind, definition })
    }
}

/// A kind of record that is being changed; from [`Transaction::edit_kind`]. Each change is checked and takes effect in
/// the transaction at once. No record is rewritten.
#[derive(Debug)]
pub struct KindEditor<'t, 'db> {
    transaction: &'t mut Transaction<'db>,
    kind: Kind,
    definition: KindDefinition,
}

impl KindEditor<'_, '_> {
    /// Gives the kind other names. Segments that were read before go on to mean it.
    ///
    /// # Errors
    /// [`Definition`](ErrorKind::Definition) with everything that is wrong; nothing changes then.
    pub fn rename(self, singular: &str, plural: &str) -> Result<Self> {
        self.edit(|kind| {
            singular.clone_into(&mut kind.singular);
            plural.clone_into(&mut kind.plural);
        })
    }

    /// Sets what people call one of them.
    ///
    /// # Errors
    /// As for [`rename`](Self::rename).
    pub fn label(self, label: &str) -> Result<Self> {
        self.edit(|kind| label.clone_into(&mut kind.label))
    }

    /// Sets the sentence of help for forms; `None` takes it away.
    ///
    /// # Errors
    /// As for [`rename`](Self::rename).
    pub fn help(self, help: Option<&str>) -> Result<Self> {
        self.edit(|kind| kind.help = help.map(str::to_owned))
    }

    /// Archives the kind: its records stay, and can be asked about, changed and deleted, but none is added.
    ///
    /// # Errors
    /// As for [`rename`](Self::rename).
    pub fn archive(self) -> Result<Self> {
        self.edit(|kind| kind.archived = Some(true))
    }

    /// Brings an archived kind back.
    ///
    /// # Errors
    /// As for [`rename`](Self::rename).
    pub fn restore(self) -> Result<Self> {
        self.edit(|kind| kind.archived = None)
    }

    fn edit(mut self, change: impl FnOnce(&mut KindDefinition)) -> Result<Self> {
        change(&mut self.definition);
        let limits = &self.transaction.options.limits;
        let problems = schema::kind_problems(&self.transaction.catalogue, &self.definition, Some(self.kind), limits);
        refuse(&self.definition.singular, problems)?;
        let mut new = self.transaction.new_definitions();
        new.kind_definition(self.kind, self.definition.clone());
        self.transaction.put_definitions(new)?;
        Ok(self)
    }
}
