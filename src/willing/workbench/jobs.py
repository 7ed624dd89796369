"""Long runs: started, watched, cancelled, resumed. A restart marks what it interrupted."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Condition, Event
from typing import Any

from willing.errors import UsageError, WillingError
from willing.store import Store
from willing.workbench.problems import ProblemError

__all__ = ["CancelledError", "Jobs", "Live"]

log = logging.getLogger("willing.workbench")
Note = Callable[[float, str], None]
#: what runs: settings, who asked, progress -> the result as JSON-ready mapping
Work = Callable[[dict[str, Any], str, Note], dict[str, Any]]
FINAL = ("done", "failed", "cancelled", "interrupted")
MOST_WAITING = 20
MOST_KEPT = 200


class CancelledError(Exception):
    """Somebody asked the run to stop."""


@dataclass
class Live:
    """A run as this process sees it."""

    id: str
    kind: str
    case: str
    settings: dict[str, Any] = field(default_factory=dict)
    state: str = "queued"
    fraction: float = 0.0
    note: str = ""
    error: str | None = None
    stop: Event = field(default_factory=Event)
    written: float = 0.0

    def shown(self) -> dict[str, Any]:
        """Return what a client sees while it waits."""
        return {
            "id": self.id,
            "kind": self.kind,
            "case": self.case,
            "state": self.state,
            "fraction": round(self.fraction, 4),
            "note": self.note,
            "error": self.error,
        }


class Jobs:
    """The long runs of a workbench."""

    def __init__(self, store: Store, work: Mapping[str, Work], workers: int = 1) -> None:
        self.store, self.work = store, work
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="run")
        self._live: OrderedDict[str, Live] = OrderedDict()
        self._changed = Condition()
        store.jobs.interrupt()

    def start(
        self, kind: str, case: str, settings: dict[str, Any], by: str, id: str | None = None
    ) -> dict[str, Any]:
        """Put a run in the queue and return how it stands; one that is under way is joined."""
        if kind not in self.work:
            raise UsageError(f"found the run {kind!r}; expected one of {', '.join(self.work)}")
        with self._changed:
            for one in self._live.values():
                alike = (one.kind, one.case, one.settings) == (kind, case, settings)
                if alike and one.state not in FINAL and not one.stop.is_set():
                    return one.shown()
            waiting = sum(one.state == "queued" for one in self._live.values())
            if waiting >= MOST_WAITING:
                raise ProblemError(503, "too many runs are waiting", {"retry-after": "30"})
            live = Live(id or secrets.token_hex(8), kind, case, settings)
            self._live[live.id] = live
            done = [k for k, one in self._live.items() if one.state in FINAL]
            for key in done[: max(len(self._live) - MOST_KEPT, 0)]:
                del self._live[key]
        if id is None:
            self.store.jobs.add(live.id, kind, case, settings, by)
        else:
            self.store.jobs.change(id, state="queued", fraction=0.0, note="", error=None)
        self._pool.submit(self._run, live, settings, by)
        return live.shown()

    def _run(self, live: Live, settings: dict[str, Any], by: str) -> None:
        def note(fraction: float, what: str) -> None:
            if live.stop.is_set():
                raise CancelledError
            with self._changed:
                live.fraction, live.note = float(fraction), what
                self._changed.notify_all()
            if time.monotonic() - live.written > 1:
                live.written = time.monotonic()
                self.store.jobs.change(
                    live.id, state="running", fraction=float(fraction), note=what
                )

        try:
            live.state = "running"
            note(0.0, "starting")
            result = self.work[live.kind](settings, by, note)
            text = json.dumps(result, ensure_ascii=False, allow_nan=False)
            self._end(live, "done", result=text, fraction=1.0)
        except CancelledError:
            self._end(live, "cancelled")
        except WillingError as error:
            self._end(live, "failed", error=str(error))
        except Exception:
            log.exception("run %s (%s)", live.id, live.kind)
            self._end(live, "failed", error="something went wrong inside; see the server's log")

    def _end(self, live: Live, state: str, **values: Any) -> None:
        try:
            self.store.jobs.change(live.id, state=state, **values)
        except Exception:
            log.exception("run %s: its end could not be noted", live.id)
        with self._changed:
            live.state, live.error = state, values.get("error")
            live.fraction = values.get("fraction", live.fraction)
            self._changed.notify_all()

    def get(self, id: str) -> dict[str, Any]:
        """Return how a run stands, with its result where it is done."""
        row = self.store.jobs.get(id)
        shown = {
            k: row[k] for k in ("id", "kind", "state", "fraction", "note", "error", "at", "by")
        }
        shown |= {"case": row["case_id"], "settings": row["settings"]}
        live = self._live.get(id)
        if live is not None and live.state not in FINAL:
            shown |= live.shown()
        return shown | {"result": json.loads(row["result"]) if row["result"] else None}

    def done(self, kind: str, case: str, settings: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the latest finished run of the same settings; None where there is none."""
        id = self.store.jobs.done(kind, case, settings)
        return self.get(id) if id else None

    def cancel(self, id: str) -> dict[str, Any]:
        """Ask a run to stop; it does at its next step."""
        row = self.store.jobs.get(id)
        live = self._live.get(id)
        if live is not None and live.state not in FINAL:
            live.stop.set()
        elif row["state"] == "interrupted":
            self.store.jobs.change(id, state="cancelled")
        return self.get(id)

    def resume(self, id: str) -> dict[str, Any]:
        """Run again what was interrupted, cancelled or failed, with the same settings and seed."""
        row = self.store.jobs.get(id)
        live = self._live.get(id)
        state = live.state if live is not None else row["state"]
        if state not in ("interrupted", "cancelled", "failed"):
            raise ProblemError(409, f"the run is {state}; expected one that has stopped unfinished")
        return self.start(row["kind"], row["case_id"], row["settings"], row["by"], id=id)

    def events(self, id: str, seconds: float = 600) -> Iterator[str]:
        """Yield a server-sent event for every change until the run ends or time is up."""
        until = time.monotonic() + seconds
        last = ""
        while True:
            live = self._live.get(id)
            if live is None:
                row = self.get(id)
                row.pop("result")
                yield _event("end", json.dumps(row))
                return
            with self._changed:
                text = json.dumps(live.shown())
                if text == last:
                    self._changed.wait(5)
                    text = json.dumps(live.shown())
            over = live.state in FINAL
            yield _event("end" if over else "progress", text) if text != last else ": waiting\n\n"
            last = text
            if over or time.monotonic() > until:
                return

    def close(self) -> None:
        """Stop what runs and wait for it."""
        for live in list(self._live.values()):
            live.stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _event(kind: str, data: str) -> str:
    return f"event: {kind}\ndata: {data}\n\n"
