#!/usr/bin/env bash
# Fuzzes every target of every room for FUZZ_TIME, FUZZ_JOBS at once (0: all of them), and prints one line of figures. Found by `make
# fuzz`. A room is built once for all its targets; what is found is written to its testdata/fuzz, to be mended and committed.
set -euo pipefail
root=$(git rev-parse --show-toplevel)
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
cd "$root"
rooms=$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u)
for room in $rooms; do
	name=${room//\//_}
	# What the fuzzer follows. Of the rooms that bring everything along only our own code and what decodes for it: minutes of
	# building would go into libraries that see no byte of it.
	case $room in
	server | cmd/*) follow=(-gcflags='satchel/...=-d=libfuzzer' -gcflags='encoding/...=-d=libfuzzer') ;;
	*) follow=(-fuzz=.) ;;
	esac
	go test -c "${follow[@]}" -o "$built/$name" "./$room"
	(cd "$room" && "$built/$name" -test.list '^Fuzz') | grep '^Fuzz' | sed "s|^|$room $name |"
done >"$built/targets"

# Of a long input a fuzzer would try for a minute to make a shorter one, and count none of it: a bundle of rules was given ten inputs in 20 s.
fuzz_for() { # seconds, binary, target, room; in the room
	GOMAXPROCS=1 nice "$built/$2" -test.run='^$' -test.fuzz="^$3\$" -test.fuzztime="$1s" -test.parallel=1 -test.timeout=0 -test.fuzzminimizetime=1s \
		-test.fuzzcachedir="$(go env GOCACHE)/fuzz/satchel/$4"
}
one() { # room, binary, target
	cd "$root/$1"
	local log=$built/$2.$3 left
	left=$(in_seconds "$FUZZ_TIME")
	local end=$((SECONDS + left))
	while [ "$left" -gt 0 ]; do
		local failed=0
		fuzz_for "$left" "$2" "$3" "$1" >"$log.log" 2>&1 || ended_late "$log.log" || failed=1
		sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$log.log" | tail -1 >>"$log.execs"
		if [ $failed = 0 ]; then
			break
		elif stood_still "$2" "$3" "$log.log"; then
			echo "$1 $3: stood still on a busy machine; the input holds alone, and it goes on"
			left=$((end - SECONDS))
		else
			touch "$log.failed"
			sed "s|^|$1 $3: |" "$log.log" | tail -40
			break
		fi
	done
}
in_seconds() {
	case $1 in
	*h) echo $((${1%h} * 3600)) ;;
	*m) echo $((${1%m} * 60)) ;;
	*) echo "${1%s}" ;;
	esac
}
# The end of its time is a failure to a fuzzer that looks at it between two of its own steps. A failure has an input, or a panic.
ended_late() {
	grep -q '^ *context deadline exceeded$' "$1" && ! grep -qE 'Failing input|panic:|_test.go:' "$1"
}
# Ten seconds of the wall for one input are a hang to a fuzzer, also where the input had no processor. A target counts the processor's
# time itself; so the input is given to it once more, alone: what hangs or breaks does so again, and stays a failure. A worker that also
# took its time to die left no input behind: such a target is looked at again at the end, with all that it ever kept, alone.
stood_still() { # binary, target, log; in the room
	grep -qE 'fuzzing process hung or terminated unexpectedly: exit status 2|communicating with fuzzing process: EOF' "$3" || return 1
	local input
	input=$(sed -n 's/.*Failing input written to //p' "$3" | tail -1)
	"$built/$1" -test.run="^$2\$${input:+/^${input##*/}\$}" -test.timeout=2m >"$3.alone" 2>&1 || return 1
	if [ -n "$input" ]; then rm "$input"; else touch "$3.again"; fi
}
export -f one fuzz_for in_seconds ended_late stood_still
export built root
began=$SECONDS
xargs -P "$FUZZ_JOBS" -L 1 bash -c 'one "$@"' _ <"$built/targets"
targets=$(wc -l <"$built/targets")
again() { # names as binary.target: each for FUZZ_AGAIN, with nothing beside it
	local name
	for name; do
		grep -w "${name/./ }\$" "$built/targets" | FUZZ_TIME=${FUZZ_AGAIN:-20s} xargs -L 1 bash -c 'one "$@"' _
	done
}
# On a busy machine one may have come to nothing in its time.
again $(cd "$built" && { find . -name '*.log.again' -printf '%f\n'; grep -L '[1-9]' ./*.execs || true; } | sed 's|^\./||; s/\.log\.again$//; s/\.execs$//' | sort -u)
failed=$(find "$built" -name '*.failed' | wc -l)
idle=$(grep -L '[1-9]' "$built"/*.execs || true)
[ -z "$idle" ] || echo "were not given a single input: ${idle//$built\//}"
execs=$(cat "$built"/*.execs 2>/dev/null | awk '{ n += $1 } END { print n + 0 }')
fewest=$(cd "$built" && awk '{ n[FILENAME] += $1 } END { for (f in n) print n[f], f }' ./*.execs | sort -n | head -1 | sed 's|\./||; s/\.execs$//')
at_once=$FUZZ_JOBS
[ "$at_once" != 0 ] || at_once="all"
echo "fuzz: $targets decoders, $FUZZ_TIME each on the wall, $at_once at once on $(nproc) processors, $execs inputs (fewest: $fewest) in $((SECONDS - began)) s, $failed with a panic, a hang, a wrong answer or too much memory"
[ "$failed" = 0 ] && [ -z "$idle" ]
