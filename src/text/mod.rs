//! Text normalisation shared by the grammar and the address book. Pure: knows no module of heyroom.
