"""A stand-in for the bot: writes down what it was given, then does what the test needs of it."""

# Standard library only: it runs as a process, in a container, wherever an engine puts it.
REPORT = """
import json, os, signal, sys, time
ticket = sys.stdin.readline().strip()
if not ticket: sys.exit(2)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("given", json.dumps({"ticket": ticket, "argv": sys.argv[1:], "env": dict(os.environ), "sid": os.getsid(0), "pid": os.getpid()}), flush=True)
"""
BEHAVIOURS = {
    "sleeps": "time.sleep(600)\n",
    "deaf": "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\nwhile True: time.sleep(1)\n",
    "talks": "while True:\n    print('x' * 9999, flush=True)\n",
    "whispers": "while True:\n    print('x' * 999, flush=True)\n    time.sleep(0.002)\n",
}


def program(behaviour: str) -> str:
    """Python source of a stand-in: a word of BEHAVIOURS, or ``ends:<code>`` for one that ends at once."""
    if behaviour.startswith("ends:"):
        return REPORT + f"sys.exit({int(behaviour.removeprefix('ends:'))})\n"
    return REPORT + BEHAVIOURS[behaviour]
