//! prove.
