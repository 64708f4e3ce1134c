# Where the figures of the README come from; included by the Makefile.
MEASURE = PYTHONPATH=. $(BIN)/python -m

.PHONY: bench bench-reading bench-database bench-writing bench-growth bench-footprint bench-million lighthouse

bench: bench-footprint bench-reading bench-database bench-writing bench-growth ## measure everything: ratios, in interleaved runs (needs wrk; uses nginx)

bench-footprint: $(DEV) ## … only start, memory and bytes
	@$(MEASURE) benchmarks.footprint

bench-reading: $(DEV) ## … only reading over HTTP, in every shape (BENCH_SIZES=1000,100000, BENCH_ROUNDS)
	@$(MEASURE) benchmarks.reading

bench-database: $(DEV) ## … only the Database Service's reads, beside a bare Flask view with the same SELECT
	@$(MEASURE) benchmarks.database

bench-writing: $(DEV) ## … only writing and signing in, beside the engines' own commits
	@$(MEASURE) benchmarks.writing

bench-growth: $(DEV) ## … only 1,000 against 100,000 posts
	@$(MEASURE) benchmarks.growth

bench-million: $(DEV) ## 1,000 against 1,000,000 posts: half an hour and some 20 GB
	@$(MEASURE) benchmarks.growth 1000000

lighthouse: $(DEV) benchmarks/lighthouse/node_modules/.installed ## what Lighthouse says of the pages on a slow phone (BENCH_ROUNDS=5; needs Chromium)
	@$(MEASURE) benchmarks.phone
