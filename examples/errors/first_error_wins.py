"""`gather` ends with the first error; the other tasks go on.

Run it: python3 examples/errors/first_error_wins.py
"""

import asyncio


class SoldOut(Exception):
    pass


async def book(what, seconds, free):
    print(f"  {what}: asking")
    await asyncio.sleep(seconds)
    if not free:
        print(f"  {what}: sold out")
        raise SoldOut(what)
    print(f"  {what}: booked")
    return what


async def main():
    tasks = [
        asyncio.create_task(book("flight", 0.1, free=False)),
        asyncio.create_task(book("hotel", 0.2, free=True)),
        asyncio.create_task(book("car", 0.3, free=False)),
    ]
    try:
        # Here Python lets coroutines without tasks go on, too.
        print("traveller: booked", *await asyncio.gather(*tasks))
    except SoldOut as error:
        print(f"traveller: no {error}, no journey")
    print("traveller: but the others still ask")
    await asyncio.wait(tasks)
    print("traveller: has a hotel, no word about the car")


asyncio.run(main())
