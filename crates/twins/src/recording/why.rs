//! The reasons in a recording: what an activation waits for where it is suspended, and who has it go
//! on.
//!
//! They come from the running programs: in Python from asyncio's own objects, in Rust from what
//! `twin-tasks` tells where it waits, elsewhere from what the source awaits. Where none of these says
//! it, there is no reason: never a guess. A generator that yields waits for its caller, always: that is
//! not written down.

use serde::{Deserialize, Serialize};

/// Why a step happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Why {
    /// Of a suspension: all that it waits for.
    Waits(Vec<Wait>),
    /// Of what goes on, or is cancelled: who has it go on.
    By(By),
}

/// Who has an activation go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum By {
    /// An activation, by its place: it ends, yields, puts, releases, sets, cancels, or calls.
    Activation(usize),
    /// The event loop, since a time has come, a socket is ready, or a thread has ended.
    #[serde(with = "the_loop")]
    Loop,
}

/// One thing that is waited for.
///
/// In a file: `["timer", "0.3"]`, `["activation", 3]`, `["item"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "InFile", into = "InFile")]
pub struct Wait {
    /// What kind of thing it is.
    pub kind: WaitKind,
    /// The activation that is waited for, or that holds the lock: a place in
    /// [`Program::activations`](super::Program::activations).
    pub who: Option<usize>,
    /// How many seconds, of a timer; of what the source says, the expression.
    pub text: Option<String>,
}

/// What kind of thing is waited for; the same in both languages, but for the last two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitKind {
    /// The end of an activation, or what it yields; of a task that runs none, without `who`.
    Activation,
    /// A time.
    Timer,
    /// Its next turn.
    Turn,
    /// A lock.
    Lock,
    /// An event.
    Event,
    /// A condition.
    Condition,
    /// A permit of a semaphore.
    Permit,
    /// Others at a barrier.
    Barrier,
    /// An item of a queue.
    Item,
    /// Room in a queue.
    Room,
    /// A future that somebody sets.
    Future,
    /// A function on a thread.
    Thread,
    /// The next result of several futures.
    Result,
    /// A socket, or another end of the outside world.
    Socket,
    /// What this expression of the source gives.
    Source,
}

impl Wait {
    /// One of this kind, without more.
    pub fn of(kind: WaitKind) -> Self {
        Self { kind, who: None, text: None }
    }
}

impl Why {
    /// The activations that it names.
    pub fn named(&self) -> Vec<usize> {
        match self {
            Self::Waits(waits) => waits.iter().filter_map(|wait| wait.who).collect(),
            Self::By(By::Activation(who)) => vec![*who],
            Self::By(By::Loop) => Vec::new(),
        }
    }

    /// The same with other places of activations; what is no longer named anywhere is not told of.
    pub(crate) fn renumbered(self, place: impl Fn(usize) -> Option<usize>) -> Option<Self> {
        Some(match self {
            Self::Waits(waits) => Self::Waits(
                waits
                    .into_iter()
                    .map(|wait| Wait { who: wait.who.and_then(&place), ..wait })
                    .collect(),
            ),
            Self::By(By::Activation(who)) => Self::By(By::Activation(place(who)?)),
            Self::By(By::Loop) => self,
        })
    }
}

/// A wait as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum InFile {
    Who(WaitKind, usize),
    Text(WaitKind, String),
    Bare([WaitKind; 1]),
}

impl From<Wait> for InFile {
    fn from(Wait { kind, who, text }: Wait) -> Self {
        match (who, text) {
            (Some(who), _) => Self::Who(kind, who),
            (None, Some(text)) => Self::Text(kind, text),
            (None, None) => Self::Bare([kind]),
        }
    }
}

impl From<InFile> for Wait {
    fn from(wait: InFile) -> Self {
        match wait {
            InFile::Who(kind, who) => Self { who: Some(who), ..Self::of(kind) },
            InFile::Text(kind, text) => Self { text: Some(text), ..Self::of(kind) },
            InFile::Bare([kind]) => Self::of(kind),
        }
    }
}

/// The loop is a word where activations are numbers.
mod the_loop {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    const WORD: &str = "loop";

    pub(super) fn serialize<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(WORD)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        match String::deserialize(deserializer)? {
            word if word == WORD => Ok(()),
            word => Err(D::Error::custom(format!("`{word}` is nobody"))),
        }
    }
}
