//! Another attribute on the right of a comparison: `billing_city = field(shipping_city)`.

use super::name::Found;
use super::{Checker, Target};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::operator::Family;
use crate::segment::span::Span;
use crate::segment::syntax::{self, Comparison};
use crate::segment::tree::Path;

impl<'c> Checker<'c> {
    /// The path of the other attribute, whose values must be comparable with those of `target`.
    pub(super) fn other_attribute(
        &mut self,
        target: Target<'c>,
        operator: Comparison,
        path: &syntax::Path,
        span: Span,
    ) -> Option<Path> {
        let Found { path, attribute, .. } = self.path(path)?;
        let other = Family::of(attribute);
        let equality = matches!(operator, Comparison::Equal | Comparison::NotEqual);
        let comparable = match (target.family, other) {
            (Family::Choice | Family::Reference | Family::Boolean, other) => target.family == other && equality,
            (Family::Text, Family::Text)
            | (Family::Number, Family::Number)
            | (Family::Money, Family::Money)
            | (Family::Date | Family::PartialDate, Family::Date | Family::PartialDate)
            // An instant lies in, before or after a day; a day has no one instant.
            | (Family::DateTime, Family::Date | Family::DateTime | Family::PartialDate) => true,
            _ => false,
        };
        if !comparable {
            let message = format!(
                "found `{}`, which is {}, compared by `{operator}` with `{}`, which is {}",
                target.name(),
                target.describe(),
                attribute.key,
                attribute.value_type.describe()
            );
            let help = match (target.family, other) {
                (Family::Date | Family::PartialDate, Family::DateTime) => {
                    "put the instant on the left: an instant compares with a day"
                }
                (Family::Choice, Family::Choice) => {
                    "options of two attributes are equal or not; they have no common order"
                }
                _ => "two attributes compare if they are of the same type: texts, numbers, money, dates, options",
            };
            self.report(Problem::new(SegmentCode::ValueMismatch, span, message).with_help(help));
            return None;
        }
        let currencies = target.attribute.rules.currency.zip(attribute.rules.currency);
        if let Some((own, found)) = currencies.filter(|(own, found)| own != found) {
            let (key, other) = (&target.attribute.key, &attribute.key);
            let message = format!("found `{other}`, kept in {found}, beside `{key}`, kept in {own}: no two are equal");
            let problem = Problem::new(SegmentCode::CurrencyMismatch, span, message);
            self.report(problem.with_help("money compares only with money in the same currency"));
            return None;
        }
        Some(path)
    }
}
