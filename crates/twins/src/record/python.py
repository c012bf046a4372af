"""Records what a Python program does, step by step: run by the interpreter, the program unmodified.

    python -c RECORDER SOURCE EVENTS

SOURCE is the program, EVENTS how many events are enough. Events go to standard output, one JSON
object a line; what the program writes there is an event itself, and goes nowhere else.

`sys.settrace` tells the same under 3.11, 3.12 and 3.13, except where a statement stands in several
lines or loops in itself, as a comprehension does (from 3.12 on without a frame of its own). So a
line here is a statement's first line, and a statement is told when it begins.

One thing is chosen that asyncio leaves open: the order of its sets, see `InOrder`.
"""

import ast
import asyncio
import inspect
import io
import json
import opcode
import os
import sys
import threading
import time
import types

INNER = {"<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
VALUES = (int, float, complex, str)  # and bool, which is an int
LONGEST = 200
# Where a frame stands that has yielded: 3.13 points behind the yield.
YIELDED = {"YIELD_VALUE", "RESUME"}


class Statements:
    """What stands at each line of the source."""

    def __init__(self, tree):
        self.first = {}
        # First lines of statements that come again without beginning again: a loop's header.
        self.headers = set()
        # `except*`: each version goes through these lines in its own way; they are not told.
        self.stars = set()
        self.definitions = set()
        self.visit(tree.body)
        for statement in tree.body:
            if isinstance(statement, DEFINITIONS) or is_docstring(statement):
                self.definitions.add(statement.lineno)
        self.works = not calls_main_only(tree)

    def visit(self, body):
        for node in body:
            start = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
            for line in range(start, node.end_lineno + 1):
                self.first[line] = node.lineno
            if hasattr(node, "body") or hasattr(node, "cases"):
                self.headers.add(node.lineno)
            for handler in getattr(node, "handlers", []):
                self.clause(handler.lineno, handler.body)
                if isinstance(node, ast.TryStar):
                    self.stars.add(handler.lineno)
            for case in getattr(node, "cases", []):
                self.clause(case.pattern.lineno, case.body)
            for name in ("body", "orelse", "finalbody"):
                self.visit(getattr(node, name, []))

    def clause(self, line, body):
        self.first.update(dict.fromkeys(range(line, body[0].lineno), line))
        self.headers.add(line)
        self.visit(body)


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def calls_main_only(tree):
    """Whether all that the module does is to call its function `main`, as Rust's runtime does."""
    def is_call(node):
        return isinstance(node, ast.Call) and getattr(node.func, "id", None) == "main"

    rest = [node for node in tree.body
            if not isinstance(node, DEFINITIONS + (ast.Assign, ast.AnnAssign))
            and not is_docstring(node)]
    return len(rest) == 1 and any(is_call(node) for node in ast.walk(rest[0])) and any(
        isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def kind(code):
    for flag, name in [(inspect.CO_ASYNC_GENERATOR, "async-generator"),
                       (inspect.CO_COROUTINE, "coroutine"),
                       (inspect.CO_GENERATOR, "generator")]:
        if code.co_flags & flag:
            return name
    return "function"


def role(code):
    """What runs in a frame: the module, a body, a closure or another inner part of a body, or
    nothing that counts."""
    if code.co_name == "<module>":
        return "module"
    if code.co_name in INNER:
        return "inner"
    if code.co_name.startswith("<") or not code.co_flags & inspect.CO_OPTIMIZED:
        return None  # the body of a class
    if ".<locals>." in code.co_qualname and kind(code) == "function" and not is_method(code):
        return "closure"
    return "body"


def is_method(code):
    return not code.co_qualname.endswith(f".<locals>.{code.co_name}")


def around(code):
    """The qualified name of the function that a closure belongs to."""
    return code.co_qualname.rpartition(".<locals>.")[0] or "<module>"


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


class InOrder(set):
    """A set that is gone through in the order in which its items came.

    asyncio keeps tasks in sets, and starts, wakes and cancels them in the order of these. A plain
    set's order comes from the items' addresses: each run has another one, and all of them are right.
    While a program is recorded, asyncio takes this set instead, so that two recordings are alike.
    What the program sees is one of the orders it must reckon with anyway.
    """

    def __init__(self, items=()):
        super().__init__()
        self.order = {}
        for item in items:
            self.add(item)

    def add(self, item):
        super().add(item)
        self.order.setdefault(item)

    def discard(self, item):
        super().discard(item)
        self.order.pop(item, None)

    def __iter__(self):
        # What a program does to such a set by other methods leaves the order behind.
        kept = [item for item in self.order if item in self]
        return iter(kept + [item for item in super().__iter__() if item not in self.order])

    def __repr__(self):
        return repr(set(self))


class Activation:
    count = 0

    def __init__(self, code, name, line):
        Activation.count += 1
        self.id = Activation.count
        self.function, self.kind, self.line = name, kind(code), line
        # The last line that is not a closure's.
        self.own = line
        # Where the current statement begins in the code, and whether an error is on its way.
        self.statement, self.raising = None, False
        # What has been told since anything changed: local variables, and the lines.
        self.locals, self.told = None, set()


class Recorder:
    def __init__(self, source, limit, output):
        self.source, self.limit, self.output = source, limit, output
        with open(source, encoding="utf-8") as file:
            text = file.read()
        self.code = compile(text, source, "exec")
        self.statements = Statements(ast.parse(text))
        # By the frame's number, which stays as long as the activation does.
        self.live = {}
        # A thread's own number is another one's after its end.
        self.threads = {}
        self.top, self.last = None, None
        self.count, self.unended = 0, None
        # Reentrant: what the collector closes runs wherever it likes.
        self.lock = threading.RLock()
        self.started = time.monotonic()

    # --- What the interpreter tells ----------------------------------------------------------

    def call(self, frame, event, arg):
        code = frame.f_code
        if code.co_filename != self.source or self.is_full():
            return None
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
            activation = self.live[id(frame)] = Activation(frame.f_code, name, line)
            self.emit("start", activation)
        elif activation is None:
            return None  # a generator that is closed before it began, as 3.11 does it
        else:
            activation.raising = False
            self.emit("resume", activation)
        return self.body

    def module(self, frame, event, arg):
        if event == "line" and self.first(frame) in self.statements.definitions:
            return self.module
        if id(frame) not in self.live:
            if event != "line":
                return self.module
            # Rust's program begins in a function of this name.
            line = self.first(frame)
            activation = self.live[id(frame)] = Activation(frame.f_code, "main", line)
            self.emit("start", activation)
        self.body(frame, event, arg)
        return self.module

    def body(self, frame, event, arg):
        activation = self.live[id(frame)]
        if event == "line":
            activation.raising = False
            self.line(frame, activation, frame)
        elif event == "exception":
            # That a loop or an await is over is no error.
            activation.raising = not issubclass(arg[0], (StopIteration, StopAsyncIteration))
        elif event == "return":
            self.leave(frame, activation, arg)
        return self.body

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
            self.emit("return", activation)
        elif activation.raising or op not in YIELDED:
            self.emit("raise", activation)
        else:
            # A yield's value comes wrapped, to be told from what an await hands to the event loop.
            yields = type(value).__name__ == "async_generator_wrapped_value"
            more = {"yields": yields} if activation.kind == "async-generator" else {}
            self.emit("suspend", activation, **more)
            return
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
        activation = self.writer(frame)
        if activation is None or not text or self.is_full():
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
        if self.unended is not None and not self.is_full():
            (activation, text), self.unended = self.unended, None
            self.emit("print", activation, text=text)

    def emit(self, event, activation, **more):
        with self.lock:
            if self.is_full():
                return
            self.flush()
            self.last = activation
            if event != "line":
                activation.told = set()
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
            self.count += 1
            if self.count == self.limit:
                # The program goes on to its end, to clean up behind it.
                sys.settrace(None)
                threading.settrace(None)

    def is_full(self):
        return self.count >= self.limit

    def write(self, event):
        self.output.write(json.dumps(event, ensure_ascii=False) + "\n")

    def end(self):
        self.flush()
        self.write({"event": "end"})
        self.output.flush()

    def run(self):
        module = types.ModuleType("__main__")
        module.__file__ = self.source
        sys.modules["__main__"] = module
        asyncio.tasks.set = asyncio.taskgroups.set = InOrder
        threading.settrace(self.call)
        sys.settrace(self.call)
        try:
            exec(self.code, module.__dict__)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.end()


class Stdout(io.TextIOWrapper):
    """Standard output that tells the recorder what is written, and writes it nowhere."""

    def write(self, text):
        recorder.printed(sys._getframe(1), text)
        return len(text)


source, limit = sys.argv[1:]
sys.argv = [source]
if not sys.flags.safe_path:
    sys.path[0] = os.path.dirname(os.path.abspath(source))
output = open(os.dup(1), "w", encoding="utf-8")
# What the program starts shares its standard output: that goes nowhere, too.
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
recorder = Recorder(source, int(limit), output)
sys.stdout = Stdout(open(1, "wb", closefd=False), encoding="utf-8", write_through=True)
recorder.run()
