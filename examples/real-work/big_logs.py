"""A web server's log, larger than memory: one core, then all.

Run it: python3 examples/real-work/big_logs.py; 1 GB: … 1000
"""

import asyncio
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from tempfile import NamedTemporaryFile

from web.counts import Counts
from web.end import end, leave_ctrl_c
from web.lines import blocks, parse, pieces
from web.log import write_log


# Here Python copies what it cuts out of a block.
def requests(block):
    for line in block.split("\n"):
        yield parse(line)


def count(path, start, end):
    counts = Counts()
    for block in blocks(path, start, end):
        for status, page in requests(block):
            counts.add(status, page)
    return counts


async def count_on(cores, log):
    begin = time.monotonic()
    counts = Counts()
    # Here Python needs processes: its threads share the GIL.
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(cores, None, leave_ctrl_c) as pool:
        parts = await asyncio.gather(*(
            loop.run_in_executor(pool, count, log, *piece)
            for piece in pieces(log, cores)
        ))
    for part in parts:
        counts.update(part)
    seconds = time.monotonic() - begin
    print(f"cores: {cores}, time: {seconds:.2f}s", file=sys.stderr)
    return counts


async def main(mb):
    with NamedTemporaryFile() as log:
        await asyncio.to_thread(write_log, log, mb)
        print(f"one core: a log of {mb} MB")
        one = await count_on(1, log.name)
        one.show()
        assert await count_on(os.cpu_count(), log.name) == one
        print("all cores: the same")


if __name__ == "__main__":
    with end():
        asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 8))
