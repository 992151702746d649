//! Expand a compact network's linear layers, train, and contract them back exactly.
//!
//! Modules in the order data flows: experiment → data → spec → expand → network → train → events; contract → export.
#![recursion_limit = "256"]

pub mod experiment;

pub mod data;

pub mod affine;
pub mod counts;
pub mod expand;
pub mod spec;

pub mod device;
pub mod kernels;
pub mod model;
pub mod network;
pub mod planner;
pub mod train;

pub mod contract;
pub mod export;
pub mod measure;
pub mod race;

pub mod backend;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub mod describe;
pub mod error;
pub mod event;
pub mod report;
pub mod seed;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod protocol;
