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

mod generator;

mod next;

mod asend;

mod athrow;

mod aclose;

mod delegate;

mod hooks;

mod channel;

mod bridge;

mod shared;

mod engine;

mod error;

pub mod conformance;

#[doc(inline)]
pub use twin_generators::{Fallible, Forward, Mode, Raised, State, Step, Thrown};

pub use self::aclose::{Aclose, AclosingError, Closed, aclosing};
pub use self::asend::Asend;
pub use self::athrow::Athrow;
pub use self::bridge::{BlockOn, Iter, block_on, iter};
#[cfg(feature = "nightly")]
pub use self::bridge::{IntoAsyncIter, IntoStream};
#[cfg(feature = "nightly")]
pub use self::engine::NativeBody;
pub use self::engine::{
    AwaitBody, Body, BoxAsyncGenerator, BoxBody, BoxFallibleAsyncGenerator, Co, Engine,
    FallibleBody, Outcome, StreamBody, TryYield, Yield,
};
pub use self::error::{CloseError, ResumeError, SendError, StartError, ThrowError};
pub use self::generator::AsyncGenerator;
pub use self::hooks::{Unclosed, set_finalizer, unset_finalizer};
pub use self::next::{Finish, Next, Resume, SendNone, Start};
pub use self::shared::{AlreadyRunning, Entered, Shared};
