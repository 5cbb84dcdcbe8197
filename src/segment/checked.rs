//! Segments and questions as a program holds them: checked, owned, cheap to clone.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::bind::Parameter;
use super::dependencies::Dependencies;
use super::error::Problem;
use super::filter::Filter;
use super::question::QuestionTree;
use super::sentence::sentence;
use super::stored::SegmentTree;
use super::text::{exact, question_text, segment_text};
use super::tree::{Condition, Order, Tree};
use crate::model::{AnyRecord, Kind, Record, Storable};
use crate::schema::Catalogue;

/// A checked segment over records of any kind: what a frontend holds that knows the kind only when it runs.
///
/// It owns all it needs and is bound anew to each snapshot; a clone is a counted reference. It holds stable ids, so renaming a
/// field, an option or a tag changes nothing about whom it finds. It belongs to the database whose catalogue checked it.
///
/// Two segments are equal when they ask the same in the same words, spelling and spacing aside.
#[derive(Clone)]
pub struct AnySegment {
    inner: Arc<Inner>,
}

struct Inner {
    tree: SegmentTree,
    notices: Vec<Problem>,
    parameters: Vec<Parameter>,
}

impl AnySegment {
    pub(crate) fn new(tree: Tree, notices: Vec<Problem>, parameters: Vec<Parameter>) -> Self {
        Self { inner: Arc::new(Inner { tree: SegmentTree(tree), notices, parameters }) }
    }

    /// Every record of that kind.
    #[must_use]
    pub fn all(kind: Kind) -> Self {
        Self::new(Tree { kind, condition: Condition::All }, Vec::new(), Vec::new())
    }

    /// The kind of record that it is about.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.tree().kind
    }

    /// The segment over the records of type `T`; `None` if it is about another kind.
    ///
    /// ```
    /// use contactdb::{Company, Contact, Database, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let segment = snapshot.any_segment("companies where employees > 50")?;
    /// assert!(segment.typed::<Company>().is_some());
    /// assert!(segment.typed::<Contact>().is_none());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn typed<T: Record>(&self) -> Option<Segment<T>> {
        (self.kind() == T::KIND).then(|| Segment::new(self.clone()))
    }

    /// What is allowed and may yet surprise: conditions that are always or never true, `every`, which is true of records without
    /// any value, money in several currencies. The places are those of the text that was checked; of what was built or stored
    /// they are empty.
    #[must_use]
    pub fn notices(&self) -> &[Problem] {
        &self.inner.notices
    }

    /// The segment as text, with the names that fields, options and tags have in that catalogue. Reading the text gives an equal
    /// segment, as long as nothing it names is archived. Takes time in proportion to the length of the text.
    #[must_use]
    pub fn to_text(&self, catalogue: &Catalogue) -> String {
        segment_text(self.tree(), catalogue)
    }

    /// The segment in one English sentence, with the labels that fields and options have in that catalogue, for people to read
    /// back what they asked. Takes time in proportion to the length of the text.
    ///
    /// ```
    /// use contactdb::{Database, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let segment = snapshot.segment("stage = customer and not (last_interaction in last 30 days)")?;
    /// assert_eq!(
    ///     segment.to_sentence(snapshot.catalogue()),
    ///     "Contacts whose Stage is Customer and not (whose Last interaction is in the last 30 days)."
    /// );
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn to_sentence(&self, catalogue: &Catalogue) -> String {
        sentence(self.tree(), catalogue)
    }

    /// The segment as data that can be stored and sent.
    #[must_use]
    pub fn to_tree(&self) -> SegmentTree {
        self.inner.tree.clone()
    }

    /// The segment as a filter, to go on building: `segment.to_filter() & tag("vip")`.
    ///
    /// ```
    /// use contactdb::filter::attribute;
    /// use contactdb::{Database, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let saved = snapshot.segment("stage = customer or stage = advocate")?;
    /// let narrowed = snapshot.segment(saved.to_filter() & attribute("city").eq("Paris"))?;
    /// assert_eq!(narrowed.to_text(snapshot.catalogue()), "(stage = customer or stage = advocate) and city = \"Paris\"");
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn to_filter(&self) -> Filter {
        Filter::of(self.kind(), exact(&self.tree().condition))
    }

    /// The parameters that have no value yet, by name. A segment that has some can't be asked.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.inner.parameters
    }

    /// What the segment depends on: attributes, options and tags. Takes time in proportion to its size.
    #[must_use]
    pub fn dependencies(&self, catalogue: &Catalogue) -> Dependencies {
        Dependencies::of(self.tree(), catalogue)
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.inner.tree.0
    }

    pub(super) fn as_stored(&self) -> &SegmentTree {
        &self.inner.tree
    }
}

impl PartialEq for AnySegment {
    fn eq(&self, other: &Self) -> bool {
        self.inner.tree == other.inner.tree
    }
}

impl fmt::Debug for AnySegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.tree.fmt(f)
    }
}

impl<T: Record> From<Segment<T>> for AnySegment {
    fn from(segment: Segment<T>) -> Self {
        segment.any
    }
}

/// A checked segment over records of type `T`. See [`AnySegment`], which it wraps.
///
/// ```
/// use contactdb::{Contact, Database, Read, Segment};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert(&Contact::named("Ada", "Lovelace").job_title("Analyst"))?;
/// tx.commit()?;
/// let snapshot = db.read()?;
/// let analysts: Segment<Contact> = snapshot.segment("job_title = analyst")?;
/// assert_eq!(snapshot.count(&analysts)?, 1);
/// assert_eq!(analysts.to_text(snapshot.catalogue()), "job_title = \"analyst\"");
/// # Ok::<(), contactdb::Error>(())
/// ```
pub struct Segment<T> {
    any: AnySegment,
    of: PhantomData<fn() -> T>,
}

impl<T: Record> Segment<T> {
    /// INVARIANT: the segment is about the kind of `T`.
    pub(crate) fn new(any: AnySegment) -> Self {
        Self { any, of: PhantomData }
    }

    /// Every record of the type.
    #[must_use]
    pub fn all() -> Self {
        Self { any: AnySegment::all(T::KIND), of: PhantomData }
    }

    /// The segment without its type.
    #[must_use]
    pub fn as_any(&self) -> &AnySegment {
        &self.any
    }

    /// What is allowed and may yet surprise; see [`AnySegment::notices`].
    #[must_use]
    pub fn notices(&self) -> &[Problem] {
        self.any.notices()
    }

    /// The segment as text; see [`AnySegment::to_text`].
    #[must_use]
    pub fn to_text(&self, catalogue: &Catalogue) -> String {
        self.any.to_text(catalogue)
    }

    /// The segment in one English sentence; see [`AnySegment::to_sentence`].
    #[must_use]
    pub fn to_sentence(&self, catalogue: &Catalogue) -> String {
        self.any.to_sentence(catalogue)
    }

    /// The segment as data that can be stored and sent; see [`AnySegment::to_tree`].
    #[must_use]
    pub fn to_tree(&self) -> SegmentTree {
        self.any.to_tree()
    }

    /// The segment as a filter, to go on building; see [`AnySegment::to_filter`].
    pub fn to_filter(&self) -> Filter {
        self.any.to_filter()
    }

    /// The parameters that have no value yet; see [`AnySegment::parameters`].
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        self.any.parameters()
    }

    /// What the segment depends on; see [`AnySegment::dependencies`].
    #[must_use]
    pub fn dependencies(&self, catalogue: &Catalogue) -> Dependencies {
        self.any.dependencies(catalogue)
    }
}

impl<T> Clone for Segment<T> {
    fn clone(&self) -> Self {
        Self { any: self.any.clone(), of: PhantomData }
    }
}
impl<T> PartialEq for Segment<T> {
    fn eq(&self, other: &Self) -> bool {
        self.any == other.any
    }
}
impl<T> fmt::Debug for Segment<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.any.fmt(f)
    }
}

/// A question over records of any kind: a segment with an order and a limit.
#[derive(Clone, PartialEq)]
pub struct AnyQuestion {
    segment: AnySegment,
    order: Arc<[Order]>,
    limit: Option<u64>,
}

impl AnyQuestion {
    pub(crate) fn new(segment: AnySegment, order: Vec<Order>, limit: Option<u64>) -> Self {
        Self { segment, order: order.into(), limit }
    }

    /// Whom the question is about.
    #[must_use]
    pub fn segment(&self) -> &AnySegment {
        &self.segment
    }

    /// The same order and limit over another segment, such as this one with values for its parameters; `None` if that is
    /// about another kind of record.
    ///
    /// ```
    /// use contactdb::{Company, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Company::new("Acme").industry("Health"))?;
    /// let question = tx.save_question("Industry", "companies where industry = $which order by name")?;
    /// let bound = tx.bind_any(question.segment(), [("which", "Health".into())])?;
    /// assert_eq!(tx.ask(&question.with_segment(&bound).expect("of companies too")).count()?, 1);
    /// assert!(question.with_segment(&tx.any_segment("contacts where all")?).is_none());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn with_segment(&self, segment: &AnySegment) -> Option<Self> {
        (segment.kind() == self.segment.kind()).then(|| Self { segment: segment.clone(), ..self.clone() })
    }

    /// How many records are wanted at most; all if there is no limit.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// The question over the records of type `T`; `None` if it is about another kind.
    #[must_use]
    pub fn typed<T: Record>(&self) -> Option<Question<T>> {
        (self.segment.kind() == T::KIND).then(|| Question::new(self.clone()))
    }

    /// The question as text; see [`AnySegment::to_text`].
    #[must_use]
    pub fn to_text(&self, catalogue: &Catalogue) -> String {
        question_text(self.segment.tree(), &self.order, self.limit, catalogue)
    }

    /// The question as data that can be stored and sent.
    ///
    /// ```
    /// use contactdb::{Database, QuestionTree, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let question = snapshot.any_question("stage = customer order by created desc limit 10")?;
    /// let json = serde_json::to_string(&question.to_tree())?;
    /// let tree: QuestionTree = serde_json::from_str(&json)?;
    /// assert_eq!(snapshot.any_question(&tree)?, question);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_tree(&self) -> QuestionTree {
        QuestionTree::new(self.segment.to_tree(), self.order.to_vec(), self.limit)
    }

    pub(crate) fn order(&self) -> &[Order] {
        &self.order
    }

    pub(super) fn into_segment(self) -> AnySegment {
        self.segment
    }
}

impl fmt::Debug for AnyQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyQuestion")
            .field("segment", &self.segment)
            .field("order", &self.order)
            .field("limit", &self.limit)
            .finish()
    }
}

impl<T: Record> From<Question<T>> for AnyQuestion {
    fn from(question: Question<T>) -> Self {
        question.any
    }
}

/// A question over records of type `T`: a segment with an order and a limit. See [`AnyQuestion`], which it wraps.
pub struct Question<T> {
    segment: Segment<T>,
    any: AnyQuestion,
}

impl<T: Record> Question<T> {
    /// INVARIANT: the question is about the kind of `T`.
    pub(crate) fn new(any: AnyQuestion) -> Self {
        Self { segment: Segment::new(any.segment.clone()), any }
    }

    /// Whom the question is about.
    #[must_use]
    pub fn segment(&self) -> &Segment<T> {
        &self.segment
    }

    /// The question without its type.
    #[must_use]
    pub fn as_any(&self) -> &AnyQuestion {
        &self.any
    }

    /// The same order and limit over another segment, such as this one with values for its parameters:
    /// `question.with_segment(&snapshot.bind(question.segment(), values)?)`.
    #[must_use]
    pub fn with_segment(&self, segment: &Segment<T>) -> Self {
        Self::new(AnyQuestion { segment: segment.any.clone(), ..self.any.clone() })
    }

    /// How many records are wanted at most; all if there is no limit.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.any.limit
    }

    /// The question as data that can be stored and sent; see [`AnyQuestion::to_tree`].
    #[must_use]
    pub fn to_tree(&self) -> QuestionTree {
        self.any.to_tree()
    }

    /// The question as text; see [`AnySegment::to_text`].
    #[must_use]
    pub fn to_text(&self, catalogue: &Catalogue) -> String {
        self.any.to_text(catalogue)
    }
}

impl<T> Clone for Question<T> {
    fn clone(&self) -> Self {
        Self { segment: self.segment.clone(), any: self.any.clone() }
    }
}
impl<T> PartialEq for Question<T> {
    fn eq(&self, other: &Self) -> bool {
        self.any == other.any
    }
}
impl<T> fmt::Debug for Question<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.any.fmt(f)
    }
}

/// A segment, typed or not, as what selects records: those of a [`Segment<T>`](Segment) come as `T`, those of an
/// [`AnySegment`] as [`AnyRecord`]. Sealed.
pub trait SegmentRef: AsRef<AnySegment> + crate::model::sealed::Sealed {
    /// What is selected.
    type Record: Storable;
}

impl crate::model::sealed::Sealed for AnySegment {}
impl SegmentRef for AnySegment {
    type Record = AnyRecord;
}
impl<T: Record> crate::model::sealed::Sealed for Segment<T> {}
impl<T: Record> SegmentRef for Segment<T> {
    type Record = T;
}

/// A question, typed or not, as what selects records: see [`SegmentRef`]. Sealed.
pub trait QuestionRef: crate::model::sealed::Sealed {
    /// What is selected.
    type Record: Storable;
    /// The question without its type.
    fn as_any(&self) -> &AnyQuestion;
}

impl crate::model::sealed::Sealed for AnyQuestion {}
impl QuestionRef for AnyQuestion {
    type Record = AnyRecord;
    fn as_any(&self) -> &AnyQuestion {
        self
    }
}
impl<T: Record> crate::model::sealed::Sealed for Question<T> {}
impl<T: Record> QuestionRef for Question<T> {
    type Record = T;
    fn as_any(&self) -> &AnyQuestion {
        &self.any
    }
}

impl AsRef<AnySegment> for AnySegment {
    fn as_ref(&self) -> &AnySegment {
        self
    }
}

impl<T> AsRef<AnySegment> for Segment<T> {
    fn as_ref(&self) -> &AnySegment {
        &self.any
    }
}
