"""A web server's log, as large as it is wanted."""

AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0",
    "curl/8.8.0",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
]
STATUSES = [200] * 90 + [304] * 5 + [404] * 4 + [500]


def numbers(state=42):
    # The high bits of a linear congruential generator.
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33


def lines(size):
    number = numbers()
    while size > 0:
        address = f"10.{next(number) % 64}.{next(number) % 256}.7"
        # Few paths are asked for often.
        page = next(number) % (1 << next(number) % 11)
        status = STATUSES[next(number) % 100]
        sent = next(number) % 50_000
        agent = AGENTS[next(number) % 4]
        line = (
            f"{address} - - [28/Nov/2026:23:59:59 +0000] "
            f'"GET /articles/{page} HTTP/1.1" {status} {sent} "-" "{agent}"\n'
        ).encode()
        size -= len(line)
        yield line
    # What a server on the open net finds in its log, too.
    yield b'10.9.8.7 - - [28/Nov/2026:23:59:59 +0000] "\\x16\\x03\\x01" 400 0\n'
    yield b'10.9.8.7 - - [28/Nov/2026:23:59:59 +0000] "GET /caf\xe9 HTTP/1.1" 404 9\n'
    yield b"\n\xff\xfe\n"


def write_log(log, mb):
    """Writes so many megabytes of log to this file."""
    # The same megabyte over and over: as many different paths as a
    # site has, in any amount of log.
    megabyte = b"".join(lines(1_000_000))
    for _ in range(mb):
        log.write(megabyte)
    # As if the server were writing just now: no end of line.
    log.write(b'10.9.8.7 - - [29/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1')
    log.flush()
