"""A dialogue: `asend` answers, and waits for the next question.

Run it: python3 examples/async-generators/asend_dialogue.py
"""

import asyncio


async def barista():
    drink = yield "what would you like?"
    await asyncio.sleep(0.1)  # looks into the cupboard
    size = yield f"{drink}, yes; what size?"
    await asyncio.sleep(0.1)  # pours
    yield f"here you are: a {size} {drink}"


async def main():
    order = barista()
    # Here Python starts with `anext`, which sends None.
    print(f"barista: {await anext(order)}")
    for answer in ["tea", "large"]:
        print(f"  guest: {answer}")
        print(f"barista: {await order.asend(answer)}")
    await order.aclose()


asyncio.run(main())
