//! Whether a person may be reached.

use super::Evaluator;
use crate::model::{self, Asked, AttributeId, Choice, Consent, FieldType, Value};
use crate::rows::Row;
use crate::segment::{MayTest, Operand, Path};

/// A question of consent made ready.
pub(in crate::engine) struct PreparedMay {
    pub(in crate::engine) consent: AttributeId,
    pub(in crate::engine) restriction: Option<AttributeId>,
    /// Nothing where a parameter is left; such a segment is never asked.
    channel: Option<Choice>,
    purpose: Option<Choice>,
}

impl Evaluator<'_> {
    pub(in crate::engine) fn prepare_may(&self, test: &MayTest) -> PreparedMay {
        let Path { kind, attribute, .. } = test.path;
        let option = |part: u8, operand: &Operand| match operand {
            Operand::Option(code) => {
                let choice = self.catalogue.attribute_by_id(kind, attribute.part(part));
                choice.map(|choice| choice.choice_of(*code))
            }
            _ => None,
        };
        PreparedMay {
            consent: attribute,
            restriction: self.catalogue.kind(kind).and_then(|entry| entry.restriction),
            channel: option(Consent::CHANNEL, &test.channel),
            purpose: option(Consent::PURPOSE, &test.purpose),
        }
    }

    pub(in crate::engine) fn may(&self, test: &PreparedMay, row: &Row) -> bool {
        let (Some(channel), Some(purpose)) = (&test.channel, &test.purpose) else { return false };
        let restricted = match test.restriction.and_then(|id| row.values.get(id)) {
            None => None,
            Some(Value::DateTime(since)) => Some(*since),
            // What is not understood never allows.
            Some(_) => return false,
        };
        let said = row.values.get(test.consent).map_or(&[][..], Value::each);
        let Some(consents) = said.iter().map(|one| Consent::from_value(Some(one.clone()))).collect::<Option<Vec<_>>>()
        else {
            return false;
        };
        let asked = Asked { channel, purpose, now: self.moment.now, today: self.moment.today() };
        model::may(&consents, restricted, &asked).allowed
    }
}
