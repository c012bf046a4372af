"""Pinning: a coroutine is handed on, and its bookmark still fits.

Run it: python3 examples/machinery/pin_and_self_reference.py
"""

import asyncio


async def turn_page():
    # Suspends once, and needs no loop for that.
    await asyncio.sleep(0)


async def read():
    pages = ["a whale", "a ship", "the sea"]
    # The bookmark refers to `pages`: one local to another.
    bookmark = iter(pages)
    for page in bookmark:
        print(f"  reader: reads of {page}")
        await turn_page()


def step(book):
    book.send(None)


def main():
    desk = [read()]
    print("main: on the desk")
    step(desk[0])
    # Here Python moves a reference; what it refers to stays.
    shelf = [desk.pop()]
    print("main: on the shelf, the bookmark still in it")
    step(shelf[0])
    step(shelf[0])
    shelf.clear()


main()
