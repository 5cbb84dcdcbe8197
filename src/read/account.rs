//! What a person or a company bought, paid and owes.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use crate::error::{ErrorKind, Result};
use crate::model::{Currency, Kind, Money, Purchase, RecordId, ValueType, choices, outstanding};
use crate::rows;
use crate::schema::{Catalogue, KindEntry};
use crate::store::Source;

/// The orders of a person or a company, summed up; from [`Read::account`](crate::Read::account). Amounts are one for each
/// currency, in the order of their codes.
///
/// A sum of more than 28 digits stays at the most that fits. Payments in another currency than the total of their order do not
/// count. Drafts and orders that were cancelled or returned do not count.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Account {
    /// How many orders were sold to them.
    pub sales: u64,
    /// How many were bought from them.
    pub purchases: u64,
    /// What was sold to them over all time: the lifetime value, as turnover.
    pub sold: Vec<Money>,
    /// What was bought from them.
    pub bought: Vec<Money>,
    /// What they still have to pay.
    pub receivable: Vec<Money>,
    /// How much of that is past its due date.
    pub overdue: Vec<Money>,
    /// What is still to be paid to them.
    pub payable: Vec<Money>,
    /// The first order that counts.
    pub first: Option<OffsetDateTime>,
    /// The latest.
    pub latest: Option<OffsetDateTime>,
}

/// Sums by currency.
#[derive(Default)]
struct Sums(BTreeMap<Currency, Decimal>);

impl Sums {
    /// Amounts that no longer fit are left at the most that does.
    fn add(&mut self, money: Money) {
        let sum = self.0.entry(money.currency).or_insert(Decimal::ZERO);
        *sum = sum.saturating_add(money.amount);
    }

    fn into_amounts(self) -> Vec<Money> {
        let amounts = self.0.into_iter().filter(|(_, amount)| !amount.is_zero());
        amounts.map(|(currency, amount)| Money { amount, currency }).collect()
    }
}

/// Sums up the orders that are about a record. Reads each of them.
pub(crate) fn account(source: &dyn Source, catalogue: &Catalogue, id: RecordId, today: Date) -> Result<Account> {
    let row = rows::find(source, id)?.ok_or(ErrorKind::NotFound { id })?;
    let mut account = Account::default();
    let [mut sold, mut bought, mut receivable, mut overdue, mut payable] = std::array::from_fn(|_| Sums::default());
    let mut seen = BTreeSet::new();
    let attributes = catalogue.kind(Kind::PURCHASE).into_iter().flat_map(KindEntry::attributes);
    let about = attributes.filter(|attribute| attribute.about && attribute.value_type == ValueType::Reference);
    for link in about.flat_map(|about| rows::links_through(source, (id.kind, row), Kind::PURCHASE, about.id)) {
        let link = link?;
        if !seen.insert(link.source) {
            continue;
        }
        let Some(order) = rows::load(source, catalogue, Kind::PURCHASE, link.source)? else { continue };
        let outstanding = outstanding(&order.values);
        let order = rows::to_stored::<Purchase>(catalogue, order)?.record;
        if !counts(&order) {
            continue;
        }
        let is_sale = order.direction != Some(choices::trade::PURCHASE);
        if is_sale {
            account.sales += 1;
        } else {
            account.purchases += 1;
        }
        account.first = [account.first, order.at].into_iter().flatten().min();
        account.latest = account.latest.max(order.at);
        if let Some(total) = order.total {
            if is_sale { sold.add(total) } else { bought.add(total) }
        }
        if let Some(open) = outstanding {
            if is_sale {
                receivable.add(open)
            } else {
                payable.add(open)
            }
            if is_sale && order.due.is_some_and(|due| due < today) {
                overdue.add(open);
            }
        }
    }
    let amounts = [sold, bought, receivable, overdue, payable].map(Sums::into_amounts);
    [account.sold, account.bought, account.receivable, account.overdue, account.payable] = amounts;
    Ok(account)
}

fn counts(order: &Purchase) -> bool {
    use choices::order as o;
    order.status.as_ref().is_none_or(|status| ![o::DRAFT, o::CANCELLED, o::RETURNED].contains(status))
}
