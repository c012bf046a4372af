"""Records what a Rust program does, step by step: run by gdb, on the unmodified debug build.

The environment says what, and how far:

    TWINS_SOURCE  the program's source file
    TWINS_EVENTS  how many events are enough

and what the program is started with, where it is more than nothing:

    TWINS_ARGUMENTS, TWINS_ARGUMENT_0, …  how many arguments, and each of them
    TWINS_VARIABLES, TWINS_VARIABLE_0, …  how many variables, and each of them, `NAME=VALUE`
    TWINS_INPUT  the file that it reads

Events go to standard output, one JSON object a line; what gdb says there is no JSON.

A breakpoint stands at the entry, at each line and at each `ret` of the functions whose code lies in
the source file. At an entry the first argument is the address of the coroutine's state, which tells
activations apart; at a `ret` the variant of that state tells a suspension from an end. A stack of
our own, one a thread, pairs entries with ends: unwinding gdb's frames would take most of the time.
A frame that is gone without its `ret` was unwound by a panic.
"""

import json
import math
import os
import re
import signal
import time
import traceback
from functools import partial

import gdb

# What our generators' users and bodies call, by what it means; all of it is public.
CALLS = {"yield_": "yield", "try_yield": "yield", "send": "send", "asend": "send",
         "throw": "throw", "athrow": "throw", "raise": "raise",
         "close": "close", "aclose": "close"}
OURS = r"AsyncGenerator\|Generator\|Co"


class Activation:
    """One run of a function's body."""

    count = 0

    @staticmethod
    def new_id():
        Activation.count += 1
        return Activation.count

    def __init__(self, function, thread, number=None):
        self.id = number or Activation.new_id()
        self.function, self.thread = function, thread
        self.line = function.line
        # The last line of its body, and of each closure and block in it.
        self.lines = {function.name: function.line}
        self.suspended = False
        # What it waits for, as far as it was told since it was entered.
        self.waits = []
        # Its local variables; and the lines that were done since it was resumed.
        self.values, self.shown, self.done = Values(), {}, set()


class Frame:
    """A call that has not returned: `top` is the stack pointer at its entry."""

    def __init__(self, function, activation, top, first=0, address=0):
        self.function, self.activation, self.top = function, activation, top
        # The first argument, and where the state lies.
        self.first, self.address = first, address
        # A drop tells of itself once something happens in it; and who drops.
        self.quiet, self.by = False, None
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
        try:
            self.action(frame)
        except Exception as error:
            recorder.failed = "".join(traceback.format_exception(error)[-3:])
            recorder.full = True
        if recorder.events_left <= 0 and not recorder.is_cut:
            recorder.cut()
        recorder.clock.resumed = time.monotonic_ns()
        return recorder.full


class Recorder:
    def __init__(self):
        self.source, self.program = os.environ["TWINS_SOURCE"], None
        self.events_left = int(os.environ["TWINS_EVENTS"])
        self.full, self.failed, self.thread = False, None, 0
        # The breakpoints of the program's functions; and whether they had enough.
        self.stops, self.is_cut = [], False
        self.clock, self.reasons = Clock(), Reasons(Activation.new_id)
        # By thread: frames, the innermost last.
        self.stacks = {}
        # Address of a state → the activation that lives there.
        self.live = {}
        self.threads = {}
        # The threads whose task is only asked what it waits for.
        self.dry = set()
        self.main = None
        # By thread: what is being yielded or raised, and what is on its way into a generator, by a
        # call with this stack pointer.
        self.yielded, self.raised, self.given = {}, {}, {}

    # --- Breakpoints -----------------------------------------------------------------------

    def prepare(self):
        self.program = Program(self.source)
        actions = {}
        for function in self.program.functions:
            if function.role is None:
                continue
            actions.setdefault(function.low, []).append((self.enter, function))
            for pc, line in self.program.entries(function):
                if self.program.tells(function, line):
                    actions.setdefault(pc, []).append((self.at_line, function, line))
            for pc in ends(function):
                actions.setdefault(pc, []).append((self.leave, function))
        for pc, calls in actions.items():
            self.stops.append(Stop(f"*{pc:#x}", partial(self.at, calls)))
        Stop("-qualified -function write", self.at_write)
        # The end comes before the threads are torn down, which gdb follows badly.
        Stop("-qualified -function exit", self.at_exit)
        for name in WAITS:
            Stop(f"-qualified -function {name}", partial(self.at_wait, WAITS[name]))
        for place, means in self.calls():
            self.stops.append(Stop(f"*{place:#x}", partial(self.at_call, means)))
        mark = gdb.lookup_global_symbol(MARK) or gdb.lookup_static_symbol(MARK)
        if mark is not None:
            # Where it begins: there its arguments are where the caller put them.
            Stop(f"*{int(mark.value().address):#x}", self.at_mark)
        clock = gdb.lookup_static_symbol("std::sys::pal::unix::time::Timespec::now")
        if clock is not None:
            clock = Function(clock, gdb.block_for_pc(int(clock.value().address)), {})
            for pc in ends(clock):
                Stop(f"*{pc:#x}", self.clock.told)

    def calls(self):
        """Where the functions begin that are asked of our generators, behind their prologues."""
        if not any(re.search(r"\btwin_(async_)?generators\b", line) for line in self.program.text):
            return
        # gdb has basic regular expressions.
        names = r"\|".join(CALLS)
        wanted = rf"^twin_.*generators::.*::\({OURS}\)<.*>::\({names}\)<"
        for line in gdb.execute(f"info functions -q {wanted}", to_string=True).splitlines():
            found = re.match(r"\d+:\s+(?:static )?fn (.*)", line)
            if found is None:
                continue
            name = before_arguments(found[1])
            symbol = gdb.lookup_static_symbol(name) or gdb.lookup_global_symbol(name)
            means = CALLS.get(bare(parts(name)[-1]))
            if symbol is None or means is None:
                continue
            block = gdb.block_for_pc(int(symbol.value().address))
            lines = sorted({entry.pc for entry in symbol.symtab.linetable()
                            if block.start <= entry.pc < block.end})
            yield lines[min(1, len(lines) - 1)], means

    # --- What happens ----------------------------------------------------------------------

    def stack(self, frame):
        """The frames of the thread that runs, and its stack pointer."""
        top = register(frame, "rsp")
        stack = self.stacks.setdefault(self.thread, [])
        while stack and stack[-1].top < top:
            self.unwound(stack.pop())
        # What was given to a generator that has ended: the call is over, nobody took it.
        if self.thread in self.given and self.given[self.thread][2] < top:
            del self.given[self.thread]
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
                number = self.reasons.number(function, self.thread, stack)
                activation = Activation(function, self.thread, number)
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
            activation.done = set()
            if function is activation.function:
                activation.waits = []
            more = {"woken_by": self.reasons.wakes(self.thread, stack)}
            if function.kind != "coroutine":
                means, value, _ = self.given.pop(self.thread, (None, None, 0))
                if means == "send":
                    more["value"] = value
                elif means == "throw":
                    more["thrown"] = value
            self.emit("resume", activation, **more)
        stack.append(Frame(function, activation, top, first, address))

    def enter_drop(self, stack, top, function, address):
        """A suspended body that is dropped goes on from its place, to its destructors."""
        # What was raised is caught: who is still there goes on.
        for call in stack:
            call.raises = False
        activation = self.live.pop((function.body.name, address), None)
        if activation is not None and activation.function is function.body and activation.suspended:
            dropped = Frame(function, activation, top)
            dropped.quiet, dropped.by = True, self.reasons.drops(self.thread, stack)
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
        passed = range(self.program.text.statement(left), max(left + 1, line))
        activation.done.update(passed)
        self.emit("line", activation, locals=self.locals(frame, stack[-1], passed))

    def locals(self, frame, call, passed):
        """The local variables that have a value, `passed` being the lines that were just done."""
        function, activation = call.function, call.activation
        if function is not activation.function:
            # A closure or a block in several lines: its variables are not its function's.
            return activation.shown
        if function.variables is None:
            function.variables = variables(function, self.program.text)

        def is_kept(local, address):
            # What does not lie in a body's state is lost when it is suspended.
            in_state = call.address <= address < call.address + function.size
            return function.role != "body" or in_state or not local.assigned.isdisjoint(
                activation.done)

        activation.shown = activation.values.at(
            frame, function, activation.line, passed, is_kept)
        return activation.shown

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
            is_generator = activation.function.kind != "coroutine"
            means, thrown, _ = self.given.pop(self.thread, (None, None, 0))
            raised = self.raised.pop(self.thread, None) or thrown
            closes = means == "close" or raised == EXIT
            by_error = is_generator and not closes and self.ends_by_error()
            if not ended.quiet or not is_generator or by_error:
                how = {"value": raised} if by_error else {"by": "close" if closes else "drop"}
                self.emit("raise", activation, woken_by=ended.by, **how)
            return
        try:
            value = self.result(ended, frame)
            names, value = ([], None) if value is None else unwrapped(value)
        except gdb.error:
            names, value = [], None  # gdb can't read it
        if function.role == "body":
            variant = self.state(function, ended.address)
            if variant >= SUSPENDED:
                activation.suspended = True
                activation.line = function.suspensions.get(variant, activation.line)
                activation.lines[function.name] = activation.line
                if ended.quiet:
                    return
                # What waits there for ever is about to be dropped: it ends by an error.
                if not ended.raises and ".raise(" not in self.program.text[activation.line]:
                    more = self.suspension(ended, names, value)
                    if function.kind != "generator" and not more.get("yields"):
                        self.reasons.suspended(activation, stack)
                        more["waits"] = self.reasons.told(activation.waits)
                    self.emit("suspend", activation, **more)
                return
        if "Err" in names[:2]:
            self.emit("raise", activation, value=None if value is None else error(value))
        else:
            self.emit("return", activation, value=None if value is None else told(value))

    def suspension(self, ended, names, value):
        """What is yielded at a suspension, if it is one at a `yield`."""
        function = ended.function
        form = BODY.fullmatch(function.path[-1])[1]
        if function.kind == "coroutine":
            return {}
        if form.startswith(("async_gen", "gen", "coroutine")):
            # A native generator gives it back.
            if names[:1] == ["Pending"]:
                return {"yields": False}
            return {"yields": True, "value": None if value is None else told(value)}
        yields = self.thread in self.yielded
        return {"yields": yields, "value": self.yielded.pop(self.thread, None)}

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

    def at_mark(self, frame):
        """Our tasks tell something."""
        what, number = read_mark(frame)
        stack, _ = self.stack(frame)
        if what == "raises":
            for call in stack:
                call.raises = True
        elif what == "asks":
            self.dry.add(self.thread)
        elif what == "asked":
            self.dry.discard(self.thread)
        else:
            self.reasons.mark(what, number, self.thread, stack, self.thread in self.dry)

    def at_wait(self, waits, frame):
        if self.stacks.get(self.thread) and waits(frame):
            self.clock.waiting.add(self.thread)

    def cut(self):
        """Has had enough: from now on only what is printed is told, and the end."""
        for stop in self.stops:
            stop.enabled = False
        if self.main is not None:
            self.emit("cut", self.main)
        self.is_cut = True
        self.stacks.clear()

    def at_exit(self, frame):
        if self.is_cut and self.main is not None and register(frame, "rdi") == 0:
            self.emit("return", self.main)
        elif not self.is_cut:
            self.stack(frame)
            frames = [call for stack in self.stacks.values() for call in stack]
            # The program ends in the middle: that is an end of the first one, and none of the others.
            if any(call.activation is self.main for call in frames):
                self.emit("return", self.main)
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
    def result(ended, frame):
        """What a function gives back that is at its `ret`."""
        kind = ended.function.returns
        size = 0 if kind is None or kind.code == gdb.TYPE_CODE_VOID else kind.sizeof
        if size == 0:
            return None
        # What fits no register is returned through a pointer, the first argument.
        if size > 8 and 0 != register(frame, "rax") == ended.first:
            return gdb.Value(ended.first).cast(kind.pointer()).dereference()
        if size > 16:
            return None
        # A pair, as of a variant and its value, comes in two registers.
        first, second = [register(frame, name).to_bytes(8, "little") for name in ("rax", "rdx")]
        if "f64" in str(kind):
            float64 = int(frame.read_register("xmm0")["v2_int64"][0]) & (1 << 64) - 1
            first, second = (float64.to_bytes(8, "little") if size == 8 else first,
                             float64.to_bytes(8, "little"))
        half = half_of(kind)
        given = first[:half] + second[:half] if half else (first + second)[:size]
        # gdb tells the variants of an enum apart in memory alone: in a frame that is gone there is some.
        place = register(frame, "rsp") - 1024
        gdb.selected_inferior().write_memory(place, given)
        return gdb.Value(place).cast(kind.pointer()).dereference()

    def at_call(self, means, frame):
        """What one of our generators is asked to do, or what its body yields."""
        block, value = gdb.block_for_pc(frame.pc()), None
        while block.function is None:
            block = block.superblock
        arguments = [symbol for symbol in block if symbol.is_argument]
        if len(arguments) > 1:
            given = frame.read_var(arguments[1], block)
            value = error(given) if means in ("throw", "raise") else told(given)
        if means == "yield":
            self.yielded[self.thread] = value
        elif means == "raise":
            self.raised[self.thread] = value
        else:
            # Of an async generator the call only makes a future.
            is_async = "::AsyncGenerator<" in block.function.name
            self.given[self.thread] = means, value, math.inf if is_async else register(frame, "rsp")

    # --- What is written -------------------------------------------------------------------

    def emit(self, event, activation, **more):
        for frame in self.stacks.get(self.thread, ()):
            if frame.quiet and event not in ("raise", "suspend"):
                frame.quiet = False
                self.emit("resume", frame.activation, woken_by=frame.by)
        self.events_left -= 1
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
            **{name: value for name, value in more.items() if value is not None},
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
        # The shell in between puts in what stands in these.
        def given(what):
            count = int(os.environ.get(f"TWINS_{what}S", "0"))
            return " ".join(f'"$TWINS_{what}_{place}"' for place in range(count))

        if variables := given("VARIABLE"):
            gdb.execute(f"set exec-wrapper env {variables}", to_string=True)
        arguments = given("ARGUMENT")
        gdb.execute(f'run {arguments} < "${{TWINS_INPUT:-/dev/null}}" > /dev/null', to_string=True)
        # gdb has put the program into a group of its own. What it starts ends with it.
        group = gdb.selected_inferior().pid
        # Where gdb is asked to end, that interrupts what it calls first, and no more.
        gdb.events.gdb_exiting.connect(lambda _: None)
        gdb.events.gdb_exiting.connect(lambda _: end(group))
        gdb.execute("set language rust", to_string=True)
        self.prepare()
        gdb.execute("continue", to_string=True)
        if self.full:
            gdb.execute("kill", to_string=True)
        if self.failed:
            raise gdb.GdbError(" ".join(self.failed.split()))
        if gdb.selected_inferior().pid != 0:
            raise gdb.GdbError("the recorder failed at a breakpoint")
        if not self.full:
            raise gdb.GdbError("it is killed before its end: `cargo twins check` says more")
        self.write({"event": "end"})


def end(group):
    """Ends all that is left of a process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


recorder = Recorder()
recorder.run()
