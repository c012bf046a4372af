"""Eight queens: a generator for each row, conjoined.

Run it: python3 examples/generators/eight_queens.py
"""

from dataclasses import dataclass
from functools import partial
from itertools import takewhile

SIZE = 8


@dataclass
class Board:
    """The columns and diagonals that are taken: a bit for each."""

    taken: int = 0


def queen(row, board):
    """Yields the free columns; resumed, it takes its queen back."""
    for column in range(SIZE):
        falling = 8 + row + column
        rising = 32 + row - column
        lines = 1 << column | 1 << falling | 1 << rising
        if board.taken & lines == 0:
            # Here Python lets every row change the one board.
            board.taken |= lines
            yield column
            board.taken ^= lines


def conjoin(rows):
    """Yields every choice of one value from each row."""
    # Here Python has each generator behind a reference anyway.
    match rows:
        case []:
            yield []
        case [first, *rest]:
            for value in first():
                for values in conjoin(rest):
                    yield [value, *values]


def main():
    board = Board()
    rows = [partial(queen, row, board) for row in range(SIZE)]
    solutions = conjoin(rows)
    for column in next(solutions):
        print(f"board: {'.' * column + 'Q':.<{SIZE}}")
    corner = takewhile(lambda columns: columns[0] == 0, solutions)
    others = sum(1 for _ in corner)
    print(f"main: {others} more with a queen in that corner")


main()
