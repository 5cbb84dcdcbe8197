//! The setters with which records are built: each takes the record and gives it back.

/// Makes setters, one line each: how it sets, its name, and the field where that has another name.
///
/// * `set`: the value of an optional field, from anything that turns into it;
/// * `add`: one more of several, `external_id` one more of those;
/// * `read`: one more of several that may not be well formed; then it is reported when the record is written.
macro_rules! setters {
    () => {};
    ($(#[$meta:meta])* $how:ident $name:ident: $ty:ty; $($rest:tt)*) => {
        $crate::model::setters!(@$how [$(#[$meta])*] $name $name $ty);
        $crate::model::setters!($($rest)*);
    };
    ($(#[$meta:meta])* $how:ident $name:ident -> $field:ident: $ty:ty; $($rest:tt)*) => {
        $crate::model::setters!(@$how [$(#[$meta])*] $name $field $ty);
        $crate::model::setters!($($rest)*);
    };
    (@set [$($meta:tt)*] $name:ident $field:ident $ty:ty) => {
        $($meta)*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$ty>) -> Self {
            self.$field = Some($name.into());
            self
        }
    };
    (@add [$($meta:tt)*] $name:ident $field:ident $ty:ty) => {
        $($meta)*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$ty>) -> Self {
            self.$field.push($name.into());
            self
        }
    };
    (@read [$($meta:tt)*] $name:ident $field:ident $ty:ty) => {
        $($meta)*
        #[must_use]
        pub fn $name(mut self, $name: impl TryInto<$ty, Error: Into<$crate::model::InvalidValue>>) -> Self {
            let read = self.kept.read(stringify!($name), $name);
            self.$field.extend(read);
            self
        }
    };
    (@external_id [$($meta:tt)*] $name:ident $field:ident $ty:ty) => {
        $($meta)*
        #[must_use]
        pub fn $name(mut self, system: impl Into<String>, id: impl Into<String>) -> Self {
            self.$field.push(<$ty>::new(system, id));
            self
        }
    };
}
pub(crate) use setters;

/// What every type of record has of its own, so that no trait need be imported.
macro_rules! record_methods {
    ($name:ident) => {
        impl $name {
            /// Sets a custom field through its typed handle. A handle for money also takes a bare number,
            /// in the field's currency.
            #[must_use]
            pub fn set<T: $crate::model::FieldType>(
                mut self,
                field: $crate::model::FieldHandle<T>,
                value: impl $crate::model::FieldInput<T>,
            ) -> Self {
                self.fields.set(field, value);
                self
            }

            /// Sets any attribute by its key: the dynamic twin of [`set`](Self::set), for frontends. A text is
            /// also taken for an option, an e-mail address and the like, and read as such when written; for a number or a date
            /// that somebody typed, see [`Attribute::parse`](crate::Attribute::parse).
            #[must_use]
            pub fn set_value(mut self, key: &str, value: impl Into<$crate::model::Value>) -> Self {
                self.fields.set_value(key, value);
                self
            }

            /// Adds a tag, such as `vip` or `customers/gold`. A name that can't be a tag is reported when
            /// the record is written.
            #[must_use]
            pub fn tag(
                mut self,
                name: impl TryInto<$crate::model::Tag, Error: Into<$crate::model::InvalidValue>>,
            ) -> Self {
                if let Some(tag) = self.kept.read("tag", name) {
                    self.tags.insert(tag);
                }
                self
            }

            /// Changes the record through its setters where one has only a reference to it, as in
            /// [`Transaction::update`](crate::Transaction::update). What a setter can't take is reported when
            /// the record is written.
            ///
            /// ```
            /// use contactdb::{Contact, Database};
            /// let db = Database::in_memory()?;
            /// let mut tx = db.write()?;
            /// let id = tx.insert(&Contact::named("Ada", "Lovelace"))?;
            /// tx.update(id, |ada| ada.edit(|ada| ada.email("ada@acme.example").tag("vip")))?;
            /// # Ok::<(), contactdb::Error>(())
            /// ```
            pub fn edit(&mut self, change: impl FnOnce(Self) -> Self) {
                $crate::model::Storable::edit(self, change);
            }

            /// The value of a custom field through its handle; `None` if it is not set.
            pub fn get<T: $crate::model::FieldType>(&self, field: $crate::model::FieldHandle<T>) -> Option<T> {
                self.fields.get(field)
            }

            /// The value of any attribute by its key, custom or built-in (`"job_title"`); structured ones come
            /// as [`Value::Group`](crate::Value::Group). `None` if it is not set or not known.
            pub fn value(&self, key: &str) -> Option<$crate::model::Value> {
                $crate::model::Storable::value(self, key)
            }
        }
    };
}
pub(crate) use record_methods;
