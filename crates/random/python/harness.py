"""Runs programs that arrive on standard input, a line of JSON each; answers with their traces."""

import gc
import json
import sys
import warnings

LONGEST = 4000


def answer(request):
    without = request["without"]
    run = {
        "tasks": run_tasks,
        "generators": run_generators,
        "async-generators": run_async_generators,
    }[request["kind"]]
    try:
        trace = run(request["source"], lambda rule: rule not in without)
    except Exception as error:
        import traceback

        trace = ["BROKEN " + line for line in traceback.format_exception(error)]
    return trace[:LONGEST]


def serve():
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    # What a program leaves behind must not be found in the middle of another.
    gc.disable()
    for count, line in enumerate(sys.stdin):
        print(json.dumps(answer(json.loads(line))), flush=True)
        if count % 50 == 0:
            gc.collect()


serve()
