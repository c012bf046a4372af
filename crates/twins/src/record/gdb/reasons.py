"""Why a body waits, and who has it go on, as `twin-tasks` tells it by its marks.

`twin_tasks::record` says what each mark means. What waits is the innermost body that runs where the mark
is made; a body waits for those, too, that have suspended inside it.
"""

import gdb

MARK = "twin_tasks::record::mark"
LOOP = 0  # who is none of the activations
# The marks of what is waited for, where their names are not those of a recording.
KINDS = {"next-turn": "turn"}
AWAITED = {"timer", "next-turn", "activation", "lock", "event", "condition", "permit", "barrier", "item",
           "room", "future", "thread", "result"}
# What stands between a call of `poll` in the source and the body.
BETWEEN = ("core::", "<core::", "alloc::", "<alloc::", "<&mut ")


class Turn:
    """A task's turn: `depth` frames were there when it began."""

    def __init__(self, key, by, depth):
        self.key, self.by, self.depth = key, by, depth


class Reasons:
    def __init__(self, new_id):
        self.new_id = new_id
        # By the task's key: the number of the first activation in it, from before it starts on; and who
        # woke it.
        self.tasks, self.begun, self.woken = {}, set(), {}
        # By thread: whose turn it is.
        self.turns = {}
        # By the lock: the activation that acquired it last.
        self.holders = {}

    def mark(self, what, number, thread, stack, is_dry):
        if what == "task":
            self.tasks.pop(number, None)
            self.begun.discard(number)
        elif what == "turn":
            self.turns[thread] = Turn(number, self.woken.pop(number, None), len(stack))
        elif what == "wakes":
            # Who only hands on what another one asks is not who wakes.
            by = None if is_dry else self.runs(thread, stack) or LOOP
            # Where several have woken parts of one task, who goes on by whom is not known.
            self.woken[number] = by if self.woken.setdefault(number, by) == by else None
            turn = self.turn(thread, stack)
            if turn is not None and turn.key == number and turn.by != by:
                turn.by = None
        elif what == "holds":
            self.holders[number] = self.runs(thread, stack)
        elif what in AWAITED and not is_dry:
            if body := innermost(stack):
                body.waits.append(self.wait(what, number))

    def wait(self, what, number):
        wait = {"kind": KINDS.get(what, what)}
        if what == "timer" and number:
            wait["text"] = f"{round(number / 10**9, 3):g}"
        elif what == "activation":
            wait["of"] = self.id_of(number)
        elif what == "lock" and (holder := self.holders.get(number)):
            wait["of"] = holder
        return wait

    def id_of(self, key):
        if key not in self.tasks:
            self.tasks[key] = self.new_id()
        return self.tasks[key]

    def runs(self, thread, stack):
        """The innermost activation that runs in this turn."""
        depth = self.turns[thread].depth if thread in self.turns else 0
        found = (frame.activation.id for frame in reversed(stack[depth:]) if frame.activation)
        return next(found, None)

    def turn(self, thread, stack):
        """The turn that this thread is in."""
        turn = self.turns.get(thread)
        return turn if turn is not None and len(stack) >= turn.depth else None

    def number(self, function, thread, stack):
        """The number of an activation that starts: one may wait for it already."""
        turn = self.turn(thread, stack)
        if turn is None or function.kind != "coroutine" or turn.key in self.begun:
            return self.new_id()
        self.begun.add(turn.key)
        return self.id_of(turn.key)

    def wakes(self, thread, stack):
        """Who has an activation go on that is just entered; nothing where that is not known."""
        if turn := self.turn(thread, stack):
            return turn.by
        caller = stack[-1] if stack else None
        if caller is None or caller.activation is None or caller.function.role != "call":
            return None
        frame = gdb.newest_frame().older()
        while frame is not None and (frame.name() or "").startswith(BETWEEN):
            frame = frame.older()
        is_caller = frame is not None and caller.function.low <= frame.pc() < caller.function.high
        return caller.activation.id if is_caller else None

    def drops(self, thread, stack):
        """Who drops an activation: who runs, or who woke the task, which then was asked to end."""
        turn = self.turn(thread, stack)
        return self.runs(thread, stack) or (turn.by if turn is not None else None)

    @staticmethod
    def told(waits):
        """What is told of what one waits for: of the next result of several, not those several."""
        results = [wait for wait in waits if wait["kind"] == "result"]
        return results or waits or None

    @staticmethod
    def suspended(activation, stack):
        """An activation has suspended that is awaited, in whatever it is wrapped, by the next one."""
        around = innermost(stack)
        wait = {"kind": "activation", "of": activation.id}
        if around is not None and around is not activation and wait not in around.waits:
            around.waits.append(wait)


def innermost(stack):
    """The activation whose body is the innermost on the stack."""
    bodies = (frame.activation for frame in reversed(stack)
              if frame.function.role == "body" and frame.activation is not None)
    return next(bodies, None)


def read_mark(frame):
    """What a mark says: its two arguments, a text and a number, where the function begins."""
    start, size, number = (int(frame.read_register(name)) & (1 << 64) - 1
                           for name in ("rdi", "rsi", "rdx"))
    return bytes(gdb.selected_inferior().read_memory(start, size)).decode(), number
