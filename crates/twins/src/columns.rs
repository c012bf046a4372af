//! Two programs' lines in two columns, each where it belongs, as they come.
//!
//! The n-th row of one program stands beside the n-th row of the other, whichever is first: equal
//! outputs line up. A row that is already on the screen is filled by going up to it.

use std::{collections::VecDeque, fmt::Write};

use anstyle::Style;

use crate::screen::{SEPARATOR, SEPARATOR_WIDTH, Screen, visible, width, wrap};

/// The column of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Python's.
    Left = 0,
    /// Rust's.
    Right = 1,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Left, Self::Right];

    fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// The state of the two columns; takes lines, gives what to write to the terminal.
#[derive(Debug)]
pub struct Columns {
    screen: Screen,
    column: usize,
    /// How many rows back the cursor can go: what has left the screen can't be filled.
    reach: usize,
    lines: [Vec<Line>; 2],
    /// Of each row that is drawn since the last start, the line that it belongs to.
    drawn: [Vec<usize>; 2],
    waiting: [VecDeque<Cell>; 2],
    ended: [bool; 2],
}

/// A line as it came, before it was broken into rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) text: String,
    pub(crate) style: Style,
}

#[derive(Debug)]
struct Cell {
    line: usize,
    plain_width: usize,
    styled: String,
}

impl Columns {
    /// Two columns, each `column` wide.
    pub fn new(screen: Screen, column: usize) -> Self {
        Self {
            screen,
            column,
            reach: reach(screen),
            lines: [const { Vec::new() }; 2],
            drawn: [const { Vec::new() }; 2],
            waiting: [const { VecDeque::new() }; 2],
            ended: [false; 2],
        }
    }

    /// A line of one program: `label` (a time, say) and its text. Gives what to write.
    pub fn line(&mut self, side: Side, label: &str, text: &str, style: Style) -> String {
        let line = Line { label: label.to_owned(), text: visible(text), style };
        self.lines[side as usize].push(line);
        self.wrap(side, self.lines[side as usize].len() - 1);
        self.draw()
    }

    /// One program has ended: the other doesn't need to wait for it. Gives what to write.
    pub fn end(&mut self, side: Side) -> String {
        self.ended[side as usize] = true;
        self.draw()
    }

    /// Starts anew below what is drawn, on a terminal of another size: nobody knows where the rows
    /// above stand now. What does not stand there on both sides comes again. Gives what to write.
    pub fn restart(&mut self, screen: Screen, column: usize) -> String {
        let open = Side::BOTH.map(|side| self.first_open(side));
        (self.screen, self.column, self.reach) = (screen, column, reach(screen));
        for side in Side::BOTH {
            self.drawn[side as usize].clear();
            self.waiting[side as usize].clear();
            (open[side as usize]..self.lines[side as usize].len())
                .for_each(|line| self.wrap(side, line));
        }
        self.draw()
    }

    /// What was not drawn yet, for a terminal without room for two.
    pub(crate) fn undrawn(&self, side: Side) -> &[Line] {
        let lines = &self.lines[side as usize];
        let first = self.waiting[side as usize].front().map_or(lines.len(), |cell| cell.line);
        &lines[first..]
    }

    /// The first line that does not stand beside one of the other side.
    fn first_open(&self, side: Side) -> usize {
        let both = self.drawn[0].len().min(self.drawn[1].len());
        let waiting = self.waiting[side as usize].front().map(|cell| cell.line);
        let open = self.drawn[side as usize].get(both).copied().or(waiting);
        open.unwrap_or(self.lines[side as usize].len())
    }

    fn wrap(&mut self, side: Side, index: usize) {
        let Line { label, text, style } = &self.lines[side as usize][index];
        let indent = width(label);
        let room = self.column.saturating_sub(indent).max(1);
        for (row, piece) in wrap(text, room).iter().enumerate() {
            let label = if row == 0 { label.clone() } else { " ".repeat(indent) };
            let styled = self.screen.paint(Style::new().dimmed(), &label)
                + &self.screen.paint(*style, piece);
            let plain_width = indent + width(piece);
            self.waiting[side as usize].push_back(Cell { line: index, plain_width, styled });
        }
    }

    fn draw(&mut self) -> String {
        let mut output = String::new();
        loop {
            let before = output.len();
            for side in Side::BOTH {
                while self.may_draw(side) {
                    let Some(cell) = self.waiting[side as usize].pop_front() else { break };
                    self.place(side, &cell, &mut output);
                }
            }
            if output.len() == before {
                return output;
            }
        }
    }

    /// A program that is far ahead waits, so that the other's rows can still be reached.
    fn may_draw(&self, side: Side) -> bool {
        let [own, other] = [side, side.other()].map(|side| self.drawn[side as usize].len());
        self.ended[side.other() as usize] && self.waiting[side.other() as usize].is_empty()
            || own < other + self.reach
    }

    fn place(&mut self, side: Side, cell: &Cell, output: &mut String) {
        let row = self.drawn[side as usize].len();
        let bottom = self.drawn[0].len().max(self.drawn[1].len());
        let separator = self.screen.paint(Style::new().dimmed(), SEPARATOR);
        if row == bottom {
            let (left, right) = match side {
                Side::Left => (&*cell.styled, ""),
                Side::Right => ("", &*cell.styled),
            };
            let filled = if side == Side::Left { cell.plain_width } else { 0 };
            let gap = " ".repeat(self.column.saturating_sub(filled));
            let _ = writeln!(output, "{left}{gap}{separator}{right}");
        } else {
            let up = bottom - row;
            let column = match side {
                Side::Left => 1,
                Side::Right => self.column + SEPARATOR_WIDTH + 1,
            };
            let _ = write!(output, "\x1b[{up}A\x1b[{column}G{}\x1b[{up}B\r", cell.styled);
        }
        self.drawn[side as usize].push(cell.line);
    }
}

fn reach(screen: Screen) -> usize {
    let rows = screen.size.map_or(24, |(_, rows)| rows);
    rows.saturating_sub(2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(rows: usize) -> Columns {
        Columns::new(Screen { size: Some((23, rows)), color: false }, 10)
    }

    /// What a terminal shows after these writes.
    fn picture(writes: &str) -> Vec<String> {
        let mut rows: Vec<Vec<char>> = vec![Vec::new()];
        let (mut row, mut column) = (0, 0);
        let mut chars = writes.chars();
        while let Some(c) = chars.next() {
            match c {
                '\n' => (row, column) = (row + 1, 0),
                '\r' => column = 0,
                '\x1b' => {
                    assert_eq!(chars.next(), Some('['));
                    let mut number = String::new();
                    let letter = loop {
                        match chars.next().unwrap() {
                            digit @ '0'..='9' => number.push(digit),
                            letter => break letter,
                        }
                    };
                    let number: usize = number.parse().unwrap();
                    match letter {
                        'A' => row -= number,
                        'B' => row += number,
                        'G' => column = number - 1,
                        letter => panic!("unknown sequence {letter}"),
                    }
                }
                c => {
                    rows.resize(rows.len().max(row + 1), Vec::new());
                    let line = &mut rows[row];
                    line.resize(line.len().max(column + 1), ' ');
                    line[column] = c;
                    column += 1;
                }
            }
        }
        rows.iter().map(|row| row.iter().collect::<String>().trim_end().to_owned()).collect()
    }

    fn draw(columns: &mut Columns, lines: &[(Side, &str)]) -> String {
        lines.iter().map(|(side, text)| columns.line(*side, "1 ", text, Style::new())).collect()
    }

    use Side::{Left, Right};

    #[test]
    fn equal_lines_stand_side_by_side_whichever_is_first() {
        for order in
            [[Left, Right, Left, Right], [Right, Right, Left, Left], [Left, Left, Right, Right]]
        {
            let mut columns = columns(24);
            let mut counts = [0; 2];
            let writes: String = order
                .iter()
                .map(|side| {
                    let text = ["one", "two"][counts[*side as usize]];
                    counts[*side as usize] += 1;
                    columns.line(*side, "1 ", text, Style::new())
                })
                .collect();
            assert_eq!(picture(&writes), ["1 one      │ 1 one", "1 two      │ 1 two"]);
        }
    }

    #[test]
    fn a_long_line_wraps_inside_its_column() {
        let mut columns = columns(24);
        let writes = draw(&mut columns, &[(Left, "abcdefghijk"), (Right, "x")]);
        assert_eq!(picture(&writes), ["1 abcdefgh │ 1 x", "  ijk      │"]);
    }

    #[test]
    fn a_program_far_ahead_waits_for_the_other() {
        let mut columns = columns(5);
        let mut writes = draw(&mut columns, &[(Right, "a"); 5]);
        assert_eq!(picture(&writes).len(), 3);
        writes += &draw(&mut columns, &[(Left, "b")]);
        assert_eq!(picture(&writes).len(), 4);
        writes += &columns.end(Left);
        assert_eq!(picture(&writes).len(), 5);
        assert_eq!(picture(&writes)[0], "1 b        │ 1 a");
    }

    #[test]
    fn nothing_is_lost_when_both_end() {
        let mut columns = columns(4);
        let mut writes = draw(&mut columns, &[(Left, "b"); 9]);
        writes += &columns.end(Left);
        writes += &columns.end(Right);
        assert_eq!(picture(&writes).len(), 9);
    }

    #[test]
    fn a_terminal_of_another_size_starts_anew_and_nothing_is_written_over() {
        let mut columns = columns(24);
        let before = draw(&mut columns, &[(Left, "one"), (Right, "one"), (Right, "two")]);
        let narrow = Screen { size: Some((15, 24)), color: false };
        let after = columns.restart(narrow, 6) + &draw(&mut columns, &[(Left, "two")]);
        // The row that was whole stays; the other one comes again, below.
        assert_eq!(picture(&before), ["1 one      │ 1 one", "           │ 1 two"]);
        assert_eq!(picture(&after), ["1 two  │ 1 two"]);
        assert!(!columns.restart(narrow, 6).contains('\n'), "both sides stand there");
    }

    #[test]
    fn what_waits_is_not_lost_where_there_is_no_room_for_two() {
        let mut columns = columns(5);
        draw(&mut columns, &[(Right, "a"); 5]);
        let texts = |side| columns.undrawn(side).iter().map(|line| &*line.text).collect::<Vec<_>>();
        assert_eq!((texts(Left), texts(Right)), (vec![], vec!["a", "a"]));
    }
}
