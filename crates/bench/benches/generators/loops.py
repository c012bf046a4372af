"""The loops under CPython."""


def count(first, end):
    for number in range(first, end):
        yield number


def echo():
    value = 0
    while True:
        value = yield value


def delegating(inner):
    yield from inner


def leaves(first, end):
    if end - first <= 1:
        yield first
        return
    middle = (first + end) // 2
    yield from leaves(first, middle)
    yield from leaves(middle, end)


def last_of(items):
    last = 0
    for last in items:
        pass
    return last


def iterate(units):
    return last_of(count(0, units))


def send(units):
    generator = echo()
    next(generator)
    last = 0
    for number in range(units):
        last = generator.send(number)
    return last


def delegate_1(units):
    return last_of(delegating(count(0, units)))


def delegate_10(units):
    items = count(0, units)
    for _ in range(10):
        items = delegating(items)
    return last_of(items)


def create(units):
    for number in range(units):
        count(number, units)
    return units


def first(units):
    last = 0
    for number in range(units):
        last = next(count(number, units))
    return last


def walk(units):
    return last_of(leaves(0, units))
