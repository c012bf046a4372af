"""`gather` with exceptions as values: every outcome, in order.

Run it: python3 examples/errors/gather_exceptions.py
"""

import asyncio


class Damaged(Exception):
    pass


async def deliver(parcel):
    print(f"  {parcel}: on its way")
    await asyncio.sleep(0.3)
    if parcel == "vase":
        raise Damaged("in pieces")
    return "Anna"


async def main():
    parcels = ["book", "vase", "letter"]
    tasks = [asyncio.create_task(deliver(p)) for p in parcels]
    await asyncio.sleep(0.1)
    print("sender: calls the letter back")
    tasks[2].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for parcel, outcome in zip(parcels, outcomes):
        match outcome:
            case str(name):
                print(f"sender: {parcel}: signed by {name}")
            case Damaged():
                print(f"sender: {parcel}: {outcome}")
            case asyncio.CancelledError():
                print(f"sender: {parcel}: never arrives")
            # Here Python makes values of bugs, too: raise them.
            case _:
                raise outcome


asyncio.run(main())
