//! Real work where things go wrong: what serves is not there, dies, or says what is no good; Ctrl-C; a
//! log that workers of both languages share while some are killed.

#![forbid(unsafe_code)]

mod api_requests;
mod broker;
mod harness;
