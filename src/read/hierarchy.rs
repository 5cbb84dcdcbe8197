//! What stands above and below a record where records of a kind refer to others of it: companies and their parents, people
//! and those they report to.

use std::collections::{HashSet, VecDeque};

use crate::error::{ErrorKind, Result, until_error};
use crate::model::{AttributeId, Id, Record, RecordId, Value};
use crate::read::view::View;
use crate::rows;
use crate::store::{StoreError, Table};

/// Something below another in a hierarchy: a subsidiary, somebody who reports to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Below<I> {
    /// The id of the record.
    pub id: I,
    /// How many levels below: 1 right below, 2 below that, and so on.
    pub depth: u32,
}

/// What stands above a record, the nearest first.
pub(crate) fn above<T: Record>(view: &dyn View, start: Id<T>, through: AttributeId) -> Result<Vec<Id<T>>> {
    let source = view.tables().0;
    let mut next = Some(rows::find(source, start.into())?.ok_or(ErrorKind::NotFound { id: start.into() })?);
    let (mut chain, mut seen) = (Vec::new(), HashSet::from([start]));
    while let Some(row) = next.take() {
        let record = rows::load(source, view.catalogue_now(), T::KIND, row)?;
        let Some(Value::Reference(up)) = record.as_ref().and_then(|record| record.values.get(through)) else { break };
        let Some(id) = up.typed().filter(|id| seen.insert(*id)) else { break };
        chain.push(id);
        next = rows::find(source, *up)?;
    }
    Ok(chain)
}

/// What stands below a record, level by level.
pub(crate) fn below<T: Record>(
    view: &dyn View,
    start: Id<T>,
    through: AttributeId,
) -> Result<impl Iterator<Item = Result<Below<Id<T>>>>> {
    let source = view.tables().0;
    let row = rows::find(source, start.into())?.ok_or(ErrorKind::NotFound { id: RecordId::from(start) })?;
    let (mut seen, mut waiting) = (HashSet::from([row]), VecDeque::new());
    let mut links = rows::links_through(source, (T::KIND, row), T::KIND, through);
    let mut depth = 1;
    let mut next = move || {
        loop {
            let Some(link) = links.next() else {
                let Some((row, level)) = waiting.pop_front() else { return Ok(None) };
                links = rows::links_through(source, (T::KIND, row), T::KIND, through);
                depth = level + 1;
                continue;
            };
            let row = link?.source;
            if !seen.insert(row) {
                continue;
            }
            waiting.push_back((row, depth));
            let corrupt =
                || StoreError::corrupt(Table::Records, &rows::row_key(T::KIND, row), "a link without its record");
            let uuid = rows::id_of(source, T::KIND, row)?.ok_or_else(corrupt)?;
            return Ok(Some(Below { id: Id::from_uuid(uuid), depth }));
        }
    };
    Ok(until_error(std::iter::from_fn(move || next().transpose())))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::clock::Moment;
    use crate::model::{Company, Kind, Values};
    use crate::options::Options;
    use crate::read::view::Tables;
    use crate::schema::Catalogue;
    use crate::store::{Reader, Store};

    struct Bare {
        reader: Reader,
        /// Keeps the file open.
        _store: Store,
        catalogue: Catalogue,
        options: Options,
    }

    impl View for Bare {
        fn tables(&self) -> Tables<'_> {
            Tables(&self.reader)
        }
        fn catalogue_now(&self) -> &Catalogue {
            &self.catalogue
        }
        fn options(&self) -> &Options {
            &self.options
        }
        fn moment(&self) -> Moment {
            self.options.moment()
        }
    }

    fn id(number: u128) -> Id<Company> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    /// Three companies, written past the checks: each belongs to the one before, and the first to the last.
    fn circle() -> Bare {
        let (catalogue, options) = (Catalogue::new(), Options::new());
        let store = Store::in_memory(options.settings).unwrap();
        let mut writer = store.write(true).unwrap();
        let under = |number| {
            let mut values = Values::default();
            values.set(Company::PARENT, Value::Reference(id(number).into()));
            values
        };
        let mut insert = |number, values: &Values| {
            let uuid = Uuid::from_u128(number);
            rows::insert(&mut writer, &catalogue, Kind::COMPANY, uuid, values, &[], Vec::new()).unwrap().0
        };
        let first = insert(1, &Values::default());
        insert(2, &under(1));
        insert(3, &under(2));
        let before = rows::load(&writer, &catalogue, Kind::COMPANY, first).unwrap().unwrap();
        rows::replace(&mut writer, &catalogue, Kind::COMPANY, &before, &under(3)).unwrap();
        writer.commit().unwrap();
        Bare { reader: store.read().unwrap(), _store: store, catalogue, options }
    }

    #[test]
    fn a_circle_in_the_file_ends() {
        let bare = circle();
        assert_eq!(above(&bare, id(1), Company::PARENT).unwrap(), [id(3), id(2)]);
        let found: Vec<_> = below(&bare, id(1), Company::PARENT).unwrap().map(Result::unwrap).collect();
        assert_eq!(found, [Below { id: id(2), depth: 1 }, Below { id: id(3), depth: 2 }]);
    }
}
