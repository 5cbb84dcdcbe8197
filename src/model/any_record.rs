//! Records of any kind, known by their attributes alone.

use std::collections::BTreeSet;

use super::record::sealed;
use super::setters::record_methods;
use super::{
    AttributeId, BuiltInKind, ExternalId, FieldType, Fields, Kept, Kind, Property, Storable, Tag, Traits, Values,
};

/// A record of any kind: the dynamic twin of [`Contact`](crate::Contact) and its siblings, and the only
/// form of the kinds that a business defines for itself.
///
/// Its attributes, built-in and custom alike, are values by key. They are read and checked against the
/// catalogue when the record is written, as those of the typed records are.
///
/// ```
/// use contactdb::{AnyRecord, CustomKind, Database, Field, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let pet = tx.define_kind(CustomKind::new("pet", "pets"))?;
/// let weight = tx.define(Field::decimal("weight").on(pet))?;
/// let rex = tx.insert(&AnyRecord::new(pet).set_value("name", "Rex").set(weight, 12))?;
/// assert_eq!(tx.count(&tx.any_segment("pets where weight > 10")?)?, 1);
/// assert_eq!(tx.get(rex)?.expect("just inserted").record.get(weight), Some(12.into()));
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AnyRecord {
    kind: Kind,
    /// All its attributes by key, built-in ones too.
    pub fields: Fields,
    /// Tags. They are kept beside the record: changing them changes no version.
    pub tags: BTreeSet<Tag>,
    kept: Kept,
}

/// What records of every kind that a business defines have from the start.
const PROPERTIES: &[Property] = &[
    property::<Option<String>>(
        16,
        "name",
        "Name",
        Traits { title: 1, help: "The name by which it is known", ..Traits::NONE },
    ),
    property::<Option<String>>(17, "owner", "Owner", Traits { help: "Who looks after it", ..Traits::NONE }),
    property::<Option<String>>(
        18,
        "notes",
        "Notes",
        Traits { long: true, help: "Notes, of any length", ..Traits::NONE },
    ),
    property::<Vec<ExternalId>>(
        19,
        "external_id",
        "External id",
        Traits { prefix: "external_id_", exact_key: true, help: "Numbers of it in other systems", ..Traits::NONE },
    ),
];

const fn property<T: FieldType>(number: u32, key: &'static str, label: &'static str, traits: Traits) -> Property {
    Property { number, key, label, shape: T::SHAPE, traits }
}

/// Fails with the attribute whose value is of another type.
fn readable(mut values: Values) -> Result<(), AttributeId> {
    let mut of = |number| (AttributeId::property(number), values.take(AttributeId::property(number)));
    for number in [16, 17, 18] {
        let (id, value) = of(number);
        Option::<String>::from_value(value).ok_or(id)?;
    }
    let (id, value) = of(19);
    Vec::<ExternalId>::from_value(value).ok_or(id).map(drop)
}

impl AnyRecord {
    /// A kind that a business defines, as it begins; its names and its number are its own.
    pub(crate) const ENTRY: BuiltInKind = BuiltInKind {
        kind: Kind(Kind::FIRST_CUSTOM),
        singular: "",
        plural: "",
        properties: PROPERTIES,
        worked_out: &[],
        readable,
    };

    /// A record of that kind without any values.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, fields: Fields::default(), tags: BTreeSet::new(), kept: Kept::default() }
    }

    /// The kind of the record.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}
record_methods!(AnyRecord);

impl sealed::Sealed for AnyRecord {}
impl sealed::RecordParts for AnyRecord {
    const DYNAMIC: bool = true;
    fn blank(kind: Kind) -> Self {
        Self::new(kind)
    }
    fn properties() -> &'static [Property] {
        &[]
    }
    fn to_values(&self) -> Values {
        let mut values = Values::default();
        self.kept.give_back(&mut values);
        values
    }
    fn from_values(kind: Kind, values: Values) -> Result<Self, AttributeId> {
        Ok(Self { kept: Kept::rest(values), ..Self::new(kind) })
    }
    fn fields_mut(&mut self) -> &mut Fields {
        &mut self.fields
    }
    fn tags_mut(&mut self) -> &mut BTreeSet<Tag> {
        &mut self.tags
    }
    fn kept_mut(&mut self) -> &mut Kept {
        &mut self.kept
    }
    fn parts(&self) -> (&Fields, &BTreeSet<Tag>, &Kept) {
        (&self.fields, &self.tags, &self.kept)
    }
}

impl Storable for AnyRecord {
    type Id = super::RecordId;
    fn kind(&self) -> Kind {
        self.kind
    }
}
