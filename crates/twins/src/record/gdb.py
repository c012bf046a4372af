"""Records what a Rust program does, step by step: run by gdb, on the unmodified debug build.

The environment says what, and how far:

    TWINS_SOURCE  the program's source file, from the current folder
    TWINS_STEPS   how many steps are enough: lines, and what else is never folded away
    TWINS_EVENTS  how many events are, folded away or not

Events go to standard output, one JSON object a line; what gdb says there is no JSON.

A breakpoint stands at the entry, at each line and at each `ret` of the functions whose code lies in
the source file. At an entry the first argument is the address of the coroutine's state, which tells
activations apart; at a `ret` the variant of that state tells a suspension from an end. A stack of
our own, one a thread, pairs entries with ends: unwinding gdb's frames would take most of the time.
A frame that is gone without its `ret` was unwound by a panic.

Stops take far longer than what the program does between them. So that timers that are due together
stay together, the program sees a clock of ours, which goes on while it waits and stands while it
is stopped.
"""

import json
import os
import re
import time
from functools import partial

import gdb

# Resume functions, and the closures that belong to the function around them.
BODY = re.compile(r"\{(async_fn|async_block|async_closure|gen_fn|gen_block|gen_closure|"
                  r"coroutine|async_gen_fn|async_gen_block|async_gen_closure)(#\d+\})")
CLOSURE = re.compile(r"\{closure#\d+\}")
# Where a program waits, and (by register) what must hold for that.
WAITS = {
    "epoll_wait": lambda frame: register(frame, "rcx") & 0xffffffff != 0,
    "clock_nanosleep": lambda frame: True,
    "nanosleep": lambda frame: True,
    "pthread_join": lambda frame: True,
    # FUTEX_WAIT and FUTEX_WAIT_BITSET.
    "syscall": lambda frame: (register(frame, "rdi") == 202
                              and register(frame, "rdx") & 0x7f in (0, 9)),
}
# Who calls this waits for ever, until the scope around it drops it.
RAISE = "twin_tasks::cancel::path::raise"
# Between these a task is only asked what it waits for: nobody goes on.
DRY = ["twin_tasks::cancel::path::begin_dry", "twin_tasks::cancel::path::end_dry"]
# What the program does between two stops, in nanoseconds on its clock.
MOMENT = 10_000
# What takes this long was a wait that we don't know.
LONG = 50_000_000
# The variants of a coroutine's state; those from 3 on are its suspension points.
UNRESUMED, RETURNED, PANICKED, SUSPENDED = range(4)


def parts(name):
    """The parts of a path, `::` inside angle brackets left alone."""
    found, depth, start = [], 0, 0
    for index, char in enumerate(name):
        if char in "<([":
            depth += 1
        elif char in ">)]" and name[index - 1] != "-":
            depth -= 1
        elif depth == 0 and name.startswith("::", index):
            found.append(name[start:index])
            start = index + 2
    return found + [name[start:]]


def bare(part):
    """A part of a path without its generic arguments."""
    return part if part.startswith("<") else part.split("<")[0]


class Function:
    """One function with code in the source file."""

    def __init__(self, symbol, block, lines):
        self.name = symbol.name
        # `program::process::{async_fn#0}`, without generic arguments; its function is `process`.
        self.path = [bare(part) for part in parts(symbol.name)]
        self.function = [part for part in self.path if not part.startswith("{")][-1]
        self.line = symbol.line
        self.low, self.high = block.start, block.end
        # Address → source line.
        self.lines = lines
        self.returns = symbol.type.target()
        self.role, self.kind = "call", "function"
        # By address: the variables that can be read there.
        self.locals, self.size = {}, 0

    def is_body(self):
        return BODY.fullmatch(self.path[-1]) is not None

    def is_block(self):
        """Whether it is an `async` block or closure in an `async` body: a part of that one."""
        form = BODY.fullmatch(self.path[-1])
        if form is None or form[1] not in ("async_block", "async_closure"):
            return False
        path = self.path[:-1]
        while CLOSURE.fullmatch(path[-1]):
            path = path[:-1]
        return self.kind == "coroutine" and BODY.fullmatch(path[-1]) is not None

    def is_closure(self):
        return CLOSURE.fullmatch(self.path[-1]) is not None

    def env(self):
        """The type of a body's state: `…::{async_fn_env#0}` for `…::{async_fn#0}`."""
        *path, last = parts(self.name)
        return "::".join([*path, BODY.sub(r"{\1_env\2", last, count=1)])

    def makes(self, body):
        """Whether this function only makes a coroutine: the body."""
        if body.path[:len(self.path)] != self.path or not body.is_body() or body is self:
            return False
        returns = str(self.returns)
        # A type of the program's own around what it makes.
        fields = self.returns.fields() if self.returns and self.returns.code == gdb.TYPE_CODE_STRUCT else []
        if len(fields) == 1 and not fields[0].is_base_class:
            returns += f" {fields[0].type}"
        env = "::".join([*body.path[:-1], BODY.sub(r"{\1_env\2", body.path[-1])])
        return env in returns or re.search(
            r"\bdyn (twin_|[\w:]*(Future|Stream|Iterator|AsyncIterator|Coroutine)\b)"
            r"|\btwin_generators::.*RecursiveBody<", returns)


class Activation:
    """One run of a function's body."""

    count = 0

    def __init__(self, function, thread):
        Activation.count += 1
        self.id = Activation.count
        self.function, self.thread = function, thread
        self.line = function.line
        # The last line of its body, and of each closure and block in it.
        self.lines = {function.name: function.line}
        self.suspended = False
        # Variables whose value has been moved away; lines done, and those since the last resume.
        self.moved, self.shown = set(), {}
        self.done, self.done_since = set(), set()


def register(frame, name):
    return int(frame.read_register(name)) & (1 << 64) - 1


class Frame:
    """A call that has not returned: `top` is the stack pointer at its entry."""

    def __init__(self, function, activation, top, first=0, address=0):
        self.function, self.activation, self.top = function, activation, top
        # The first argument, and where the state lies.
        self.first, self.address = first, address
        # A drop tells of itself once something happens in it.
        self.quiet = False
        # A cancellation is raised inside it: to wait is its end.
        self.raises = False

    def is_own(self):
        """Whether it is a call of its activation's body, or its drop, and not of what is in it."""
        body = self.function.body if self.function.role == "drop" else self.function
        return self.activation is not None and self.activation.function is body


class Stop(gdb.Breakpoint):
    """A breakpoint that calls back and never stops the program."""

    def __init__(self, spec, action):
        super().__init__(spec, internal=True)
        self.silent = True
        self.action = action

    def stop(self):
        if recorder.full:
            return True
        frame = gdb.newest_frame()
        recorder.thread = gdb.selected_thread().num
        recorder.clock.stopped(recorder.thread)
        self.action(frame)
        recorder.full |= recorder.steps_left < 0 or recorder.events_left <= 0
        recorder.clock.resumed = time.monotonic_ns()
        return recorder.full


class Clock:
    """The program's time, in nanoseconds since its start: without that of its stops."""

    def __init__(self):
        self.now, self.resumed, self.waiting, self.offset = 0, time.monotonic_ns(), set(), None

    def stopped(self, thread):
        passed = time.monotonic_ns() - self.resumed
        self.now += passed if self.waiting or passed > LONG else MOMENT
        self.waiting.discard(thread)

    def told(self, frame):
        """Puts our time where the program finds the system's: seconds and nanoseconds."""
        told = register(frame, "rax") * 10**9 + (register(frame, "rdx") & 0xffffffff)
        if abs(told - time.monotonic_ns()) > 10**15:
            return  # the time of day
        if self.offset is None:
            self.offset = told - self.now
        seconds, nanoseconds = divmod(self.offset + self.now, 10**9)
        gdb.parse_and_eval(f"$rax = {seconds}")
        gdb.parse_and_eval(f"$rdx = {nanoseconds}")


class Recorder:
    def __init__(self):
        self.source = os.environ["TWINS_SOURCE"]
        # As far as all ways there agree: examples/with names it by `../CHAPTER/NAME.rs`.
        self.place = "/".join(self.source.split("/")[-2:])
        with open(self.source, encoding="utf-8") as file:
            self.text = [""] + file.read().splitlines()
        self.steps_left = int(os.environ["TWINS_STEPS"])
        self.events_left = int(os.environ["TWINS_EVENTS"])
        self.full, self.thread = False, 0
        self.clock = Clock()
        # By thread: frames, the innermost last.
        self.stacks = {}
        # Address of a state → the activation that lives there.
        self.live = {}
        self.threads = {}
        # The threads whose task is only asked what it waits for.
        self.dry = set()
        self.main = None

    # --- What the program is made of -------------------------------------------------------

    def functions(self):
        """The functions with code in the source file."""
        tables, found = set(), {}
        for line in range(1, len(self.text)):
            try:
                places = gdb.decode_line(f"{self.place}:{line}")[1] or ()
            except gdb.error:
                continue
            for place in places:
                if place.symtab is None or not place.symtab.filename.endswith(self.place):
                    continue
                entries = [(entry.pc, entry.line) for entry in place.symtab.linetable()]
                if not entries or entries[0] in tables:
                    continue
                tables.add(entries[0])
                for pc, number in entries:
                    if number == 0:
                        continue
                    block = gdb.block_for_pc(pc)
                    while block is not None and block.function is None:
                        block = block.superblock
                    if block is None:
                        continue
                    lines = found.setdefault(block.start, (block.function, block, {}))[2]
                    lines.setdefault(pc, number)
        functions = [Function(*entry) for entry in found.values()]
        drops = [self.drop(function) for function in functions if function.is_body()]
        functions = [function for function in functions if "::drop_" not in function.name]
        return functions + [drop for drop in drops if drop is not None]

    @staticmethod
    def drop(body):
        """The function that drops a body's state; it may lie outside the source file."""
        for glue in ("drop_glue", "drop_in_place"):
            symbol = gdb.lookup_static_symbol(f"core::ptr::{glue}<{body.env()}>")
            if symbol is not None:
                address = int(symbol.value().address)
                drop = Function(symbol, gdb.block_for_pc(address), {})
                drop.role, drop.body = "drop", body
                return drop
        return None

    def classify(self, functions):
        """Gives each function its role: body, call, closure, drop, or none."""
        for function in functions:
            if function.role == "drop":
                continue
            if function.line >= len(self.text):
                # A macro of the standard library made it, at a line of its own: `thread_local!`.
                function.role = None
                continue
            method = function.path[-1] if "{impl#" in function.path[-2] else None
            if function.is_body():
                function.role = "body"
                function.kind, function.state = self.body_kind(function)
                function.register = self.state_register(function)
                function.size = gdb.lookup_type(function.env()).sizeof
            elif "#[derive" in self.text[function.line] or method in ("fmt", "repr"):
                # Python's dicts and strings can do it by themselves.
                function.role = None
            elif any(function.makes(other) for other in functions):
                function.role = None
            elif function.is_closure() or method == "drop":
                # A destructor is Python's `finally`.
                function.role = "closure"
        return functions

    @staticmethod
    def body_kind(body):
        """A body's kind, and where its state stands in it: offset and size."""
        form = BODY.fullmatch(body.path[-1])[1]
        env = gdb.lookup_type(body.env())
        state = next(field for field in env.fields() if field.name == "__state")
        kind = {"async": "coroutine", "gen": "generator", "coroutine": "generator"}.get(
            form.split("_")[0])
        if form.startswith("async_gen"):
            kind = "async-generator"
        # A body of our libraries' generators is a coroutine that holds their handle.
        for variant in env.fields():
            if variant.name == "__state":
                continue
            for held in variant.type.fields():
                if re.match(r"twin_async_generators::.*\bCo<", str(held.type)):
                    kind = "async-generator"
                elif re.match(r"twin_generators::.*\b(Recursive)?Co<", str(held.type)):
                    kind = "generator"
        return kind, (state.bitpos // 8, state.type.sizeof)

    @classmethod
    def state_register(cls, function):
        """The register that brings the address of a body's state.

        It is the first argument, or the second where the first says where the result goes; which
        of the two is known by what the body reads first: the variant of its state.
        """
        offset = function.state[0]
        read = re.compile(rf"\b{offset:#x}\(%(rdi|rsi)\)" if offset else r"[ ,]\(%(rdi|rsi)\)")
        for step in cls.code(function):
            found = read.search(step["asm"])
            if found:
                return found[1]
        raise gdb.GdbError(f"{function.name} does not read its state")

    # --- Breakpoints -----------------------------------------------------------------------

    def prepare(self):
        functions = self.classify(self.functions())
        if not functions:
            raise gdb.GdbError(f"the program has no code of {self.source}: is it its debug build?")
        actions = {}
        for function in functions:
            if function.role is None:
                continue
            actions.setdefault(function.low, []).append((self.enter, function))
            for pc, line in self.entries(function):
                if self.tells(function, line):
                    actions.setdefault(pc, []).append((self.at_line, function, line))
            for pc in self.ends(function):
                actions.setdefault(pc, []).append((self.leave, function))
        for pc, calls in actions.items():
            Stop(f"*{pc:#x}", partial(self.at, calls))
        Stop("-qualified -function write", self.at_write)
        # The end comes before the threads are torn down, which gdb follows badly.
        Stop("-qualified -function exit", self.at_exit)
        for name in WAITS:
            Stop(f"-qualified -function {name}", partial(self.at_wait, WAITS[name]))
        if gdb.lookup_global_symbol(RAISE) is not None:
            Stop(f"-qualified -function {RAISE}", self.at_raise)
        if all(gdb.lookup_global_symbol(name) is not None for name in DRY):
            Stop(f"-qualified -function {DRY[0]}", lambda frame: self.dry.add(self.thread))
            Stop(f"-qualified -function {DRY[1]}", lambda frame: self.dry.discard(self.thread))
        clock = gdb.lookup_static_symbol("std::sys::pal::unix::time::Timespec::now")
        if clock is not None:
            clock = Function(clock, gdb.block_for_pc(int(clock.value().address)), {})
            for pc in self.ends(clock):
                Stop(f"*{pc:#x}", self.clock.told)

    @classmethod
    def entries(cls, function):
        """The addresses where control may come to a line from another one, with the line."""
        jumps = (re.match(r"j\w+\s+0x([0-9a-f]+)", step["asm"]) for step in cls.code(function))
        targets = {int(jump[1], 16) for jump in jumps if jump}
        passed, before = function.low - 1, None
        for pc, line in sorted(function.lines.items()):
            if line != before or any(passed < target <= pc for target in targets):
                yield pc, line
            passed, before = pc, line

    def tells(self, function, line):
        """Whether a line is worth an event: it does more than begin or close a body."""
        if re.fullmatch(r"[\s)\]};,?]*", self.text[line]):
            return False
        # A closure in one line is a part of the line around it, as a lambda is.
        alone = set(function.lines.values()) == {function.line}
        return line != function.line or alone and function.role != "closure"

    @staticmethod
    def code(function):
        architecture = gdb.newest_frame().architecture()
        return architecture.disassemble(function.low, function.high - 1)

    @classmethod
    def ends(cls, function):
        return [step["addr"] for step in cls.code(function) if re.match(r"ret", step["asm"])]

    # --- What happens ----------------------------------------------------------------------

    def stack(self, frame):
        """The frames of the thread that runs, and its stack pointer."""
        top = register(frame, "rsp")
        stack = self.stacks.setdefault(self.thread, [])
        while stack and stack[-1].top < top:
            self.unwound(stack.pop())
        return stack, top

    def at(self, calls, frame):
        stack, top = self.stack(frame)
        for call, *arguments in calls:
            call(stack, frame, top, *arguments)

    def enter(self, stack, frame, top, function):
        if stack and stack[-1].top == top:
            return
        first = register(frame, "rdi")
        if function.role == "call":
            activation = Activation(function, self.thread)
            stack.append(Frame(function, activation, top, first))
            self.emit("start", activation)
        elif function.role == "closure":
            around = self.around(stack, function)
            caller = stack[-1].activation if stack else None
            stack.append(Frame(function, around or caller, top))
            if stack[-1].activation is not None:
                stack[-1].activation.lines.pop(function.name, None)
        elif function.role == "drop":
            self.enter_drop(stack, top, function, first)
        else:
            self.enter_body(stack, frame, top, function, first)

    def enter_body(self, stack, frame, top, function, first):
        address = register(frame, function.register)
        state = self.state(function, address)
        activation = self.live.get((function.name, address))
        if state == UNRESUMED:
            activation = self.around(stack, function) if function.is_block() else None
            if activation is None:
                activation = Activation(function, self.thread)
                self.emit("start", activation)
            self.live[function.name, address] = activation
            activation.lines.pop(function.name, None)
        elif state < SUSPENDED:
            activation = None
        elif activation is not None and activation.function is function:
            activation.thread = self.thread
            activation.suspended = False
            if self.thread in self.dry:
                asked = Frame(function, activation, top, first, address)
                asked.quiet = True
                stack.append(asked)
                return
            activation.done_since = set()
            self.emit("resume", activation)
        stack.append(Frame(function, activation, top, first, address))

    def enter_drop(self, stack, top, function, address):
        """A suspended body that is dropped goes on from its place, to its destructors."""
        # What was raised is caught: who is still there goes on.
        for call in stack:
            call.raises = False
        activation = self.live.pop((function.body.name, address), None)
        if activation is not None and activation.function is function.body and activation.suspended:
            dropped = Frame(function, activation, top)
            dropped.quiet = True
            stack.append(dropped)

    @staticmethod
    def around(stack, function):
        """The activation that a closure or a block belongs to, if it runs."""
        path = function.path[:-1]
        while CLOSURE.fullmatch(path[-1]):
            path = path[:-1]
        for frame in reversed(stack):
            if frame.function.path == path:
                return frame.activation
        return None

    def at_line(self, stack, frame, top, function, line):
        if not stack or stack[-1].function is not function:
            return
        activation = stack[-1].activation
        if activation is None or activation.lines.get(function.name) == line:
            return
        stack[-1].raises = False
        left = activation.lines.get(function.name, function.line)
        activation.line = activation.lines[function.name] = line
        passed = range(self.statement(left), max(left + 1, line))
        activation.done.update(passed)
        activation.done_since.update(passed)
        self.emit("line", activation, locals=self.locals(frame, stack[-1], passed))

    def statement(self, line):
        """The line where the statement begins that stands in this line."""
        while line > 1 and re.search(r"[^\s;{}]\s*$", self.text[line - 1].split("//")[0]):
            line -= 1
        return line

    def locals(self, frame, call, passed):
        """The local variables that can be read, `passed` being the lines that were just done."""
        function, activation = call.function, call.activation
        if function is not activation.function:
            # A closure or a block in several lines: its variables are not its function's.
            return activation.shown
        pc = frame.pc()
        if pc not in function.locals:
            function.locals[pc] = self.declared(function, pc)
        shown = {}
        for local in function.locals[pc]:
            key = local.name, local.line
            if not local.assigned.isdisjoint(passed):
                activation.moved.discard(key)
            if any(line in local.moves for line in passed):
                activation.moved.add(key)
            if key in activation.moved or activation.line > local.last_use:
                continue
            try:
                value = frame.read_var(local.symbol, local.block)
                # What is not kept in a body's state is lost when it is suspended.
                kept = call.address <= int(value.address or 0) < call.address + function.size
                if function.role == "body" and not kept:
                    has_value = not local.assigned.isdisjoint(activation.done_since)
                else:
                    has_value = local.has_value(function.line, activation.done)
                if has_value:
                    shown[local.name] = local.read(value)
            except (gdb.error, ValueError):
                # Optimised away, or nothing that can be shown.
                continue
        activation.shown = shown
        return shown

    def declared(self, function, pc):
        """The variables in scope at an address, those that can be read; inner ones hide outer."""
        found, block = {}, gdb.block_for_pc(pc)
        while block is not None:
            for symbol in block:
                if (symbol.is_variable or symbol.is_argument) and symbol.name not in found:
                    found[symbol.name] = Local(symbol, block, function, self.text)
            if block.function is not None:
                break
            block = block.superblock
        return [local for local in found.values() if local.read is not None]

    def leave(self, stack, frame, top, function):
        if not stack or stack[-1].top != top:
            return
        ended = stack.pop()
        activation = ended.activation
        if function.role == "body" and self.state(function, ended.address) < SUSPENDED:
            self.live.pop((function.name, ended.address), None)
        if not ended.is_own():
            return
        if function.role == "drop":
            if not ended.quiet or activation.function.kind != "generator" or self.ends_by_error():
                self.emit("raise", activation)
            return
        if function.role == "body":
            if self.state(function, ended.address) >= SUSPENDED:
                activation.suspended = True
                if ended.quiet:
                    return
                # What waits there for ever is about to be dropped: it ends by an error.
                if not ended.raises and ".raise(" not in self.text[activation.line]:
                    self.emit("suspend", activation)
                return
        self.emit("raise" if self.failed(ended, frame) else "return", activation)

    @staticmethod
    def ends_by_error():
        """Whether a generator is dropped since its body ends by an error: by its own library.

        A generator that is closed, or dropped, has nothing to tell: CPython passes over it in
        silence, too, unless something is left to run there.
        """
        frame = gdb.newest_frame().older()
        for _ in range(30):
            name = frame.name() if frame is not None else None
            if name is None:
                return False
            called = bare(parts(name)[-1])
            if name.startswith("twin_") and called in ("throw", "run", "resume", "next", "send"):
                return True
            if called in ("close", "drop"):
                return False
            frame = frame.older()
        return False

    def unwound(self, frame):
        self.live.pop((frame.function.name, frame.address), None)
        if frame.is_own():
            self.emit("raise", frame.activation)

    def at_raise(self, frame):
        for call in self.stack(frame)[0]:
            call.raises = True

    def at_wait(self, waits, frame):
        if self.stacks.get(self.thread) and waits(frame):
            self.clock.waiting.add(self.thread)

    def at_exit(self, frame):
        self.full = True

    def at_write(self, frame):
        if register(frame, "rdi") != 1:
            return
        start, size = register(frame, "rsi"), register(frame, "rdx")
        text = bytes(gdb.selected_inferior().read_memory(start, size)).decode("utf-8", "replace")
        stack, _ = self.stack(frame)
        owners = [frame.activation for frame in stack if frame.activation is not None]
        # What is left in the buffer comes after `main`.
        owner = owners[-1] if owners else self.main
        if owner is not None:
            for line in text.splitlines(keepends=True):
                self.emit("print", owner, text=line)

    @staticmethod
    def state(function, address):
        offset, size = function.state
        memory = gdb.selected_inferior().read_memory(address + offset, size)
        return int.from_bytes(bytes(memory), "little")

    @staticmethod
    def failed(ended, frame):
        """Whether a function that returns now returns an error."""
        function = ended.function
        if "core::result::Result<" not in str(function.returns):
            return False
        # What fits no register is returned through a pointer, the first argument.
        if function.returns.sizeof > 8 and register(frame, "rax") == ended.first:
            value = gdb.Value(ended.first).cast(
                function.returns.pointer()).dereference()
        else:
            words = [register(frame, name) for name in ("rax", "rdx")]
            size = function.returns.sizeof
            raw = b"".join(word.to_bytes(8, "little") for word in words)
            value = gdb.Value(raw[:size], function.returns)
        # The variants' names, outermost first.
        variants = re.findall(r"::(Ready|Complete|Ok|Err|Pending|Yielded)\b", str(value))
        return variants[:1] == ["Err"] or variants[:2] in (["Ready", "Err"], ["Complete", "Err"])

    # --- What is written -------------------------------------------------------------------

    def emit(self, event, activation, **more):
        for frame in self.stacks.get(self.thread, ()):
            if frame.quiet and event not in ("raise", "suspend"):
                frame.quiet = False
                self.emit("resume", frame.activation)
        self.events_left -= 1
        if event not in ("suspend", "resume"):
            self.steps_left -= 1
        function = activation.function
        if self.main is None and function.function == "main":
            self.main = activation
        self.write({
            "event": event,
            "id": activation.id,
            "function": function.function,
            "kind": function.kind,
            "thread": self.threads.setdefault(activation.thread, len(self.threads)),
            "line": activation.line,
            "at": self.clock.now // 10**6,
            **more,
        })

    @staticmethod
    def write(event):
        os.write(1, (json.dumps(event, ensure_ascii=False) + "\n").encode())

    def run(self):
        for setting in ("pagination off", "confirm off", "debuginfod enabled off",
                        "breakpoint pending off", "print thread-events off",
                        "print inferior-events off", "language c", "print max-depth 3",
                        "print elements 8", "startup-with-shell on",
                        # A thread is known by its number; its library is not asked.
                        "libthread-db-search-path /nonexistent"):
            gdb.execute(f"set {setting}", to_string=True)
        # All but those that gdb uses itself: a program may raise SIGINT.
        for signals in ("all", "SIGINT"):
            gdb.execute(f"handle {signals} nostop noprint pass", to_string=True)
        gdb.execute("unset environment TWINS_RECORDER")
        # The C `main`: the program is in its place, its libraries are loaded.
        gdb.execute("tbreak -qualified main", to_string=True)
        gdb.execute("run < /dev/null > /dev/null", to_string=True)
        gdb.execute("set language rust", to_string=True)
        self.prepare()
        gdb.execute("continue", to_string=True)
        if self.full:
            gdb.execute("kill", to_string=True)
        elif gdb.selected_inferior().pid != 0:
            raise gdb.GdbError("the recorder failed at a breakpoint")
        self.write({"event": "end"})


recorder = Recorder()
recorder.run()
