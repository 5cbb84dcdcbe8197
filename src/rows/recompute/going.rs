//! What goes with a record that is deleted, worked out by going over all records again and again.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::references_of;
use crate::model::{AttributeId, OnDelete, RecordId};
use crate::rows::all;
use crate::schema::{Catalogue, system};
use crate::store::Source;
use crate::transaction::OnReferences;

/// Every record, and to what it refers through which attribute.
pub(super) type Graph = BTreeMap<RecordId, Vec<(AttributeId, RecordId)>>;

pub(super) fn graph(source: &dyn Source, catalogue: &Catalogue) -> Graph {
    let mut graph = Graph::new();
    for kind in catalogue.kinds().map(|entry| entry.kind) {
        for record in all(source, catalogue, kind) {
            let record = record.unwrap();
            let links = references_of(&record.values).into_iter().map(|link| (link.attribute, link.target));
            graph.insert(RecordId { kind, uuid: record.id }, links.collect());
        }
    }
    graph
}

/// All that goes with these records; `None` if something that stays holds one of them.
pub(super) fn going(
    catalogue: &Catalogue,
    graph: &Graph,
    first: BTreeSet<RecordId>,
    rule: OnReferences,
) -> Option<BTreeSet<RecordId>> {
    let attribute = |id: RecordId, of: AttributeId| catalogue.attribute_by_id(id.kind, of);
    let about = |id: RecordId, of: AttributeId| attribute(id, of).is_some_and(|attribute| attribute.about);
    let wanted = |id: RecordId, of: AttributeId| match rule {
        _ if of == system::NOTED => OnDelete::Detach,
        OnReferences::Refuse => OnDelete::Refuse,
        OnReferences::Cascade if about(id, of) => OnDelete::Cascade,
        OnReferences::Detach | OnReferences::Cascade => OnDelete::Detach,
        OnReferences::AsDefined => attribute(id, of).unwrap().on_delete,
    };
    let mut going = first;
    loop {
        let joins = |(id, links): &(&RecordId, &Vec<(AttributeId, RecordId)>)| {
            let id = **id;
            let all_about = links.iter().filter(|(of, _)| about(id, *of)).all(|(_, target)| going.contains(target));
            let pulled = |(of, target): &(AttributeId, RecordId)| {
                going.contains(target) && wanted(id, *of) == OnDelete::Cascade && (all_about || !about(id, *of))
            };
            !going.contains(&id) && links.iter().any(pulled)
        };
        let more: Vec<RecordId> = graph.iter().filter(joins).map(|(id, _)| *id).collect();
        if more.is_empty() {
            break;
        }
        going.extend(more);
    }
    let holds = |(id, links): (&RecordId, &Vec<(AttributeId, RecordId)>)| {
        let held =
            |(of, target): &(AttributeId, RecordId)| going.contains(target) && wanted(*id, *of) == OnDelete::Refuse;
        !going.contains(id) && links.iter().any(held)
    };
    let is_held = graph.iter().any(holds);
    (!is_held).then_some(going)
}
