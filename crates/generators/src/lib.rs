//! Python's generator protocol in Rust: `next`, `send`, `throw`, `close`, return values.
//!
//! ```
//! use twin_generators::Generator;
//!
//! let countdown = Generator::new(|mut co| async move {
//!     for second in (1..=3).rev() {
//!         co.yield_(second).await;
//!     }
//! });
//! assert_eq!(countdown.collect::<Vec<_>>(), [3, 2, 1]);
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(feature = "nightly", feature(coroutine_trait))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod generator;

mod step;

mod error;

mod engine;

mod delegate;

mod context;

mod shared;

pub use self::context::{Closing, Context, ContextError, closing, with};
#[doc(hidden)]
pub use self::delegate::Delegation;
pub use self::delegate::Forward;
#[cfg(feature = "nightly")]
pub use self::engine::NativeBody;
pub use self::engine::{
    AwaitBody, Body, BoxBody, BoxFallibleGenerator, BoxGenerator, Co, Engine, Fallible,
    FallibleBody, FnBody, IterBody, Mode, Outcome, TryYield, Yield,
};
pub use self::error::{CloseError, Raised, ResumeError, SendError, StartError, Thrown};
pub use self::generator::{Generator, SendNone};
pub use self::shared::{AlreadyExecuting, Shared};
pub use self::step::{State, Step};
