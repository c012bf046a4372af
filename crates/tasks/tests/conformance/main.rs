//! CPython's behaviours of asyncio: each test is named after the id of one, and its twin prints
//! what the Python program of that id prints.

#![allow(non_snake_case, reason = "the tests are named after CPython's")]

#[macro_use]
mod catalogue;

mod as_completed;
mod cancel;
mod coroutine;
mod event;
mod gather;
mod lock;
mod queue;
mod runner;
mod semaphore;
mod shield;
mod taskgroup;
mod timeout;
mod to_thread;
mod wait;
mod wait_for;
