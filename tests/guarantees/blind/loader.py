"""What the container runs in place of the bot: reads who it is, tries everything, says one line for each attempt."""

LOADER = """
import json, os, socket, sys, time
os.environ["RES_OPTIONS"] = "timeout:1 attempts:1"  # names that nobody answers are not waited for
told = json.loads(sys.stdin.readline())
try:
    told["gateway"] = socket.gethostbyname("egress")
except OSError:
    told["gateway"] = ""
for source in told.pop("sources"):
    space = {"__name__": "intruder"}
    exec(compile(source, "intruder", "exec"), space)
    for group, name, attempt in space["attempts"](told):
        if told["groups"] and group not in told["groups"]:
            continue
        began = time.monotonic()
        try:
            got = attempt()
        except BaseException as error:
            got, why = None, type(error).__name__ + ": " + str(error)[:80]
        else:
            why = repr(got)[:120]
        print("tried", json.dumps({"group": group, "name": name, "won": bool(got), "why": why, "seconds": round(time.monotonic() - began, 2)}), flush=True)
print("tried everything", flush=True)
"""
