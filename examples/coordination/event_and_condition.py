"""An event stays set; after a condition one has to look again.

Run it: python3 examples/coordination/event_and_condition.py
"""

import asyncio
from dataclasses import dataclass, field


@dataclass
class Inn:
    doors: asyncio.Event = field(default_factory=asyncio.Event)
    table: asyncio.Condition = field(
        default_factory=asyncio.Condition
    )
    seats: int = 1


async def eat(name, inn):
    await inn.doors.wait()
    print(f"  {name}: comes in")
    async with inn.table:
        # Looks at once, and after each call of `notify`.
        await inn.table.wait_for(lambda: inn.seats > 0)
        inn.seats -= 1
    print(f"  {name}: sits down")
    await asyncio.sleep(0.2)
    async with inn.table:
        inn.seats += 1
        print(f"  {name}: leaves")
        inn.table.notify()


async def open_doors(inn):
    await asyncio.sleep(0.1)
    print("host: the doors are open, there is one seat")
    inn.doors.set()


async def main():
    inn = Inn()
    print("host: two are at the doors")
    await asyncio.gather(
        eat("anna", inn),
        eat("boris", inn),
        open_doors(inn),
    )
    print("host: a late guest finds the doors open")
    await eat("clara", inn)


asyncio.run(main())
