//! Expand a compact network's linear layers, train, and contract them back exactly.
//!
//! Modules in the order data flows: experiment → spec → expand → network → train → events; contract → export.
#![recursion_limit = "256"]

pub mod affine;
pub mod counts;
pub mod describe;
pub mod error;
pub mod event;
pub mod expand;
pub mod experiment;
pub mod report;
pub mod seed;
pub mod spec;
