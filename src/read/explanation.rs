//! How a segment is answered, for people.

use std::fmt;

use time::format_description::well_known::Rfc3339;

use crate::clock::Moment;
use crate::engine::{AnsweredBy, Explained};
use crate::schema::Catalogue;
use crate::segment::condition_text;

/// How a segment is answered; from [`Read::explain`](crate::Read::explain). Its `Display` draws the conditions as an indented tree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The whole condition.
    pub root: ExplainedStep,
    /// How many records of the kind there are.
    pub records: u64,
    /// How many were asked one by one, since the columns do not know of them yet: those written, changed or deleted last.
    pub fresh: u64,
}

/// A condition of a segment, and how it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedStep {
    /// The condition in the segment language.
    pub text: String,
    /// What answers it.
    pub by: AnsweredBy,
    /// How many records it has.
    pub found: u64,
    /// How many it would seem to have from a few thousand of the records.
    pub estimate: u64,
    /// The times that it comes to, in the zone of the question.
    pub times: Vec<String>,
    /// The conditions that it is made of, in the order in which they are asked.
    pub steps: Vec<ExplainedStep>,
}

impl Explanation {
    pub(super) fn of(explained: Explained<'_>, catalogue: &Catalogue, moment: &Moment) -> Self {
        let scale = |sampled: u64| match explained.sampled {
            0 => 0,
            whole => {
                let product = u128::from(sampled) * u128::from(explained.records) + u128::from(whole) / 2;
                u64::try_from(product / u128::from(whole)).unwrap_or(u64::MAX)
            }
        };
        let root = ExplainedStep::of(explained.root, catalogue, moment, &scale);
        Self { root, records: explained.records, fresh: explained.fresh }
    }
}

impl ExplainedStep {
    /// Recursion is safe: conditions are no deeper than the parser allows.
    fn of(
        answered: crate::engine::Answered<'_>,
        catalogue: &Catalogue,
        moment: &Moment,
        scale: &impl Fn(u64) -> u64,
    ) -> Self {
        let instant = |at: time::OffsetDateTime| {
            let local = at.checked_to_offset(moment.zone.offset_at(at)).unwrap_or(at);
            local.format(&Rfc3339).unwrap_or_else(|_| local.to_string())
        };
        let mut steps = Vec::with_capacity(answered.steps.len());
        for step in answered.steps {
            steps.push(Self::of(step, catalogue, moment, scale));
        }
        Self {
            text: condition_text(answered.condition, catalogue),
            by: answered.by,
            found: answered.found,
            estimate: scale(answered.sampled),
            times: answered.times.iter().map(|times| times.told(instant)).collect(),
            steps,
        }
    }

    fn draw(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let (name, how) = match self.by {
            AnsweredBy::And => ("and", ""),
            AnsweredBy::Or => ("or", ""),
            AnsweredBy::Not => ("not", ""),
            AnsweredBy::Every => (self.text.as_str(), ""),
            AnsweredBy::Tags => (self.text.as_str(), ", from tags"),
            AnsweredBy::Column => (self.text.as_str(), ", from a column"),
            AnsweredBy::Texts => (self.text.as_str(), ", from a column of texts"),
            AnsweredBy::Relation => (self.text.as_str(), ", through references"),
            AnsweredBy::Values => (self.text.as_str(), ", from columns of parts"),
            AnsweredBy::Records => (self.text.as_str(), ", record by record"),
        };
        write!(f, "{:depth$}{name}: {} (about {}){how}", "", self.found, self.estimate)?;
        for times in &self.times {
            write!(f, "; {times}")?;
        }
        writeln!(f)?;
        self.steps.iter().try_for_each(|step| step.draw(f, depth + 2))
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} records", self.root.found, self.records)?;
        if self.fresh > 0 {
            write!(f, ", {} asked one by one since they were written last", self.fresh)?;
        }
        writeln!(f)?;
        self.root.draw(f, 0)
    }
}
