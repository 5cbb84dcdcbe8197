//! tantivy: a search index with one document for each contact.

use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::Count;
use tantivy::query::{BooleanQuery, Occur, Query, RangeQuery, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

use crate::Outcome;
use crate::data::{Firm, Generator, Person};
use crate::ours::{BATCH, step};
use crate::work::{Answer, Both, Peer, Question, Workload};

/// What a search index is for: counts over the attributes of a document.
pub(crate) fn can(work: Workload) -> bool {
    matches!(
        work,
        Workload::BulkLoad
            | Workload::FileSize
            | Workload::Open
            | Workload::TagCount
            | Workload::TagsBoolean
            | Workload::Range
            | Workload::Compound
            | Workload::Facet
    )
}

/// Texts that are stored and found as a whole, then numbers.
const TEXTS: [&str; 13] = [
    "id", "given", "family", "email", "phone", "company", "title", "country", "city", "language", "domain", "name",
    "parent",
];
const NUMBERS: [&str; 17] = [
    "stage",
    "priority",
    "owner",
    "source",
    "birthday",
    "created",
    "updated",
    "last_seen",
    "score",
    "budget",
    "plan",
    "renewal",
    "active",
    "tag",
    "industry",
    "size",
    "revenue",
];

fn schema() -> Schema {
    let mut builder = Schema::builder();
    for name in TEXTS {
        builder.add_text_field(name, STRING | STORED);
    }
    for name in NUMBERS {
        builder.add_i64_field(name, INDEXED | FAST | STORED);
    }
    builder.build()
}

fn document(schema: &Schema, texts: &[(&str, &str)], numbers: &[(&str, i64)]) -> Outcome<TantivyDocument> {
    let mut document = TantivyDocument::new();
    for (name, text) in texts {
        document.add_text(schema.get_field(name)?, text);
    }
    for (name, number) in numbers {
        document.add_i64(schema.get_field(name)?, *number);
    }
    Ok(document)
}

fn contact(schema: &Schema, person: &Person, generator: &Generator) -> Outcome<TantivyDocument> {
    let (year, month, day) = person.birthday;
    let texts = [
        ("id", person.id.to_string()),
        ("given", person.given.clone()),
        ("family", person.family.clone()),
        ("email", person.email.clone()),
        ("phone", person.phone.clone()),
        ("company", generator.company_id(person.company).to_string()),
        ("title", person.title.to_owned()),
        ("country", person.country.to_owned()),
        ("city", person.city.clone()),
        ("language", person.language.to_owned()),
    ];
    let mut numbers = vec![
        ("stage", i64::try_from(person.stage)?),
        ("priority", i64::try_from(person.priority)?),
        ("owner", person.owner.into()),
        ("source", i64::try_from(person.source)?),
        ("birthday", i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day)),
        ("created", person.created),
        ("updated", person.created),
        ("last_seen", person.last_seen),
        ("score", person.score),
        ("budget", person.budget),
        ("plan", i64::try_from(person.plan)?),
        ("renewal", person.renewal.into()),
        ("active", person.active.into()),
    ];
    numbers.extend(person.tags.iter().map(|tag| ("tag", i64::from(*tag))));
    let texts = texts.each_ref().map(|(name, text)| (*name, text.as_str()));
    document(schema, &texts, &numbers)
}

fn company(schema: &Schema, firm: &Firm, generator: &Generator) -> Outcome<TantivyDocument> {
    let (id, parent) = (firm.id.to_string(), firm.parent.map(|at| generator.company_id(at).to_string()));
    let mut texts =
        vec![("id", id.as_str()), ("name", &firm.name), ("domain", &firm.domain), ("country", firm.country)];
    texts.extend(parent.as_deref().map(|parent| ("parent", parent)));
    document(schema, &texts, &[("industry", firm.industry.into()), ("size", firm.size), ("revenue", firm.revenue)])
}

/// Loads everything with one thread, until merges are done; the time without that of the generator.
pub(crate) fn load(path: &Path, generator: &Arc<Generator>) -> Outcome<Duration> {
    std::fs::create_dir(path)?;
    let started = Instant::now();
    let schema = schema();
    let index = Index::create_in_dir(path, schema.clone())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 256 * 1024 * 1024)?;
    let mut took = started.elapsed();
    for begin in (0..generator.companies()).step_by(step()?) {
        let firms = (begin..generator.companies().min(begin + BATCH)).map(|at| generator.firm(at)).collect::<Vec<_>>();
        let started = Instant::now();
        for firm in &firms {
            writer.add_document(company(&schema, firm, generator)?)?;
        }
        took += started.elapsed();
    }
    for begin in (0..generator.contacts).step_by(step()?) {
        let people = (begin..generator.contacts.min(begin + BATCH)).map(|at| generator.person(at)).collect::<Vec<_>>();
        let started = Instant::now();
        for person in &people {
            writer.add_document(contact(&schema, person, generator)?)?;
        }
        took += started.elapsed();
    }
    let started = Instant::now();
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(took + started.elapsed())
}

struct TextIndex {
    searcher: Searcher,
    stages: Aggregations,
    tag: Field,
    stage: Field,
    budget: Field,
}

/// Opens what was loaded, until it can be searched.
pub(crate) fn open(path: &Path, _: &Arc<Generator>) -> Outcome<Box<dyn Peer>> {
    let index = Index::open_in_dir(path)?;
    let schema = index.schema();
    Ok(Box::new(TextIndex {
        searcher: index.reader()?.searcher(),
        stages: serde_json::from_value(serde_json::json!({"stages": {"terms": {"field": "stage", "size": 6}}}))?,
        tag: schema.get_field("tag")?,
        stage: schema.get_field("stage")?,
        budget: schema.get_field("budget")?,
    }))
}

impl TextIndex {
    fn count(&self, query: &dyn Query) -> Outcome<Answer> {
        Ok(Answer::Count(u64::try_from(self.searcher.search(query, &Count)?)?))
    }

    fn tag(&self, tag: u32) -> Box<dyn Query> {
        term(self.tag, tag.into())
    }

    fn range(&self, low: i64, high: i64) -> Box<dyn Query> {
        let bound = |value| Bound::Included(Term::from_field_i64(self.budget, value));
        Box::new(RangeQuery::new(bound(low), bound(high)))
    }
}

fn term(field: Field, value: i64) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_i64(field, value), IndexRecordOption::Basic))
}

impl Peer for TextIndex {
    /// The searcher sees one state all the time.
    fn reading(&mut self, _: bool) -> Outcome<()> {
        Ok(())
    }

    fn answer(&mut self, question: &Question) -> Outcome<Answer> {
        match question {
            Question::Tag(tag) => self.count(&*self.tag(*tag)),
            Question::Tags { a, b, without } => self.count(&BooleanQuery::new(vec![
                (Occur::Must, self.tag(*a)),
                (Occur::Must, self.tag(*b)),
                (Occur::MustNot, self.tag(*without)),
            ])),
            Question::Range { low, high } => self.count(&*self.range(*low, *high)),
            Question::Compound(Both { tag, stage, low, high }) => {
                let stage = term(self.stage, i64::try_from(*stage)?);
                self.count(&BooleanQuery::intersection(vec![self.tag(*tag), stage, self.range(*low, *high)]))
            }
            Question::Facet(tag) => {
                let collector = AggregationCollector::from_aggs(self.stages.clone(), AggContextParams::default());
                let found = serde_json::to_value(self.searcher.search(&*self.tag(*tag), &collector)?)?;
                let mut counts = [0; 6];
                for bucket in found.pointer("/stages/buckets").and_then(|list| list.as_array()).into_iter().flatten() {
                    let stage = bucket.get("key").and_then(serde_json::Value::as_f64);
                    let count = bucket.get("doc_count").and_then(serde_json::Value::as_u64);
                    let (Some(stage), Some(count)) = (stage, count) else { continue };
                    // Keys come as floating point numbers.
                    let slot = counts.iter_mut().zip(0..).find(|(_, at)| (f64::from(*at) - stage).abs() < 0.5);
                    if let Some((slot, _)) = slot {
                        *slot = count;
                    }
                }
                Ok(Answer::Facet(counts))
            }
            _ => Err("tantivy is not asked that".into()),
        }
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        Ok(())
    }
}
