"""A crawler: each page once, at most two at a time.

Run it: python3 examples/programs/crawler.py
"""

import asyncio

# Each page: the seconds that it takes to load, and its links.
SITE = {
    "home": (0.25, ["menu", "news"]),
    "menu": (0.75, ["home", "soup", "tea"]),
    "news": (0.5, ["menu", "jobs"]),
    "jobs": (0.75, ["home"]),
    "soup": (1, ["menu", "tea"]),
    "tea": (0.25, ["menu"]),
}


async def load(page):
    seconds, links = SITE[page]
    print(f"  {page}: loading")
    await asyncio.sleep(seconds)
    print(f"  {page}: links to {', '.join(links)}")
    return links


async def crawl(page, seen, group, limit):
    # Here Python's group has no limit: a semaphore sets one.
    async with limit:
        links = await load(page)
    for link in links:
        if link not in seen:
            seen.add(link)
            group.create_task(crawl(link, seen, group, limit))


async def main():
    seen = {"home"}
    limit = asyncio.Semaphore(2)
    async with asyncio.TaskGroup() as group:
        group.create_task(crawl("home", seen, group, limit))
    print("crawler: has seen", *sorted(seen))


asyncio.run(main())
