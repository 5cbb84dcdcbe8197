//! What the columns of a list show of records.

use crate::engine;
use crate::error::{ErrorKind, Result};
use crate::model::{Kind, RecordId, Value};
use crate::read::view::View;
use crate::rows;
use crate::schema::{Attribute, Catalogue};
use crate::segment::{self, Expression};

/// The columns of a list of records of one kind, from [`Read::columns`](crate::Read::columns): attributes of the record, also
/// those that are worked out, and those of records that it leads to. A path may go through one attribute with several values, such as
/// the contacts of a deal (`contact.email`): then it shows the values of all these records, one record after the other.
///
/// ```
/// use contactdb::{Company, Contact, Database, Interaction, Kind, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let acme = tx.insert(&Company::new("Acme"))?;
/// let ada = Contact::named("Ada", "Lovelace").works_at(acme, "CTO").email("ada@acme.example").email("ada@home.example");
/// let ada = tx.insert(&ada)?;
/// tx.insert(&Interaction::call(ada))?;
/// tx.commit()?;
///
/// let snapshot = db.read()?;
/// let columns = snapshot.columns(Kind::CONTACT, "name, company.name, email, age, last_interaction")?;
/// assert_eq!(columns.headings(snapshot.catalogue()), ["Name", "Company: Name", "E-mail", "Age", "Last interaction"]);
/// for id in snapshot.select(&snapshot.segment("last_interaction in last 1 day")?).order_by("name").limit(50).ids()? {
///     let cells = snapshot.cells(id, &columns)?;
///     let texts = cells.iter().map(|values| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
///     let texts: Vec<String> = texts.take(4).collect();
///     assert_eq!(texts, ["Ada Lovelace", "Acme", "ada@acme.example, ada@home.example", ""]);
/// }
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    kind: Kind,
    shown: Vec<Expression>,
}

impl Columns {
    pub(crate) fn read(view: &dyn View, kind: Kind, keys: &str) -> Result<Self> {
        let shown = segment::check_columns(keys, kind, view.catalogue_now(), &view.options().syntax)?;
        Ok(Self { kind, shown })
    }

    /// The kind of records that they are of.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// A heading for each, of the labels of the attributes: `Company: Name`.
    #[must_use]
    pub fn headings(&self, catalogue: &Catalogue) -> Vec<String> {
        let label = |kind, id| catalogue.attribute_by_id(kind, id).map(|attribute| &*attribute.label);
        let heading = |Expression { path, .. }: &Expression| {
            let way = path.relations.iter().filter_map(|step| label(step.kind, step.attribute));
            way.chain(label(path.kind, path.attribute)).collect::<Vec<_>>().join(": ")
        };
        self.shown.iter().map(heading).collect()
    }

    /// Each as it is written: `company.name`, `count(email)`.
    ///
    /// ```
    /// use contactdb::{Database, Kind, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let columns = snapshot.columns(Kind::CONTACT, "name,company.name , count(email)")?;
    /// assert_eq!(columns.keys(snapshot.catalogue()), ["name", "company.name", "count(email)"]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn keys(&self, catalogue: &Catalogue) -> Vec<String> {
        self.shown.iter().map(|column| segment::expression_text(column, catalogue)).collect()
    }

    /// Whether each can have several values.
    pub(crate) fn are_many(&self, catalogue: &Catalogue) -> Vec<bool> {
        let is_many = |kind, id| catalogue.attribute_by_id(kind, id).is_some_and(|attribute| attribute.many);
        let many = |Expression { function, path }: &Expression| {
            let on_the_way = path.relations.iter().any(|step| is_many(step.kind, step.attribute));
            function.is_none() && (on_the_way || is_many(path.kind, path.attribute))
        };
        self.shown.iter().map(many).collect()
    }

    pub(crate) fn shown(&self) -> &[Expression] {
        &self.shown
    }

    /// The attribute that each shows, for its type and the labels of options; of `company.name` the name of the company. One
    /// that the catalogue does not have is left out: the columns come from another database then.
    pub fn attributes<'c>(&self, catalogue: &'c Catalogue) -> impl Iterator<Item = &'c Attribute> {
        self.shown.iter().filter_map(|column| catalogue.attribute_by_id(column.path.kind, column.path.attribute))
    }

    pub(crate) fn cells(&self, view: &dyn View, id: RecordId) -> Result<Vec<Vec<Value>>> {
        let (source, catalogue) = (view.tables().0, view.catalogue_now());
        // Its columns say nothing about a record of another kind.
        let row = if id.kind == self.kind { rows::find(source, id)? } else { None };
        let row = row.map(|row| rows::load(source, catalogue, id.kind, row)).transpose()?.flatten();
        let row = row.ok_or(ErrorKind::NotFound { id })?;
        engine::cells(&view.scope(&view.moment())?, &self.shown, &row)
    }
}
