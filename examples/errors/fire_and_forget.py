"""Fire and forget: a task that nobody keeps, and its error.

Run it: python3 examples/errors/fire_and_forget.py
"""

import asyncio
import logging


class NotSent(Exception):
    pass


async def send_mail(to):
    await asyncio.sleep(0.1)
    if to == "boris":
        raise NotSent
    print(f"  post: {to} has mail")


async def forget():
    for to in ["anna", "boris"]:
        # Here Python's loop has only a weak reference to the task,
        # which may vanish; its exception ends up in the log.
        asyncio.create_task(send_mail(to))
    await asyncio.sleep(0.3)
    print("office: knows of nothing, goes home")


async def keep():
    try:
        async with asyncio.TaskGroup() as group:
            for to in ["anna", "boris"]:
                group.create_task(send_mail(to))
    except* NotSent as errors:
        count = len(errors.exceptions)
        print(f"office: {count} mail has not arrived")


async def main():
    print("main: started and forgotten")
    await forget()
    print("main: started in a group")
    await keep()


# With the log switched off, nobody hears of it.
logging.disable()
asyncio.run(main())
