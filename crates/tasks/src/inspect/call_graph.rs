//! The call graph: each task, what it waits for, and who waits for it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::Instant;

use crate::agenda::now;
use crate::cancel::look::Look;
use crate::cancel::path::prepare_for_looks;
use crate::event_loop::EventLoop;
use crate::state::{AnyTask, Phase, Waits, What};
use crate::task::TaskHandle;

/// All tasks of the running event loop, what each waits for, and who waits for it: what Python's
/// `asyncio.capture_call_graph()` shows one task, and `python -m asyncio pstree` all.
///
/// Nothing of it is written down while tasks run: each task that waits is polled once more, dry, and
/// those that are waited for tell. So it costs nothing when nobody asks.
///
/// A task that is ready has been woken already and waits for nothing. What does not tell is what is
/// not of this crate (a socket, another crate's channel); there the task
/// [waits elsewhere](TaskNode::waits_elsewhere). So it does for a sleep, a lock or the like in a set of
/// futures, which polls only what was woken: always in another crate's `FuturesUnordered`; in a
/// [`gather`](crate::gather()) of a `Vec` and in [`amap`](crate::amap()) if it began to wait before
/// anybody looked. (The first call of `call_graph` in a thread, `detect_deadlocks` and `print_calls_on`
/// of a [`Runner`](crate::Runner) have what waits from then on be found. Tasks and scopes always are.)
///
/// The polls run code of those tasks, as far as a wake-up that changes nothing does: hold no borrow
/// that a `poll` written by hand takes.
///
/// # Panics
///
/// Outside [`run`](crate::run()).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{Lock, TaskState, WaitsFor, call_graph, run, sleep, spawn};
///
/// run(async {
///     let lock = Lock::new();
///     let guard = lock.acquire().await;
///     let waiter = spawn({
///         let lock = lock.clone();
///         async move { drop(lock.acquire().await) }
///     })
///     .named("waiter");
///     sleep(Duration::ZERO).await;
///
///     let graph = call_graph();
///     let node = graph.task(&waiter.handle()).unwrap();
///     assert_eq!(node.state, TaskState::Waiting);
///     assert!(matches!(node.waits_for[0], WaitsFor::Lock { holder: Some(_), .. }));
///     println!("{graph}");
/// });
/// ```
#[must_use]
#[track_caller]
pub fn call_graph() -> CallGraph {
    let event_loop = EventLoop::expect("twin_tasks::call_graph");
    of_loop(&event_loop)
}

/// What [`call_graph`] gives; displayed, it is a tree.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallGraph {
    /// The tasks that have not ended.
    pub tasks: Vec<TaskNode>,
    /// Their places, by their keys.
    places: HashMap<u32, usize>,
    now: Instant,
}

/// A task of a [`CallGraph`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TaskNode {
    /// The task itself, with its name.
    pub task: TaskHandle,
    /// Where it was spawned.
    pub spawned: &'static Location<'static>,
    /// How far it is.
    pub state: TaskState,
    /// What it waits for: several things, where it waits for several at once, or has a limit.
    pub waits_for: Vec<WaitsFor>,
    /// Whether it waits for something that does not tell: it is not of this crate, or in a set.
    pub waits_elsewhere: bool,
    /// Who waits for its end, or for a lock that it holds.
    pub waiters: Vec<TaskHandle>,
}

/// How far a task is that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaskState {
    /// It has had no turn yet.
    Created,
    /// It has its turn now.
    Running,
    /// It has been woken, and gets its turn.
    Ready,
    /// It waits to be woken.
    Waiting,
}

/// What a task waits for, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant says what its fields are")]
pub enum WaitsFor {
    /// The end of a task.
    Task { task: TaskHandle, location: Option<&'static Location<'static>> },
    /// The end of a child of its group.
    Child { task: TaskHandle },
    /// A lock, and the task that took it or has used its guard since. `None` if that has ended, and the
    /// guard was forgotten, or given to somebody who has not used it.
    Lock { holder: Option<TaskHandle>, location: &'static Location<'static> },
    /// A permit of a semaphore.
    Permit { location: &'static Location<'static> },
    /// An event.
    Event { location: &'static Location<'static> },
    /// The notification of a condition.
    Notification { location: &'static Location<'static> },
    /// Others at a barrier: how many are there, and how many have to be.
    Barrier { arrived: usize, parties: usize, location: &'static Location<'static> },
    /// An item of a queue.
    Item { location: &'static Location<'static> },
    /// Room in a queue.
    Room { location: &'static Location<'static> },
    /// A promise.
    Promise,
    /// A function on a thread.
    Thread { location: &'static Location<'static> },
    /// The next result of several futures.
    NextResult,
    /// A sleep; `until` is `None` if no clock reaches its end.
    Sleep { until: Option<Instant>, location: &'static Location<'static> },
    /// What is inside a timeout: the next of these.
    Timeout { until: Option<Instant> },
}

impl CallGraph {
    /// What is known of a task; `None` if it has ended.
    #[must_use]
    pub fn task(&self, task: &TaskHandle) -> Option<&TaskNode> {
        self.place(task).map(|place| &self.tasks[place])
    }

    /// Tasks that wait for each other in a circle, of which nobody will go on: the first that is
    /// found, each waiting for the next and the last for the first.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{call_graph, promise, run, sleep, spawn, Task};
    ///
    /// run(async {
    ///     let other = promise::<Task<()>>();
    ///     let tea = spawn({
    ///         let other = other.clone();
    ///         async move { other.await.await }
    ///     });
    ///     let milk = spawn(tea);
    ///     other.set(milk.clone()).unwrap();
    ///     for _ in 0..2 {
    ///         sleep(Duration::ZERO).await;
    ///     }
    ///     assert_eq!(call_graph().cycle().len(), 2);
    /// });
    /// ```
    #[must_use]
    pub fn cycle(&self) -> Vec<&TaskNode> {
        let blockers: Vec<Vec<usize>> = self.tasks.iter().map(|node| self.blockers(node)).collect();
        let mut seen = vec![false; self.tasks.len()];
        let mut on_path = vec![false; self.tasks.len()];
        for start in 0..self.tasks.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let mut path: Vec<(usize, usize)> = vec![(start, 0)];
            on_path[start] = true;
            while let Some((place, next)) = path.last_mut() {
                let (from, choice) = (*place, *next);
                *next += 1;
                let Some(&to) = blockers[from].get(choice) else {
                    path.pop();
                    on_path[from] = false;
                    continue;
                };
                if on_path[to] {
                    let circle = path.iter().skip_while(|(place, _)| *place != to);
                    return circle.map(|(place, _)| &self.tasks[*place]).collect();
                }
                if !std::mem::replace(&mut seen[to], true) {
                    on_path[to] = true;
                    path.push((to, 0));
                }
            }
        }
        Vec::new()
    }

    /// The places of the tasks without which this one can't go on.
    fn blockers(&self, node: &TaskNode) -> Vec<usize> {
        let others = node.waits_for.iter().filter_map(WaitsFor::other);
        others.filter_map(|task| self.place(task)).collect()
    }

    fn place(&self, task: &TaskHandle) -> Option<usize> {
        let place = *self.places.get(&task.key())?;
        (self.tasks[place].task == *task).then_some(place)
    }
}

impl WaitsFor {
    /// The task that it waits for.
    fn other(&self) -> Option<&TaskHandle> {
        match self {
            Self::Task { task, .. } | Self::Child { task } => Some(task),
            Self::Lock { holder, .. } => holder.as_ref(),
            _ => None,
        }
    }
}

/// So many columns deep stands a line at most: those further down stand below each other, or a chain of
/// many tasks would take a text as long as the square of their number.
const DEEPEST: usize = 160;

/// The call graph of a loop.
pub(crate) fn of_loop(event_loop: &EventLoop) -> CallGraph {
    prepare_for_looks();
    let running = crate::cancel::path::task();
    let tasks: Vec<Rc<dyn AnyTask>> = running.iter().cloned().chain(event_loop.tasks()).collect();
    let places = tasks.iter().enumerate();
    let places = places.map(|(place, task)| (task.control().key(), place)).collect();
    // To look may run code of a user, which may set timers: their deadlines come afterwards.
    let looks: Vec<_> = tasks.iter().map(|task| event_loop.look(task.control().key())).collect();
    let deadlines = event_loop.agenda().deadlines();
    let find = |what| found(event_loop, &deadlines, what);
    let nodes = tasks.iter().zip(looks).map(|(task, look)| node(task, look, find)).collect();
    let mut graph = CallGraph { tasks: nodes, places, now: now() };
    for waiter in 0..graph.tasks.len() {
        for place in graph.blockers(&graph.tasks[waiter]) {
            let waiter = graph.tasks[waiter].task.clone();
            graph.tasks[place].waiters.push(waiter);
        }
    }
    graph
}

fn node(
    task: &Rc<dyn AnyTask>,
    look: Option<Look>,
    find: impl Fn(Waits) -> Option<WaitsFor>,
) -> TaskNode {
    let control = task.control();
    let state = match (control.phase(), &look) {
        (Phase::Created, _) => TaskState::Created,
        (Phase::Running, _) => TaskState::Running,
        (_, Some(_)) => TaskState::Waiting,
        (_, None) => TaskState::Ready,
    };
    let (waits, foreign) = look.map(|look| (look.waits, look.foreign)).unwrap_or_default();
    TaskNode {
        task: TaskHandle::new(task.clone()),
        spawned: control.spawned(),
        state,
        waits_for: waits.into_iter().filter_map(find).collect(),
        waits_elsewhere: foreign,
        waiters: Vec::new(),
    }
}

/// What a wait has told, with the tasks and deadlines of which it told the keys.
fn found(
    event_loop: &EventLoop,
    deadlines: &HashMap<u32, Instant>,
    waits: Waits,
) -> Option<WaitsFor> {
    let find = |key| event_loop.find(key).map(TaskHandle::new);
    let Waits { what, location } = waits;
    let here = || location.unwrap_or(Location::caller());
    Some(match what {
        What::Task(task) => WaitsFor::Task { task: TaskHandle::new(task), location },
        What::Child(key) => WaitsFor::Child { task: find(key)? },
        What::Lock(holder, _) => WaitsFor::Lock { holder: holder.and_then(find), location: here() },
        What::Permit => WaitsFor::Permit { location: here() },
        What::Event => WaitsFor::Event { location: here() },
        What::Notification => WaitsFor::Notification { location: here() },
        What::Barrier(arrived, parties) => WaitsFor::Barrier { arrived, parties, location: here() },
        What::Item => WaitsFor::Item { location: here() },
        What::Room => WaitsFor::Room { location: here() },
        What::Promise => WaitsFor::Promise,
        What::Thread => WaitsFor::Thread { location: here() },
        What::Result => WaitsFor::NextResult,
        What::Time(until) => WaitsFor::Sleep { until, location: here() },
        What::Timer(key) => {
            WaitsFor::Sleep { until: deadlines.get(&key).copied(), location: here() }
        }
        What::Timeout(until) => WaitsFor::Timeout { until },
    })
}

/// The tree, as `python -m asyncio pstree` prints it: below each task what it waits for, and below
/// that the task that is waited for.
///
/// ```text
/// task "main" (src/main.rs:5:5), waiting
/// └── task: src/main.rs:9:10
///     └── task "cook" (src/main.rs:7:16), waiting
///         └── lock at src/main.rs:3:14, held by task "main"
/// ```
impl fmt::Display for CallGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = vec![false; self.tasks.len()];
        let waits = self.tasks.iter().flat_map(|node| &node.waits_for);
        let awaited: HashSet<usize> =
            waits.filter_map(WaitsFor::awaited).filter_map(|task| self.place(task)).collect();
        // Those that nobody awaits first; what is left stands in circles.
        let roots = (0..self.tasks.len()).filter(|place| !awaited.contains(place));
        for place in roots.chain(0..self.tasks.len()) {
            if !printed[place] {
                self.fmt_task(place, &mut printed, f)?;
            }
        }
        Ok(())
    }
}

impl CallGraph {
    /// A task and what it waits for.
    fn fmt_task(
        &self,
        place: usize,
        printed: &mut [bool],
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        // A work list: chains of tasks are long.
        let mut work = vec![(Line::Task(place), String::new(), String::new())];
        while let Some((line, lead, indent)) = work.pop() {
            let below = match line {
                Line::Task(place) => {
                    let node = &self.tasks[place];
                    let again = std::mem::replace(&mut printed[place], true);
                    let state =
                        if again { ", see above".to_owned() } else { node.state.to_string() };
                    writeln!(f, "{lead}{}{state}", Named(&node.task))?;
                    if again {
                        continue;
                    }
                    let mut below: Vec<_> = node.waits_for.iter().map(Line::Waits).collect();
                    if node.waits_elsewhere {
                        below.push(Line::Elsewhere);
                    }
                    below
                }
                Line::Waits(waits) => {
                    writeln!(f, "{lead}{}", At(waits, self.now))?;
                    let place = waits.awaited().and_then(|task| self.place(task));
                    place.map(Line::Task).into_iter().collect()
                }
                Line::Elsewhere => {
                    writeln!(
                        f,
                        "{lead}something that does not tell: not of twin-tasks, or in a set"
                    )?;
                    Vec::new()
                }
            };
            let last = below.len();
            for (number, line) in below.into_iter().enumerate().rev() {
                let (branch, stem) = if number + 1 == last {
                    ("└── ", "    ")
                } else {
                    ("├── ", "│   ")
                };
                let lead = format!("{indent}{branch}");
                let is_deep = indent.chars().count() >= DEEPEST;
                let indent = if is_deep { indent.clone() } else { format!("{indent}{stem}") };
                work.push((line, lead, indent));
            }
        }
        Ok(())
    }
}

enum Line<'a> {
    Task(usize),
    Waits(&'a WaitsFor),
    Elsewhere,
}

impl WaitsFor {
    /// The task whose end it waits for.
    fn awaited(&self) -> Option<&TaskHandle> {
        match self {
            Self::Task { task, .. } | Self::Child { task } => Some(task),
            _ => None,
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => ", not begun",
            Self::Running => ", running",
            Self::Ready => ", ready",
            Self::Waiting => "",
        })
    }
}

/// A task by its name and place.
struct Named<'a>(&'a TaskHandle);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spawned = self.0.task().control().spawned();
        match self.0.name() {
            Some(name) => write!(f, "task \"{name}\" ({spawned})"),
            None => write!(f, "task ({spawned})"),
        }
    }
}

/// What is waited for, beside the time of now.
struct At<'a>(&'a WaitsFor, Instant);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = |until: &Option<Instant>| match until {
            Some(until) => format!("{:.3?} left", until.saturating_duration_since(self.1)),
            None => "for ever".to_owned(),
        };
        match self.0 {
            WaitsFor::Task { location: Some(location), .. } => write!(f, "end of, at {location}"),
            WaitsFor::Task { location: None, .. } => f.write_str("end of"),
            WaitsFor::Child { .. } => f.write_str("child"),
            WaitsFor::Lock { holder: Some(holder), location } => {
                write!(f, "lock at {location}, held by {}", Named(holder))
            }
            WaitsFor::Lock { holder: None, location } => {
                write!(f, "lock at {location}, held by a task that has ended: its guard is kept")
            }
            WaitsFor::Permit { location } => write!(f, "permit at {location}"),
            WaitsFor::Event { location } => write!(f, "event at {location}"),
            WaitsFor::Notification { location } => write!(f, "notification at {location}"),
            WaitsFor::Barrier { arrived, parties, location } => {
                write!(f, "barrier at {location}, {arrived} of {parties} are there")
            }
            WaitsFor::Item { location } => write!(f, "item of a queue at {location}"),
            WaitsFor::Room { location } => write!(f, "room in a queue at {location}"),
            WaitsFor::Promise => f.write_str("promise"),
            WaitsFor::Thread { location } => write!(f, "thread at {location}"),
            WaitsFor::NextResult => f.write_str("next result of several"),
            WaitsFor::Sleep { until, location } => {
                write!(f, "sleep at {location}, {}", left(until))
            }
            WaitsFor::Timeout { until } => write!(f, "timeout, {}, of:", left(until)),
        }
    }
}
