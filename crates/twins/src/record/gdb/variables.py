"""The local variables of a Rust program: which ones have a value at a line, and which one.

gdb shows what is left of a value that has been moved, and whatever lies in a slot that has none
yet; the blocks of the debug info reach further than the scopes of the source. So the source decides:
a variable has a value from the end of the statement that declares it to the end of the block around
it, and loses it where it may be moved. What a body does not keep over a suspension it does not use
again: such a variable has the value that it had.
"""

import re

import gdb


class Text:
    """The lines of the source, from 1 on, with strings and comments blanked out."""

    TOKEN = re.compile(r"""
        (?P<gone> //[^\n]* | /\*.*?\*/ | b?"(\\.|[^"\\])*" | r(?P<h>\#*)".*?"(?P=h)
                | b?'(\\.[^']*|[^'\\])')
      """, re.VERBOSE | re.DOTALL)

    def __init__(self, source):
        blank = self.TOKEN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
        self.lines, self.whole = [""] + blank.splitlines(), [""] + source.splitlines()

    def __iter__(self):
        return iter(self.whole)

    def __getitem__(self, line):
        return self.lines[line] if 0 < line < len(self.lines) else ""

    def scope(self, line, column):
        """From which line to which a variable is to be seen that is declared at this place.

        Both ends are excluded: the event of a line comes before the line is done.
        """
        header = re.search(r"\b(for|while|if|match)\b|=>|\|", self[line][:column])
        statement = re.search(r"\blet\b", self[line][:column])
        if statement and not (header and header.end() <= statement.start()
                              and header[0] in ("while", "if")):
            # To the `;`, or to the end of a `let … else { … };`, and then to the end of the block.
            begin = self.find(line, column, ";")
            return begin[0], self.find(*begin, "}")[0]
        if "=>" in self[line][column:] and not self[line].rstrip().endswith("{"):
            return line, line + 1  # an arm in one line
        begin = self.find(line, column, "{")
        return begin[0], self.find(*begin, "}")[0]

    def find(self, line, column, wanted):
        """The place behind the next `wanted` outside of brackets that open on the way; for `}` the
        one that closes what is around."""
        depth = 0
        while line < len(self.lines):
            for at in range(column, len(self.lines[line])):
                char = self.lines[line][at]
                if char == wanted and depth == 0:
                    # The header of a loop ends where its line does: `{` may stand in it, too.
                    if wanted != "{" or not self.lines[line][at + 1:].strip():
                        return line, at + 1
                if char in "([{":
                    depth += 1
                elif char in ")]}":
                    # A pattern stands in brackets itself.
                    depth = max(0, depth - 1)
            line, column = line + 1, 0
        return line, 0

    def body(self, line):
        """The line at whose end the body opens of the function that stands in this line."""
        while line < len(self.lines) and not re.search(r"[{;}]\s*$", self[line]):
            line += 1
        return line

    def statement(self, line):
        """The line where the statement begins that stands in this line."""
        while line > 1 and re.search(r"[^\s;{}]\s*$", self[line - 1]):
            line -= 1
        return line


class Local:
    """A local variable: what the source tells of it, and how it is read."""

    def __init__(self, symbol, block, function, text):
        self.name, self.symbol, self.block = symbol.name, symbol, block
        self.line, self.key = symbol.line, (symbol.name, symbol.line)
        kind = symbol.type.strip_typedefs()
        self.read = reader(kind)
        word = re.compile(rf"(?<![\w.]){re.escape(self.name)}\b")
        last = max(function.lines.values(), default=self.line)
        declared = word.search(text[self.line])
        later = re.search(rf"\blet (mut )?{re.escape(self.name)}\s*(:[^=]*)?;", text[self.line])
        # What no one wrote comes from a macro; what is declared without a value gets one later.
        if declared is None or later:
            self.read = None
        body = text.body(function.line)
        if symbol.is_argument or self.line <= body or declared is None:
            # A parameter, or a variable of the function around this one.
            self.first, self.end = min(self.line, body), last + 1
        else:
            self.first, self.end = text.scope(self.line, declared.end())
        # Where it gets another value: a compound assignment needs one before.
        lines = range(self.line + 1, last + 1)
        assigns = re.compile(rf"(?<![\w.]){re.escape(self.name)}\s*([-+*/%&|^]|<<|>>)?=[^=>]")
        self.assigned = {self.line} | {line for line in lines if assigns.search(text[line])}
        # Where a value that is not copied may be moved.
        self.moves, self.last_use = set(), last
        uses = [line for line in lines if word.search(text[line])
                or re.search(rf"\{{{re.escape(self.name)}[:}}]", text.whole[line])]
        if not is_copied(kind):
            self.moves = {line for line in uses if moves(self.name, text, line)}
            self.moves |= {line for line in lines
                           if re.search(r"\bmove\b", text[line]) and uses and uses[-1] >= line}
        # Nothing keeps what a reference points to alive after its last use.
        if not symbol.is_argument and is_reference(kind):
            self.last_use = uses[-1] if uses else self.line

    def is_seen(self, line):
        return self.first < line < self.end


class Values:
    """What the variables of one activation were last seen to hold."""

    def __init__(self):
        self.moved, self.held = set(), {}

    def at(self, frame, function, line, passed, is_kept):
        """All variables that are in scope at a line, `None` for one whose value is gone.

        `passed` are the lines that were done since the last event, and `is_kept` tells whether
        what lies at an address is still what the activation put there.
        """
        shown, seen = {}, {}
        for local in function.variables:
            if local.is_seen(line) and seen.get(local.name, local).line <= local.line:
                seen[local.name] = local
        self.held = {key: value for key, value in self.held.items()
                     if key[0] in seen and seen[key[0]].key == key}
        for name, local in seen.items():
            if not local.assigned.isdisjoint(passed):
                self.moved.discard(local.key)
            if not local.moves.isdisjoint(passed):
                self.moved.add(local.key)
            if local.key in self.moved:
                shown[name] = None
                continue
            try:
                value = frame.read_var(local.symbol, local.block)
                # What a reference pointed to when it was last needed.
                is_needed = line <= local.last_use or local.key not in self.held
                if is_needed and is_kept(local, int(value.address or 0)):
                    self.held[local.key] = local.read(value)
            except (gdb.error, ValueError):
                # Nothing that can be shown.
                self.held.pop(local.key, None)
            if local.key in self.held:
                shown[name] = self.held[local.key]
        return shown


def variables(function, text):
    """All variables of a function that can be read."""
    found = {}
    for pc in function.lines:
        block = gdb.block_for_pc(pc)
        while block is not None:
            for symbol in block:
                if symbol.is_variable or symbol.is_argument:
                    found.setdefault((symbol.name, symbol.line), (symbol, block))
            if block.function is not None:
                break
            block = block.superblock
    locals = [Local(symbol, block, function, text) for symbol, block in found.values()]
    return [local for local in locals if local.read is not None]


def is_reference(kind):
    return str(kind).startswith("&")


def is_copied(kind):
    if kind.code == gdb.TYPE_CODE_ARRAY:
        return is_copied(kind.target().strip_typedefs())
    name = str(kind)
    return kind.code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_BOOL, gdb.TYPE_CODE_FLT) or (
        name.startswith("&") and not name.startswith("&mut "))


def moves(name, text, line):
    """Whether a line of source may move a variable: it names it, and not only to look at it."""
    text = text[line]
    if re.search(r"\b(e?println|e?print|format|write|writeln|assert|assert_eq)!", text):
        return False
    for found in re.finditer(rf"(?<![\w.]){re.escape(name)}\b", text):
        before, after = text[:found.start()].rstrip(), text[found.end():].lstrip()
        if re.search(r"(&|&mut)$", before) or after.startswith("["):
            continue
        if after.startswith(".") and not after.startswith(".into"):
            continue
        if re.match(r"([-+*/%&|^]|<<|>>)?=[^=>]", after):
            continue
        return True
    return False
