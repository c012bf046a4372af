//! Deadlines in order, each with whom it wakes, as asyncio's loop keeps them.
//!
//! Timers of one delay are set in the order of their deadlines: those stand in a queue, and only
//! what comes earlier than the last of them goes into a heap. A timer that is dropped leaves its
//! entry behind until a compaction; there are never more of those than of the living.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::mem;
use std::task::Waker;
use std::time::Instant;

/// As many dropped timers may stay, however few others there are.
const FEW: usize = 64;

#[derive(Default)]
pub(crate) struct Timers {
    lane: VecDeque<Entry>,
    /// Those that came with an earlier deadline than the last in the lane.
    heap: BinaryHeap<Reverse<Entry>>,
    cells: Vec<Cell>,
    /// Cells that were free when they were put here: those behind the last cell have gone since.
    free: Vec<u32>,
    /// How many entries belong to dropped timers.
    dead: usize,
    /// Counts the entries, so that those of one time come in order.
    count: u32,
}

/// Whom a timer wakes.
pub(crate) struct Alarm {
    pub(crate) waker: Waker,
    /// The task that is to be asked then, by its key: the timer is a deadline's.
    pub(crate) asks: Option<u32>,
}

enum Cell {
    Free,
    Set(Alarm),
    /// Its time has come, and its turn in the loop has not.
    Due(Alarm),
    Fired,
    /// It was dropped; its entry, or its place in the loop's queue, frees the cell.
    Dead,
    DeadDue,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    when: Instant,
    order: u32,
    key: u32,
}

impl Timers {
    pub(crate) const fn new() -> Self {
        Self {
            lane: VecDeque::new(),
            heap: BinaryHeap::new(),
            cells: Vec::new(),
            free: Vec::new(),
            dead: 0,
            count: 0,
        }
    }

    fn cell(&mut self, cell: Cell) -> u32 {
        while let Some(key) = self.free.pop() {
            if let Some(place @ Cell::Free) = self.cells.get_mut(key as usize) {
                *place = cell;
                return key;
            }
        }
        self.cells.push(cell);
        u32::try_from(self.cells.len() - 1).expect("fewer than 2^32 timers")
    }

    pub(crate) fn insert(&mut self, when: Instant, alarm: Alarm) -> u32 {
        let key = self.cell(Cell::Set(alarm));
        self.count = self.count.wrapping_add(1);
        let entry = Entry { when, order: self.count, key };
        match self.lane.back() {
            Some(last) if entry < *last => self.heap.push(Reverse(entry)),
            _ => self.lane.push_back(entry),
        }
        key
    }

    /// A timer whose time has come already; its turn is to come.
    pub(crate) fn insert_due(&mut self, alarm: Alarm) -> u32 {
        self.cell(Cell::Due(alarm))
    }

    /// The first of all.
    fn peek(&self) -> Option<Entry> {
        match (self.lane.front(), self.heap.peek()) {
            (Some(lane), Some(Reverse(heap))) => Some(*lane.min(heap)),
            (Some(first), None) | (None, Some(Reverse(first))) => Some(*first),
            (None, None) => None,
        }
    }

    fn pop(&mut self, first: Entry) {
        if self.lane.front() == Some(&first) {
            self.lane.pop_front();
        } else {
            self.heap.pop();
        }
    }

    /// The first deadline of a timer that lives.
    pub(crate) fn first(&mut self) -> Option<Instant> {
        while let Some(first) = self.peek() {
            if matches!(self.cells[first.key as usize], Cell::Set(_)) {
                return Some(first.when);
            }
            self.pop(first);
            self.release(first.key);
            self.dead -= 1;
        }
        None
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lane.is_empty() && self.heap.is_empty()
    }

    /// The first whose time has come by `now`; its turn is to come.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<u32> {
        let when = self.first()?;
        let first = self.peek().filter(|_| when <= now)?;
        self.pop(first);
        let cell = &mut self.cells[first.key as usize];
        if let Cell::Set(alarm) = mem::replace(cell, Cell::Fired) {
            *cell = Cell::Due(alarm);
        }
        Some(first.key)
    }

    /// Its turn has come: whom to wake, unless it was dropped.
    pub(crate) fn fire(&mut self, key: u32) -> Option<Alarm> {
        match mem::replace(&mut self.cells[key as usize], Cell::Fired) {
            Cell::Due(alarm) => Some(alarm),
            _ => {
                self.release(key);
                None
            }
        }
    }

    pub(crate) fn has_fired(&self, key: u32) -> bool {
        matches!(self.cells[key as usize], Cell::Fired)
    }

    /// When the time of a timer comes that is set. It looks through all: for who looks.
    pub(crate) fn deadline(&self, key: u32) -> Option<Instant> {
        let heap = self.heap.iter().map(|Reverse(entry)| entry);
        let entry = self.lane.iter().chain(heap).find(|entry| entry.key == key)?;
        matches!(self.cells[key as usize], Cell::Set(_)).then_some(entry.when)
    }

    /// The deadlines of all timers that are set, by their keys.
    pub(crate) fn deadlines(&self) -> HashMap<u32, Instant> {
        let heap = self.heap.iter().map(|Reverse(entry)| entry);
        let set = |entry: &&Entry| matches!(self.cells[entry.key as usize], Cell::Set(_));
        let entries = self.lane.iter().chain(heap).filter(set);
        entries.map(|entry| (entry.key, entry.when)).collect()
    }

    /// The alarm of a timer that has not fired.
    pub(crate) fn alarm(&mut self, key: u32) -> Option<&mut Alarm> {
        match &mut self.cells[key as usize] {
            Cell::Set(alarm) | Cell::Due(alarm) => Some(alarm),
            _ => None,
        }
    }

    fn release(&mut self, key: u32) {
        self.cells[key as usize] = Cell::Free;
        self.free.push(key);
    }

    /// Drops a timer and gives its alarm, to be dropped by the caller where nothing is borrowed.
    pub(crate) fn remove(&mut self, key: u32) -> Option<Alarm> {
        let cell = &mut self.cells[key as usize];
        let alarm = match mem::replace(cell, Cell::Dead) {
            Cell::Set(alarm) => alarm,
            Cell::Due(alarm) => {
                *cell = Cell::DeadDue;
                return Some(alarm);
            }
            _ => {
                self.release(key);
                return None;
            }
        };
        self.dead += 1;
        let entries = self.lane.len() + self.heap.len();
        let many = self.dead > FEW && self.dead > entries / 2;
        // After many, the last few would keep the cells of all.
        let last = self.dead == entries && self.cells.len() > FEW;
        if many || last {
            self.compact();
        }
        Some(alarm)
    }

    fn compact(&mut self) {
        let mut lives = |entry: &Entry| {
            let lives = matches!(self.cells[entry.key as usize], Cell::Set(_));
            if !lives {
                self.cells[entry.key as usize] = Cell::Free;
                self.free.push(entry.key);
            }
            lives
        };
        self.lane.retain(&mut lives);
        self.heap.retain(|Reverse(entry)| lives(entry));
        self.dead = 0;
        let lives = self.lane.len() + self.heap.len();
        if self.lane.capacity() > 4 * lives + FEW {
            self.lane.shrink_to(2 * lives);
        }
        if self.heap.capacity() > 4 * lives + FEW {
            self.heap.shrink_to(2 * lives);
        }
        // Cells have addresses: only those behind the last that is used can go.
        while matches!(self.cells.last(), Some(Cell::Free)) {
            self.cells.pop();
        }
        let cells = self.cells.len();
        if self.cells.capacity() > 4 * cells + FEW {
            self.cells.shrink_to(2 * cells);
        }
        if self.free.len() > 2 * cells + FEW {
            self.free.retain(|key| (*key as usize) < cells);
            self.free.shrink_to(2 * cells);
        }
    }
}
