"""The pair's Python program over a log that is there: python3 pipeline.py LOG CORES"""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4] / "examples/real-work"))

from big_logs import count_on

if __name__ == "__main__":
    log, cores = sys.argv[1:]
    asyncio.run(count_on(int(cores), log)).show()
