"""`send(42)`: the generator goes on where it paused, with 42.

Run it: python3 examples/send/send_resumes.py
"""


def piggy_bank():
    print("  bank: opened, once")
    total = 0
    while total < 100:
        coins = yield total
        print(f"  bank: its yield became {coins}")
        total += coins


bank = piggy_bank()
# Here Python gives what was yielded, and raises at the end.
print(f"child: next gave {next(bank)}")
print(f"child: send(42) gave {bank.send(42)}")
print(f"child: send(8) gave {bank.send(8)}")
