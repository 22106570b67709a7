#!/bin/sh
# Listening to an interface gives the findings that the file gives: a sample
# is replayed onto one end of a cable between two network namespaces of this
# computer, and audited at the other.
#
# usage: e2e_live.sh IPSEC-AUDIT
# shellcheck disable=SC2317 # functions are called by their names
. "$(dirname "$0")/e2e.lib"
[ "$(id -u)" -eq 0 ] || skip "only root can make network namespaces"
need ip tcpreplay tcpdump sysctl
# shellcheck source=tests/e2e_wire.lib
. tests/e2e_wire.lib

# What live and stored observation must have in common. Times differ, and with
# them what is told by them: the sample's clock is not this one's.
cat >"$temp/findings.py" <<'END'
import json
import sys

report = json.load(open(sys.argv[1]))
for path in report["paths"]:
    for finding in path["findings"]:
        print(path["segments"], *(finding[k] for k in
              ("signature", "flows", "packets", "bytes", "impact")))
END

has_frames() {
	[ "$(figure "$temp/live.json" frames)" -gt 0 ]
}

capture=samples/time.pcapng
pcap "$capture" "$temp/replay.pcap"
frames=$(tcpdump -nr "$temp/replay.pcap" 2>/dev/null | wc -l)
"$audit" -q -r "$temp/replay.pcap" -s samples/segments.json \
	-o "$temp/file.json" || complain "exit $? of the file"

listen "$temp/log" -v -s samples/segments.json -o "$temp/live.json" \
	--interval 1
ip netns exec "$there" tcpreplay -q -i wire --multiplier 3 \
	"$temp/replay.pcap" >"$temp/replayed" 2>&1 &
replay=$!

# While it goes on: a report every second, and counters when asked for.
wait_for 10 has_frames || complain "no interim report"
kill -0 "$replay" 2>/dev/null || complain "the replay is over too early"
cp "$temp/live.json" "$temp/interim.json"
kill -USR1 "$listener"
wait_for 5 grep -q 'flows live' "$temp/log" || complain "no counters"
grep -q '^wire: [0-9]* frames, [0-9]* received, [0-9]* dropped' "$temp/log" ||
	complain "counters are not those of the interface"
wait "$replay" || {
	cat "$temp/replayed" >&2
	complain "tcpreplay: exit $?"
}
sleep 1
stop TERM
valid report/report.schema.json "$temp/interim.json" "$temp/live.json"

for report in file live; do
	"$python" "$temp/findings.py" "$temp/$report.json" >"$temp/$report"
done
[ -s "$temp/file" ] || complain "nothing was found in the file"
diff "$temp/file" "$temp/live" >&2 || complain "live, other things are found"
seen=$(figure "$temp/live.json" frames)
[ "$seen" -eq "$frames" ] || complain "$seen frames, $frames were sent"
[ "$(figure "$temp/live.json" received)" -ge "$frames" ] ||
	complain "the kernel received $(figure "$temp/live.json" received)"
[ "$(figure "$temp/live.json" dropped)" -eq 0 ] || complain "some were dropped"
[ "$(figure "$temp/interim.json" frames)" -le "$frames" ] ||
	complain "the interim report has more than there was"

# A steady trickle, never silent, must not keep interim reports waiting.
listen "$temp/log" -v -o "$temp/live.json" --interval 1
rm -f "$temp/live.json"
ip netns exec "$there" tcpreplay -q -i wire --pps 30 --limit 120 \
	"$temp/replay.pcap" >"$temp/replayed" 2>&1 &
replay=$!
wait_for 4 has_frames || complain "no interim report of a trickle"
kill -0 "$replay" 2>/dev/null || complain "none before the trickle ended"
wait "$replay"
stop TERM

# Interrupted before there was anything, it still reports.
listen "$temp/log" -v -o "$temp/silent.json"
stop INT
valid report/report.schema.json "$temp/silent.json"
[ "$(figure "$temp/silent.json" frames)" -eq 0 ] ||
	complain "the cable is not silent"

# Without root's powers once everything is open.
mkdir -m 777 "$temp/public"
chmod 711 "$temp"
listen "$temp/log" -v -Z nobody -o "$temp/public/report.json"
owner=$(awk '/^Uid:/ { print $2, $3, $4 }' "/proc/$listener/status")
nobody=$(id -u nobody)
[ "$owner" = "$nobody $nobody $nobody" ] || complain "it is still $owner"
stop TERM
valid report/report.schema.json "$temp/public/report.json"
finish "$frames frames heard live as they were read"
