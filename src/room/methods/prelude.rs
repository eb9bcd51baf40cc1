//! What the tables of methods need.

pub(super) use super::super::client::Client;
pub(super) use super::super::enums::*;
pub(super) use super::super::outcome::{self, CallOutcome, ConferenceOutcome, HangUpOutcome, LoginOutcome};
pub(super) use super::super::types::*;
pub(super) use super::super::value::{Object, Secret, Texts};
pub(super) use super::{Accepted, Method, Request};
pub(super) use serde_json::Value;

/// One table of methods; the module documentation tells how to read it.
macro_rules! methods {
    (@answer $name:ident) => {};
    (@answer $name:ident { $($fields:tt)* } $method:literal) => {
        $crate::room::value::wire_struct! {
            #[doc = concat!("What `", $method, "` answers.")]
            $name { $($fields)* }
        }
    };
    (@fields $answer:ident) => { $answer::FIELDS };
    (@output $answer:ident) => { $answer };
    (@output $answer:ident $outcome:ident) => { $outcome };
    (@complete $request:ident) => { Box::pin($request.accepted()) };
    (@complete $request:ident $path:path) => { Box::pin($path($request)) };
    ($group:literal $(
        $(#[doc = $doc:literal])+
        $marker:ident $wire:literal $function:ident (
            $( $param:ident $key:literal : $ty:ty = $pdoc:literal $(or $default:literal)? ),* $(,)?
        )
        $( optional ( $( $oparam:ident $okey:literal : $oty:ty = $odoc:literal ),* $(,)? ) )?
        -> $answer:ident $( { $($fields:tt)* } )?
        $( then $path:path => $outcome:ident )?
        , $source:ident;
    )*) => {
        $(
            #[doc = concat!("The method `", $wire, "`; see [`Client::", stringify!($function), "`].")]
            #[doc(alias = $wire)]
            #[derive(Debug, Clone, Copy)]
            pub struct $marker;

            $( methods! { @answer $answer { $($fields)* } $wire } )?

            impl Method for $marker {
                const INFO: $crate::room::MethodInfo = $crate::room::MethodInfo {
                    name: $wire,
                    group: $group,
                    doc: concat!($($doc, "\n"),+),
                    params: &[
                        $( $crate::room::Field::of::<$ty>($key, true, $pdoc) $(.or($default))?, )*
                        $( $( $crate::room::Field::of::<$oty>($okey, false, $odoc), )* )?
                    ],
                    answer: $answer::FIELDS,
                    source: $crate::room::Source::$source,
                };
                type Answer = $answer;
                type Output = methods!(@output $answer $($outcome)?);

                fn complete(
                    request: Request<Self>,
                ) -> futures_util::future::BoxFuture<'static, Result<Self::Output, $crate::room::Error>> {
                    methods!(@complete request $($path)?)
                }
            }

            $( impl Request<$marker> { $(
                #[doc = concat!("`", $okey, "`: ", $odoc, ".")]
                pub fn $oparam(mut self, $oparam: impl Into<$oty>) -> Self {
                    self.params.insert($okey.to_owned(), $crate::room::Wire::encode(&$oparam.into()));
                    self
                }
            )* } )?

            impl Client {
                #[doc = concat!("`", $wire, "`:")]
                $(#[doc = $doc])+
                #[doc = ""]
                $( #[doc = concat!("- `", stringify!($param), "`: ", $pdoc)] )*
                pub fn $function(&self, $( $param: impl Into<$ty> ),*) -> Request<$marker> {
                    Request::new(self) $( .with($key, $crate::room::Wire::encode(&$param.into())) )*
                }
            }
        )*

        /// Each typed method, called with samples.
        #[cfg(test)]
        pub(super) fn samples(client: &Client) -> Vec<super::tests::Sample> {
            use super::tests::sample;
            vec![ $( {
                let request = client.$function($( sample::<$ty>() ),*);
                $( $( let request = request.$oparam(sample::<$oty>()); )* )?
                ($wire, Box::pin(request.raw()))
            } ),* ]
        }

        /// Each answer type, reading.
        #[cfg(test)]
        pub(super) fn readings() -> Vec<super::tests::Reading> {
            vec![ $( ($wire, |object| {
                let answer = $answer::from(object);
                (answer.rest.clone(), answer.to_object())
            }) ),* ]
        }

        pub(super) static TABLE: &[$crate::room::MethodInfo] = &[ $( <$marker as Method>::INFO ),* ];
    };
}
pub(super) use methods;
