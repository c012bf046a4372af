//! The book: the document and every pair on one page that needs no network and steps both programs
//! together.
//!
//! - [`book`] gathers what the page says: the document's words, the pairs' notes and sources.
//! - [`document`] cuts the document at its programs.
//! - [`code`] colours a source, line by line.
//! - [`playback`] is what the player reads: the recordings, and the rows that step both together.
//! - [`page`] fills the templates; `page/` beside the sources holds the style and the script.

#![forbid(unsafe_code)]

pub mod cli;

pub mod book;
pub mod code;
pub mod document;
pub mod playback;

pub mod page;
