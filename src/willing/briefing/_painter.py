"""The other end of `drawing`: reads a specification a line, writes its SVG a line.

Run as a file, so that nothing else of the package is imported.
"""

import json
import sys
from typing import Any

import vl_convert

_FIRST = {"mark": "text", "data": {"values": [{"a": "a"}]}, "encoding": {"text": {"field": "a"}}}


def _draw(spec: Any, version: str) -> str:
    text: str = vl_convert.vegalite_to_svg(spec, vl_version=version)
    return text


def main() -> None:
    """Answer until the pipe is shut."""
    version = sys.argv[1]
    _draw(_FIRST, version)  # the engine starts now, while nobody waits for it
    for line in sys.stdin.buffer:
        try:
            answer = {"svg": _draw(json.loads(line), version)}
        except ValueError as error:
            answer = {"error": str(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
