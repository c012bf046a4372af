"""How the values of a Rust program are read: numbers, booleans, strings, and lists of them.

What a function gives back is unwrapped: of a `Poll::Ready(Ok(v))` it is `v` that is shown.
"""

import json
import re

import gdb

# What stands around a value that is given back; an error is one, too.
WRAPS = {"Ready", "Complete", "Yielded", "Ok", "Err", "Some"}

# What closes a generator is no error of its own.
EXIT = "GeneratorExit"


def reader(kind):
    """What reads a value of a type: numbers, booleans, strings, and lists of them; or nothing."""
    if str(kind) == "()":
        return lambda value: "()"
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
    if name.startswith("("):
        return pair_reader(kind)
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


def pair_reader(kind):
    """What reads a tuple."""
    fields = kind.fields() if kind.code == gdb.TYPE_CODE_STRUCT else []
    each = [(field, reader(field.type.strip_typedefs())) for field in fields]
    if not all(read for _, read in each):
        return None
    return lambda value: "(" + ", ".join(read(value[field]) for field, read in each) + ")"


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


def told(value):
    """A value as it is shown; nothing for `()`, and for what can't be shown."""
    read = reader(value.type.strip_typedefs())
    try:
        text = read(value) if read else None
    except (gdb.error, ValueError):
        return None
    return None if text == "()" else text


def error(value):
    """An error as it is shown: itself, its variant, or the name of its type."""
    kind = str(value.type.strip_typedefs())
    # What our generators are thrown holds it: `Thrown::Error(error)`.
    if re.match(r"twin_\w+::error::(Thrown|Raised)<", kind):
        name, inner = variant_of(value)
        return error(inner) if name == "Error" and inner is not None else EXIT
    variant = re.fullmatch(r"[\w:]+::(\w+)", str(value))
    return told(value) or variant and variant[1] or re.sub(r"<.*", "", kind).split("::")[-1]


def variant_of(value):
    """The name of the variant that an enum's value is, and what is in it."""
    kind = value.type.strip_typedefs()
    # gdb knows which variant it is, and tells it where it prints.
    active = re.match(r"::(\w+)", str(value).removeprefix(str(kind)))
    name = active[1] if active else None
    field = next((field for field in kind.fields() if field.name == name), None)
    if field is None:
        return name, None
    inner = value[field]
    fields = inner.type.fields()
    return name, inner[fields[0]] if fields else None


def unwrapped(value):
    """The names of the variants around a value, outermost first, and what is in them."""
    names = []
    while re.match(r"core::(task::poll::Poll|option::Option|result::Result|ops::coroutine::"
                   r"CoroutineState)<", str(value.type.strip_typedefs())):
        name, inner = variant_of(value)
        names.append(name)
        if name not in WRAPS or inner is None:
            return names, None
        value = inner
    return names, value


def half_of(kind):
    """How long each half is of a value that is returned in two registers; nothing if it is in one."""
    size, kind = kind.sizeof, kind.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_STRUCT or not is_pair(kind):
        return None
    if size == 16:
        return 8
    inner = []
    for name in arguments(str(kind)):
        try:
            inner.append(gdb.lookup_type(name).strip_typedefs())
        except gdb.error:
            continue
    if any(2 * one.sizeof == size for one in inner):
        return size // 2
    return next((half_of(one) for one in inner if one.sizeof == size), None)


def is_pair(kind):
    """Whether all variants of an enum that hold something hold it in the same place: if they don't, it
    comes as it lies in memory."""
    places = set()
    for variant in kind.fields():
        if variant.name is None or variant.type.code != gdb.TYPE_CODE_STRUCT:
            continue
        places |= {(field.bitpos, field.type.sizeof) for field in variant.type.fields()
                   if field.type.sizeof}
    return len(places) < 2


def arguments(name):
    """The generic arguments of a type, and the types of a tuple."""
    start = min((name.find(char) for char in "<(" if char in name), default=len(name)) + 1
    found, depth, last = [], 0, start
    for index in range(start, len(name) - 1):
        char = name[index]
        if char in "<([":
            depth += 1
        elif char in ")]" or char == ">" and name[index - 1] != "-":
            depth -= 1
        elif char == "," and depth == 0:
            found.append(name[last:index].strip())
            last = index + 1
    return found + [name[last:-1].strip()]
