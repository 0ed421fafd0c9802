#!/usr/bin/env bash
# An installation that goes on by itself when its primary is gone, whole, on this machine alone: to see how it is put together, to try it, and for
# `make failover-cluster`. docs/postgresql.md says what each setting is for, and what is different where people are served.
#
#   deploy/cluster.sh up            start everything, or what is missing of it
#   deploy/cluster.sh status        what stands and who takes writes; 0 if all is well
#   deploy/cluster.sh kill-primary  kill -9 of the primary, whole; it boots again once another takes writes (--gone: never)
#   deploy/cluster.sh restart       stop and start one Satchel node after the other
#   deploy/cluster.sh stall|go-on   stop every standby where it is, and let it go on
#   deploy/cluster.sh down          end all of it; what was written stays, and `up` goes on with it
#
#   --folder DIR      where it lies (~/.cache/satchel-cluster, for root /var/tmp/satchel-cluster); delete it after `down` to begin anew
#   --ports N         the first of the ports on 127.0.0.1 (15800)
#   --groups 1|2      how many groups of records, each with databases and nodes of its own (1; given at the first `up`)
#   --databases 2|3   how many databases a group has (3; given at the first `up`)
#   --group a|b       whose primary is killed, whose standbys are stalled (a)
#   --satchel FILE    the program; without it one is built from this checkout, or the one in PATH is taken
#   --rules FILE --rules-key FILE   signed rules; without them those in the program are signed in the name of nobody, to be tried and for no one in care
#
# Between the parts there is one password, in the folder's file `password`, and no TLS: nothing leaves this machine. Synthetic people only.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ "$(id -u)" = 0 ]; then FOLDER=/var/tmp/satchel-cluster; else FOLDER=${XDG_CACHE_HOME:-$HOME/.cache}/satchel-cluster; fi
PORTS=15800 GROUPS_WANTED='' DATABASES_WANTED='' GROUP=a SATCHEL='' RULES='' RULES_KEY='' GONE='' COMMAND=''
PATIENCE=90 # seconds that anything may take here

fail() { echo "cluster: $*" >&2; exit 1; }

[ $# -gt 0 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2; }
while [ $# -gt 0 ]; do
	case $1 in
	up | status | kill-primary | restart | stall | go-on | down) COMMAND=$1 ;;
	--gone) GONE=yes ;;
	--folder | --ports | --groups | --databases | --group | --satchel | --rules | --rules-key)
		[ $# -gt 1 ] || fail "$1 needs a value"
		case $1 in
		--folder) FOLDER=$2 ;;
		--ports) PORTS=$2 ;;
		--groups) GROUPS_WANTED=$2 ;;
		--databases) DATABASES_WANTED=$2 ;;
		--group) GROUP=$2 ;;
		--satchel) SATCHEL=$2 ;;
		--rules) RULES=$2 ;;
		--rules-key) RULES_KEY=$2 ;;
		esac
		shift
		;;
	*) fail "$1 is not understood: run it without anything to read what there is" ;;
	esac
	shift
done
[ -n "$COMMAND" ] || fail "say what to do: up, status, kill-primary, restart, stall, go-on or down"
case $PORTS in *[!0-9]* | '') fail "--ports takes a number" ;; esac

# What stands: the monitor; a1 a2 a3, the databases of group a; a.one a.two, its nodes; front, which is haproxy.
FOLDER=$(realpath -m "$FOLDER")
DB=$FOLDER/db RUN=$FOLDER/run LOG=$FOLDER/log
NODES="one two"
settle() { # what the first `up` chose holds
	local chosen=$FOLDER/chosen groups=1 databases=3 ports=$PORTS
	if [ -e "$chosen" ]; then read -r groups databases ports <"$chosen"; fi
	for pair in "groups:$groups:$GROUPS_WANTED" "databases:$databases:$DATABASES_WANTED"; do
		IFS=: read -r what is wanted <<<"$pair"
		[ ! -e "$chosen" ] || [ -z "$wanted" ] || [ "$wanted" = "$is" ] || fail "$FOLDER has $is $what: take another folder, or delete it after down"
	done
	[ -e "$chosen" ] || { groups=${GROUPS_WANTED:-1} databases=${DATABASES_WANTED:-3}; }
	PORTS=$ports DATABASES=$databases
	case $groups in 1) LETTERS="a" ;; 2) LETTERS="a b" ;; *) fail "--groups takes 1 or 2" ;; esac
	case $databases in 2 | 3) ;; *) fail "--databases takes 2 or 3" ;; esac
	case " $LETTERS " in *" $GROUP "*) ;; *) fail "there is no group $GROUP" ;; esac
}
settle
databases() { seq -f "$1%g" 1 "$DATABASES"; } # of a group
port() {
	case $1 in
	monitor) echo "$PORTS" ;;
	front) echo $((PORTS + 1)) ;; counters) echo $((PORTS + 2)) ;;
	a.one) echo $((PORTS + 18)) ;; a.two) echo $((PORTS + 19)) ;;
	b.one) echo $((PORTS + 28)) ;; b.two) echo $((PORTS + 29)) ;;
	a*) echo $((PORTS + 10 + ${1#a})) ;;
	b*) echo $((PORTS + 20 + ${1#b})) ;;
	esac
}
store() { # the string by which the nodes of a group are started: whichever database takes writes
	local hosts=""
	for one in $(databases "$1"); do hosts=$hosts,127.0.0.1:$(port "$one"); done
	echo "postgres://satchel@${hosts#,}/satchel?target_session_attrs=read-write&connect_timeout=5"
}

# PostgreSQL refuses to be root's: then it is started as the account that its package made.
BIN=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
DB_USER=$(id -un)
[ "$(id -u)" != 0 ] || DB_USER=postgres
as_db() {
	local as=()
	[ "$(id -u)" != 0 ] || as=(setpriv "--reuid=$DB_USER" "--regid=$DB_USER" --init-groups)
	(cd "$DB" && exec "${as[@]}" env HOME="$DB" PATH="$DB/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" LC_ALL=C PG_REGRESS_SOCK_DIR="$DB/s" PGHOST="$DB/s" PGPASSFILE="$DB/password" \
		XDG_CONFIG_HOME="$DB/config" XDG_DATA_HOME="$DB/state" XDG_RUNTIME_DIR="$DB/s" "$@")
}
ask() { # ask SERVER STATEMENT [ROLE DATABASE], by its socket, which nobody else can reach
	PGCONNECT_TIMEOUT=3 timeout 30 "$BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$DB/s" -p "$(port "$1")" -U "${3:-postgres}" -d "${4:-postgres}" <<<"$2" 2>/dev/null
}

# A process is known by its number and by when it began, so that nobody else's is ever ended.
began() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
alive() {
	local pid at now
	read -r pid at 2>/dev/null <"$RUN/$1" && [ -n "$at" ] || return 1
	now=$(sed 's/^.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d' ' -f1,20)
	[ "${now#* }" = "$at" ] && [ "${now% *}" != Z ]
}
pid() { cut -d' ' -f1 "$RUN/$1"; }
start() { # start NAME COMMAND... leaves it running behind, with its words in log/NAME
	local name=$1
	shift
	setsid "$@" </dev/null >>"$LOG/$name" 2>&1 &
	echo "$! $(began $!)" >"$RUN/$name"
}
tree() {
	echo "$1"
	for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do tree "$child"; done
}
postmaster() { # of a database's folder, if it runs; also one whose supervisor was killed
	local pid
	pid=$(head -1 "$DB/$1/postmaster.pid" 2>/dev/null) && [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$DB/$1" ] && echo "$pid"
}
processes() { # of a database, the one that would start others again first
	if alive "$1"; then tree "$(pid "$1")"; fi
	local first
	if first=$(postmaster "$1"); then tree "$first"; fi
}
signal() { for each in $2; do kill "-$1" "$each" 2>/dev/null || true; done; }
until_so() { # until_so WHAT CONDITION...
	local what=$1 end=$((SECONDS + PATIENCE))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || fail "$what did not come in $PATIENCE s; the logs are in $LOG"
		sleep 0.2
	done
}

prepare() {
	for tool in pg_autoctl haproxy setpriv setsid; do
		command -v $tool >/dev/null || fail "$tool is missing: make tools installs it (packages pg-auto-failover-cli, postgresql-*-auto-failover, haproxy)"
	done
	[ -n "$BIN" ] || fail "PostgreSQL is missing: make tools installs it"
	umask 077
	mkdir -p "$FOLDER" "$RUN" "$LOG" "$DB"/{bin,s,config,state}
	chmod 711 "$FOLDER"
	if [ -z "$SATCHEL" ]; then
		SATCHEL=$FOLDER/satchel
		if [ -e "$HERE/../go.mod" ] && command -v go >/dev/null; then
			(cd "$HERE/.." && go build -o "$SATCHEL.new" ./cmd/satchel) && mv "$SATCHEL.new" "$SATCHEL"
		else
			ln -sf "$(command -v satchel || fail "satchel is missing: name it with --satchel")" "$SATCHEL"
		fi
	else
		ln -sf "$(realpath "$SATCHEL")" "$FOLDER/satchel"
	fi
	# pg_autoctl empties synchronous_standby_names whenever it promotes, and would let the new primary acknowledge alone until a standby has
	# followed. What stands on the command line outranks what it writes: a database acknowledges nothing that only it has, ever. The first of a
	# group gets it when it has been made, before anybody writes.
	for tool in pg_ctl pg_basebackup pg_rewind pg_controldata initdb psql; do
		printf '#!/bin/sh\nexec %s/%s "$@"\n' "$BIN" $tool >"$DB/bin/$tool"
	done
	cat >"$DB/bin/postgres" <<-END
		#!/bin/sh
		for one in "\$@"; do
			if [ -e "\$one.made" ]; then set -- "\$@" -c "synchronous_standby_names=ANY 1 (*)"; fi
		done
		exec $BIN/postgres "\$@"
	END
	chmod 755 "$DB"/bin/*
	[ "$(id -u)" != 0 ] || chown -R "$DB_USER:" "$DB/bin" "$DB/s" "$DB/config" "$DB/state"
	[ "$(id -u)" != 0 ] || chown "$DB_USER:" "$DB"
	if [ ! -e "$FOLDER/password" ]; then # as libpq and the nodes read it
		echo "*:*:*:*:$(od -An -N 24 -t x1 /dev/urandom | tr -d ' \n')" >"$FOLDER/password"
	fi
	cp "$FOLDER/password" "$DB/password"
	[ "$(id -u)" != 0 ] || chown "$DB_USER:" "$DB/password"
	echo "$(wc -w <<<"$LETTERS") $DATABASES $PORTS" >"$FOLDER/chosen"
}

# The monitor takes a database for gone when it has been silent for 5 s; its own default is 20 s and 30 s more. That the old primary may still run is no
# danger here: without a standby it acknowledges nothing.
monitor() {
	if [ ! -e "$DB/monitor/PG_VERSION" ]; then
		as_db pg_autoctl create monitor --pgdata "$DB/monitor" --pgctl "$DB/bin/pg_ctl" --pgport "$(port monitor)" --hostname 127.0.0.1 --listen 127.0.0.1 --auth scram-sha-256 --no-ssl >>"$LOG/monitor" 2>&1 ||
			fail "the monitor could not be made: see $LOG/monitor"
		asks_passwords monitor
	fi
	alive monitor || start_db monitor
	until_so "the monitor" ask monitor "SELECT 1 FROM pgautofailover.formation LIMIT 1" autoctl_node pg_auto_failover
	has_passwords monitor autoctl_node
	local setting
	for setting in health_check_period=1000 health_check_timeout=2000 health_check_retry_delay=500 node_considered_unhealthy_timeout=5000 primary_demote_timeout=5000 startup_grace_period=5000; do
		ask monitor "ALTER SYSTEM SET pgautofailover.${setting%=*} = ${setting#*=}"
	done
	ask monitor "SELECT pg_reload_conf()" >/dev/null
}
asks_passwords() { # initdb trusts whoever comes from this machine; the sockets lie in a folder that is closed
	as_db sed -i -E '/^host/s/trust$/scram-sha-256/' "$DB/$1/pg_hba.conf"
}
has_passwords() { # NAME ROLE... without a word of it in a log, and without a standby, which it may not have yet
	local role quiet='-c log_statement=none -c log_min_duration_statement=-1 -c synchronous_commit=local'
	for role in "${@:2}"; do
		PGOPTIONS=$quiet ask "$1" "ALTER ROLE $role PASSWORD '$(cut -d: -f5 "$FOLDER/password")'" || fail "$1 does not take a password for $role"
	done
}
start_db() { # as_db, but for what stays
	local name=$1
	rm -f "$DB/s/$name.pid"
	[ -n "$(postmaster "$name" || true)" ] || rm -f "$DB/$name/postmaster.pid" # of a machine whose power was cut
	as_db setsid sh -c 'echo $$ >"s/$1.pid"; exec pg_autoctl run --pgdata "$2"' sh "$name" "$DB/$name" </dev/null >>"$LOG/$name" 2>&1 &
	until_so "$name" test -s "$DB/s/$name.pid"
	local number
	number=$(cat "$DB/s/$name.pid")
	echo "$number $(began "$number")" >"$RUN/$name"
}
create_db() { # create_db GROUP NAME
	[ ! -e "$DB/$2.made" ] || return 0
	as_db pg_autoctl create postgres --pgdata "$DB/$2" --pgctl "$DB/bin/pg_ctl" --pgport "$(port "$2")" --hostname 127.0.0.1 --listen 127.0.0.1 --name "$2" --formation "$1" --auth scram-sha-256 --no-ssl \
		--monitor "postgres://autoctl_node@127.0.0.1:$(port monitor)/pg_auto_failover" >>"$LOG/$2" 2>&1 ||
		fail "the database $2 could not be made: see $LOG/$2"
	if [ -e "$DB/$2/pg_hba.conf" ]; then asks_passwords "$2"; fi # the first of a group; others come as its copies
	as_db touch "$2.made"
}
states() { ask monitor "SELECT nodename || ' ' || reportedstate || ' ' || goalstate FROM pgautofailover.node WHERE formationid = '$1' ORDER BY nodename" autoctl_node pg_auto_failover; }
primary() { # of a group: who takes writes
	for one in $(databases "$1"); do
		if [ "$(ask "$one" "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool")" = f ]; then echo "$one" && return; fi
	done
	return 1
}
formed() { # one takes writes, and all others hold what it has
	local now
	now=$(states "$1") && [ "$(grep -c ' primary primary$' <<<"$now")" = 1 ] && [ "$(grep -c ' secondary secondary$' <<<"$now")" = $((DATABASES - 1)) ] && primary "$1"
}
hurry() { # a copy of the primary begins with a checkpoint, which would take its time
	formed "$1" || { ask "$(primary "$1")" CHECKPOINT && false; }
}
group_of_databases() {
	local one
	ask monitor "SELECT 1 FROM pgautofailover.formation WHERE formationid = '$1'" autoctl_node pg_auto_failover | grep -q 1 ||
		as_db pg_autoctl create formation --pgdata "$DB/monitor" --formation "$1" --kind pgsql >>"$LOG/monitor" 2>&1 || fail "group $1 could not be made: see $LOG/monitor"
	for one in $(databases "$1"); do
		create_db "$1" "$one"
		alive "$one" || start_db "$one"
		if [ "$one" = "${1}1" ] && [ ! -e "$DB/$1.passwords" ]; then
			until_so "$one" primary "$1"
			has_passwords "$one" postgres pgautofailover_replicator
			as_db touch "$1.passwords"
		fi
	done
	until_so "a primary with all its standbys in group $1" hurry "$1"
	one=$(primary "$1")
	ask "$one" "SELECT 1 FROM pg_roles WHERE rolname = 'satchel'" | grep -q 1 || ask "$one" "CREATE ROLE satchel LOGIN" || fail "the role satchel could not be made"
	has_passwords "$one" satchel
	ask "$one" "SELECT 1 FROM pg_database WHERE datname = 'satchel'" | grep -q 1 || ask "$one" "CREATE DATABASE satchel OWNER satchel" || fail "the database satchel could not be made"
}

installation() { # of a group: made once, and a copy of its keys for each node
	local keys=$FOLDER/keys/$1
	[ ! -e "$keys/made" ] || return 0
	rm -rf "$keys"
	mkdir -p "$keys"
	if [ -z "$RULES" ]; then
		if [ ! -e "$FOLDER/rules/signed-rules.json" ]; then
			rm -rf "$FOLDER/rules" "$FOLDER/rules.key" "$FOLDER/rules.key.pub"
			"$FOLDER/satchel" rules key "$FOLDER/rules.key" >>"$LOG/made"
			"$FOLDER/satchel" rules export "$FOLDER/rules" >>"$LOG/made"
			"$FOLDER/satchel" rules sign --key "$FOLDER/rules.key" --name 'Nobody: to be tried, for no one in care' "$(printf "%s\n" "$FOLDER"/rules/redflags.v*.json | sort -V | tail -1)" >>"$LOG/made"
		fi
		RULES=$FOLDER/rules/signed-rules.json RULES_KEY=$FOLDER/rules.key.pub
	fi
	PGPASSFILE=$FOLDER/password SATCHEL_STORE=$(store "$1") "$FOLDER/satchel" init --keys "$keys/one" --rules "$RULES" --rules-key "$RULES_KEY" </dev/null >"$FOLDER/administrator.$1" ||
		fail "the installation of group $1 could not be made"
	cp -a "$keys/one" "$keys/two"
	touch "$keys/made"
}
answers() { [ "$(curl_code "$(port "$1")" /readyz)" = 200 ]; }
curl_code() { # the status of a GET, with nothing but bash
	local line
	exec 7<>"/dev/tcp/127.0.0.1/$1" || return 1
	printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "${3:-a.localhost}" >&7
	IFS= read -r -t 5 line <&7 || true
	exec 7>&-
	cut -d' ' -f2 <<<"$line"
} 2>/dev/null
start_node() { # GROUP NODE
	PGPASSFILE=$FOLDER/password SATCHEL_STORE=$(store "$1") start "$1.$2" "$FOLDER/satchel" serve --keys "$FOLDER/keys/$1/$2" --address "127.0.0.1:$(port "$1.$2")" --metrics '' \
		--proxy 127.0.0.1 --drain 3s --log-level warn
}
node() {
	alive "$1.$2" || start_node "$1" "$2"
	until_so "node $2 of group $1" answers "$1.$2"
}

# haproxy asks each node every half second whether it should be sent anything. A node that stops says no for --drain, is sent nothing new and answers
# what it has begun. Nothing of a request is logged: addresses of calendars and links are secrets. A request with both Content-Length and
# Transfer-Encoding goes on without the first, and its connection ends: there is one way to read it.
front_settings() {
	cat >"$FOLDER/503.http" <<-'END'
		HTTP/1.0 503 Service Unavailable
		Cache-Control: no-store
		Connection: close
		Content-Type: application/problem+json
		Retry-After: 1

		{"type":"urn:satchel:problem:busy","title":"Busy","status":503,"detail":"Please try again in a moment. What you wrote is kept.","code":"busy","retryAfterMs":1000}
	END
	sed -i 's/$/\r/' "$FOLDER/503.http"
	cat <<-END
		global
		    maxconn 2000
		defaults
		    mode http
		    timeout connect 2s
		    timeout client 75s
		    timeout server 75s      # a stream says something every 15 s
		    timeout check 2s
		    timeout http-request 15s
		    option redispatch 1
		    errorfile 503 $FOLDER/503.http
		frontend counters
		    bind 127.0.0.1:$(port counters)
		    stats enable
		    stats uri /counters
		frontend front
		    bind 127.0.0.1:$(port front)
		    http-request set-header X-Forwarded-For %[src]
	END
	local letter name
	case $LETTERS in
	a) echo "    default_backend a" ;;
	*)
		echo "    http-request deny deny_status 421 unless { req.hdr(host),field(1,:) -i a.localhost b.localhost }"
		for letter in $LETTERS; do echo "    use_backend $letter if { req.hdr(host),field(1,:) -i $letter.localhost }"; done
		;;
	esac
	for letter in $LETTERS; do
		printf 'backend %s\n    balance roundrobin\n    option httpchk GET /readyz\n    http-check expect status 200\n    default-server check inter 500ms fall 1 rise 1\n' "$letter"
		for name in $NODES; do echo "    server $name 127.0.0.1:$(port "$letter.$name")"; done
	done
}
front() {
	alive front && return
	front_settings >"$FOLDER/haproxy.cfg"
	haproxy -c -f "$FOLDER/haproxy.cfg" >>"$LOG/front" 2>&1 || fail "haproxy does not understand $FOLDER/haproxy.cfg: see $LOG/front"
	start front haproxy -db -f "$FOLDER/haproxy.cfg"
	for letter in $LETTERS; do until_so "haproxy" through "$letter"; done
}
through() { [ "$(curl_code "$(port front)" /readyz "$1.localhost")" = 200 ]; }
seen() { # seen GROUP NODE UP|DOWN: what haproxy holds of a node
	exec 7<>"/dev/tcp/127.0.0.1/$(port counters)" || return 1
	printf 'GET /counters;csv HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&7
	[ "$(grep "^$1,$2," <&7 | cut -d, -f18)" = "$3" ]
} 2>/dev/null

up() {
	local letter name
	prepare
	monitor
	for letter in $LETTERS; do
		group_of_databases "$letter"
		installation "$letter"
		for name in $NODES; do node "$letter" "$name"; done
	done
	front
	for letter in $LETTERS; do
		for name in $NODES; do until_so "node $name of group $letter at haproxy" seen "$letter" "$name" UP; done
	done
	status
}

status() {
	local letter name one now bad=0
	alive monitor || { echo "nothing runs in $FOLDER" && return 1; }
	for letter in $LETTERS; do
		now=$(states "$letter" || true)
		for one in $(databases "$letter"); do
			echo "group $letter  database $one  127.0.0.1:$(port "$one")  $(grep "^$one " <<<"$now" | cut -d' ' -f2 || true)$(alive "$one" || echo ', does not run')"
		done
		formed "$letter" >/dev/null || bad=1
		for name in $NODES; do
			echo "group $letter  node $name  http://127.0.0.1:$(port "$letter.$name")  $(answers "$letter.$name" && echo ready || echo 'not ready')"
			answers "$letter.$name" || bad=1
		done
		echo "group $letter  http://$letter.localhost:$(port front)  administrator: $FOLDER/administrator.$letter  store: $(store "$letter")"
		through "$letter" || bad=1
	done
	return $bad
}

# restart is how a new version comes: one node after the other, each only when haproxy sends requests to both.
restart() {
	local letter name
	for letter in $LETTERS; do
		for name in $NODES; do
			kill "$(pid "$letter.$name")" 2>/dev/null || true
			until_so "the end of node $name of group $letter" gone "$letter.$name"
			node "$letter" "$name"
			until_so "node $name of group $letter at haproxy" seen "$letter" "$name" UP
		done
	done
}
gone() { ! alive "$1"; }

kill_primary() {
	local old new
	old=$(primary "$GROUP") || fail "no database of group $GROUP takes writes"
	signal KILL "$(processes "$old")"
	echo "$old was killed"
	until_so "another primary" primary "$GROUP"
	new=$(primary "$GROUP")
	echo "$new takes writes"
	[ -z "$GONE" ] || return 0
	start_db "$old"
	until_so "a primary with all its standbys in group $GROUP" hurry "$GROUP"
	echo "$old is its standby"
}

stall() { # their servers, not what watches over them
	local one now
	now=$(primary "$GROUP") || fail "no database of group $GROUP takes writes"
	for one in $(databases "$GROUP"); do [ "$one" = "$now" ] || signal STOP "$(tree "$(postmaster "$one")")"; done
}
go_on() { for one in $(databases "$GROUP"); do signal CONT "$(processes "$one")"; done; }

ended() { [ -z "$(processes "$1")" ]; }
down() {
	local letter name one all=""
	for letter in $LETTERS; do
		for name in $NODES; do all="$all $letter.$name"; done
	done
	if alive front; then kill "$(pid front)"; fi
	for name in $all; do if alive "$name"; then kill "$(pid "$name")"; fi; done
	for name in front $all; do
		until_so "the end of $name" gone "$name"
		rm -f "$RUN/$name"
	done
	all=""
	for letter in $LETTERS; do all="$all $(databases "$letter" | tr '\n' ' ')"; done
	for one in $all monitor; do signal CONT "$(processes "$one")"; done
	for one in $all; do if alive "$one"; then kill "$(pid "$one")"; fi; done
	for one in $all; do end_db "$one"; done
	if alive monitor; then kill "$(pid monitor)"; fi
	end_db monitor
}
end_db() { # in peace, or after a while not
	local end=$((SECONDS + 15)) first
	until ended "$1"; do
		if ! alive "$1" && first=$(postmaster "$1"); then kill -INT "$first" 2>/dev/null || true; fi # its supervisor was killed
		[ $SECONDS -lt $end ] || signal KILL "$(processes "$1")"
		sleep 0.1
	done
	rm -f "$RUN/$1"
}

case $COMMAND in
kill-primary) kill_primary ;;
go-on) go_on ;;
*) $COMMAND ;;
esac
