#!/usr/bin/env bash
# Fuzzes every target of every room for FUZZ_TIME, FUZZ_JOBS at once, and prints one line of figures. Found by `make fuzz`.
# A room is built once for all its targets; what is found is written to its testdata/fuzz, to be mended and committed.
set -euo pipefail
root=$(git rev-parse --show-toplevel)
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
cd "$root"
rooms=$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u)
for room in $rooms; do
	name=${room//\//_}
	go test -c -fuzz=. -o "$built/$name" "./$room"
	(cd "$room" && "$built/$name" -test.list '^Fuzz') | grep '^Fuzz' | sed "s|^|$room $name |"
done >"$built/targets"

one() { # room, binary, target
	cd "$root/$1"
	if GOMAXPROCS=1 "$built/$2" -test.run='^$' -test.fuzz="^$3\$" -test.fuzztime="$FUZZ_TIME" -test.parallel=1 \
		-test.fuzzcachedir="$(go env GOCACHE)/fuzz/satchel/$1" >"$built/$3.log" 2>&1; then
		sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$built/$3.log" | tail -1 >"$built/$3.execs"
	else
		touch "$built/$3.failed"
		sed "s|^|$1 $3: |" "$built/$3.log" | tail -40
	fi
}
export -f one
export built root
began=$SECONDS
xargs -P "$FUZZ_JOBS" -L 1 bash -c 'one "$@"' _ <"$built/targets"
targets=$(wc -l <"$built/targets")
failed=$(find "$built" -name '*.failed' | wc -l)
execs=$(cat "$built"/*.execs 2>/dev/null | awk '{ n += $1 } END { print n + 0 }')
silent=$(find "$built" -name '*.execs' -size 0 | wc -l)
echo "fuzz: $targets decoders, $FUZZ_TIME each, $execs inputs in $((SECONDS - began)) s, $failed with a panic, a hang, a wrong answer or too much memory"
[ "$failed" = 0 ] && [ "$silent" = 0 ]
