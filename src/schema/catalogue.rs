//! The list of everything that can be asked, set and tagged.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::attribute::{Attribute, Origin};
use super::built_in;
use super::definition::{Definition, KindDefinition, PipelineDefinition, is_any};
use super::drafts::{custom, options};
use super::tags::TagNames;
use crate::model::{
    AnyRecord, AttributeId, Belongs, BuiltInKind, Change, FieldHandle, FieldType, How, KINDS, Kind, Phones, Property,
    Stage, Stamp, Traits, ValueType, Values, WorkedOut, nearest,
};

/// The attributes of every kind, built-in and custom alike, and the tags: what the segment language,
/// checks and frontends go by.
///
/// A snapshot has the catalogue of its moment; a transaction has one with its own changes.
///
/// ```
/// use contactdb::{Database, Kind, Read};
/// let db = Database::in_memory()?;
/// let snapshot = db.read()?;
/// let stage = snapshot.catalogue().attribute(Kind::CONTACT, "stage").expect("built in");
/// assert_eq!(&*stage.label, "Stage");
/// assert!(stage.option("customer").is_some());
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Catalogue {
    kinds: BTreeMap<Kind, KindEntry>,
    /// What the file holds, by kind and property number; attributes are made from it.
    definitions: BTreeMap<(Kind, u32), Definition>,
    kind_definitions: BTreeMap<Kind, KindDefinition>,
    /// The stages of each pipeline, by kind and the code of the pipeline's option.
    pipelines: BTreeMap<(Kind, u32), Vec<Stage>>,
    /// Shared between catalogues: there may be very many, and few changes of a catalogue are about them.
    pub(crate) tags: Arc<TagNames>,
    /// Not of the file: how the one who opened it reads phone numbers. Keys are made with it, as they are with the attributes.
    phones: Phones,
    next_field: u32,
}

/// A kind of record in the catalogue.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KindEntry {
    /// The kind.
    pub kind: Kind,
    /// "contact".
    pub singular: Arc<str>,
    /// "contacts": what segments over the kind begin with.
    pub plural: Arc<str>,
    /// What people call one of them.
    pub label: Arc<str>,
    /// A sentence of help for forms.
    pub help: Option<Arc<str>>,
    /// Whether it was archived: its records stay, none is added.
    pub archived: bool,
    /// The attribute by which a timeline orders records of the kind; their creation if there is none.
    pub(crate) time: Option<AttributeId>,
    /// The choice that is the stage in a pipeline.
    pub(crate) stage: Option<AttributeId>,
    /// The histories, and the choice of which each is one.
    pub(crate) histories: Vec<(AttributeId, AttributeId)>,
    /// The attributes at which the database notes a time, and when.
    pub(crate) stamps: Vec<(AttributeId, Stamp)>,
    /// The times at which records stand in the agenda, and what ends it.
    pub(crate) agenda: Vec<(AttributeId, AttributeId)>,
    /// The parts that are filled with the moment of the write, each with its whole.
    pub(crate) times: Vec<(AttributeId, u8)>,
    /// What is worked out of the latest record of a kind that refers here through one of some attributes.
    pub(crate) latest: Vec<(AttributeId, Kind, &'static [AttributeId])>,
    /// The attribute that says to what a record belongs, and its parts.
    pub(crate) belongs: Option<(AttributeId, Belongs)>,
    /// Fails with the attribute whose value the Rust type of the kind can't hold.
    pub(crate) readable: fn(Values) -> Result<(), AttributeId>,
    /// What its records hold of consent, if they do: the structured attribute of `Consent`.
    pub(crate) consent: Option<AttributeId>,
    /// The instant from which a record is kept and not used.
    pub(crate) restriction: Option<AttributeId>,
    attributes: BTreeMap<AttributeId, Arc<Attribute>>,
    marked: Marked,
    /// What a key means in a question: a structured value gives way to the part or the text it is about.
    askable: HashMap<Arc<str>, AttributeId>,
    /// What a key means when a value is set.
    settable: HashMap<Arc<str>, AttributeId>,
}

/// The few attributes of a kind that every write asks for, in the order of their ids.
#[derive(Debug, Clone, Default)]
struct Marked {
    /// Properties by whose values, or parts of them, records are looked up.
    keyed: Vec<AttributeId>,
    /// Those among them whose values one record only may have.
    unique: Vec<AttributeId>,
    required: Vec<AttributeId>,
    /// Those that a new record gets without being told.
    filled: Vec<AttributeId>,
}

impl Marked {
    fn add(&mut self, attribute: &Attribute) {
        let exact = attribute.property.is_some_and(|property| property.traits.exact_key);
        let whole = AttributeId::property(attribute.id.number());
        let defaulted = attribute.rules.default.is_some() || attribute.built_in_default.is_some();
        for (list, id, marked) in [
            (&mut self.keyed, whole, exact || attribute.is_keyed()),
            (&mut self.unique, whole, exact || attribute.rules.unique),
            (&mut self.required, attribute.id, attribute.rules.required),
            (&mut self.filled, attribute.id, defaulted),
        ] {
            if let Err(at) = list.binary_search(&id)
                && marked
            {
                list.insert(at, id);
            }
        }
    }

    /// Only fields are ever taken out, and these have no parts.
    fn remove(&mut self, id: AttributeId) {
        for list in [&mut self.keyed, &mut self.unique, &mut self.required, &mut self.filled] {
            list.retain(|other| *other != id);
        }
    }
}

impl KindEntry {
    fn built_in(known: &BuiltInKind) -> Self {
        let id = |property: &Property| AttributeId::property(property.number);
        let other = |number: u32| (number != 0).then(|| AttributeId::property(number));
        let properties = known.properties.iter();
        let find = |wanted: fn(&Property) -> bool| properties.clone().find(|property| wanted(property)).map(id);
        let pairs = |number: fn(&Traits) -> u32| {
            let pair = |property: &Property| Some((id(property), other(number(&property.traits))?));
            properties.clone().filter_map(pair).collect()
        };
        let mut entry = Self {
            kind: known.kind,
            singular: Arc::from(known.singular),
            plural: Arc::from(known.plural),
            label: Arc::from(capitalised(known.singular)),
            help: None,
            archived: false,
            time: find(|property| property.traits.time),
            consent: find(|property| property.traits.consent),
            restriction: find(|property| property.traits.restriction),
            stage: find(|property| property.traits.stage_of.is_some()),
            histories: pairs(|traits| traits.tracks),
            agenda: pairs(|traits| traits.agenda),
            stamps: properties.clone().filter_map(|property| Some((id(property), property.traits.stamp?))).collect(),
            times: properties.clone().flat_map(|property| timed_parts(id(property), property)).collect(),
            latest: known.worked_out.iter().filter_map(latest).collect(),
            belongs: properties.clone().find_map(|property| Some((id(property), property.traits.belongs?))),
            readable: known.readable,
            attributes: BTreeMap::new(),
            marked: Marked::default(),
            askable: HashMap::new(),
            settable: HashMap::new(),
        };
        for attribute in built_in::attributes(known.kind, known.properties, known.worked_out) {
            entry.add(attribute);
        }
        entry
    }

    /// A kind of a business, as it begins.
    fn custom(kind: Kind) -> Self {
        Self::built_in(&BuiltInKind { kind, ..AnyRecord::ENTRY })
    }

    pub(crate) fn attribute_by_id(&self, id: AttributeId) -> Option<&Attribute> {
        self.attributes.get(&id).map(AsRef::as_ref)
    }

    /// Its attributes, in the order of their ids, to be held on to.
    pub(crate) fn shared(&self) -> impl Iterator<Item = &Arc<Attribute>> {
        self.attributes.values()
    }

    /// Its attributes, in the order of their ids.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.values().map(AsRef::as_ref)
    }

    /// Whether a property, or a part of it, is one by which records are looked up.
    pub(crate) fn is_keyed(&self, property: AttributeId) -> bool {
        self.marked.keyed.binary_search(&property).is_ok()
    }

    /// Whether a value of a property, or of a part of it, may stand in one record only.
    pub(crate) fn is_unique(&self, property: AttributeId) -> bool {
        self.marked.unique.binary_search(&property).is_ok()
    }

    /// The attributes that must be given, archived ones too.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Attribute> {
        self.marked.required.iter().filter_map(|id| self.attribute_by_id(*id))
    }

    /// The attributes that a new record gets without being told, archived ones too.
    pub(crate) fn filled(&self) -> impl Iterator<Item = &Attribute> {
        self.marked.filled.iter().filter_map(|id| self.attribute_by_id(*id))
    }

    fn add(&mut self, attribute: Attribute) {
        self.marked.add(&attribute);
        let attribute = Arc::new(attribute);
        let key = Arc::clone(&attribute.key);
        if attribute.is_settable() {
            self.settable.insert(Arc::clone(&key), attribute.id);
        }
        if attribute.value_type == ValueType::Group {
            self.askable.entry(key).or_insert(attribute.id);
        } else {
            self.askable.insert(key, attribute.id);
        }
        self.attributes.insert(attribute.id, attribute);
    }

    fn remove(&mut self, id: AttributeId) {
        if let Some(old) = self.attributes.remove(&id) {
            self.marked.remove(id);
            self.askable.retain(|_, found| *found != id);
            self.settable.retain(|_, found| *found != old.id);
        }
    }
}

fn latest(of: &WorkedOut) -> Option<(AttributeId, Kind, &'static [AttributeId])> {
    match of.how {
        How::Latest { kind, through } => Some((AttributeId::worked_out(of.number), kind, through)),
        _ => None,
    }
}

impl Catalogue {
    /// The catalogue of an empty database.
    pub(crate) fn new() -> Self {
        Self::of(KINDS)
    }

    /// The catalogue of an empty database that has these kinds.
    pub(crate) fn of(known: &[BuiltInKind]) -> Self {
        let kinds = known.iter().map(|known| (known.kind, KindEntry::built_in(known)));
        let stages = known.iter().flat_map(|known| known.properties.iter().map(|property| (known.kind, property)));
        let stages = stages.filter_map(|(kind, property)| Some((kind, property.traits.stage_of?)));
        let pipelines = stages.flat_map(|(kind, of)| {
            of.pipelines.iter().map(move |pipeline| ((kind, pipeline.code), pipeline.stages.to_vec()))
        });
        Self {
            kinds: kinds.collect(),
            definitions: BTreeMap::new(),
            kind_definitions: BTreeMap::new(),
            pipelines: pipelines.collect(),
            tags: Arc::default(),
            phones: Phones::default(),
            next_field: AttributeId::FIRST_CUSTOM,
        }
    }

    /// How phone numbers are read.
    pub(crate) fn phones(&self) -> &Phones {
        &self.phones
    }

    /// The catalogue for somebody who reads phone numbers so.
    pub(crate) fn with_phones(mut self, phones: &Phones) -> Self {
        self.phones = phones.clone();
        self
    }

    /// Puts the definition of a kind in force, in place of the one before.
    pub(crate) fn apply_kind(&mut self, kind: Kind, definition: KindDefinition) {
        let entry = self.kinds.entry(kind).or_insert_with(|| KindEntry::custom(kind));
        entry.singular = Arc::from(definition.singular.as_str());
        entry.plural = Arc::from(definition.plural.as_str());
        entry.label = Arc::from(definition.label.as_str());
        entry.help = definition.help.as_deref().map(Arc::from);
        entry.archived = definition.archived == Some(true);
        self.kind_definitions.insert(kind, definition);
    }

    /// Puts the stages of a pipeline in force, in place of those before.
    pub(crate) fn apply_pipeline(&mut self, kind: Kind, code: u32, definition: &PipelineDefinition) {
        self.pipelines.insert((kind, code), definition.stages());
    }

    /// The stages of a pipeline, by the code of its option.
    pub(crate) fn stages_in(&self, kind: Kind, pipeline: u32) -> &[Stage] {
        self.pipelines.get(&(kind, pipeline)).map_or(&[], Vec::as_slice)
    }

    /// The definition behind a kind that a business defined.
    pub(crate) fn kind_definition(&self, kind: Kind) -> Option<&KindDefinition> {
        self.kind_definitions.get(&kind)
    }

    /// The tags, to be changed; other catalogues keep theirs.
    pub(crate) fn tags_mut(&mut self) -> &mut TagNames {
        Arc::make_mut(&mut self.tags)
    }

    /// The number that the next kind gets; `None` if none is left.
    pub(crate) fn next_kind(&self) -> Option<Kind> {
        let last = self.kind_definitions.last_key_value().map_or(Kind::FIRST_CUSTOM - 1, |(kind, _)| kind.0);
        (last < Kind::LAST_CUSTOM).then(|| Kind(last + 1))
    }

    /// The kinds of records.
    pub fn kinds(&self) -> impl Iterator<Item = &KindEntry> {
        self.kinds.values()
    }

    /// A kind by its id.
    #[must_use]
    pub fn kind(&self, kind: Kind) -> Option<&KindEntry> {
        self.kinds.get(&kind)
    }

    /// A kind by its name, singular or plural.
    #[must_use]
    pub fn kind_named(&self, name: &str) -> Option<&KindEntry> {
        self.kinds()
            .find(|entry| [&entry.plural, &entry.singular].into_iter().any(|own| own.eq_ignore_ascii_case(name)))
    }

    /// The attribute that segments mean by a key: for `name` of a contact the full name as text, for
    /// `email` the addresses.
    #[must_use]
    pub fn attribute(&self, kind: Kind, key: &str) -> Option<&Attribute> {
        let entry = self.kinds.get(&kind)?;
        entry.attributes.get(entry.askable.get(key)?).map(AsRef::as_ref)
    }

    /// The structured attribute that a key means ahead of a block: `address`, `email`, `affiliation`.
    pub(crate) fn structured(&self, kind: Kind, key: &str) -> Option<&Attribute> {
        let is_group = |attribute: &&Attribute| attribute.value_type == ValueType::Group;
        self.settable(kind, key).filter(is_group).or_else(|| {
            let part_of = self.attribute(kind, key)?.part_of?;
            self.attribute_by_id(kind, part_of)
        })
    }

    /// The parts of a structured attribute, in the order of their ids.
    pub(crate) fn parts(&self, kind: Kind, whole: AttributeId) -> impl Iterator<Item = &Attribute> {
        let attributes = self.kinds.get(&kind).into_iter().flat_map(KindEntry::attributes);
        attributes.filter(move |attribute| attribute.part_of == Some(whole))
    }

    /// A part of what the records of a kind hold of consent; `None` if they hold nothing of it.
    pub(crate) fn consent_part(&self, kind: Kind, part: u8) -> Option<&Attribute> {
        self.attribute_by_id(kind, self.kind(kind)?.consent?.part(part))
    }

    /// The custom field with that id, of whichever kind.
    pub(crate) fn field_by_id(&self, id: AttributeId) -> Option<&Attribute> {
        self.kinds.values().find_map(|entry| entry.attributes.get(&id)).map(AsRef::as_ref)
    }

    /// The attribute with that id.
    #[must_use]
    pub fn attribute_by_id(&self, kind: Kind, id: AttributeId) -> Option<&Attribute> {
        self.kinds.get(&kind)?.attributes.get(&id).map(AsRef::as_ref)
    }

    /// The attributes of a kind with that label, compared without regard to case.
    #[must_use]
    pub fn labelled(&self, kind: Kind, label: &str) -> Vec<&Attribute> {
        let label = label.to_lowercase();
        self.kinds
            .get(&kind)
            .into_iter()
            .flat_map(KindEntry::attributes)
            .filter(|attribute| attribute.value_type != ValueType::Group && attribute.label.to_lowercase() == label)
            .collect()
    }

    /// The tags, level by level in the order of their names, without those that were merged into another or deleted.
    pub fn tags(&self) -> impl Iterator<Item = &crate::model::Tag> {
        self.tags.names()
    }

    /// The custom fields of a kind, archived ones too.
    pub fn fields(&self, kind: Kind) -> impl Iterator<Item = &Attribute> {
        self.kinds
            .get(&kind)
            .into_iter()
            .flat_map(KindEntry::attributes)
            .filter(|attribute| attribute.origin == Origin::Custom)
    }

    /// The typed handle of a custom field; `None` if there is none, or it has another type.
    #[must_use]
    pub fn handle<T: FieldType>(&self, kind: Kind, key: &str) -> Option<FieldHandle<T>> {
        let attribute = self.settable(kind, key).filter(|attribute| attribute.origin == Origin::Custom)?;
        let long = attribute.value_type == ValueType::LongText && T::SHAPE.value_type == ValueType::Text;
        let fits = if is_any(&T::SHAPE) {
            attribute.many || !T::SHAPE.many
        } else {
            (attribute.value_type == T::SHAPE.value_type || long)
                && attribute.many == T::SHAPE.many
                && T::SHAPE.target.is_none_or(|kind| attribute.targets == [kind])
        };
        fits.then(|| FieldHandle::new(attribute.id, attribute.rules.currency))
    }

    /// The attribute that is set by a key.
    pub(crate) fn settable(&self, kind: Kind, key: &str) -> Option<&Attribute> {
        let entry = self.kinds.get(&kind)?;
        entry.attributes.get(entry.settable.get(key)?).map(AsRef::as_ref)
    }

    /// The known key that is most like a mistyped one.
    pub(crate) fn nearest_key(&self, kind: Kind, key: &str) -> Option<String> {
        let keys = self.kinds.get(&kind)?.attributes().filter(|attribute| !attribute.archived).map(|a| &*a.key);
        nearest(key, keys).map(str::to_owned)
    }

    /// The definition behind an attribute; of a built-in one only what was added to it.
    pub(crate) fn definition(&self, kind: Kind, id: AttributeId) -> Option<&Definition> {
        self.definitions.get(&(kind, id.0))
    }

    /// All definitions, by kind and number.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = (Kind, AttributeId, &Definition)> {
        self.definitions.iter().map(|((kind, id), definition)| (*kind, AttributeId(*id), definition))
    }

    /// The id that the next field gets.
    pub(crate) fn next_field(&self) -> AttributeId {
        AttributeId::property(self.next_field)
    }

    /// Puts a definition in force, in place of the one before. Fails, with the reason, on one that this
    /// version can't read.
    pub(crate) fn apply(&mut self, kind: Kind, id: AttributeId, definition: Definition) -> Result<(), &'static str> {
        let entry = self.kinds.get_mut(&kind).ok_or("no such kind of record")?;
        if id.is_custom() {
            let attribute = custom(kind, id, &definition).ok_or("unknown type of field")?;
            if definition.time == Some(true) {
                entry.time = Some(id);
            }
            entry.remove(id);
            entry.add(attribute);
            self.next_field = self.next_field.max(id.number().saturating_add(1));
        } else {
            let base = entry.attributes.get(&id).ok_or("no such attribute")?;
            let mut attribute = Attribute::clone(base);
            let known = attribute.options.iter().zip(0..).map(|(known, at)| (known.code, at));
            let mut places: BTreeMap<_, usize> = known.collect();
            for option in options(&definition) {
                if let Some(known) = places.get(&option.code).and_then(|at| attribute.options.get_mut(*at)) {
                    *known = option;
                } else {
                    places.insert(option.code, attribute.options.len());
                    attribute.options.push(option);
                }
            }
            // A history has the options of the choice that it follows.
            for (history, _) in entry.histories.iter().filter(|(_, of)| *of == id) {
                let part = history.part(Change::TO);
                if let Some(known) = entry.attributes.get(&part) {
                    let known = Attribute { options: attribute.options.clone(), ..Attribute::clone(known) };
                    entry.attributes.insert(part, Arc::new(known));
                }
            }
            entry.attributes.insert(id, Arc::new(attribute));
        }
        self.definitions.insert((kind, id.0), definition);
        Ok(())
    }
}

fn timed_parts(whole: AttributeId, property: &Property) -> impl Iterator<Item = (AttributeId, u8)> {
    property.shape.parts.iter().filter(|part| part.now).map(move |part| (whole, part.number))
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
