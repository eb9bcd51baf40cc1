//! Settings: what heyroom.toml may say, read strictly.
