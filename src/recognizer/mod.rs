//! Speech to words: libvosk behind one small safe type, and the store of models.
