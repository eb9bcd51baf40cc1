//! What the tables of events need.

pub(super) use super::super::enums::*;
pub(super) use super::super::types::*;
pub(super) use super::super::value::Object;
pub(super) use serde_json::Value;

/// One table of events: types, and what the reference knows about them.
macro_rules! event_types {
    ($group:literal $(
        $(#[doc = $doc:literal])+
        $name:ident $wire:literal { $( $field:ident $key:literal : $ty:ty = $fdoc:literal ),* $(,)? }, $source:ident;
    )*) => {$(
        $crate::room::value::wire_struct! {
            #[doc = concat!("`", $wire, "`:")]
            $(#[doc = $doc])+
            #[doc(alias = $wire)]
            $name { $( $field $key : $ty = $fdoc ),* }
        }

        impl $name {
            /// The entry of this event in the reference.
            pub const INFO: $crate::room::EventInfo = $crate::room::EventInfo {
                name: $wire,
                group: $group,
                doc: concat!($($doc, "\n"),+),
                fields: Self::FIELDS,
                source: $crate::room::Source::$source,
            };
        }
    )*};
}
pub(super) use event_types;
