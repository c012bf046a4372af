"""Re-entrancy: a generator that asks itself for an item.

Run it: python3 examples/generators/reentrancy.py
"""


def storyteller(stories):
    yield "once upon a time"
    # Here Python finds at run time that the generator runs already.
    try:
        yield next(stories[0])
    except ValueError as error:
        yield f"I can't go on, {error}"


def evening():
    stories = []
    stories.append(storyteller(stories))
    for story in stories[0]:
        print(f"storyteller: {story}")


evening()
