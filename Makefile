.PHONY: run test check bench format man clean

# The daemon in the foreground, pages on this terminal.
run:
	@scripts/run

# Everything that must hold before a change is merged.
test:
	@scripts/test

# The quick part of it.
check:
	@scripts/check

# Figures, not a test.
bench:
	@scripts/bench

format:
	@scripts/format

# The manual pages in docs/man, from what the program says of itself.
man:
	@swift build --product tocsin >&2 && scripts/man

# What was built; var/, with the database, stays.
clean:
	rm -rf .build .build-venv .build-bench
