"""A case folder as a zip archive, in and out; nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from willing.case.folder import FILES
from willing.errors import UnreadableError

__all__ = ["pack", "unpack"]

MOST_BYTES = 40_000_000
MOST_FILES = 60
#: what the library raises at damage of every kind
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def pack(id: str, texts: Mapping[str, str]) -> bytes:
    """Return the archive of a case folder; the same texts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(f"{id}/{name}"), text.encode())
    return out.getvalue()


def unpack(data: bytes) -> dict[str, str]:
    """Return the files of a case folder in an archive, at its top or in one folder.

    Raises
    ------
    UnreadableError
        For what is no archive, too large when unpacked, leads out of its folder, or not UTF-8.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _texts(archive)
    except _BROKEN as error:
        raise UnreadableError(f"case.zip: not an archive that can be read ({error})") from None


def _texts(archive: zipfile.ZipFile) -> dict[str, str]:
    entries = [one for one in archive.infolist() if not one.is_dir()]
    if len(entries) > MOST_FILES:
        raise UnreadableError(
            f"case.zip: found {len(entries)} files; expected at most {MOST_FILES}"
        )
    folders: set[str] = set()
    found: dict[str, str] = {}
    left = MOST_BYTES
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] in ("", ".") or ":" in parts[0] or len(parts) > 2:
            raise UnreadableError(
                "case.zip: found a path that leads elsewhere; expected one folder"
            )
        if parts[-1] not in FILES:
            continue
        folders.add(parts[0] if len(parts) == 2 else "")
        with archive.open(entry) as stream:
            raw = stream.read(left + 1)
        left -= len(raw)
        if left < 0:
            raise UnreadableError(f"case.zip: more than {MOST_BYTES:,} bytes when unpacked")
        try:
            found[parts[-1]] = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UnreadableError(f"{parts[-1]}: not UTF-8 at byte {error.start}") from None
    if len(folders) > 1:
        raise UnreadableError("case.zip: found more than one folder; expected one case")
    return found
