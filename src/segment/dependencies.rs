//! What a segment depends on.

use std::collections::BTreeSet;

use super::tree::{Check, Condition, MayTest, Operand, Path, TagName, Tree};
use crate::model::{AttributeId, Choice, Consent, Kind, Tag};
use crate::schema::Catalogue;

/// What a segment depends on: what a program looks at before it archives a field or merges a tag, and what it shows beside a
/// saved segment.
///
/// ```
/// use contactdb::{Contact, Database, Kind, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert(&Contact::named("Ada", "Lovelace").tag("vip"))?;
/// let segment = tx.segment("tag vip and company.industry = Health and stage in [lead, customer]")?;
/// let found = segment.dependencies(tx.catalogue());
/// let industry = tx.catalogue().attribute(Kind::COMPANY, "industry").expect("built in");
/// assert!(found.attributes.contains(&(Kind::COMPANY, industry.id)));
/// assert_eq!(found.options.len(), 2);
/// assert_eq!(found.tags[0].as_str(), "vip");
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Dependencies {
    /// The kinds of records that are looked at, that of the segment and those its paths lead to.
    pub kinds: Vec<Kind>,
    /// The attributes, built-in and custom, those on the way through references too.
    pub attributes: Vec<(Kind, AttributeId)>,
    /// The options of choices, each with its attribute.
    pub options: Vec<(Kind, AttributeId, Choice)>,
    /// The tags by their present names; of `tag under`, the upper end of the branch.
    pub tags: Vec<Tag>,
}

#[derive(Default)]
struct Collected {
    kinds: BTreeSet<Kind>,
    attributes: BTreeSet<(Kind, AttributeId)>,
    options: BTreeSet<(Kind, AttributeId, Choice)>,
    tags: BTreeSet<Tag>,
}

impl Dependencies {
    pub(super) fn of(tree: &Tree, catalogue: &Catalogue) -> Self {
        let mut found = Collected::default();
        found.kinds.insert(tree.kind);
        found.condition(&tree.condition, catalogue);
        Self {
            kinds: found.kinds.into_iter().collect(),
            attributes: found.attributes.into_iter().collect(),
            options: found.options.into_iter().collect(),
            tags: found.tags.into_iter().collect(),
        }
    }
}

impl Collected {
    fn condition(&mut self, condition: &Condition, catalogue: &Catalogue) {
        match condition {
            Condition::All => {}
            Condition::And(operands) | Condition::Or(operands) => {
                for operand in operands {
                    self.condition(operand, catalogue);
                }
            }
            Condition::Not(operand) => self.condition(operand, catalogue),
            Condition::Block(block) => {
                self.path(&block.path);
                self.condition(&block.condition, catalogue);
            }
            Condition::Tag(test) => match &test.tag {
                TagName::Id(id) => self.tag(*id, catalogue),
                TagName::Branch(name) => self.tags.extend(Tag::new(name)),
                TagName::Parameter(_) => {}
            },
            Condition::May(test) => self.may(test, catalogue),
            Condition::Attribute(test) => {
                self.path(&test.subject.path);
                self.check(&test.subject.path, &test.check, catalogue);
            }
        }
    }

    fn check(&mut self, path: &Path, check: &Check, catalogue: &Catalogue) {
        for operand in check.operands() {
            match operand {
                Operand::Option(code) => {
                    let attribute = catalogue.attribute_by_id(path.kind, path.attribute);
                    let choice = attribute.map(|attribute| attribute.choice_of(*code));
                    self.options.extend(choice.map(|choice| (path.kind, path.attribute, choice)));
                }
                Operand::Tag(id) => self.tag(*id, catalogue),
                Operand::Attribute(other) => self.path(other),
                _ => {}
            }
        }
    }

    /// What was said on the channel and for the purpose, and whether the record is restricted.
    fn may(&mut self, test: &MayTest, catalogue: &Catalogue) {
        let Path { kind, attribute, .. } = test.path;
        self.path(&test.path);
        for (part, operand) in [(Consent::CHANNEL, &test.channel), (Consent::PURPOSE, &test.purpose)] {
            let id = attribute.part(part);
            self.attributes.insert((kind, id));
            if let (Operand::Option(code), Some(attribute)) = (operand, catalogue.attribute_by_id(kind, id)) {
                self.options.insert((kind, id, attribute.choice_of(*code)));
            }
        }
        let restriction = catalogue.kind(kind).and_then(|entry| entry.restriction);
        self.attributes.extend(restriction.map(|id| (kind, id)));
    }

    fn tag(&mut self, id: u32, catalogue: &Catalogue) {
        self.tags.extend(catalogue.tags.name(id).cloned());
    }

    fn path(&mut self, path: &Path) {
        for relation in &path.relations {
            self.attributes.insert((relation.kind, relation.attribute));
            self.kinds.insert(relation.target);
        }
        self.kinds.insert(path.kind);
        self.attributes.insert((path.kind, path.attribute));
    }
}
