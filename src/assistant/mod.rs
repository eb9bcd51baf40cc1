//! Where hearing, understanding and the room meet: dialogue, actions, replies, the running loop.

pub mod actions;
pub mod buttons;
mod composing;
pub mod decisions;
pub mod dialogue;
pub mod ear;
pub mod facts;
mod far_end;
pub mod feedback;
pub mod hearing;
pub mod journal;
pub mod languages;
pub mod listening;
pub mod outside;
pub mod own_actions;
pub mod reload;
pub mod replies;
pub mod requests;
mod responding;
pub mod running;
mod secrets;
pub mod verdicts;
pub mod wake;
