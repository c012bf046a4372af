//! Python's async generators in Rust: a body that yields values, and awaits in between.
//!
//! ```
//! use std::time::Duration;
//! use smol::Timer;
//! use twin_async_generators::AsyncGenerator;
//!
//! # smol::block_on(async {
//! let mut ticks = AsyncGenerator::new(|mut co| async move {
//!     for tick in 1..=3 {
//!         Timer::after(Duration::from_millis(1)).await;
//!         co.yield_(tick).await;
//!     }
//! });
//! while let Some(tick) = ticks.next().await {
//!     println!("tick {tick}");
//! }
//! # });
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(feature = "nightly", feature(async_iterator))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod bridge;
mod engine;
mod generator;
mod operation;

#[doc(inline)]
pub use twin_generators::{Fallible, Mode, Raised, State, Step, Thrown};

pub use self::bridge::{BlockOn, Iter, block_on, iter};
#[cfg(feature = "nightly")]
pub use self::bridge::{IntoAsyncIter, IntoStream};
#[cfg(feature = "nightly")]
pub use self::engine::NativeBody;
pub use self::engine::{
    AwaitBody, Body, Co, Engine, FallibleBody, Outcome, StreamBody, TryYield, Yield,
};
pub use self::generator::AsyncGenerator;
pub use self::operation::Next;
