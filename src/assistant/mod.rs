//! Where hearing, understanding and the room meet: dialogue, actions, replies, the running loop.

pub mod hearing;
pub mod wake;
