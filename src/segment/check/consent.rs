//! Questions of consent: `may email for newsletter`.

use super::{Checker, Target};
use crate::model::{Consent, Kind};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::operator::Family;
use crate::segment::syntax::{self, Literal};
use crate::segment::tree::{Condition, MayTest, Operand, Path};

impl Checker<'_> {
    pub(super) fn may_test(&mut self, test: &syntax::MayTest) -> Option<Condition> {
        let scope = *self.scopes.last()?;
        if scope.value_of.is_some() {
            let message = "found a question of consent inside a block, whose values hold none";
            let help = "put it outside of the parentheses: `any address (..) and may email for newsletter`";
            self.report(Problem::new(SegmentCode::UnknownAttribute, test.span, message).with_help(help));
            return None;
        }
        let Some(attribute) = self.catalogue.kind(scope.kind).and_then(|entry| entry.consent) else {
            let plural = self.plural(scope.kind);
            let message = format!("found a question of consent about {plural}, of whom none is kept");
            let help = "consent is given by people: ask it of contacts";
            self.report(Problem::new(SegmentCode::UnknownAttribute, test.span, message).with_help(help));
            return None;
        };
        // What is wrong with the purpose is said even if the channel is wrong too.
        let channel = self.part_option(scope.kind, Consent::CHANNEL, &test.channel);
        let purpose = self.part_option(scope.kind, Consent::PURPOSE, &test.purpose);
        let path = Path { outer: 0, relations: Vec::new(), kind: scope.kind, attribute };
        Some(Condition::May(Box::new(MayTest { path, channel: channel?, purpose: purpose? })))
    }

    /// An option of a part of the consents.
    fn part_option(&mut self, kind: Kind, part: u8, literal: &Literal) -> Option<Operand> {
        let attribute = self.catalogue.consent_part(kind, part)?;
        let target = Target { attribute, family: Family::Choice, many: true, function: None };
        self.operand(target, literal, false)
    }
}
