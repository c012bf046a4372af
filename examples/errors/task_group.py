"""A task group with one failure: the siblings clean up.

Run it: python3 examples/errors/task_group.py
"""

import asyncio


class Burnt(Exception):
    pass


async def cook(dish, washing):
    print(f"  {dish}: cooking")
    try:
        await asyncio.sleep(10)
        print(f"  {dish}: served")
    finally:
        # Here Python comes through on every way out.
        await asyncio.sleep(washing)
        print(f"  {dish}: the pot is clean")


async def fry(dish):
    print(f"  {dish}: in the pan")
    await asyncio.sleep(0.1)
    print(f"  {dish}: burnt")
    raise Burnt(dish)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(cook("soup", 0.1))
            group.create_task(cook("stew", 0.2))
            group.create_task(fry("fish"))
            print("kitchen: three dishes ordered")
        print("kitchen: all served")
    except* Burnt as errors:
        for error in errors.exceptions:
            print(f"kitchen: closed, burnt {error}")


asyncio.run(main())
