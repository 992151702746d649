//! The operations that training spends its time in, each with a CPU and a GPU version of our own.

pub mod shape;
