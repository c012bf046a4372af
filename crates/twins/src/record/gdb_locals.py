"""Which local variables of a Rust program can be read safely, and how: a part of `gdb.py`.

gdb shows what is left of a value that has been moved, and whatever lies in a slot that has none.
The source tells when a variable gets a value and when it may be moved; in doubt it is left out.
"""

import json
import re

import gdb


class Local:
    """A local variable: what of it the source tells, and how it is read."""

    def __init__(self, symbol, block, function, text):
        self.name, self.symbol, self.block = symbol.name, symbol, block
        self.line = symbol.line
        self.read = reader(symbol.type.strip_typedefs())
        word = re.compile(rf"\b{re.escape(self.name)}\b")
        last = max(function.lines.values())
        # What no one wrote comes from a macro; what is declared without a value gets one later.
        declared = text[self.line] if self.line < len(text) else ""
        later = re.search(rf"\blet (mut )?{self.name}\s*(:[^=]*)?;", declared)
        if later or not word.search(declared):
            self.read = None
        # Where it gets a value: a compound assignment needs one before.
        assigns = re.compile(rf"\b{re.escape(self.name)}\s*=[^=>]")
        self.assigned = {self.line} | {line for line in range(self.line + 1, last + 1)
                                       if assigns.search(text[line])}
        # Where a value that is not copied may be moved; gdb would show what is left of it.
        self.moves, self.last_use = set(), last
        if not self.is_copied():
            uses = [line for line in range(self.line + 1, last + 1) if word.search(text[line])]
            self.moves = {line for line in uses if moves(self.name, text[line])}
            self.moves |= {line for line in range(self.line + 1, last + 1)
                           if re.search(r"\bmove\b", text[line]) and uses and uses[-1] >= line}
            # Nothing keeps what a reference points to alive after its last use.
            if not symbol.is_argument and self.is_reference():
                self.last_use = uses[-1] if uses else self.line

    def has_value(self, start, done):
        """Whether it has one in a function that starts in a line, after the lines that are done."""
        return self.symbol.is_argument or self.line < start or not self.assigned.isdisjoint(done)

    def is_copied(self):
        return self.symbol.type.strip_typedefs().code in (
            gdb.TYPE_CODE_INT, gdb.TYPE_CODE_BOOL, gdb.TYPE_CODE_FLT)

    def is_reference(self):
        return str(self.symbol.type).startswith("&")


def moves(name, text):
    """Whether a line of source may move a variable: it names it, and not only to look at it."""
    text = re.sub(r'"(\\.|[^"\\])*"', '""', text.split("//")[0])
    if re.search(r"\b(e?println|e?print|format|write|writeln|assert|assert_eq)!", text):
        return False
    for found in re.finditer(rf"\b{re.escape(name)}\b", text):
        before, after = text[:found.start()].rstrip(), text[found.end():].lstrip()
        if re.search(r"(&|&mut)$", before) or after.startswith("["):
            continue
        if after.startswith(".") and not after.startswith(".into"):
            continue
        return True
    return False


def reader(kind):
    """What reads a value of a type: numbers, booleans, strings, and lists of them; or nothing."""
    if kind.code == gdb.TYPE_CODE_INT:
        return lambda value: str(int(value))
    if kind.code == gdb.TYPE_CODE_BOOL:
        return lambda value: "true" if value else "false"
    if kind.code == gdb.TYPE_CODE_FLT:
        return lambda value: repr(float(value))
    if kind.code == gdb.TYPE_CODE_ARRAY:
        each = reader(kind.target().strip_typedefs())
        count = kind.range()[1] + 1
        return each and (lambda value: listed(each, [value[at] for at in range(count)]))
    name = str(kind)
    if name == "&str":
        return lambda value: quoted(value["data_ptr"], int(value["length"]))
    if name == "alloc::string::String":
        return lambda value: quoted(*buffer(value["vec"], None))
    if re.match(r"&(mut )?\[", name):
        each = reader(kind.fields()[0].type.target().strip_typedefs())
        return each and (lambda value: items(each, value["data_ptr"], int(value["length"])))
    if name.startswith("alloc::vec::Vec<"):
        item = kind.template_argument(0).strip_typedefs()
        each = reader(item)
        return each and (lambda value: items(each, *buffer(value, item)))
    return None


def buffer(vector, item):
    """Where a `Vec` has its items, and how many."""
    inner = vector["buf"]["inner"]
    pointer, length = inner["ptr"], int(vector["len"])
    while pointer.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT:
        pointer = pointer[pointer.type.fields()[0]]
    if item is not None:
        pointer = pointer.cast(item.pointer())
    return pointer, length


def quoted(pointer, length):
    if length > 200:
        raise ValueError("too long to show")
    raw = b"" if length == 0 else bytes(
        gdb.selected_inferior().read_memory(int(pointer), length))
    return json.dumps(raw.decode("utf-8"), ensure_ascii=False)


def items(each, pointer, length):
    if length > 20:
        raise ValueError("too many to show")
    return listed(each, [(pointer + at).dereference() for at in range(length)])


def listed(each, values):
    if len(values) > 20:
        raise ValueError("too many to show")
    return "[" + ", ".join(each(value) for value in values) + "]"


