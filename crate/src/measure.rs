//! What is measured of trained networks beside loss and accuracy (paper.md §6): spread over seeds, gradient confusion,
//! the loss landscape, and the sharpness of a minimum.
//!
//! Landscape and sharpness are of compact networks, contracted where they were expanded: scaling one factor up and the
//! next down changes how wide a minimum looks without changing the function.

pub mod confusion;
pub mod statistics;
