"""What a Rust program is made of: the functions of its source file, and what each one is.

A body's state is an enum that the compiler wrote: which variant it holds tells a suspension from an
end, and where in the code a variant is stored tells the line of that `await` or `yield`.
"""

import bisect
import re

import gdb

# Resume functions, and the closures that belong to the function around them.
BODY = re.compile(r"\{(async_fn|async_block|async_closure|gen_fn|gen_block|gen_closure|"
                  r"coroutine|async_gen_fn|async_gen_block|async_gen_closure)(#\d+\})")
CLOSURE = re.compile(r"\{closure#\d+\}")
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


def before_arguments(signature):
    """The name of a function, from `name(types) -> type`."""
    depth = 0
    for index, char in enumerate(signature):
        if char == "<" or char in "([" and depth:
            depth += 1
        elif char in ")]" or char == ">" and signature[index - 1] != "-":
            depth -= 1
        elif char == "(" and depth == 0:
            return signature[:index]
    return signature


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
        # Of a body: how large its state is, and the line of each suspension point.
        self.size, self.suspensions = 0, {}
        # Its variables, once they are asked for.
        self.variables = None

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
        is_struct = self.returns is not None and self.returns.code == gdb.TYPE_CODE_STRUCT
        fields = self.returns.fields() if is_struct else []
        if len(fields) == 1 and not fields[0].is_base_class:
            returns += f" {fields[0].type}"
        env = "::".join([*body.path[:-1], BODY.sub(r"{\1_env\2", body.path[-1])])
        return env in returns or re.search(
            r"\bdyn (twin_|[\w:]*(Future|Stream|Iterator|AsyncIterator|Coroutine)\b)"
            r"|\btwin_generators::.*RecursiveBody<", returns)


class Program:
    """The program: its source, and the functions that stand there."""

    def __init__(self, source):
        # As far as all ways there agree: examples/with names it by `../CHAPTER/NAME.rs`. Where gdb
        # would take a folder's name for more than one word, the file's alone.
        folder, name = source.split("/")[-2:]
        self.place = name if re.search(r"[^\w.-]", folder) else f"{folder}/{name}"
        with open(source, encoding="utf-8") as file:
            self.text = Text(file.read())
        self.functions = self.classify(self.read())
        if not self.functions:
            raise gdb.GdbError("it has no debug info: take `debug` out of the profile `dev`")

    def read(self):
        """The functions with code in the source file."""
        tables, found = set(), {}
        for line in range(1, len(self.text.lines)):
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
            if function.line >= len(self.text.lines):
                # A macro of the standard library made it, at a line of its own: `thread_local!`.
                function.role = None
                continue
            method = function.path[-1] if "{impl#" in function.path[-2] else None
            if function.is_body():
                function.role = "body"
                function.kind, function.state = self.body_kind(function)
                function.register = self.state_register(function)
                function.suspensions = self.suspensions(function)
                function.size = gdb.lookup_type(function.env()).sizeof
            elif "#[derive" in self.text.whole[function.line] or method in ("fmt", "repr"):
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

    @staticmethod
    def state_register(function):
        """The register that brings the address of a body's state.

        It is the first argument, or the second where the first says where the result goes; which
        of the two is known by what the body reads first: the variant of its state.
        """
        offset = function.state[0]
        read = re.compile(rf"\b{offset:#x}\(%(rdi|rsi)\)" if offset else r"[ ,]\(%(rdi|rsi)\)")
        for step in code(function):
            found = read.search(step["asm"])
            if found:
                return found[1]
        raise gdb.GdbError(f"{function.name} does not read its state")

    @staticmethod
    def suspensions(function):
        """By variant of a body's state: the line where it is stored, before the body suspends."""
        offset, found, places = function.state[0], {}, sorted(function.lines)
        store = re.compile(r"mov\w?\s+\$0x([0-9a-f]+),(?:0x([0-9a-f]+))?\(%\w+\)")
        for step in code(function):
            stored = store.match(step["asm"])
            if stored and int(stored[2] or "0", 16) == offset:
                place = places[bisect.bisect_right(places, step["addr"]) - 1]
                found[int(stored[1], 16)] = function.lines[place]
        return {variant: line for variant, line in found.items() if variant >= SUSPENDED}

    def entries(self, function):
        """The addresses where control may come to a line from another one, with the line."""
        jumps = (re.match(r"j\w+\s+0x([0-9a-f]+)", step["asm"]) for step in code(function))
        targets = {int(jump[1], 16) for jump in jumps if jump}
        passed, before = function.low - 1, None
        for pc, line in sorted(function.lines.items()):
            if line != before or any(passed < target <= pc for target in targets):
                yield pc, line
            passed, before = pc, line

    def tells(self, function, line):
        """Whether a line is worth an event: it does more than begin or close a body."""
        if re.fullmatch(r"[\s)\]};,?]*", self.text.whole[line]):
            return False
        # A closure in one line is a part of the line around it, as a lambda is.
        alone = set(function.lines.values()) == {function.line}
        return line != function.line or alone and function.role != "closure"


def code(function):
    architecture = gdb.newest_frame().architecture()
    return architecture.disassemble(function.low, function.high - 1)


def ends(function):
    """The addresses where a function returns."""
    return [step["addr"] for step in code(function) if re.match(r"ret", step["asm"])]
