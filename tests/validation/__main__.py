"""A figure for every claim about the model, from the tests beside this file.

    python -m tests.validation --list
    python -m tests.validation march1991 --out runs/validation

A claim is a test function; what it compares by `lab.z` is drawn, and `claims.md` says of each whether it
holds. Each published model and closed form has a page, with differences in standard errors. Claims that
hold to the last bit have nothing to draw.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE)]

import pytest  # noqa: E402
from claims import Claims  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """List the claims, or try and draw them; 1 where one does not hold."""
    files = {path.stem.removeprefix("test_"): path for path in sorted(HERE.glob("test_*.py"))}
    parser = argparse.ArgumentParser(
        prog="python -m tests.validation", description="A figure for every claim about the model."
    )
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=f"{', '.join(files)} (all unless told)")
    parser.add_argument("--list", action="store_true", help="say which claims there are, and stop")
    parser.add_argument("--out", type=Path, default=Path("runs/validation"), help="folder of the figures")
    told = parser.parse_args(arguments)
    for source in told.sources:
        if source not in files:
            parser.error(f"there is no source {source!r}: it is one of {', '.join(files)}")
    claims = Claims()
    chosen = [str(files[source]) for source in told.sources or files]
    options = ["-n", "0", "-m", "", "-p", "no:cacheprovider"]
    if told.list:
        with contextlib.redirect_stdout(io.StringIO()):
            pytest.main([*options, "--collect-only", *chosen], plugins=[claims])
        print("\n".join(claims.listing()))
        return 0
    ended = pytest.main([*options, *chosen], plugins=[claims])
    for path in claims.save(told.out):
        print(path)
    return int(ended)


if __name__ == "__main__":
    sys.exit(main())
