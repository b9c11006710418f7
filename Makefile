.PHONY: run test check fault race fuzz bench soak mutants format man clean

# The daemon in the foreground, pages on this terminal.
run:
	@scripts/run

# Everything that must hold before a change is merged.
test:
	@scripts/test

# The quick part of it.
check:
	@scripts/check

# Faults in the numbers of docs/guarantees.md: some hours, as root where disks are mounted.
fault:
	@scripts/fault

# All but the timed tests under ThreadSanitizer.
race:
	@scripts/race

# The parsers under libFuzzer, a minute each.
fuzz:
	@scripts/fuzz

# Figures, not a test.
bench:
	@scripts/bench

# More virtual weeks than `make test` lives, entered in docs/simulation-ledger.md.
soak:
	@scripts/soak

# Faults planted into a copy of the sources, which virtual weeks must find.
mutants:
	@scripts/mutants.py

format:
	@scripts/format

# The manual pages in docs/man, from what the program says of itself.
man:
	@swift build --product tocsin >&2 && scripts/man

# What was built; var/, with the database, stays.
clean:
	rm -rf .build .build-venv .build-bench .build-release .build-mutants .build-fuzz .build-race
