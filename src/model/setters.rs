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
