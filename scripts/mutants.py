#!/usr/bin/env python3
"""Plants known faults into a copy of the sources and lets simulated weeks find them.

    scripts/mutants.py [SEEDS]     up to so many seeds a mutant, 500 by default; writes docs/mutants.md

scripts/mutants.list names each fault: what it is and in which file, the line as it stands (-) and as
it would be (+), where M is true for that mutant alone. All are compiled in once; the environment
says which one is real. The copy lies in $MUTANTS_TREE, .build-mutants by default.
"""
import concurrent.futures
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
tree = pathlib.Path(os.environ.get("MUTANTS_TREE", root / ".build-mutants"))
seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 500


def mutants():
    blocks = (root / "scripts/mutants.list").read_text().strip().split("\n\n")
    for number, block in enumerate(blocks, 1):
        title, old, new = block.split("\n")
        words, file = title.split(" @ ")
        yield number, words, file, old.removeprefix("- "), new.removeprefix("+ ")


def plant():
    for part in ["Sources", "Tests"]:
        # What was planted before, or is gone from the sources, goes.
        shutil.rmtree(tree / part, ignore_errors=True)
        shutil.copytree(root / part, tree / part)
    shutil.copy(root / "Package.swift", tree)
    # A fresh clone that was never built has none; then the versions are resolved in the copy.
    if (root / "Package.resolved").exists():
        shutil.copy(root / "Package.resolved", tree)
    for number, words, file, old, new in mutants():
        path = tree / "Sources" / file
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"mutants: {text.count(old)} times in {file}, not once: {old}")
        new = re.sub(r"\bM\b", f"mutant({number})", new)
        text = text.replace(old, new)
        if not re.search(r"^(package |internal )?import CivilTime$", text, re.M):
            text = "import CivilTime\n" + text
        path.write_text(text)
    (tree / "Sources/CivilTime/Mutant.swift").write_text(
        "import Glibc\n"
        "private let chosen = getenv(\"MUTANT\").flatMap { Int(String(cString: $0)) } ?? 0\n"
        "package func mutant(_ number: Int) -> Bool { number == chosen }\n"
    )


def fate(number):
    """The seed that found it, and what it said; None where none did."""
    environment = dict(os.environ, MUTANT=str(number))
    command = [tree / ".build-release/release/Simulation", "--first", "--seeds", str(seeds)]
    try:
        run = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=1200
        )
    except subprocess.TimeoutExpired as over:
        last = re.findall(rb"^seed (\d+)", over.stderr or b"", re.M)
        return (int(last[-1]), "did not end within 20 min") if last else None
    found = re.search(r"^broken: seed (\d+).*\n +(\S+) at \S+ (.*)", run.stdout, re.M)
    if found:
        return int(found[1]), f"{found[2]}: {found[3][:90]}"
    if run.returncode not in (0, 1):
        last = re.findall(r"^seed (\d+)", run.stderr, re.M)
        return int(last[-1]), "the process died"
    return None


def main():
    plant()
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", "Simulation", "--quiet",
         "--package-path", tree, "--scratch-path", tree / ".build-release"],
        check=True,
    )
    if fate(0):
        sys.exit("mutants: without any mutant a seed breaks a promise")
    every = list(mutants())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        fates = list(pool.map(lambda mutant: fate(mutant[0]), every))
    killed = sum(fate is not None for fate in fates)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=root
    ).stdout.strip()
    lines = [
        "# Mutants",
        "",
        "Known faults planted into a copy of the sources (`make mutants`), and the simulated week"
        " that found each. A fault that no week finds is a hole in the checks.",
        "",
        f"{killed} of {len(every)} found, up to {seeds} seeds each,"
        f" {datetime.date.today()}, at {commit}.",
        "",
        "| fault | file | found by seed | by |",
        "| --- | --- | --- | --- |",
    ]
    for (_, words, file, _, _), found in zip(every, fates):
        seed, by = found or ("none", "**not found**")
        lines.append(f"| {words} | {file} | {seed} | {by.replace('|', '/')} |")
    (root / "docs/mutants.md").write_text("\n".join(lines) + "\n")
    print(f"mutants: {killed} of {len(every)} found")
    sys.exit(killed < len(every))


if __name__ == "__main__":
    main()
