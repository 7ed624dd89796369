"""Work cut into parts, each done once: in this process, a pool of processes or a cluster.

A part's result is written whole, under a name that is a hash of what it was made from, as soon as
it is there. A worker or a client that dies loses the parts it was at; a rerun does the others
only. The result is read back from the parts in the order of the plan, so that it does not matter
who did what, or when.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import multiprocessing
import multiprocessing.connection
import multiprocessing.forkserver
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from willing.errors import MissingExtraError, UsageError, WillingError

__all__ = ["Part", "begin", "run_parts"]

Work = Callable[[Any], Any]
Progress = Callable[[float, str], None]
Begin = Callable[[], None]
Prepare = Callable[[list[Any]], Begin | None]
#: how often a part may kill the worker that does it alone
PATIENCE = 3
#: forked from a process that has imported the work already, where the system can: a fork of this
#: one would copy its threads' locks, a fresh one would import everything again
_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of work: `task` is plain JSON, `made_from` names everything else it depends on."""

    task: Any
    made_from: str = ""

    @property
    def id(self) -> str:
        """A hash of what the part is made from."""
        from willing import __version__

        text = json.dumps([__version__, self.made_from, self.task], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def run_parts(
    parts: Sequence[Part],
    work: Work,
    folder: Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
    prepare: Prepare | None = None,
) -> list[Any]:
    """Do what is not done yet and return every part's result, in order.

    Parameters
    ----------
    work
        A function at the top of a module, from a part's task to plain JSON.
    folder
        Where finished parts are kept; made if missing.
    workers
        Processes; 1 works in this one.
    cluster
        Address of a Dask scheduler, such as `tcp://host:8786`; then `workers` is not used.
    prepare
        Called here with the tasks to do, while the processes of a pool start; what it returns is
        called once in each of them. Only for speed: the work must not depend on it.

    Raises
    ------
    WillingError
        When workers keep dying at the same parts; what is finished is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    todo = {p.id: p for p in parts if not _file(folder, p).exists()}
    total = max(len({p.id for p in parts}), 1)
    done = total - len(todo)
    if todo:
        if cluster:
            results = _on_cluster(todo, work, cluster)
        elif workers > 1:
            results = _in_pool(todo, work, workers, folder, prepare)
        else:
            results = ((p.id, work(p.task)) for p in todo.values())
        for id, result in results:
            _keep(folder / f"{id}.json", result, os.getpid())
            done += 1
            if progress:
                progress(done / total, f"{done} of {total} parts")
    return [json.loads(_file(folder, p).read_text(encoding="utf-8")) for p in parts]


def _file(folder: Path, part: Part) -> Path:
    return folder / f"{part.id}.json"


def _keep(file: Path, result: Any, client: int) -> None:
    """Write whole or not at all."""
    if file.exists():
        return
    draft = file.with_suffix(f".{client}.{os.getpid()}.draft")
    with draft.open("w", encoding="utf-8") as out:
        json.dump(result, out, ensure_ascii=False, allow_nan=False, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def _do(work: Work, task: Any, file: str, client: int) -> None:
    """In a pool's process: write the part here, so that it outlives the client."""
    _keep(Path(file), work(task), client)


def _sweep_up(folder: Path) -> None:
    """Remove what workers of this client, dead by now, had begun to write."""
    for draft in folder.glob(f"*.{os.getpid()}.*.draft"):
        draft.unlink(missing_ok=True)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have processes started here use one thread each for their linear algebra: no more cores."""
    names = [f"{library}_NUM_THREADS" for library in ("OPENBLAS", "OMP", "MKL")]
    missing = [name for name in names if name not in os.environ]
    os.environ.update(dict.fromkeys(missing, "1"))
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)


def begin(module: str) -> None:
    """Start the process that a pool's processes are forked from, and have it import a module.

    It gets ready beside what the caller does next. Where the system cannot fork, nothing happens:
    each process of a pool then imports for itself.
    """
    if _METHOD == "forkserver":
        context = multiprocessing.get_context(_METHOD)
        context.set_forkserver_preload([module])
        with _one_thread():
            multiprocessing.forkserver.ensure_running()


def _begin(prepared: Begin | None) -> None:
    """First thing in a pool's process: end with the client, even one that is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        watch = threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True)
        watch.start()
    if prepared is not None:
        prepared()


def _end_with(sentinel: Any) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _in_pool(
    todo: dict[str, Part], work: Work, workers: int, folder: Path, prepare: Prepare | None
) -> Iterator[tuple[str, Any]]:
    left, deaths, alone = dict(todo), dict.fromkeys(todo, 0), False
    context = multiprocessing.get_context(_METHOD)
    begin(work.__module__)
    prepared = prepare([p.task for p in todo.values()]) if prepare else None
    while left:
        before = len(left)
        # once workers died over nothing finished: one part at a time, to see whose fault it is
        batch = dict([min(left.items(), key=lambda one: deaths[one[0]])]) if alone else dict(left)
        with (
            _one_thread(),
            ProcessPoolExecutor(
                min(workers, len(batch)),
                mp_context=context,
                initializer=_begin,
                initargs=(prepared,),
            ) as pool,
        ):
            try:
                running = {
                    pool.submit(_do, work, p.task, str(_file(folder, p)), os.getpid()): id
                    for id, p in batch.items()
                }
                for future in as_completed(running):
                    future.result()
                    id = running[future]
                    del left[id]
                    yield id, None  # the part is on disk already
            except BrokenProcessPool:
                pool.shutdown()
                _sweep_up(folder)
                for id in [i for i, p in left.items() if _file(folder, p).exists()]:
                    del left[id]
                    yield id, None
                if alone:
                    deaths.update({id: deaths[id] + 1 for id in batch})
                alone = alone or len(left) == before
                if min((deaths[id] for id in left), default=0) >= PATIENCE:
                    raise WillingError(
                        f"workers died {PATIENCE} times over each of the {len(left)} parts left; "
                        f"the finished ones are in {folder}"
                    ) from None
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _on_cluster(todo: dict[str, Part], work: Work, address: str) -> Iterator[tuple[str, Any]]:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise MissingExtraError("A cluster", "cluster") from None
    try:
        client = distributed.Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        ids = list(todo)
        futures = client.map(work, [todo[i].task for i in ids], key=ids, retries=PATIENCE)
        names = dict(zip((f.key for f in futures), ids, strict=True))
        finished = distributed.as_completed(futures, loop=client.loop, with_results=True)
        for future, result in finished:
            yield names[future.key], result
