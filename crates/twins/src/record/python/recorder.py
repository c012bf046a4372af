"""Records what a Python program does, step by step: run by the interpreter, the program unmodified.

    python -c RECORDER SOURCE EVENTS [ARGUMENT]...

SOURCE is the program, EVENTS how many events are enough, the rest is the program's. Events go to standard output, one JSON
object a line; what the program writes there is an event itself, and goes nowhere else.

`sys.settrace` tells the same under 3.11, 3.12 and 3.13, except where a statement stands in several
lines or loops in itself, as a comprehension does (from 3.12 on without a frame of its own). So a
line here is a statement's first line, and a statement is told when it begins.

One thing is chosen that asyncio leaves open: the order of its sets, see `InOrder` in `program.py`.
"""

import gc
import io
import json
import opcode
import os
import sys
import threading
import time

VALUES = (int, float, complex, str)  # and bool, which is an int
LONGEST = 200
# Where a frame stands that has yielded: 3.13 points behind the yield.
YIELDED = {"YIELD_VALUE", "RESUME"}


def shown(value):
    """A value as it is shown; nothing where it is none of those that always can be."""
    if type(value) is list:
        if not all(isinstance(item, VALUES) for item in value):
            return None
    elif not isinstance(value, VALUES):
        return None
    try:
        text = repr(value)
    except ValueError:  # an int of too many digits
        return None
    return text if len(text) <= LONGEST else text[:LONGEST - 1] + "…"


def told(value):
    """What is yielded, sent, returned or raised, as it is shown; nothing for None, and for what shows
    no more than its address."""
    if isinstance(value, (list, tuple, dict, BaseException)):
        text = repr(value)
        return None if " at 0x" in text or len(text) > LONGEST else text
    return shown(value)


class Activation:
    count = 0

    @staticmethod
    def new_id():
        Activation.count += 1
        return Activation.count

    def __init__(self, code, name, line, number):
        self.id = number
        self.function, self.kind, self.line = name, kind(code), line
        # The last line that is not a closure's.
        self.own = line
        # Where the current statement begins in the code, and whether an error is on its way.
        self.statement, self.raising, self.error = None, False, None
        # What has been told since anything changed: local variables, and the lines.
        self.locals, self.told = None, set()
        # Who has it go on, until that is told.
        self.woken_by = None


class Recorder:
    def __init__(self, source, limit, output):
        self.source, self.limit, self.output = source, limit, output
        self.code, self.statements, self.names = prepare(source)
        # By the frame's number, which stays as long as the activation does.
        self.live = {}
        # A thread's own number is another one's after its end.
        self.threads = {}
        self.top, self.last, self.main = None, None, None
        self.count, self.unended = 0, None
        # By thread: the activation that was just entered, until it is known with what.
        self.entered = {}
        # Reentrant: what the collector closes runs wherever it likes.
        self.lock = threading.RLock()
        self.reasons = Reasons(self.live, Activation.new_id, self.tell_more)
        self.started = time.monotonic()

    # --- What the interpreter tells ----------------------------------------------------------

    def call(self, frame, event, arg):
        code = frame.f_code
        if self.is_full():
            return None
        if code.co_filename != self.source:
            return self.reasons.library(frame)
        match role(code):
            case "module":
                self.top = frame
                # It starts where its work does.
                return self.module if self.statements.works else None
            case _ if self.first(self.top) in self.statements.definitions:
                return None  # a decorator, while the program is read
            case "closure" if not self.is_called_inside(frame):
                return self.enter(frame, around(code).rpartition(".")[2])
            case "closure":
                return self.closure
            case "body":
                return self.enter(frame, code.co_name)
        return None

    def enter(self, frame, name):
        code, place = frame.f_code.co_code, frame.f_lasti
        line = self.first(frame)
        begins = opcode.opname[code[place]] == "RESUME" and code[place + 1] & 3 == 0
        activation = self.live.get(id(frame))
        if begins:
            number = self.reasons.number(frame, kind(frame.f_code))
            activation = self.live[id(frame)] = Activation(frame.f_code, name, line, number)
            self.emit("start", activation)
        elif activation is None:
            return None  # a generator that is closed before it began, as 3.11 does it
        else:
            activation.raising = False
            self.flush_entry()
            activation.woken_by = self.reasons.wakes(frame)
            self.entered[threading.get_ident()] = activation
        return self.body

    def module(self, frame, event, arg):
        if event == "line" and self.first(frame) in self.statements.definitions:
            return self.module
        if id(frame) not in self.live:
            if event != "line":
                return self.module
            # Rust's program begins in a function of this name.
            line = self.first(frame)
            number = Activation.new_id()
            activation = self.live[id(frame)] = Activation(frame.f_code, "main", line, number)
            self.emit("start", activation)
        self.body(frame, event, arg)
        return self.module

    def body(self, frame, event, arg):
        activation = self.live[id(frame)]
        self.enter_with(frame, activation, event, arg)
        if event == "line":
            activation.raising = False
            self.line(frame, activation, frame)
        elif event == "exception":
            # That a loop or an await is over is no error.
            activation.raising = not issubclass(arg[0], (StopIteration, StopAsyncIteration))
            if activation.raising:
                # The error itself would be kept alive, and all that its traceback holds.
                activation.error = arg[0].__name__, told(arg[1]) or arg[0].__name__
        elif event == "return":
            self.leave(frame, activation, arg)
        return self.body

    def enter_with(self, frame, activation, event, arg):
        """Tells with what an activation was entered: the first that it does shows it."""
        if self.entered.get(threading.get_ident()) is not activation:
            return
        if event == "exception":
            if activation.kind != "coroutine" and not issubclass(
                    arg[0], (GeneratorExit, StopIteration, StopAsyncIteration)):
                self.flush_entry(thrown=told(arg[1]) or arg[0].__name__)
        elif name := self.statements.sent.get(activation.line):
            # What is sent is the value of `yield`.
            self.flush_entry(value=told(frame.f_locals.get(name)))
        self.flush_entry()

    def flush_entry(self, **more):
        if activation := self.entered.pop(threading.get_ident(), None):
            self.emit("resume", activation, woken_by=activation.woken_by, **more)

    def closure(self, frame, event, arg):
        if event == "line" and (owner := self.owner(frame)):
            self.line(frame, self.live[id(owner)], owner)
        return self.closure

    def line(self, frame, activation, owner):
        first, place = self.first(frame), frame.f_lasti
        if first in self.statements.stars:
            return
        if activation.statement is not None and first not in self.statements.headers:
            began, at = activation.statement
            if (frame.f_code, first) == began and place > at:
                return
        activation.statement = (frame.f_code, first), place
        activation.line = first
        if frame is owner:
            activation.own = first
        values = ((name, shown(value)) for name, value in owner.f_locals.items()
                  if not name.startswith(("__", ".")))
        values = {name: value for name, value in values if value is not None}
        if activation.locals != values:
            activation.locals, activation.told = values, set()
        # One thread may go round and round until another one stops it: once tells it all.
        if first in activation.told and threading.active_count() > 1:
            return
        activation.told.add(first)
        self.emit("line", activation, locals=values)

    def leave(self, frame, activation, value):
        op = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
        activation.line = activation.own
        if op.startswith("RETURN"):
            self.emit("return", activation, value=told(value))
        elif activation.raising or op not in YIELDED or self.is_unwound(frame, activation, value):
            name, error = activation.error or (None, None)
            if name == "SystemExit":
                self.exit(frame, activation)
                return
            by = {"CancelledError": "cancel", "GeneratorExit": "close"}.get(name)
            self.emit("raise", activation, **({"by": by} if by else {"value": error}))
        elif activation.kind == "coroutine":
            self.emit("suspend", activation)
            self.reasons.suspends(activation, frame)
            return
        else:
            # A yield's value comes wrapped, to be told from what an await hands to the event loop.
            wrapped = type(value).__name__ == "async_generator_wrapped_value"
            yields = wrapped or activation.kind == "generator"
            item = gc.get_referents(value)[0] if wrapped and gc.get_referents(value) else value
            self.emit("suspend", activation, yields=yields, value=told(item) if yields else None)
            if not yields:
                self.reasons.suspends(activation, frame)
            return
        activation.error = None
        del self.live[id(frame)]

    def is_unwound(self, frame, activation, value):
        """Whether an error leaves it that `with` or `finally` has let through: the interpreter is back at
        the place where that came from."""
        return value is None and self.first(frame) != activation.own

    def exit(self, frame, activation):
        """The program ends in the middle: that is an end of the first one, and none of the others."""
        if activation is self.main:
            self.emit("return", activation)
        activation.error = None
        del self.live[id(frame)]

    # --- Who is meant ------------------------------------------------------------------------

    def first(self, frame):
        line = frame.f_lineno
        return self.statements.first.get(line, line)

    def is_called_inside(self, frame):
        return self.owner(frame) is not None

    def owner(self, frame):
        """The frame whose activation a frame belongs to: the one of the function around it."""
        wanted = frame.f_code
        while frame is not None:
            code = frame.f_code
            if code.co_filename == self.source and id(frame) in self.live:
                if code.co_qualname == around(wanted):
                    return frame
            elif code.co_filename == self.source and code.co_qualname == around(wanted):
                wanted = code
            frame = frame.f_back
        return None

    def writer(self, frame):
        """The activation that writes: the innermost one."""
        while frame is not None:
            if frame.f_code.co_filename == self.source:
                owner = self.owner(frame) if role(frame.f_code) in ("closure", "inner") else None
                if activation := self.live.get(id(owner or frame)):
                    return activation
            frame = frame.f_back
        return self.last

    # --- What is written ---------------------------------------------------------------------

    def printed(self, frame, text):
        self.flush_entry()
        activation = self.main if self.is_full() else self.writer(frame)
        if activation is None or not text:
            return
        with self.lock:
            if self.unended is not None and self.unended[0] is activation:
                self.unended[1] += text
            else:
                self.flush()
                self.unended = [activation, text]
            if text.endswith("\n"):
                self.flush()

    def flush(self):
        """`print` writes in pieces; they are one event."""
        if self.unended is not None:
            (activation, text), self.unended = self.unended, None
            tell = self.tell if self.is_full() else self.emit
            tell("print", activation, text=text)

    def emit(self, event, activation, **more):
        self.flush_entry()
        with self.lock:
            if self.is_full():
                return
            self.flush()
            self.last = activation
            if event != "line":
                activation.told = set()
            self.main = self.main or activation
            self.tell(event, activation, **more)
            self.count += 1
            if self.count == self.limit:
                # Has had enough: the program goes on to its end, and only what it prints is told.
                sys.settrace(None)
                threading.settrace(None)
                self.tell("cut", self.main)

    def tell_more(self, event, activation, **more):
        """Tells of what has happened already: no event that counts."""
        with self.lock:
            if not self.is_full():
                self.flush()
                self.tell(event, activation, **more)

    def tell(self, event, activation, **more):
        self.write({
            "event": event,
            "id": activation.id,
            "function": activation.function,
            "kind": activation.kind,
            "thread": self.threads.setdefault(threading.current_thread(), len(self.threads)),
            "line": activation.line,
            "at": int((time.monotonic() - self.started) * 1000),
            **more,
        })

    def is_full(self):
        return self.count >= self.limit

    def write(self, event):
        self.output.write(json.dumps(event, ensure_ascii=False) + "\n")

    def end(self):
        self.flush()
        self.write({"event": "end"})
        self.output.flush()

    # A process that the program forks is another program: what happens there is not told.
    def before_fork(self):
        self.lock.acquire()
        self.output.flush()

    def in_child(self):
        sys.settrace(None)
        threading.settrace(None)
        self.lock, self.output = threading.RLock(), open(os.devnull, "w", encoding="utf-8")

    def run(self):
        os.register_at_fork(before=self.before_fork, after_in_parent=self.lock.release,
                            after_in_child=self.in_child)
        threading.settrace(self.call)
        sys.settrace(self.call)
        try:
            exec(self.code, self.names)
            if self.is_full():
                self.flush()
                self.tell("return", self.main)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.end()


class Stdout(io.TextIOWrapper):
    """Standard output that tells the recorder what is written, and writes it nowhere."""

    def write(self, text):
        recorder.printed(sys._getframe(1), text)
        return len(text)


source, limit = sys.argv[1:3]
sys.argv = [source, *sys.argv[3:]]
if not sys.flags.safe_path:
    sys.path[0] = os.path.dirname(os.path.realpath(source))
output = open(os.dup(1), "w", encoding="utf-8")
# What the program starts shares its standard output: that goes nowhere, too.
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
recorder = Recorder(source, int(limit), output)
sys.stdout = Stdout(open(1, "wb", closefd=False), encoding="utf-8", write_through=True)
recorder.run()
