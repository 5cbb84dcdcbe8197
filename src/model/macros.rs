//! The macros that make a structured value or a record out of one line for each of its attributes, so that a new property
//! is one entry in one place.

/// Makes a structured value: a struct of named parts. One line a part: number, key, label, field, type, perhaps its options,
/// and perhaps a rule: `{ now }` fills in the moment of the write, `{ within 1, 12 }` bounds a number, and `{ fixed }` keeps a business from adding options of which
/// nothing knows what they mean.
macro_rules! group {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$part_meta:meta])* $number:literal $key:literal $label:literal $field:ident: $ty:ty $(= $options:path)? $({ $($rule:tt)+ })?,)*
        }
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$part_meta])* $vis $field: $ty,)*
            // Open, so that `..` takes over the rest of another one; hidden, since there is nothing to see.
            #[doc(hidden)]
            $vis unknown: $crate::model::UnknownParts,
        }
        impl $crate::model::sealed::Sealed for $name {}
        impl $crate::model::FieldType for $name {
            const SHAPE: $crate::model::Shape = $crate::model::Shape {
                parts: &[$($crate::model::Part {
                    number: $number,
                    key: $key,
                    label: $label,
                    shape: <$ty as $crate::model::FieldType>::SHAPE,
                    options: group!(@options $($options)?),
                    now: group!(@now $($($rule)+)?),
                    within: group!(@within $($($rule)+)?),
                    fixed: group!(@fixed $($($rule)+)?),
                }),*],
                sort: stringify!($name),
                ..$crate::model::Shape::of($crate::model::ValueType::Group)
            };
            fn to_value(&self) -> Option<$crate::model::Value> {
                let mut group = $crate::model::Group::of(stringify!($name));
                $(group.put($number, <$ty as $crate::model::FieldType>::to_value(&self.$field));)*
                group.parts.extend(self.unknown.0.iter().cloned());
                // The one order in which every version writes them.
                group.parts.sort_by_key(|(number, _)| *number);
                (!group.parts.is_empty()).then_some($crate::model::Value::Group(group))
            }
            fn from_value(value: Option<$crate::model::Value>) -> Option<Self> {
                let mut group = match value {
                    Some($crate::model::Value::Group(group)) => group,
                    None => $crate::model::Group::default(),
                    Some(_) => return None,
                };
                Some(Self {
                    $($field: <$ty as $crate::model::FieldType>::from_value(group.take($number))?,)*
                    unknown: $crate::model::UnknownParts::rest(group),
                })
            }
        }
        impl From<$name> for $crate::model::Value {
            fn from(value: $name) -> Self {
                <$name as $crate::model::FieldType>::to_value(&value)
                    .unwrap_or_else(|| $crate::model::Value::Group($crate::model::Group::default()))
            }
        }
    };
    (@now) => { false };
    (@now now) => { true };
    (@now within $($bounds:tt)*) => { false };
    (@now fixed) => { false };
    (@fixed) => { false };
    (@fixed now) => { false };
    (@fixed within $($bounds:tt)*) => { false };
    (@fixed fixed) => { true };
    (@within) => { None };
    (@within now) => { None };
    (@within fixed) => { None };
    (@within within $least:expr, $most:expr) => { Some(($least, $most)) };
    (@options) => { &[] };
    (@options $options:path) => { $options };
}
pub(crate) use group;

/// Makes a kind of record: a struct of properties. One line a property: number, key, label, field,
/// type, and what [`Traits`] it has.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident = $kind:expr, $singular:literal $plural:literal, worked out $worked_out:expr, {
            $($(#[$prop_meta:meta])* $number:literal $key:literal $label:literal $field:ident: $ty:ty $({ $($traits:tt)* })?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $($(#[$prop_meta])* pub $field: $ty,)*
            /// Custom fields.
            pub fields: $crate::model::Fields,
            /// Tags. They are kept beside the record: changing them changes no version.
            pub tags: std::collections::BTreeSet<$crate::model::Tag>,
            // Open, so that `..Self::new()` works outside the crate; hidden, since there is nothing to see.
            #[doc(hidden)]
            pub kept: $crate::model::Kept,
        }

        impl $name {
            /// The properties of the kind, one entry each.
            pub(crate) const PROPERTIES: &'static [$crate::model::Property] = &[$($crate::model::Property {
                number: $number,
                key: $key,
                label: $label,
                shape: <$ty as $crate::model::FieldType>::SHAPE,
                traits: record!(@traits $({ $($traits)* })?),
            }),*];

            /// The kind as the catalogue begins with it.
            pub(crate) const ENTRY: $crate::model::BuiltInKind = $crate::model::BuiltInKind {
                kind: $kind,
                singular: $singular,
                plural: $plural,
                properties: Self::PROPERTIES,
                worked_out: $worked_out,
                readable: |values| <Self as $crate::model::sealed::RecordParts>::from_values($kind, values).map(drop),
            };
        }
        $crate::model::record_methods!($name);

        impl $crate::model::sealed::Sealed for $name {}
        impl $crate::model::sealed::RecordParts for $name {
            const DYNAMIC: bool = false;
            fn blank(_: $crate::model::Kind) -> Self {
                Self::default()
            }
            fn properties() -> &'static [$crate::model::Property] {
                Self::PROPERTIES
            }
            fn to_values(&self) -> $crate::model::Values {
                let mut values = $crate::model::Values::with_room();
                $(if let Some(value) = <$ty as $crate::model::FieldType>::to_value(&self.$field) {
                    values.set($crate::model::AttributeId::property($number), value);
                })*
                self.kept.give_back(&mut values);
                values
            }
            fn from_values(
                _: $crate::model::Kind,
                values: $crate::model::Values,
            ) -> Result<Self, $crate::model::AttributeId> {
                let mut values = values.taking();
                Ok(Self {
                    $($field: {
                        let id = $crate::model::AttributeId::property($number);
                        <$ty as $crate::model::FieldType>::from_value(values.take(id)).ok_or(id)?
                    },)*
                    fields: $crate::model::Fields::default(),
                    tags: std::collections::BTreeSet::new(),
                    kept: $crate::model::Kept::rest(values.rest()),
                })
            }
            fn fields_mut(&mut self) -> &mut $crate::model::Fields {
                &mut self.fields
            }
            fn tags_mut(&mut self) -> &mut std::collections::BTreeSet<$crate::model::Tag> {
                &mut self.tags
            }
            fn kept_mut(&mut self) -> &mut $crate::model::Kept {
                &mut self.kept
            }
            fn parts(&self) -> (&$crate::model::Fields, &std::collections::BTreeSet<$crate::model::Tag>, &$crate::model::Kept) {
                (&self.fields, &self.tags, &self.kept)
            }
        }
        impl $crate::model::Storable for $name {
            type Id = $crate::model::Id<Self>;
            fn kind(&self) -> $crate::model::Kind {
                $kind
            }
        }
        impl $crate::model::Record for $name {
            const KIND: $crate::model::Kind = $kind;
        }
    };
    (@traits) => { $crate::model::Traits::NONE };
    (@traits { $($traits:tt)* }) => { $crate::model::Traits { $($traits)*, ..$crate::model::Traits::NONE } };
}
pub(crate) use record;
