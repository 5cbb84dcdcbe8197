//! Asking for the records of a segment.

use std::marker::PhantomData;

use crate::clock::Moment;
use crate::engine;
use crate::error::Result;
use crate::model::sealed::FromRecordId;
use crate::model::{RecordId, Storable, Stored};
use crate::read::facet::{self, Facet, Grouping};
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
    moment: Moment,
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
            moment: view.moment(),
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

    /// Asks as if it were another moment, or in another zone.
    pub fn at(mut self, moment: Moment) -> Self {
        self.moment = moment;
        self
    }

    /// How many records there are, at most the limit. Reads each record of the kind once; holds one at
    /// a time.
    ///
    /// # Errors
    /// [`Segment`](crate::ErrorKind::Segment) if the segment uses what was archived or deleted since;
    /// [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn count(&self) -> Result<u64> {
        let view = self.view;
        let count = engine::count(&view.scope(&self.moment)?, &self.segment)?;
        Ok(self.limit.map_or(count, |limit| count.min(limit)))
    }

    /// The ids of the records.
    ///
    /// # Errors
    /// [`Segment`](crate::ErrorKind::Segment) if the order can't be read or the segment uses what was
    /// archived or deleted since; [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn ids(&self) -> Result<Vec<T::Id>> {
        let kind = self.segment.kind();
        self.rows()?.map(|row| Ok(T::Id::from_record_id(RecordId { kind, uuid: row?.id }))).collect()
    }

    /// The records. With a limit and an order, holds as many sort keys as the limit; with an order
    /// alone, those of all records found; else one record at a time.
    ///
    /// # Errors
    /// As [`ids`](Self::ids). The iterator ends after an error.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<Stored<T>>> + 's> {
        let view = self.view;
        Ok(self.rows()?.map(move |row| Ok(rows::to_stored(view.catalogue_now(), row?)?)))
    }

    /// The first record; `None` if there is none.
    ///
    /// # Errors
    /// As [`ids`](Self::ids).
    pub fn first(&self) -> Result<Option<Stored<T>>> {
        self.clone().limit(1).records()?.next().transpose()
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
    /// uses what was archived or deleted since; [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn facet(&self, grouping: impl Into<Grouping>) -> Result<Facet> {
        let (view, grouping) = (self.view, grouping.into());
        let of = self.attribute(grouping.attribute())?;
        facet::facet(view, &of, &grouping, &self.moment, |of, by| {
            engine::facet(&view.scope(&self.moment)?, &self.segment, of, by)
        })
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
    /// since; [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn statistics(&self, attribute: &str) -> Result<Statistics> {
        let (view, of) = (self.view, self.attribute(attribute)?);
        statistics::statistics(view, attribute, &of, |of, counts| {
            engine::figures(&view.scope(&self.moment)?, &self.segment, of, counts)
        })
    }

    fn attribute(&self, name: &str) -> Result<Vec<segment::Expression>> {
        let view = self.view;
        Ok(segment::check_columns(name, self.segment.kind(), view.catalogue_now(), &view.options().syntax)?)
    }

    fn rows(&self) -> Result<engine::Rows<'s>> {
        let view = self.view;
        let order = match &self.order {
            OrderBy::Checked(order) => order.clone(),
            OrderBy::Text(keys) => {
                segment::check_order(keys, self.segment.kind(), view.catalogue_now(), &view.options().syntax)?
            }
        };
        engine::select(&view.scope(&self.moment)?, &self.segment, &order, self.limit)
    }
}
