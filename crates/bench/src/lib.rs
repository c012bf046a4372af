//! Measurements: two things timed in one run, and the ratio of their times.
//!
//! A shared machine changes its speed from second to second, and times of different runs can't
//! be compared. So every round runs each contestant once, in turn, and a ratio is the median of
//! the ratios of all rounds.

#![forbid(unsafe_code)]

pub mod rounds;

pub mod growth;

pub mod spread;

pub mod bar;

pub mod table;

pub mod python;

pub mod process;

pub mod progress;

pub mod machine;
