"""Records what a Rust program does, step by step: run by gdb, on the unmodified debug build.

The environment says what, and how far:

    TWINS_SOURCE  the program's source file, from the current folder
    TWINS_EVENTS  how many events are enough

Events go to standard output, one JSON object a line; what gdb says there is no JSON.

A breakpoint stands at the entry, at each line and at each `ret` of the functions whose code lies in
the source file. At an entry the first argument is the address of the coroutine's state, which tells
activations apart; at a `ret` the variant of that state tells a suspension from an end. A stack of
our own, one a thread, pairs entries with ends: unwinding gdb's frames would take most of the time.
A frame that is gone without its `ret` was unwound by a panic.
"""

import json
import os
import re
import time

import gdb

# Resume functions, and the closures that belong to the function around them.
BODY = re.compile(r"\{(async_fn|async_block|async_closure|gen_fn|gen_block|gen_closure|"
                  r"coroutine|async_gen_fn|async_gen_block|async_gen_closure)#\d+\}$")
CLOSURE = re.compile(r"\{closure#\d+\}$")
# The variants of a coroutine's state; those from 3 on are its suspension points.
UNRESUMED, RETURNED, PANICKED, SUSPENDED = range(4)


def parts(name):
    """The parts of a path, `::` inside of angle brackets left alone."""
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


def function_name(name):
    """`process` for `program::process::{async_fn#0}` and for `program::{impl#0}::process<u32>`."""
    named = [part for part in parts(name) if not part.startswith("{")]
    return named[-1].split("<")[0]


def env_of(name):
    """The type of a body's state: `…::{async_fn_env#0}` for `…::{async_fn#0}`."""
    return re.sub(r"#(\d+)\}$", r"_env#\1}", name)


class Function:
    """One function with code in the source file."""

    def __init__(self, symbol, block, lines):
        self.name = symbol.name
        self.function = function_name(symbol.name)
        self.line = symbol.line
        self.low, self.high = block.start, block.end
        # Address → source line.
        self.lines = lines
        self.returns = symbol.type.target()
        self.role, self.kind = "call", "function"


class Activation:
    """One run of a function's body."""

    count = 0

    def __init__(self, function, thread):
        Activation.count += 1
        self.id = Activation.count
        self.function, self.thread = function, thread
        self.line = function.line
        self.suspended = False


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


class Stop(gdb.Breakpoint):
    """A breakpoint that calls back and never stops the program."""

    def __init__(self, spec, action):
        super().__init__(spec, internal=True)
        self.silent = True
        self.action = action

    def stop(self):
        return self.action()


class Recorder:
    def __init__(self):
        self.source = os.environ["TWINS_SOURCE"]
        with open(self.source, encoding="utf-8") as file:
            self.text = [""] + file.read().splitlines()
        self.limit = int(os.environ["TWINS_EVENTS"])
        self.events, self.full = 0, False
        # By thread: frames, the innermost last.
        self.stacks = {}
        # Address of a state → the activation that lives there.
        self.live = {}
        self.threads = {}
        self.main = None

    # --- What the program is made of -------------------------------------------------------

    def functions(self):
        """The functions with code in the source file."""
        tables, found = set(), {}
        for line in range(1, len(self.text)):
            try:
                places = gdb.decode_line(f"{self.source}:{line}")[1] or ()
            except gdb.error:
                continue
            for place in places:
                if place.symtab is None or not place.symtab.filename.endswith(self.source):
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
        drops = [self.drop(function) for function in functions if BODY.search(function.name)]
        functions = [function for function in functions if "::drop_" not in function.name]
        return functions + [drop for drop in drops if drop is not None]

    @staticmethod
    def drop(body):
        """The function that drops a body's state; it may lie outside of the source file."""
        for glue in ("drop_glue", "drop_in_place"):
            symbol = gdb.lookup_static_symbol(f"core::ptr::{glue}<{env_of(body.name)}>")
            if symbol is not None:
                address = int(symbol.value().address)
                drop = Function(symbol, gdb.block_for_pc(address), {})
                drop.role, drop.body = "drop", body
                return drop
        return None

    def classify(self, functions):
        """Gives each function its role: body, call, closure, drop, or none."""
        names = {function.name for function in functions}
        for function in functions:
            name, returns = function.name, str(function.returns)
            if function.role == "drop":
                continue
            if BODY.search(name):
                function.role = "body"
                function.kind, function.state = self.body_kind(name)
                function.register = self.state_register(function)
            elif "#[derive" in self.text[function.line]:
                function.role = None
            elif any(other.startswith(name + "::{") and BODY.search(other) and
                     self.makes(returns, other) for other in names):
                # It only makes a coroutine.
                function.role = None
            elif CLOSURE.search(name):
                function.role = "closure"
        return functions

    @staticmethod
    def makes(returns, body):
        """Whether a function with this return type only makes the body."""
        return env_of(body) in returns or re.search(
            r"\bdyn [\w:]*(Future|Stream|Iterator|AsyncIterator|Coroutine)\b", returns)

    @staticmethod
    def body_kind(name):
        """A body's kind, and where its state stands in it: offset and size."""
        form = BODY.search(name)[1]
        env = gdb.lookup_type(env_of(name))
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
                elif re.match(r"twin_generators::.*\bCo<", str(held.type)):
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
        self.by_name = {function.name: function for function in functions}
        actions = {}
        for function in functions:
            if function.role is None:
                continue
            actions.setdefault(function.low, []).append((self.enter, function))
            if function.role != "drop":
                only = set(function.lines.values()) == {function.line}
                for pc, line in function.lines.items():
                    if (only or line != function.line) and not self.closes(line):
                        actions.setdefault(pc, []).append((self.at_line, function, line))
            for pc in self.ends(function):
                actions.setdefault(pc, []).append((self.leave, function))
        for pc, calls in actions.items():
            Stop(f"*{pc:#x}", lambda calls=calls: self.at(calls))
        Stop("write", self.at_write)

    def closes(self, line):
        """Whether a line only closes what others opened."""
        return re.fullmatch(r"[\s)\]};,?]*", self.text[line]) is not None

    @staticmethod
    def code(function):
        architecture = gdb.newest_frame().architecture()
        return architecture.disassemble(function.low, function.high - 1)

    @classmethod
    def ends(cls, function):
        return [step["addr"] for step in cls.code(function) if re.match(r"ret", step["asm"])]

    # --- What happens ----------------------------------------------------------------------

    def at(self, calls):
        if self.full:
            return True
        thread = gdb.selected_thread().num
        frame = gdb.newest_frame()
        top = register(frame, "rsp")
        stack = self.stacks.setdefault(thread, [])
        while stack and stack[-1].top < top:
            self.unwound(stack.pop())
        for call, *arguments in calls:
            call(thread, stack, frame, top, *arguments)
        self.full = self.events >= self.limit
        return self.full

    def enter(self, thread, stack, frame, top, function):
        if stack and stack[-1].top == top:
            return
        first = register(frame, "rdi")
        if function.role == "call":
            activation = Activation(function, thread)
            stack.append(Frame(function, activation, top, first))
            self.emit("start", activation)
        elif function.role == "closure":
            stack.append(Frame(function, self.around(stack, function), top))
        elif function.role == "drop":
            self.enter_drop(stack, top, function, first)
        else:
            self.enter_body(thread, stack, frame, top, function, first)

    def enter_body(self, thread, stack, frame, top, function, first):
        address = register(frame, function.register)
        state = self.state(function, address)
        activation = self.live.get((function.name, address))
        if state == UNRESUMED:
            activation = self.live[function.name, address] = Activation(function, thread)
            self.emit("start", activation)
        elif state < SUSPENDED:
            activation = None
        elif activation is not None:
            activation.thread = thread
            activation.suspended = False
            self.emit("resume", activation)
        stack.append(Frame(function, activation, top, first, address))

    def enter_drop(self, stack, top, function, address):
        """A suspended body that is dropped goes on from its place, to its destructors."""
        activation = self.live.pop((function.body.name, address), None)
        if activation is not None and activation.suspended:
            dropped = Frame(function, activation, top)
            dropped.quiet = True
            stack.append(dropped)

    def around(self, stack, function):
        """The activation that a closure belongs to."""
        name = function.name
        while CLOSURE.search(name):
            name = name.rpartition("::")[0]
        for frame in reversed(stack):
            if frame.function.name == name:
                return frame.activation
        return stack[-1].activation if stack else None

    def at_line(self, thread, stack, frame, top, function, line):
        if not stack or stack[-1].function is not function:
            return
        activation = stack[-1].activation
        if activation is None or activation.line == line:
            return
        activation.line = line
        self.emit("line", activation, locals={})

    def leave(self, thread, stack, frame, top, function):
        if not stack or stack[-1].top != top:
            return
        ended = stack.pop()
        activation = ended.activation
        if activation is None or function.role == "closure":
            return
        if function.role == "drop":
            self.emit("raise", activation)
            return
        if function.role == "body":
            if self.state(function, ended.address) >= SUSPENDED:
                activation.suspended = True
                self.emit("suspend", activation)
                return
                self.live.pop((function.name, ended.address), None)
        self.emit("raise" if self.failed(ended, frame) else "return", activation)

    def unwound(self, frame):
        if frame.activation is None or frame.function.role == "closure":
            return
        self.live.pop((frame.function.name, frame.address), None)
        self.emit("raise", frame.activation)

    def at_write(self):
        frame = gdb.newest_frame()
        if self.full or register(frame, "rdi") != 1:
            return self.full
        start = register(frame, "rsi")
        size = register(frame, "rdx")
        text = bytes(gdb.selected_inferior().read_memory(start, size)).decode("utf-8", "replace")
        thread = gdb.selected_thread().num
        top = register(frame, "rsp")
        stack = self.stacks.get(thread, [])
        while stack and stack[-1].top < top:
            self.unwound(stack.pop())
        owners = [frame.activation for frame in stack if frame.activation is not None]
        # What is left in the buffer comes after `main`.
        owner = owners[-1] if owners else self.main
        if owner is not None:
            for line in text.splitlines(keepends=True):
                self.emit("print", owner, text=line)
        return False

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
        self.events += 1
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
            "at": int((time.monotonic() - self.started) * 1000),
            **more,
        })

    @staticmethod
    def write(event):
        os.write(1, (json.dumps(event, ensure_ascii=False) + "\n").encode())

    def run(self):
        for setting in ("pagination off", "confirm off", "debuginfod enabled off",
                        "breakpoint pending off", "print thread-events off",
                        "print inferior-events off", "language c", "print max-depth 3",
                        "print elements 8", "startup-with-shell on"):
            gdb.execute(f"set {setting}", to_string=True)
        gdb.execute("handle all nostop noprint pass", to_string=True)
        gdb.execute("unset environment TWINS_RECORDER")
        # The C `main`: the program is in its place, its libraries are loaded.
        gdb.execute("tbreak -qualified main", to_string=True)
        gdb.execute("run < /dev/null > /dev/null", to_string=True)
        gdb.execute("set language rust", to_string=True)
        self.started = time.monotonic()
        self.prepare()
        self.started = time.monotonic()
        gdb.execute("continue", to_string=True)
        if self.full:
            gdb.execute("kill", to_string=True)
        elif gdb.selected_inferior().pid != 0:
            raise gdb.GdbError("the recorder failed at a breakpoint")
        self.write({"event": "end"})


recorder = Recorder()
recorder.run()
