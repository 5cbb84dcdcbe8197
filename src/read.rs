//! What a snapshot and a transaction have in common: everything that reads.

use crate::engine;
use crate::error::{ErrorKind, Result};
use crate::lookup::By;
use crate::model::{Contact, FieldHandle, FieldType, Id, InvalidValue, Kind, Record, RecordId, Stored, Tag, Value};
use crate::rows;
use crate::schema::Catalogue;
use crate::segment::{self, AnyQuestion, AnySegment, Bindings, Completion, Question, Segment, SegmentSource};
use crate::select::Select;
use crate::store;
use crate::tag_count::{self, TagCount};
use crate::view::View;

/// Everything that reads. Implemented by [`Snapshot`](crate::Snapshot) and, with its own changes, by
/// [`Transaction`](crate::Transaction). Sealed.
///
/// ```
/// use contactdb::{Contact, Database, Read};
/// fn vips(db: &impl Read) -> contactdb::Result<u64> {
///     db.count(&db.segment("tag vip")?)
/// }
///
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert(&Contact::named("Ada", "Lovelace").tag("vip"))?;
/// assert_eq!(vips(&tx)?, 1);
/// tx.commit()?;
/// assert_eq!(vips(&db.read()?)?, 1);
/// # Ok::<(), contactdb::Error>(())
/// ```
pub trait Read: View + Sized {
    /// The attributes of every kind and the tags.
    fn catalogue(&self) -> &Catalogue {
        self.catalogue_now()
    }

    /// The record with that id; `None` if there is none. A few look-ups, whatever the size.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn get<T: Record>(&self, id: Id<T>) -> Result<Option<Stored<T>>> {
        let Some(row) = rows::find(self.tables().0, id.into())? else { return Ok(None) };
        let loaded = rows::load(self.tables().0, self.catalogue(), T::KIND, row)?;
        Ok(loaded.map(|row| rows::to_stored(self.catalogue(), row)).transpose()?)
    }

    /// Whether there is a record with that id. One look-up.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn contains(&self, id: impl Into<RecordId>) -> Result<bool> {
        Ok(rows::find(self.tables().0, id.into())?.is_some())
    }

    /// The records that have a key, in the order in which they were inserted: none, one, or for e-mail
    /// addresses and phone numbers perhaps several. One look-up, and one for each record found.
    ///
    /// # Errors
    /// [`NotAKey`](ErrorKind::NotAKey) for a field that is not unique or does not exist;
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn find<T: Record>(&self, key: &By) -> Result<Vec<Id<T>>> {
        let mut ids = Vec::new();
        for row in key.rows(self.tables().0, self.catalogue(), T::KIND, self.options().default_region)? {
            ids.extend(rows::id_of(self.tables().0, T::KIND, row)?.map(Id::from_uuid));
        }
        Ok(ids)
    }

    /// How many records of a kind there are. One look-up.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn len(&self, kind: Kind) -> Result<u64> {
        Ok(u64::from(store::live(self.tables().0, kind)?))
    }

    /// The records that refer to a record, each once for each attribute through which it does, the
    /// latest first within one attribute. Holds all of them in memory.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn referrers(&self, id: impl Into<RecordId>) -> Result<Vec<RecordId>> {
        let id = id.into();
        let row = rows::find(self.tables().0, id)?.ok_or(ErrorKind::NotFound { id })?;
        let mut found = Vec::new();
        for link in rows::links_to(self.tables().0, id.kind, row) {
            let link = link?;
            let uuid = rows::id_of(self.tables().0, link.source_kind, link.source)?;
            found.extend(uuid.map(|uuid| RecordId { kind: link.source_kind, uuid }));
        }
        Ok(found)
    }

    /// The typed handle of a custom field that was defined before.
    ///
    /// # Errors
    /// [`NoSuchField`](ErrorKind::NoSuchField) if there is none with that key and type.
    fn field<T: FieldType>(&self, kind: Kind, key: &str) -> Result<FieldHandle<T>> {
        let catalogue = self.catalogue();
        let no_such_field = || ErrorKind::NoSuchField {
            kind,
            key: key.to_owned(),
            nearest: catalogue.nearest_key(kind, key).filter(|near| near != key),
        };
        Ok(catalogue.handle(kind, key).ok_or_else(no_such_field)?)
    }

    /// Reads a segment of contacts: a text such as `tag vip and company.industry = Construction`, a
    /// [`Filter`](crate::Filter) that the program built, or a stored [`SegmentTree`](crate::SegmentTree).
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn segment(&self, source: impl SegmentSource) -> Result<Segment<Contact>> {
        self.segment_of(source)
    }

    /// Reads a segment of any kind that has a Rust type: `snapshot.segment_of::<Company>("industry = Health")`.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn segment_of<T: Record>(&self, source: impl SegmentSource) -> Result<Segment<T>> {
        let limits = &self.options().syntax;
        let any = segment::check(source.source(), Some(T::KIND), self.catalogue(), limits, &Bindings::default())?;
        Ok(Segment::new(any))
    }

    /// Reads a segment whose kind is known only from itself: `companies where industry = Health`. For
    /// frontends.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn any_segment(&self, source: impl SegmentSource) -> Result<AnySegment> {
        let limits = &self.options().syntax;
        Ok(segment::check(source.source(), None, self.catalogue(), limits, &Bindings::default())?)
    }

    /// The segment with values for its parameters: `$since`, and lists in `in $ids`. Values are taken as values, never as
    /// text, and must have the type that [`parameters`](Segment::parameters) says. What is given no value stays a parameter.
    /// Takes time in proportion to the sizes of the segment and of the values; lists may be of any length.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").job_title("Analyst"))?;
    /// let by_title = tx.segment("job_title = $title")?;
    /// let typed_by_a_user = "analyst";
    /// assert_eq!(tx.count(&tx.bind(&by_title, [("title", typed_by_a_user.into())])?)?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment): a value of another type, a list for one value or one for a list, a name that the
    /// segment does not have.
    fn bind<'n, T: Record>(
        &self,
        segment: &Segment<T>,
        values: impl IntoIterator<Item = (&'n str, Value)>,
    ) -> Result<Segment<T>> {
        Ok(Segment::new(self.bind_any(segment.as_any(), values)?))
    }

    /// As [`bind`](Self::bind), of a segment whose kind is known only when the program runs.
    ///
    /// # Errors
    /// As for [`bind`](Self::bind).
    fn bind_any<'n>(
        &self,
        segment: &AnySegment,
        values: impl IntoIterator<Item = (&'n str, Value)>,
    ) -> Result<AnySegment> {
        let bindings = Bindings::new(values);
        Ok(segment::bind(segment, self.catalogue(), &bindings)?)
    }

    /// Reads a question: a segment with an order and a limit, such as `tag vip order by name limit 10`.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in the text.
    fn question<T: Record>(&self, text: &str) -> Result<Question<T>> {
        let limits = &self.options().syntax;
        Ok(Question::new(segment::check_question(text, Some(T::KIND), self.catalogue(), limits)?))
    }

    /// As [`question`](Self::question), of a kind that is known only from the text. For frontends.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in the text.
    fn any_question(&self, text: &str) -> Result<AnyQuestion> {
        Ok(segment::check_question(text, None, self.catalogue(), &self.options().syntax)?)
    }

    /// What could be written at a place of a segment text that is being typed: attributes, operators that suit them, options,
    /// tags, words. `cursor` is an offset in bytes; one inside a character counts as before it. For editors.
    /// Takes time in proportion to the length of the text and the number of names in the catalogue.
    ///
    /// ```
    /// use contactdb::{Database, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let text = "stage = cus";
    /// let completion = snapshot.complete(text, text.len());
    /// assert_eq!(completion.proposals[0].text, "customer");
    /// assert_eq!(completion.apply(text, &completion.proposals[0]), "stage = customer");
    /// let operators = snapshot.complete("birthday ", 9);
    /// assert!(operators.proposals.iter().any(|proposal| proposal.text == "anniversary in"));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn complete(&self, text: &str, cursor: usize) -> Completion {
        segment::complete(text, cursor, self.catalogue(), &self.options().syntax)
    }

    /// How many records a segment has, typed or not. Reads each record of the kind once.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment) if it uses what was archived or deleted since; [`Corrupt`](ErrorKind::Corrupt),
    /// [`Io`](ErrorKind::Io).
    fn count(&self, segment: impl AsRef<AnySegment>) -> Result<u64> {
        engine::count(self.tables().0, self.catalogue(), &self.moment(), segment.as_ref())
    }

    /// How many records of a kind have each tag, level by level in the order of the names. Tags that no record has are
    /// there with 0, and so are names that only have tags beneath them: all that a tree of tags shows.
    ///
    /// Reads 512 bytes at most for each 4,096 records that have a tag, and no record.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::{Contact, Database, Kind, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").tag("customers/gold").tag("customers/berlin"))?;
    /// tx.insert(&Contact::named("Grace", "Hopper").tag("customers/gold"))?;
    /// let counts = tx.tag_counts(Kind::CONTACT)?;
    /// let shown: Vec<String> = counts.iter().map(|c| format!("{} {} {}", c.tag, c.records, c.under)).collect();
    /// assert_eq!(shown, ["customers 0 2", "customers/berlin 1 1", "customers/gold 2 2"]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn tag_counts(&self, kind: Kind) -> Result<Vec<TagCount>> {
        tag_count::counts(self.tables().0, self.catalogue(), kind, |_| true)
    }

    /// How many records of a kind have a tag, and how many have it or one beneath it. Costs as
    /// [`tag_counts`](Self::tag_counts) for these.
    ///
    /// # Errors
    /// [`Tag`](ErrorKind::Tag) if there is no such tag, and none beneath that name; [`Corrupt`](ErrorKind::Corrupt),
    /// [`Io`](ErrorKind::Io).
    fn tag_count(&self, kind: Kind, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<TagCount> {
        tag_count::count(self.tables().0, self.catalogue(), kind, tag)
    }

    /// The records of a segment: in any order and number, as ids or whole.
    fn select<T: Record>(&self, segment: &Segment<T>) -> Select<'_, T> {
        Select::new(self, segment)
    }

    /// The records that a question asks for, in its order and at most its limit.
    fn ask<T: Record>(&self, question: &Question<T>) -> Select<'_, T> {
        let select = self.select(question.segment()).ordered(question.as_any().order().to_vec());
        match question.limit() {
            Some(limit) => select.limit(limit),
            None => select,
        }
    }
}
