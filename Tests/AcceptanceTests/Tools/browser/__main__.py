"""Drives the web page with Debian's Chromium: browser [PART...], all parts where none is named."""
import os
import pathlib
import sys
import time

import actions
import pages
import robot
import vectors
from house import REPOSITORY

PARTS = {"pages": pages, "actions": actions, "vectors": vectors, "robot": robot}


def main():
    names = sys.argv[1:] or list(PARTS)
    if unknown := set(names) - set(PARTS):
        sys.exit(f"browser: there is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    out = pathlib.Path(os.environ.get("BROWSER_PICTURES") or REPOSITORY / ".build" / "browser")
    out.mkdir(parents=True, exist_ok=True)
    failed = False
    for name in names:
        faults, start = [], time.monotonic()
        said = PARTS[name].run(out, faults)
        print(f"{name}: {said}, {time.monotonic() - start:.0f} s, {len(faults)} faults", flush=True)
        for fault in faults[:40]:
            print(f"  {fault}", flush=True)
        failed = failed or bool(faults)
    sys.exit(1 if failed else 0)


main()
