# Every target says what it does behind ##, and `make` lists them. What a later room needs on the machine is installed in
# one place: `tools`.

.DEFAULT_GOAL := help
SHELL         := bash
.SHELLFLAGS   := -euo pipefail -c
MAKEFLAGS     += --no-print-directory

STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     := go run mvdan.cc/gofumpt@v0.12.0

# Programs that others wrote and tests run, see the package.json of each.
NODES := cmd/satchel/stranger/node cmd/satchel/chromium/node web/sdk web

# How much the longer shares do. `make test` runs the same tests with the smaller numbers that stand in them.
SATCHEL_SIM_SEEDS   ?= 1000
SATCHEL_SIM_LONG    ?= 200
SATCHEL_SIM_WARD    ?= 100
STEPS               ?= 400
SATCHEL_CRASH_KILLS ?= 100
SATCHEL_IMAGES      ?= 1000

# Random traces that `make traces` plays on each store; those of `make ci` are fewer.
SATCHEL_TRACES ?= 10000

# How long each cell of the table of `make bench-load` is measured: there are forty.
BENCH_CELL ?= 5s

# Stories of chance that `make conformance` tells.
SATCHEL_CONFORMANCE_SEEDS ?= 2000

# How often `make failover-cluster` kills the primary; `make ci` does it once.
SATCHEL_CLUSTER_KILLS ?= 5

# How long each decoder is fuzzed by `make fuzz`, and how many at once: more than there are processors, so that all of them are busy.
FUZZ_TIME ?= 20s
FUZZ_JOBS ?= 6

# Rooms in which goroutines meet.
RACE_ROOMS  := ./sync/... ./internal/... ./mobile-api/... ./server/...
BENCH_ROOMS := ./server/... ./sync/storetest/... ./internal/bolt/... ./internal/lab/... ./internal/care/... ./cmd/satchel/scenario
GENERATED   := '*.gen.*' openapi.yaml docs/types.md

# $(call exists,pattern,room) fails when no test has such a name, because `go test -run` passes when it runs nothing.
exists = go test -list '$(1)' $(2) | grep '^Test' >/dev/null || { echo "no test of $(2) matches $(1)" >&2; exit 1; }

.PHONY: help
help: ## List every command with its sentence
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: tools
tools: ## Install what is missing on this machine to test and run
	@command -v go >/dev/null || { echo "Go is missing, see https://go.dev/dl" >&2; exit 1; }
	@command -v systemd-analyze >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd >/dev/null; } || \
		{ echo "systemd-analyze is missing and could not be installed; it is the test of deploy/satchel.service. Install the package systemd." >&2; exit 1; }
	@command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; } || \
		{ echo "node and npm are missing and could not be installed; programs of others open our links with them. Install the packages nodejs and npm." >&2; exit 1; }
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
		{ echo "Chromium is missing and could not be installed; tests open our pages in it. Install the package chromium." >&2; exit 1; }
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } || \
		{ echo "PostgreSQL is missing and could not be installed; tests start it. Install the package postgresql." >&2; exit 1; }
	@command -v pg_autoctl >/dev/null && command -v haproxy >/dev/null && ls /usr/lib/postgresql/*/lib/pgautofailover.so >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
		haproxy pg-auto-failover-cli postgresql-$$(ls /usr/lib/postgresql | sort -V | tail -1)-auto-failover >/dev/null; } || \
		{ echo "haproxy or pg_auto_failover is missing and could not be installed; deploy/cluster.sh starts them. Install the packages haproxy, pg-auto-failover-cli and postgresql-15-auto-failover." >&2; exit 1; }
	@for node in $(NODES); do cmp -s $$node/package-lock.json $$node/node_modules/.lock || \
		{ npm ci --silent --ignore-scripts --prefix $$node && cp $$node/package-lock.json $$node/node_modules/.lock; } || exit 1; done

.PHONY: demo
demo: tools ## Play the story of one appointment with real phones, and stay up to be tried
	go run ./cmd/satchel demo

.PHONY: walk
walk: tools ## Walk through every screen in Spanish, and find what is left in English
	go vet -tags walk ./cmd/satchel/scenario
	go test -tags walk ./cmd/satchel/scenario -count=1 -timeout 10m -run '^TestNoScreenInSpanishHasEnglishLeftOnIt$$'

.PHONY: controls
controls: tools ## Play all stories, and say which controls of the apps no story presses, also if a story fails
	SATCHEL_CONTROLS_ALWAYS=1 go test ./cmd/satchel/scenario -count=1 -timeout 30m

.PHONY: pictures
pictures: tools ## Take the pictures of the README anew, from the demo in a real browser
	mkdir -p docs/screens
	go test ./cmd/satchel/demo -count=1 -run TestEachLinkOfTheDemoSignsInToTheStory -args -pictures

# Garbage is collected a quarter as often as by default, which is a fifth of the processor time of tests.
.PHONY: test
test: tools ## Check everything that must hold before a change is shown to others
	go vet ./...
	GOGC=400 SATCHEL_SIM_SEEDS=20 go test -timeout 14m ./...

.PHONY: race
race: tools ## Run the tests of the rooms with goroutines under the race detector
	SATCHEL_SIM_SEEDS=60 go test -race -timeout 20m $(RACE_ROOMS)

.PHONY: sim
sim: tools ## Simulate many years of bad networks; SEED=n make sim replays one failure
ifdef SEED
	go run ./cmd/satchel simulate --seed $(SEED) --steps $(STEPS)
else
	SATCHEL_SIM_SEEDS=$(SATCHEL_SIM_SEEDS) go test ./sync/sim -count=1
	go run ./cmd/satchel simulate --seed 1000 --seeds $(SATCHEL_SIM_SEEDS)
	go run ./cmd/satchel simulate --seeds $(SATCHEL_SIM_LONG) --steps 5000 --devices 10
	go run ./cmd/satchel simulate --ward --seed 1000 --seeds $(SATCHEL_SIM_WARD) --steps 1000
endif

.PHONY: simlong
simlong: tools ## Simulate 50,000,000 steps over 10,000 seeds and print one line of figures; PART=3/10 plays the third tenth of them
	@part=$(or $(PART),1/1); i=$${part%/*}; n=$${part#*/}; from=$$(((i - 1) * 10000 / n)); ok=0; \
		nice go run ./cmd/satchel simulate --seed $$from --seeds $$((i * 10000 / n - from)) --steps 5000 --devices 10 || ok=1; \
		nice go run ./cmd/satchel simulate --ward --seed $$from --seeds $$((i * 10000 / n - from)) --steps 1000 || ok=1; \
		exit $$ok

.PHONY: mutants
mutants: tools ## Plant faults one by one and name the test that finds each; PART=3/10 tries every tenth
	nice go run ./cmd/mutants -part $(or $(PART),1/1)

.PHONY: bench
bench: tools bench-load ## Measure a phone's round beside bbolt and Fiber alone, and all that has a benchmark
	go test -run '^$$' -bench . -benchmem $(BENCH_ROOMS)

.PHONY: bench-load
bench-load: tools ## Measure phones on a server, on bbolt and on PostgreSQL, beside their parts, and say which goals are met
	go test ./cmd/satchel/load -run '^$$' -bench '^BenchmarkLoad$$' -timeout 60m -args -cell $(BENCH_CELL)

# Other products have modules and packages of their own, which nothing else here needs.
PEERS := cmd/satchel/load/testdata/peers

.PHONY: bench-peers
bench-peers: tools ## Measure phones on a server beside PocketBase and a PouchDB server, which are built first, and say which goals are met
	mkdir -p bin/peers/pocketbase && cp $(PEERS)/pocketbase/go.* bin/peers/pocketbase/ && cp $(PEERS)/pocketbase/main.go.txt bin/peers/pocketbase/main.go
	cd bin/peers/pocketbase && go build -o ../../pocketbase .
	cd $(PEERS)/pouchdb && { cmp -s package-lock.json node_modules/.lock || { npm ci --silent --ignore-scripts && cp package-lock.json node_modules/.lock; }; }
	go test ./cmd/satchel/load -run '^$$' -bench '^BenchmarkPeers$$' -timeout 60m -args -cell $(BENCH_CELL) \
		-pocketbase $(CURDIR)/bin/pocketbase -pouchdb $(CURDIR)/$(PEERS)/pouchdb/server.js

# Each prints one line of figures, or everything if it fails.
figures = awk '{ all = all $$0 "\n" } /$(1)/ { print } /FAIL/ { bad = 1 } END { if (bad) printf "%s", all }'
kill_servers = SATCHEL_CRASH_KILLS=$(1) go test ./server -run '^(TestCrash|TestTheOutboxIsKilledInTheMiddle|TestTheMailIsKilledInTheMiddle)$$' -count=1 -timeout 40m -v | $(call figures, kills in )
cut_power    = SATCHEL_IMAGES=$(1) go test ./internal/bolt -run PowerCut -count=1 -timeout 40m -v | $(call figures, images in )

.PHONY: crash
crash: tools ## Kill a writing server, and cut the power under a store: what was answered is there once
	@$(call exists,Crash,./server)
	@$(call exists,PowerCut,./internal/bolt)
	$(call kill_servers,$(SATCHEL_CRASH_KILLS))
	$(call cut_power,$(SATCHEL_IMAGES))

.PHONY: crashlong
crashlong: tools ## The same with 1,000 kills
	@$(call exists,Crash,./server)
	$(call kill_servers,1000)

.PHONY: images
images: tools ## The same with 20,000 images of a power cut
	@$(call exists,PowerCut,./internal/bolt)
	$(call cut_power,20000)

.PHONY: image
image: tools ## Build the container image of deploy/ without a daemon, and start, ask and stop what is in it; needs root
	@command -v buildah >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends buildah >/dev/null; } || \
		{ echo "buildah is missing and could not be installed; it builds the image of deploy/Containerfile. Install the package buildah." >&2; exit 1; }
	go vet -tags image ./cmd/satchel
	go test -tags image ./cmd/satchel -run '^TestTheImage' -count=1 -timeout 10m

.PHONY: failover
failover: tools ## Kill the primary of two PostgreSQL 20 times under load, and cut 1,000 connections between COMMIT and answer
	@$(call exists,Failover,./server)
	@SATCHEL_FAILOVER_KILLS=20 SATCHEL_FAILOVER_CUTS=1000 go test ./server -run '^TestFailover' -count=1 -timeout 60m -v | $(call figures,killed |cut between)

.PHONY: failover-cluster
failover-cluster: tools ## Start deploy/cluster.sh, kill its primary 5 times under load, replace its nodes, and do the same to one of two groups of records
	go vet -tags cluster ./server
	@SATCHEL_CLUSTER_KILLS=$(SATCHEL_CLUSTER_KILLS) go test -tags cluster ./server -run '^TestCluster_$(STORY)' -count=1 -timeout 30m -v | $(call figures,lost)

.PHONY: postgresql
postgresql: tools ## Play the stories of the house upon PostgreSQL
	SATCHEL_STORIES_ON=postgresql go test ./cmd/satchel/scenario -count=1 -timeout 30m -skip '^TestChromium_|^TestHazard_H28_ALeakedLink' -run 'TestSeed|TestHazard|TestAccess'

.PHONY: traces
traces: tools ## Play 10,000 random traces on bbolt and on PostgreSQL, and compare every row and answer with the model's
	SATCHEL_TRACES=$(SATCHEL_TRACES) go test ./cmd/satchel/traces -count=1 -timeout 6h -v | $(call figures,traces on|transcripts among)

.PHONY: conformance
conformance: tools ## Hold our own phone against the sync protocol as any client, on 2,000 seeded bad networks
	go run ./cmd/satchel conformance --client 'go run ./cmd/satchel phone lines' --seeds $(SATCHEL_CONFORMANCE_SEEDS)

.PHONY: fuzz
fuzz: tools ## Feed every decoder with anything at all, 20 s each; what is found lands in testdata/fuzz
	@FUZZ_TIME=$(FUZZ_TIME) FUZZ_JOBS=$(FUZZ_JOBS) bash sync/testdata/fuzz.sh

.PHONY: fuzzlong
fuzzlong: tools ## The same for 1 h each on the wall, all of them at once
	@FUZZ_TIME=1h FUZZ_JOBS=0 bash sync/testdata/fuzz.sh

.PHONY: lint
lint: tools ## Check form and common mistakes: gofmt, gofumpt, go vet, staticcheck, prettier
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "run gofmt -w on:"; echo "$$bad"; exit 1; }
	@bad=$$($(GOFUMPT) -l .); [ -z "$$bad" ] || { echo "run $(GOFUMPT) -w on:"; echo "$$bad"; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...
	cd web && sdk/node_modules/.bin/prettier --log-level warn --check .

.PHONY: generate
generate: tools ## Write again what is made from the code: document schemas and tables
	go generate ./...

.PHONY: verify
verify: generate ## Fail if what is generated differs from what is committed
	@git diff --exit-code -- $(GENERATED) || { echo "run make generate and commit what it writes" >&2; exit 1; }
	@new=$$(git ls-files --others --exclude-standard -- $(GENERATED)); \
		[ -z "$$new" ] || { echo "generated but not committed:" >&2; echo "$$new" >&2; exit 1; }

.PHONY: ci
ci: ## Run the longer shares after make test: lint, verify, walk, race, crash, sim, conformance, image, fuzz, one failover of a cluster, traces
	timeout 55m $(MAKE) lint verify walk race crash sim conformance image fuzz
	timeout 6m $(MAKE) failover-cluster SATCHEL_CLUSTER_KILLS=1 STORY=Nothing
	timeout 10m $(MAKE) traces SATCHEL_TRACES=400
