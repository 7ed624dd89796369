"""Work for the tests of `run_parts`: at the top of a module, so that other processes find it."""

import os
import signal
import time
from pathlib import Path


def square(task):
    """Note that it ran, then answer; die the first time where the task says so."""
    folder = Path(task["folder"])
    with (folder / f"ran-{task['n']}").open("a") as out:
        out.write("x")
    (folder / f"pid-{os.getpid()}").write_text(str(os.getpid()))
    time.sleep(task.get("sleeps", 0))
    marker = folder / f"died-{task['n']}"
    if task.get("dies") and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if task.get("always"):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.get("interrupt") and not marker.exists():
        marker.touch()
        raise KeyboardInterrupt
    return {"n": task["n"], "square": task["n"] ** 2, "third": task["n"] / 3}


def remember(folder, what):
    """Note that this process was told something before its first part."""
    (folder / f"{what}-{os.getpid()}").touch()
