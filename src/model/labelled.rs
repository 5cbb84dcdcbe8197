//! One of several values, with a label.

use super::{
    EmailAddress, FieldType, Group, InvalidValue, Part, PhoneNumber, Shape, UnknownParts, Value, ValueType, WebAddress,
    sealed,
};

/// One of several e-mail addresses, phones, addresses and the like: the value, what it is called
/// ("work", "home"), and whether it is the primary one.
///
/// At most one of a list may be primary; if none is marked, the first one is.
///
/// ```
/// use contactdb::{EmailAddress, Labelled};
/// let work = Labelled::new(EmailAddress::new("ada@acme.example")?).label("work").primary();
/// assert_eq!(work.label.as_deref(), Some("work"));
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled<T> {
    /// The value.
    pub value: T,
    /// What it is called, in any words.
    pub label: Option<String>,
    /// Whether it is marked as the primary one.
    pub primary: bool,
    #[doc(hidden)]
    pub unknown: UnknownParts,
}

impl<T> Labelled<T> {
    /// A value without label, not marked as primary.
    pub fn new(value: T) -> Self {
        Self { value, label: None, primary: false, unknown: UnknownParts::default() }
    }

    /// Gives it a label.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Marks it as the primary one.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }
}

impl<T> From<T> for Labelled<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

macro_rules! labelled_from_text {
    ($($ty:ty),*) => {$(
        impl TryFrom<&str> for Labelled<$ty> {
            type Error = InvalidValue;
            fn try_from(text: &str) -> Result<Self, InvalidValue> {
                <$ty>::new(text).map(Self::new)
            }
        }
        impl TryFrom<String> for Labelled<$ty> {
            type Error = InvalidValue;
            fn try_from(text: String) -> Result<Self, InvalidValue> {
                <$ty>::new(&text).map(Self::new)
            }
        }
    )*};
}
labelled_from_text!(EmailAddress, PhoneNumber, WebAddress);

impl<T: FieldType> Labelled<T> {
    const VALUE_PART: &'static [Part] = &[Part {
        number: Part::VALUE,
        key: "",
        label: "",
        shape: T::SHAPE,
        options: &[],
        now: false,
        within: None,
        fixed: false,
    }];
}

impl<T: FieldType> sealed::Sealed for Labelled<T> {}
impl<T: FieldType> FieldType for Labelled<T> {
    const SHAPE: Shape = Shape {
        parts: if T::SHAPE.is_group() { T::SHAPE.parts } else { Self::VALUE_PART },
        labelled: true,
        sort: T::SHAPE.sort,
        ..Shape::of(ValueType::Group)
    };

    fn to_value(&self) -> Option<Value> {
        let mut group = match self.value.to_value() {
            Some(Value::Group(group)) => group,
            value => {
                let mut group = Group::default();
                group.put(Part::VALUE, value);
                group
            }
        };
        group.put(Part::LABEL, self.label.clone().map(Value::Text));
        group.put(Part::PRIMARY, self.primary.then_some(Value::Boolean(true)));
        group.parts.extend(self.unknown.0.iter().cloned());
        group.parts.sort_by_key(|(number, _)| *number);
        Some(Value::Group(group))
    }

    fn from_value(value: Option<Value>) -> Option<Self> {
        let Some(Value::Group(mut group)) = value else { return None };
        let label = Option::from_value(group.take(Part::LABEL))?;
        let primary = bool::from_value(group.take(Part::PRIMARY).or(Some(Value::Boolean(false))))?;
        if T::SHAPE.is_group() {
            let value = T::from_value(Some(Value::Group(group)))?;
            return Some(Self { value, label, primary, unknown: UnknownParts::default() });
        }
        let value = T::from_value(group.take(Part::VALUE))?;
        Some(Self { value, label, primary, unknown: UnknownParts::rest(group) })
    }
}

/// For [`set_value`](crate::Contact::set_value), which takes one of these or a list of them.
impl<T: FieldType> From<Labelled<T>> for Value {
    fn from(labelled: Labelled<T>) -> Self {
        labelled.to_value().unwrap_or_else(|| Self::Group(Group::default()))
    }
}

/// The primary one of several: the one marked so, else the first.
pub(crate) fn primary_of(values: &[Value]) -> Option<&Value> {
    let marked = |value: &&Value| match value {
        Value::Group(group) => group.part(Part::PRIMARY) == Some(&Value::Boolean(true)),
        _ => false,
    };
    values.iter().find(marked).or_else(|| values.first())
}
