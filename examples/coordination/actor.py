"""An actor: one task owns the state, the others write to it.

Run it: python3 examples/coordination/actor.py
"""

import asyncio
from dataclasses import dataclass


@dataclass
class Deposit:
    coins: int


@dataclass
class Withdraw:
    coins: int
    # Here Python has a future for the answer: the coins left.
    reply: asyncio.Future


async def bank(mailbox):
    # No other task can reach these: no lock, and no await between
    # reading and writing that others could use.
    coins = 0
    # None ends it.
    while letter := await mailbox.get():
        # Here Python would let a letter of an unknown kind pass.
        match letter:
            case Deposit(more):
                coins += more
                print(f"  bank: {coins} coins")
            case Withdraw(less, reply) if less > coins:
                reply.set_exception(ValueError(coins))
            case Withdraw(less, reply):
                coins -= less
                reply.set_result(coins)
    print(f"  bank: closes with {coins} coins")


async def withdraw(name, mailbox, coins):
    reply = asyncio.get_running_loop().create_future()
    await mailbox.put(Withdraw(coins, reply))
    try:
        left = await reply
        print(f"{name}: takes {coins}, {left} are left")
    except ValueError as error:
        print(f"{name}: wants {coins}, there are {error}")


async def main():
    mailbox = asyncio.Queue()
    account = asyncio.create_task(bank(mailbox))
    await mailbox.put(Deposit(10))
    await asyncio.gather(
        withdraw("anna", mailbox, 7),
        withdraw("boris", mailbox, 5),
    )
    # Here Python's queue can't be shut down, before 3.13.
    await mailbox.put(None)
    await account


asyncio.run(main())
