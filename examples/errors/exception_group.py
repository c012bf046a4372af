"""A task group with several failures: every error comes back.

Run it: python3 examples/errors/exception_group.py
"""

import asyncio


class Burnt(Exception):
    pass


class Broken(Exception):
    pass


async def fry(cook):
    await asyncio.sleep(0.1)
    print(f"  {cook}: burns the fish")
    raise Burnt("fish")


async def stir(cook, seconds, mishap):
    try:
        print(f"  {cook}: stirring")
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(seconds)
        print(f"  {cook}: leaves in a hurry")
        raise mishap


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fry("anna"))
            group.create_task(stir("boris", 0.1, Broken("pot")))
            group.create_task(stir("clara", 0.2, Burnt("finger")))
    # Here Python splits the group by its clauses.
    except* Burnt as burnt:
        for mishap in burnt.exceptions:
            print(f"insurance: burnt {mishap}")
    except* Broken as broken:
        for mishap in broken.exceptions:
            print(f"insurance: broken {mishap}")


asyncio.run(main())
