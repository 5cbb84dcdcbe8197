//! Kinds of records that a business defines for itself.

use super::catalogue::Catalogue;
use super::define::{DefinitionProblem, check_help, check_key, check_label};
use super::definition::KindDefinition;
use super::limits::Limits;
use crate::model::Kind;

/// A kind of record to be defined: project, property, campaign, subscription, pet.
///
/// Its records are [`AnyRecord`](crate::AnyRecord)s. They have a `name`, an `owner`, `notes` and external ids from the
/// start, and whatever fields are defined [`on`](crate::Field::on) the kind; they are tagged, asked about, linked and
/// shown in timelines like those of the built-in kinds.
///
/// ```
/// use contactdb::{AnyRecord, Contact, CustomKind, Database, Field, Id, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let pet = tx.define_kind(CustomKind::new("pet", "pets").label("Pet"))?;
/// let keeper = tx.define(Field::<Id<Contact>>::reference_to("keeper").on(pet).about())?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
/// let puff = tx.insert(&AnyRecord::new(pet).set_value("name", "Puff").set(keeper, ada).tag("cat"))?;
/// let found = tx.select(&tx.any_segment("pets where keeper.family_name = Lovelace and tag cat")?).ids()?;
/// assert_eq!(found, [puff]);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a kind does nothing until it is defined in a transaction"]
pub struct CustomKind {
    /// The name of one of its records.
    pub singular: String,
    /// The name of several; segments begin with it.
    pub plural: String,
    /// What people call one of them; the singular if not given.
    pub label: Option<String>,
    /// A sentence of help for forms.
    pub help: Option<String>,
}

impl CustomKind {
    /// A kind with the names of one and of several of its records; segments over it begin with the latter:
    /// `pets where ...`. Both are keys: a letter, then letters of any script, digits and `_`.
    pub fn new(singular: impl Into<String>, plural: impl Into<String>) -> Self {
        Self { singular: singular.into(), plural: plural.into(), label: None, help: None }
    }

    /// What people call one of them; the singular if not given.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// A sentence of help for forms.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything that is wrong with a definition; empty if it can be stored. `changed` is the kind that is being changed, if
/// it is no new one.
pub(crate) fn kind_problems(
    catalogue: &Catalogue,
    definition: &KindDefinition,
    changed: Option<Kind>,
    limits: &Limits,
) -> Vec<DefinitionProblem> {
    let mut found = Vec::new();
    for name in [&definition.singular, &definition.plural] {
        check_key(name, &mut found);
        if catalogue.kind_named(name).is_some_and(|entry| Some(entry.kind) != changed) {
            found.push(DefinitionProblem::KeyTaken { key: name.clone() });
        }
    }
    check_label(&definition.label, &mut found);
    check_help(definition.help.as_deref(), &mut found);
    let custom = catalogue.kinds().filter(|entry| entry.kind.is_custom()).count() as u64;
    if changed.is_none() && custom >= limits.kinds {
        found.push(DefinitionProblem::TooMany { max: limits.kinds });
    }
    found
}
