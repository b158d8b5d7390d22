//! The tests that look at the program from outside. One binary, because linking each is slow; the fixtures have their
//! own (`tests/cases.rs`), because each of them is a named test.

mod algorithms;
mod beside;
mod cascade;
mod cli;
mod corpus;
mod coverage;
mod depth;
mod docs;
mod engines;
mod fixture;
mod generated;
mod hazards;
mod inherited;
mod integrations;
mod laws;
mod layers;
mod patches;
mod playbook;
mod precheck;
mod project;
mod readme;
mod refusals;
mod renames;
mod replay;
mod reports;
mod resume;
mod servers;
mod squawk;
mod stories;
mod tidy;
mod twice;
mod verdicts;
