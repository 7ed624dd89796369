"""A second process for what can be done beside the first: one that shares what it has imported.

Python runs one thread at a time; what is not compiled gains from a second core only in a process
of its own. Where the system cannot fork safely it is a thread: the same answers, later.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

__all__ = ["beside"]


@contextmanager
def beside() -> Iterator[Executor]:
    """Give what works beside this process, and end it with the block."""
    with _executor() as executor:
        try:
            yield executor
        except BaseException:  # nobody waits for what is no longer asked for
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _executor() -> Executor:
    if sys.platform == "linux":
        pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("fork"), initializer=_begin
        )
        try:
            pool.submit(os.getpid)  # forked now, before there are threads
        except OSError:  # no process, or no memory, to be had
            pool.shutdown(wait=False)
        else:
            return pool
    return ThreadPoolExecutor(max_workers=1)


def _begin() -> None:
    """First thing in the process: leave Ctrl-C to the first one, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: Any) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
