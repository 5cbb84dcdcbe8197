//! Asking for the records of a segment.

use std::marker::PhantomData;

use crate::clock::Moment;
use crate::engine::{self, Ending};
use crate::error::{ErrorKind, Result};
use crate::model::sealed::FromRecordId;
use crate::model::{Kind, RecordId, Storable, Stored};
use crate::read::budget::Budget;
use crate::read::columns::Columns;
use crate::read::facet::{self, Facet, Grouping};
use crate::read::page::{Page, PageCursor};
use crate::read::statistics::{self, Statistics};
use crate::read::view::View;
use crate::rows;
use crate::segment::{self, AnySegment, Order};

/// A segment with an order and a limit, about to be asked; from [`Read::select`](crate::Read::select).
///
/// ```
/// use contactdb::{Contact, Database, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert_many(["Ada", "Grace", "Hedy"].map(|given| Contact::named(given, "Example")))?;
/// tx.commit()?;
/// let snapshot = db.read()?;
/// let everybody = snapshot.segment("all")?;
/// for found in snapshot.select(&everybody).order_by("given_name desc").limit(2).records()? {
///     println!("{}", found?.record.name.display());
/// }
/// # Ok::<(), contactdb::Error>(())
/// ```
#[must_use = "nothing is asked before count, ids or records"]
#[derive(Clone)]
pub struct Select<'s, T> {
    view: &'s dyn View,
    segment: AnySegment,
    order: OrderBy,
    limit: Option<u64>,
    offset: u64,
    after: Option<PageCursor>,
    moment: Moment,
    budget: Budget,
    of: PhantomData<fn() -> T>,
}

#[derive(Debug, Clone)]
enum OrderBy {
    /// As it was written; read when the question is asked, so that the builder can't fail.
    Text(String),
    Checked(Vec<Order>),
}

impl<T> std::fmt::Debug for Select<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Select").field("order", &self.order).field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<'s, T: Storable> Select<'s, T> {
    /// INVARIANT: the segment is about a kind whose records are read as `T`.
    pub(crate) fn new(view: &'s dyn View, segment: &AnySegment) -> Self {
        Self {
            view,
            segment: segment.clone(),
            order: OrderBy::Checked(Vec::new()),
            limit: None,
            offset: 0,
            after: None,
            moment: view.moment(),
            budget: Budget::new(),
            of: PhantomData,
        }
    }

    /// Sets the order: attributes with `asc` (if nothing is said) or `desc`, the most important first:
    /// `"budget desc, name"`. Missing values come last both ways; records that are equal in all keys,
    /// and all records without an order, come as they were inserted.
    pub fn order_by(mut self, keys: &str) -> Self {
        self.order = OrderBy::Text(keys.to_owned());
        self
    }

    pub(crate) fn ordered(mut self, order: Vec<Order>) -> Self {
        self.order = OrderBy::Checked(order);
        self
    }

    /// Sets how many records at most.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Leaves out so many records first. What lies before them is sorted all the same; for page after page,
    /// [`after`](Self::after) costs less and does not repeat or miss records when others come or go.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// Begins where a page ended: see [`page`](Self::page). The order must be that of the page; segment, size and moment may
    /// differ.
    pub fn after(mut self, cursor: &PageCursor) -> Self {
        self.after = Some(cursor.clone());
        self
    }

    /// Asks as if it were another moment, or in another zone.
    pub fn at(mut self, moment: Moment) -> Self {
        self.moment = moment;
        self
    }

    /// Bounds what a question may cost: see [`Budget`]. Each question from here on has it anew.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// How many records there are, at most the limit; from the first on, whatever the offset and the cursor. Stops when the
    /// limit is reached.
    ///
    /// # Errors
    /// [`Segment`](crate::ErrorKind::Segment) if the segment uses what was archived or deleted since;
    /// [`OverBudget`](crate::ErrorKind::OverBudget); [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn count(&self) -> Result<u64> {
        engine::count(&self.scope()?, &self.segment, self.limit)
    }

    /// The ids of the records. One look-up each, besides what finds them; reads no record for it.
    ///
    /// # Errors
    /// [`Segment`](crate::ErrorKind::Segment) if the order can't be read or the segment uses what was
    /// archived or deleted since; [`OtherOrder`](crate::ErrorKind::OtherOrder) if a cursor is of another order;
    /// [`OverBudget`](crate::ErrorKind::OverBudget); [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn ids(&self) -> Result<Vec<T::Id>> {
        let kind = self.segment.kind();
        self.rows()?.ids().map(|uuid| Ok(T::Id::from_record_id(RecordId { kind, uuid: uuid? }))).collect()
    }

    /// The records. With a limit and an order, holds as many sort keys as the limit and the offset; with an order
    /// alone, those of all records found; else one record at a time.
    ///
    /// # Errors
    /// As [`ids`](Self::ids). The iterator ends after an error.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<Stored<T>>> + 's> {
        let view = self.view;
        Ok(self.rows()?.map(move |row| Ok(rows::to_stored(view.catalogue_now(), row?)?)))
    }

    /// What the records are read from.
    pub(crate) fn view(&self) -> &'s dyn View {
        self.view
    }

    /// The kind of the records.
    pub(crate) fn kind(&self) -> Kind {
        self.segment.kind()
    }

    /// How many records there are, and what columns show of each, one at a time: of parts of structured values those of each apart.
    pub(crate) fn cells(
        &self,
        columns: &Columns,
    ) -> Result<(u64, impl Iterator<Item = Result<engine::CellsApart>> + use<'s, T>)> {
        let (scope, rows) = (self.scope()?, self.rows()?);
        let shown = columns.shown().to_vec();
        Ok((rows.total(), rows.map(move |row| engine::cells_apart(&scope, &shown, &row?))))
    }

    /// The first record; `None` if there is none.
    ///
    /// # Errors
    /// As [`ids`](Self::ids).
    pub fn first(&self) -> Result<Option<Stored<T>>> {
        self.clone().limit(1).records()?.next().transpose()
    }

    /// The first so many records, or those behind a cursor, and the cursor of the next page: for lists that go on from page to
    /// page while records come and go. The limit does not matter; a page has room for one record at least. Holds as many sort keys
    /// as a page has records.
    ///
    /// ```
    /// use contactdb::{Contact, Database, PageCursor, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert_many(["Ada", "Grace", "Hedy"].map(|given| Contact::named(given, "Example")))?;
    /// let everybody = tx.segment("all")?;
    /// let first = tx.select(&everybody).order_by("given_name").page(2)?;
    /// assert_eq!(first.items[1].record.name.display(), "Grace Example");
    ///
    /// // The cursor goes to a browser as a text and comes back.
    /// let text = first.next.map(|cursor| cursor.to_string()).unwrap_or_default();
    /// let cursor: PageCursor = text.parse()?;
    /// let second = tx.select(&everybody).order_by("given_name").after(&cursor).page(2)?;
    /// assert_eq!(second.items[0].record.name.display(), "Hedy Example");
    /// assert_eq!(second.next, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`ids`](Self::ids).
    pub fn page(&self, size: u64) -> Result<Page<Stored<T>>> {
        let (scope, catalogue) = (self.scope()?, self.view.catalogue_now());
        self.page_of(&scope, size, |row| {
            let loaded = rows::load(scope.source, catalogue, self.segment.kind(), row)?;
            Ok(loaded.map(|row| rows::to_stored(catalogue, row)).transpose()?)
        })
    }

    /// As [`page`](Self::page), of ids alone.
    ///
    /// # Errors
    /// As [`ids`](Self::ids).
    pub fn page_of_ids(&self, size: u64) -> Result<Page<T::Id>> {
        let (scope, kind) = (self.scope()?, self.segment.kind());
        self.page_of(&scope, size, |row| {
            let uuid = rows::id_of(scope.source, kind, row)?;
            Ok(uuid.map(|uuid| T::Id::from_record_id(RecordId { kind, uuid })))
        })
    }

    fn page_of<R>(
        &self,
        scope: &engine::Scope<'_>,
        size: u64,
        item: impl Fn(u32) -> Result<Option<R>>,
    ) -> Result<Page<R>> {
        let (order, size) = (self.order()?, size.max(1));
        // One more says whether there is a next page.
        let window = engine::Window { limit: Some(size.saturating_add(1)), ..self.window(&order)? };
        let mut found = engine::found(scope, &self.segment, &order, window)?;
        let next = if found.len() as u64 > size {
            found.pop();
            found.last().map(|key| PageCursor(Ending::of(self.segment.kind(), &order, key.clone())))
        } else {
            None
        };
        let items = found.iter().filter_map(|key| item(key.row()).transpose()).collect::<Result<_>>()?;
        Ok(Page { items, next })
    }

    /// How many of the records have which value of an attribute: for the counts beside the filters of a list. Order and limit
    /// do not matter. A record with several values counts once under each of them that differs. Texts are the same if they
    /// differ only in case, accents and width, as in segments; they are shown as they are typed most often.
    ///
    /// Reads the column of the attribute, and the columns of the relations on the way to it; records only if they were written
    /// last, have a text that is too long for a column, or are counted by what is worked out of the moment. Of the records that
    /// are shown by their titles, each is read. Holds a number for each different value.
    ///
    /// ```
    /// use contactdb::{Company, Contact, Database, Grouping, Period, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let acme = tx.insert(&Company::new("Acme").industry("Construction"))?;
    /// tx.insert(&Contact::named("Ada", "Example").stage("customer").works_at(acme, "Buyer"))?;
    /// tx.insert(&Contact::named("Grace", "Example").stage("lead").works_at(acme, "Head of IT"))?;
    /// tx.insert(&Contact::named("Hedy", "Example"))?;
    /// let all = tx.segment("all")?;
    ///
    /// let stages = tx.select(&all).facet("stage")?;
    /// let used: Vec<_> = stages.buckets.iter().filter(|bucket| bucket.count > 0).collect();
    /// assert_eq!((used[0].label.as_str(), used[0].count, used.len()), ("Lead", 1, 2));
    /// assert_eq!((stages.total, stages.missing), (3, 1));
    ///
    /// let companies = tx.select(&all).facet("company")?;
    /// assert_eq!((companies.buckets[0].label.as_str(), companies.buckets[0].count), ("Acme", 2));
    /// let industries = tx.select(&all).facet("company.industry")?;
    /// assert_eq!((industries.buckets[0].label.as_str(), industries.buckets[0].count), ("Construction", 2));
    /// let months = tx.select(&all).facet(Grouping::of("created").by(Period::Month))?;
    /// assert_eq!(months.buckets[0].count, 3);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Unsuitable`](crate::ErrorKind::Unsuitable) if the attribute can't be counted so: long texts, ranges, periods of what is
    /// no date, bands of what is no number; [`Segment`](crate::ErrorKind::Segment) if there is no such attribute, or the segment
    /// uses what was archived or deleted since; [`OverBudget`](crate::ErrorKind::OverBudget);
    /// [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn facet(&self, grouping: impl Into<Grouping>) -> Result<Facet> {
        let (view, grouping) = (self.view, grouping.into());
        let of = self.attribute(grouping.attribute())?;
        facet::facet(view, &of, &grouping, &self.moment, |of, by| engine::facet(&self.scope()?, &self.segment, of, by))
    }

    /// What the numbers, amounts or dates of the records come to: count, exact sum, mean, least, greatest and percentiles; of
    /// amounts for each currency by itself. The attribute is named as in an order: `revenue`, `company.employees`, `age`. Order
    /// and limit do not matter.
    ///
    /// Reads what [`facet`](Self::facet) reads. Holds each value that differs.
    ///
    /// ```
    /// use contactdb::{Company, Currency, Database, Decimal, Money, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// for amount in [500, 1_500, 1_600] {
    ///     tx.insert(&Company::new("Acme").revenue(Money::new(amount, Currency::EUR)))?;
    /// }
    /// tx.insert(&Company::new("Bolt"))?;
    /// let statistics = tx.select(&tx.segment_of::<Company>("all")?).statistics("revenue")?;
    /// let euros = &statistics.figures[0];
    /// assert_eq!((euros.count, euros.sum, euros.mean), (3, Some(Decimal::from(3_600)), Some(Decimal::from(1_200))));
    /// assert_eq!(euros.median(), Money::new(1_500, Currency::EUR).into());
    /// assert_eq!((statistics.total, statistics.missing), (4, 1));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Unsuitable`](crate::ErrorKind::Unsuitable) if the attribute has neither numbers nor amounts nor dates;
    /// [`Segment`](crate::ErrorKind::Segment) if there is no such attribute, or the segment uses what was archived or deleted
    /// since; [`OverBudget`](crate::ErrorKind::OverBudget); [`Corrupt`](crate::ErrorKind::Corrupt),
    /// [`Io`](crate::ErrorKind::Io).
    pub fn statistics(&self, attribute: &str) -> Result<Statistics> {
        let (view, of) = (self.view, self.attribute(attribute)?);
        statistics::statistics(view, attribute, &of, |of, counts| {
            engine::figures(&self.scope()?, &self.segment, of, counts)
        })
    }

    fn attribute(&self, name: &str) -> Result<Vec<segment::Expression>> {
        let view = self.view;
        Ok(segment::check_columns(name, self.segment.kind(), view.catalogue_now(), &view.options().syntax)?)
    }

    fn rows(&self) -> Result<engine::Rows<'s>> {
        let order = self.order()?;
        engine::select(&self.scope()?, &self.segment, &order, self.window(&order)?)
    }

    fn scope(&self) -> Result<engine::Scope<'s>> {
        let view = self.view;
        Ok(view.scope(&self.moment)?.with_meter(self.budget.meter(&view.options().clock)))
    }

    fn order(&self) -> Result<Vec<Order>> {
        let view = self.view;
        Ok(match &self.order {
            OrderBy::Checked(order) => order.clone(),
            OrderBy::Text(keys) => {
                segment::check_order(keys, self.segment.kind(), view.catalogue_now(), &view.options().syntax)?
            }
        })
    }

    fn window(&self, order: &[Order]) -> Result<engine::Window<'_>> {
        let after = self.after.as_ref().map(|PageCursor(ending)| ending);
        if after.is_some_and(|after| !after.is_of(self.segment.kind(), order)) {
            return Err(ErrorKind::OtherOrder.into());
        }
        Ok(engine::Window { offset: self.offset, limit: self.limit, after })
    }
}
