//! What a preset is made of.

use crate::model::{Currency, ValueType};
use crate::schema::{CustomKind, Draft, Field, Pipeline};

/// A set of kinds, fields, options, pipelines and saved questions for one sort of business, as data: to be looked at, changed,
/// joined with others, and then applied with [`Transaction::apply_preset`](crate::Transaction::apply_preset).
///
/// Kinds are named as segments name them: `contact`, `company`, or a kind that the preset itself defines.
///
/// ```
/// use contactdb::presets::{Preset, PresetQuestion};
/// use contactdb::{Contact, CustomKind, Database, Field, Id, Read};
/// let kennel = Preset::new("kennel", "Dog kennel")
///     .kind(CustomKind::new("dog", "dogs").label("Dog"))
///     .field("dog", Field::<Id<Contact>>::reference_to("keeper").label("Keeper").about())
///     .field("dog", Field::date("vaccinated_until").label("Vaccinated until"))
///     .option("contact", "relation", "breeder", "Breeder")
///     .question(PresetQuestion::new("Vaccination ends", "dogs where vaccinated_until in next 30 days").folder("Health"));
///
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let applied = tx.apply_preset(&kennel)?;
/// assert_eq!(applied.added.len(), 5);
/// assert!(tx.apply_preset(&kennel)?.added.is_empty());
/// assert!(tx.saved_question("vaccination ends").is_ok());
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use = "a preset does nothing until it is applied in a transaction"]
pub struct Preset {
    /// The key by which programs name it.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// For whom it is, in a sentence.
    pub description: String,
    /// The kinds of records that it defines.
    pub kinds: Vec<CustomKind>,
    /// The fields that it defines, in the order of forms.
    pub fields: Vec<PresetField>,
    /// The options that it adds to choices that are there.
    pub options: Vec<PresetOption>,
    /// The pipelines of deals that it defines.
    pub pipelines: Vec<Pipeline>,
    /// The questions that it saves.
    pub questions: Vec<PresetQuestion>,
}

impl Preset {
    /// A preset of nothing yet.
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            description: String::new(),
            kinds: Vec::new(),
            fields: Vec::new(),
            options: Vec::new(),
            pipelines: Vec::new(),
            questions: Vec::new(),
        }
    }

    /// Says for whom it is.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Adds a kind of record.
    pub fn kind(mut self, kind: CustomKind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Adds a field of the kind with that name. What the field itself says [`on`](Field::on) which kind it is doesn't count.
    pub fn field<T>(mut self, kind: impl Into<String>, field: Field<T>) -> Self {
        self.fields.push(PresetField { kind: kind.into(), targets: Vec::new(), draft: field.draft });
        self
    }

    /// Adds a field whose references lead to records of the kinds with those names: for kinds that the preset defines.
    pub fn field_to<'k, T>(
        mut self,
        kind: impl Into<String>,
        field: Field<T>,
        targets: impl IntoIterator<Item = &'k str>,
    ) -> Self {
        let targets = targets.into_iter().map(str::to_owned).collect();
        self.fields.push(PresetField { kind: kind.into(), targets, draft: field.draft });
        self
    }

    /// Adds an option to a choice of the kind with that name: `relation` of `contact`, say.
    pub fn option(
        mut self,
        kind: impl Into<String>,
        field: impl Into<String>,
        key: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        self.options.push(PresetOption {
            kind: kind.into(),
            field: field.into(),
            key: key.into(),
            label: label.into(),
        });
        self
    }

    /// Adds a pipeline of deals.
    pub fn pipeline(mut self, pipeline: Pipeline) -> Self {
        self.pipelines.push(pipeline);
        self
    }

    /// Adds a question to be saved.
    pub fn question(mut self, question: PresetQuestion) -> Self {
        self.questions.push(question);
        self
    }

    /// Adds all that another preset has. What both have alike stands once.
    pub fn including(mut self, other: Self) -> Self {
        add_new(&mut self.kinds, other.kinds);
        add_new(&mut self.fields, other.fields);
        add_new(&mut self.options, other.options);
        add_new(&mut self.pipelines, other.pipelines);
        add_new(&mut self.questions, other.questions);
        self
    }
}

fn add_new<T: PartialEq>(to: &mut Vec<T>, from: Vec<T>) {
    for one in from {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}

/// A field of a preset: a [`Field`] of whatever type.
#[derive(Debug, Clone, PartialEq)]
pub struct PresetField {
    pub(crate) kind: String,
    pub(crate) targets: Vec<String>,
    pub(crate) draft: Draft,
}

impl PresetField {
    /// The name of the kind of record.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.draft.key
    }

    /// What people call it.
    #[must_use]
    pub fn label(&self) -> &str {
        self.draft.label.as_deref().unwrap_or(&self.draft.key)
    }

    /// The sentence of help for forms.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.draft.help.as_deref()
    }

    /// The heading under which a form shows it.
    #[must_use]
    pub fn section(&self) -> Option<&str> {
        self.draft.section.as_deref()
    }

    /// The type of its values.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        self.draft.value_type
    }

    /// Whether a record can have several values.
    #[must_use]
    pub fn is_many(&self) -> bool {
        self.draft.many
    }

    /// The currency, of money.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.draft.currency
    }

    /// The options of a choice, each with its key and label.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.draft.options.iter().map(|(key, label)| (key.as_str(), label.as_str()))
    }
}

/// An option that a preset adds to a choice that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresetOption {
    /// The name of the kind of record.
    pub kind: String,
    /// The key of the choice.
    pub field: String,
    /// The key of the option.
    pub key: String,
    /// What people read.
    pub label: String,
}

/// A question that a preset saves.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresetQuestion {
    /// The name under which it is saved.
    pub name: String,
    /// The question in the segment language.
    pub text: String,
    /// What it is good for.
    pub description: Option<String>,
    /// The heading under which it is listed.
    pub folder: Option<String>,
}

impl PresetQuestion {
    /// A question with its name and text.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), description: None, folder: None }
    }

    /// Says what it is good for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets the heading under which it is listed.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<String>) -> Self {
        self.folder = Some(folder.into());
        self
    }
}
