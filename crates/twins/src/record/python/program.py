"""What a Python program is made of: what stands at each line, what runs in each frame."""

import ast
import asyncio
import inspect
import sys
import types

INNER = {"<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)

class Statements:
    """What stands at each line of the source."""

    def __init__(self, tree):
        self.first = {}
        # First lines of statements that come again without beginning again: a loop's header.
        self.headers = set()
        # `except*`: each version goes through these lines in its own way; they are not told.
        self.stars = set()
        self.definitions = set()
        # First lines of `name = yield …`: the name.
        self.sent = {}
        self.visit(tree.body)
        for statement in tree.body:
            if isinstance(statement, DEFINITIONS) or is_docstring(statement):
                self.definitions.add(statement.lineno)
        # A line may hold several: what else is there is done.
        for statement in tree.body:
            if not isinstance(statement, DEFINITIONS) and not is_docstring(statement):
                self.definitions.discard(statement.lineno)
        self.works = not calls_main_only(tree)

    def visit(self, body):
        for node in body:
            start = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
            for line in range(start, node.end_lineno + 1):
                self.first[line] = node.lineno
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Yield) and isinstance(
                    node.targets[0], ast.Name):
                self.sent[node.lineno] = node.targets[0].id
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


def prepare(source):
    """Makes ready to run a program in this interpreter: its code, and the names it starts with."""
    with open(source, encoding="utf-8") as file:
        text = file.read()
    module = types.ModuleType("__main__")
    module.__file__ = source
    sys.modules["__main__"] = module
    asyncio.tasks.set = asyncio.taskgroups.set = InOrder
    return compile(text, source, "exec"), Statements(ast.parse(text)), module.__dict__
