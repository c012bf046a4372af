"""Different types with one async method, and an async callback.

Run it: python3 examples/machinery/async_trait.py
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol


class Courier(Protocol):
    async def deliver(self, ware): ...


class Bicycle:
    async def deliver(self, ware):
        print(f"  bicycle: takes the {ware}")
        await asyncio.sleep(0.1)
        return "at the door"


@dataclass
class Drone:
    height: int

    async def deliver(self, ware):
        print(f"  drone: {self.height} m up with {ware}")
        await asyncio.sleep(0.2)
        return "on the balcony"


# Here Python looks the method up when it is called: any type will
# do, and so will any coroutine function as a callback.
async def send(couriers: list[Courier], ware, on_arrival):
    for courier in couriers:
        place = await courier.deliver(ware)
        await on_arrival(place)


async def thank(place):
    await asyncio.sleep(0.1)
    print(f"anna: it is {place}, thank you")


async def main():
    await send([Bicycle(), Drone(50)], "tea", thank)


asyncio.run(main())
