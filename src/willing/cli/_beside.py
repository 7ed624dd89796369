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
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["beside"]

T = TypeVar("T")


@contextmanager
def beside(
    idle: Callable[[], object] | None = None, first: Callable[[], object] = os.getpid
) -> Iterator[Executor]:
    """Give what works beside this process, and end it with the block.

    `first` is what the other process does at once; `idle` what it does once it has done the first
    thing it is asked for, an import say.
    """
    with _executor(idle, first) as executor:
        try:
            yield executor
        except BaseException:  # nobody waits for what is no longer asked for
            executor.shutdown(wait=False, cancel_futures=True)
            raise


class _Pool(ProcessPoolExecutor):
    """One process, forked when made, before there are threads."""

    def __init__(self, idle: Callable[[], object] | None, first: Callable[[], object]) -> None:
        super().__init__(1, multiprocessing.get_context("fork"), _begin)
        super().submit(first)
        self._idle = idle

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future = super().submit(fn, *args, **kwargs)
        if self._idle:
            idle, self._idle = self._idle, None
            super().submit(idle)
        return future


def _executor(idle: Callable[[], object] | None, first: Callable[[], object]) -> Executor:
    if sys.platform == "linux":
        try:
            return _Pool(idle, first)
        except OSError:  # no process, or no memory, to be had
            pass
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
