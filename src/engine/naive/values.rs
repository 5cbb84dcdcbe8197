//! The values of an attribute: stored, a part of something stored, or worked out.

use std::borrow::Cow;

use super::{Evaluator, Here, Place};
use crate::model::{AttributeId, Choice, How, Kind, Now, RecordId, Value, primary_of};
use crate::rows::{self, Row};
use crate::schema::{Source, system};
use crate::segment::syntax::Function;
use crate::segment::{Expression, Path, Relation};
use crate::store::{Result, instant_of};

impl Evaluator<'_> {
    /// The values at the end of a path; none where a relation on the way is missing. Three look-ups or so a relation.
    pub(crate) fn values<'r>(&self, path: &Path, place: Place<'r>) -> Result<Vec<Cow<'r, Value>>> {
        let Some(place) = place.out(path.outer) else { return Ok(Vec::new()) };
        match self.reach(path, place)? {
            None if path.relations.is_empty() => self.values_here(path.kind, path.attribute, place),
            None => Ok(Vec::new()),
            Some(row) => {
                let values = self.own_values(path.kind, path.attribute, &row)?;
                Ok(values.into_iter().map(|value| Cow::Owned(value.into_owned())).collect())
            }
        }
    }

    /// The record that the relations of a path lead to; `None` where one is missing, or there are none.
    fn reach(&self, path: &Path, place: Place<'_>) -> Result<Option<Row>> {
        let mut at: Option<Row> = None;
        for relation in &path.relations {
            let place = at.as_ref().map_or(place, |row| Place { here: Here::Record(row), around: None });
            match self.follow(*relation, place)? {
                Some(next) => at = Some(next),
                None => return Ok(None),
            }
        }
        Ok(at)
    }

    /// Whether a reference on the way is missing.
    pub(in crate::engine) fn is_missing(&self, path: &Path, place: Place<'_>) -> Result<bool> {
        if path.relations.is_empty() {
            return Ok(false);
        }
        Ok(match place.out(path.outer) {
            Some(place) => self.reach(path, place)?.is_none(),
            None => true,
        })
    }

    /// The record that a reference leads to.
    pub(in crate::engine) fn follow(&self, relation: Relation, place: Place<'_>) -> Result<Option<Row>> {
        let values = self.values_here(relation.kind, relation.attribute, place)?;
        values.first().map_or(Ok(None), |value| self.referred(relation, value))
    }

    /// The record of the kind of a relation that a value names.
    fn referred(&self, relation: Relation, value: &Value) -> Result<Option<Row>> {
        let Value::Reference(RecordId { kind: found, uuid }) = value else { return Ok(None) };
        if *found != relation.target {
            return Ok(None);
        }
        match rows::find(self.source, RecordId { kind: relation.target, uuid: *uuid })? {
            Some(row) => rows::load(self.source, self.catalogue, relation.target, row),
            None => Ok(None),
        }
    }

    /// The values of an attribute of the record at hand, or of a part of the value at hand.
    fn values_here<'r>(&self, kind: Kind, id: AttributeId, place: Place<'r>) -> Result<Vec<Cow<'r, Value>>> {
        let whole = match place.here {
            Here::Record(row) => return self.own_values(kind, id, row),
            Here::Value(whole) => whole,
        };
        let source = self.catalogue.attribute_by_id(kind, id).map(|attribute| attribute.source);
        let Some(Source::Part(part)) = source else { return Ok(Vec::new()) };
        Ok(parts(whole, part).iter().map(Cow::Borrowed).collect())
    }

    /// The values under a function.
    pub(in crate::engine) fn worked_out<'r>(
        &self,
        function: Option<Function>,
        values: Vec<Cow<'r, Value>>,
    ) -> Vec<Cow<'r, Value>> {
        let Some(function) = function else { return values };
        let whole = |number: i64| Some(Cow::Owned(Value::Integer(number)));
        let each = |value: Cow<'r, Value>| {
            let (year, month, day) = match value.as_ref() {
                Value::Date(date) => (Some(date.year()), Some(u8::from(date.month())), Some(*date)),
                Value::PartialDate(date) => (date.year().map(i32::from), date.month(), date.full()),
                Value::DateTime(at) => {
                    let date = self.moment.date_of(*at);
                    (Some(date.year()), Some(u8::from(date.month())), Some(date))
                }
                _ => return None,
            };
            match function {
                Function::Year => whole(year?.into()),
                Function::Month => whole(month?.into()),
                Function::Weekday => whole(day?.weekday().number_from_monday().into()),
                Function::Anniversary => Some(match value.as_ref() {
                    Value::PartialDate(_) => value,
                    _ => Cow::Owned(Value::Date(day?)),
                }),
                Function::Count => None,
            }
        };
        match function {
            Function::Count => whole(i64::try_from(values.len()).unwrap_or(i64::MAX)).into_iter().collect(),
            _ => values.into_iter().filter_map(each).collect(),
        }
    }

    /// The values of an attribute of the record itself, in their order. Tags come as their ids.
    pub(crate) fn own_values<'r>(&self, kind: Kind, id: AttributeId, row: &'r Row) -> Result<Vec<Cow<'r, Value>>> {
        let Some(attribute) = self.catalogue.attribute_by_id(kind, id) else { return Ok(Vec::new()) };
        let stored = |id: AttributeId| row.values.get(id).map_or(&[][..], Value::each);
        Ok(match attribute.source {
            Source::Record => stored(id).iter().map(Cow::Borrowed).collect(),
            Source::Part(part) => {
                let whole = attribute.part_of.map_or(&[][..], stored);
                whole.iter().flat_map(|value| parts(value, part)).map(Cow::Borrowed).collect()
            }
            Source::Tags => row.tags.iter().map(|tag| Cow::Owned(Value::Integer(i64::from(*tag)))).collect(),
            Source::Id => vec![Cow::Owned(Value::Text(row.id.to_string()))],
            // What was put together from columns has what stands there.
            Source::WorkedOut(How::Of(..) | How::Latest { .. }) if row.of_columns => {
                stored(id).iter().map(Cow::Borrowed).collect()
            }
            Source::WorkedOut(how) => self.worked_out_value(kind, how, row)?.into_iter().map(Cow::Owned).collect(),
        })
    }

    /// The one value by which records are ordered: the primary one of several, else the first.
    pub(crate) fn chief_value(&self, key: &Expression, row: &Row) -> Result<Option<Value>> {
        let Expression { function, path } = key;
        let place = Place { here: Here::Record(row), around: None };
        let reached = self.reach(path, place)?;
        let row = match &reached {
            Some(row) => row,
            None if path.relations.is_empty() => row,
            None => return Ok(None),
        };
        let values = match self.catalogue.attribute_by_id(path.kind, path.attribute) {
            Some(attribute) if *function != Some(Function::Count) => match (attribute.source, attribute.part_of) {
                (Source::Part(part), Some(whole)) => {
                    let chosen = row.values.get(whole).map(Value::each).and_then(primary_of);
                    chosen.map_or(&[][..], |value| parts(value, part)).iter().map(Cow::Borrowed).collect()
                }
                _ => self.own_values(path.kind, path.attribute, row)?,
            },
            _ => self.own_values(path.kind, path.attribute, row)?,
        };
        Ok(self.worked_out(*function, values).into_iter().next().map(Cow::into_owned))
    }

    /// All values of a record that a column shows: of all records that its path leads to.
    pub(crate) fn shown(&self, column: &Expression, row: &Row) -> Result<Vec<Value>> {
        let Path { relations, kind, attribute, .. } = &column.path;
        let mut reached: Vec<Cow<'_, Row>> = vec![Cow::Borrowed(row)];
        for relation in relations {
            let mut next = Vec::new();
            for row in &reached {
                for value in self.own_values(relation.kind, relation.attribute, row)? {
                    next.extend(self.referred(*relation, &value)?.map(Cow::Owned));
                }
            }
            reached = next;
        }
        let mut values = Vec::new();
        for row in &reached {
            values.append(&mut self.own_values(*kind, *attribute, row)?);
        }
        let tags = column.function.is_none() && column.path.attribute == system::TAGS;
        let shown = self.worked_out(column.function, values).into_iter().map(|value| match &*value {
            Value::Integer(tag) if tags => {
                self.catalogue.tags.name(u32::try_from(*tag).ok()?).map(|tag| Value::from(tag.as_str()))
            }
            _ => Some(value.into_owned()),
        });
        Ok(shown.flatten().collect())
    }

    /// The same, of a part of structured values apart for each of these, also where one lacks the part; of all else each value by itself.
    pub(crate) fn shown_apart(&self, column: &Expression, row: &Row) -> Result<Vec<Vec<Value>>> {
        let Path { relations, kind, attribute, .. } = &column.path;
        let attribute = self.catalogue.attribute_by_id(*kind, *attribute);
        let own = attribute.filter(|_| column.function.is_none() && relations.is_empty());
        if let Some((Source::Part(part), Some(whole))) = own.map(|attribute| (attribute.source, attribute.part_of)) {
            let wholes = row.values.get(whole).map_or(&[][..], Value::each);
            return Ok(wholes.iter().map(|value| parts(value, part).to_vec()).collect());
        }
        Ok(self.shown(column, row)?.into_iter().map(|value| vec![value]).collect())
    }

    fn worked_out_value(&self, kind: Kind, how: How, row: &Row) -> Result<Option<Value>> {
        match how {
            How::Of(_, work_out) => Ok(work_out(&row.values)),
            How::At(_, work_out) => {
                Ok(work_out(&row.values, Now { instant: self.moment.now, today: self.moment.today() }))
            }
            How::Outcome => {
                let stage = self.catalogue.stage_of(kind, &row.values);
                Ok(stage.map(|stage| Value::Choice(Choice::from(stage.outcome.key()))))
            }
            How::Latest { kind: of, through } => {
                let latest = rows::latest(self.source, kind, row.row, of, through)?;
                Ok(latest.map(|time| Value::DateTime(instant_of(time))))
            }
        }
    }
}

/// The values of a part of a structured value.
fn parts(value: &Value, part: u8) -> &[Value] {
    match value {
        Value::Group(group) => group.part(part).map_or(&[], Value::each),
        _ => &[],
    }
}
