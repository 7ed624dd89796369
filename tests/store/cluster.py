"""A private PostgreSQL cluster on a free loopback port, gone again at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALONE = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "max_connections=60",
    "-c",
    "shared_buffers=16MB",
]


def binaries() -> Path | None:
    """Folder of initdb and pg_ctl: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return places[-1].parent if places else None


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@contextmanager
def cluster() -> Iterator[str]:
    """Yield the URL of a fresh database."""
    place = binaries()
    assert place is not None
    folder = Path(tempfile.mkdtemp(prefix="willing-pg-"))
    as_root = os.geteuid() == 0
    if as_root:
        shutil.chown(folder, "postgres")
    os.chmod(folder, 0o700)

    def run(*words: str) -> None:
        command = ["runuser", "-u", "postgres", "--", *words] if as_root else list(words)
        subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL, cwd="/")

    data, port = folder / "data", free_port()
    options = " ".join(["-p", str(port), "-k", str(folder), *ALONE])
    try:
        run(
            str(place / "initdb"),
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            "willing",
            "-E",
            "UTF8",
            "-N",
        )
        control = [str(place / "pg_ctl"), "-D", str(data), "-w", "-t", "40"]
        run(*control, "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://willing@127.0.0.1:{port}/postgres"
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
