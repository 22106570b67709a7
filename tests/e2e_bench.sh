#!/bin/sh
# The benchmark measures what it says, shown on captures that take no time:
# its tables have a row for every program, its JSON has the same figures, and
# what is missing is named.
#
# usage: e2e_bench.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"

# Other tests look for leaks, which takes time at the end of each run.
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

tools=$(dirname "$audit")
for tool in input read run; do
	[ -x "$tools/bench_$tool" ] || {
		complain "no $tools/bench_$tool; 'make bench-tools' builds it"
		exit 1
	}
done

# measured OUT SCRIPT [ARGUMENT...]: one round of a script
measured() {
	out=$1 script=$2
	shift 2
	"$python" -B "tests/$script.py" "$audit" --folder "$temp/bench" \
		--rounds 1 "$@" >"$out" 2>"$temp/said" || {
		cat "$temp/said" >&2
		complain "exit $? of $script $*"
	}
}

# rows OUT NAME COUNT: of tables. What captures of no time cost is a difference
# of two times that may come out below zero.
rows() {
	seen=$(grep -c "^$2  *-\{0,1\}[0-9]" "$1")
	[ "$seen" -eq "$3" ] || complain "$seen rows of '$2', not $3, in: $(cat "$1")"
}

measured "$temp/table" bench_speed --copies 2 --flows 20 --packets 300
rows "$temp/table" "libpcap, read only" 2
rows "$temp/table" "ipsec-audit -j 1" 2
rows "$temp/table" "ipsec-audit -j 2" 2
[ "$(grep -c "^reports of .*: identical" "$temp/table")" -eq 2 ] ||
	complain "reports of different workers are not called identical"
if command -v ndpiReader >/dev/null; then
	rows "$temp/table" ndpiReader 2
fi

# What the JSON says: frames that were counted otherwise, a bare read that is
# its own measure, memory that a process has.
"$python" - "$temp/bench/bench.json" <<'END' || complain "bench.json is wrong"
import json, sys
with open(sys.argv[1]) as file:
    result = json.load(file)
mix, long = result["inputs"]
assert result["rounds"] == 1 and result["machine"]["processors"] >= 1, result
assert mix["input"] == "mix" and mix["frames"] % 2 == 0, mix
assert long["input"] == "long" and long["frames"] == 300, long
for each in mix, long:
    floor = each["programs"][0]
    assert floor["times_read"] == 1, floor
    for row in each["programs"]:
        assert len(row["seconds"]) == 1, row
        assert 1e6 < row["peak_bytes"] < 4e9, row
        assert abs(row["frames_per_second"] * row["seconds"][0] - each["frames"]) < 1, row
END

# Of 300 packets by a made capture none is lost on the way.
"$audit" -q -r "$temp/bench/long-20-300.pcap" -o "$temp/report.json"
"$python" - "$temp/report.json" <<'END' || complain "long is not what it says"
import json, sys
observation = json.load(open(sys.argv[1]))["observation"]
assert observation["decoded"]["ok"] == 300, observation
assert observation["flows"] == 20, observation
END

# A flood that memory suffices for: nobody is torn.
measured "$temp/table" bench_flood --copies 1 --flows 20 --packets 400
for kind in mix calm syns strangers answered; do
	rows "$temp/table" "$kind" 1
done
[ "$(grep -c " 20 of 20$" "$temp/table")" -eq 4 ] ||
	complain "not all flows kept in: $(cat "$temp/table")"
"$python" - "$temp/bench/flood.json" <<'END' || complain "flood.json is wrong"
import json, sys
with open(sys.argv[1]) as file:
    rows = {row["input"]: row for row in json.load(file)["inputs"]}
assert rows["calm"]["times_calm"] == rows["mix"]["times_mix"] == 1, rows
for kind in "calm", "syns", "strangers", "answered":
    assert rows[kind]["frames"] == 20 * 8 + 400, rows
    assert rows[kind]["established_kept"] == 20, rows
END

# Curves: a row for each size.
measured "$temp/table" bench_curves --copies 1 --repeats 9 --segments 10 \
	--signatures 1000 --flows 1000 --packets 9000
rows "$temp/table" 10 1
rows "$temp/table" 1,000 3 # once of signatures, twice of flows
"$python" - "$temp/bench/curves.json" <<'END' || complain "curves.json is wrong"
import json, sys
with open(sys.argv[1]) as file:
    result = json.load(file)
for curve in "segments", "signatures", "flows", "flows_default_memory":
    for row in result[curve]:
        assert row["frames"] > 5000 and row["start_seconds"] > 0, row
assert result["signatures"][0]["label"].isdigit(), result["signatures"]
END

# Where there is no ndpiReader the rest is measured all the same.
env PATH=/nowhere BENCH_INPUTS=samples/voip.pcap "$python" -B \
	tests/bench_speed.py "$audit" --folder "$temp/bench" --rounds 1 \
	>"$temp/table" 2>"$temp/said" || complain "$(cat "$temp/said")"
grep -q "^ndpiReader is not installed" "$temp/table" ||
	complain "not said that ndpiReader is missing"
rows "$temp/table" "libpcap, read only" 1
rows "$temp/table" "ipsec-audit -j 2" 1
grep -q "^voip.pcap: 652 frames" "$temp/table" ||
	complain "BENCH_INPUTS is not what was measured"

# refused SENTENCE COMMAND...
refused() {
	sentence=$1
	shift
	"$@" >"$temp/said" 2>&1 && complain "no failure of $*"
	grep -qF "$sentence" "$temp/said" || complain "$* says: $(cat "$temp/said")"
}

refused "no program $temp/ipsec-audit" "$python" -B tests/bench_speed.py \
	"$temp/ipsec-audit" --folder "$temp/bench"
refused "$temp/nothing.pcap" env BENCH_INPUTS="$temp/nothing.pcap" \
	"$python" -B tests/bench_speed.py "$audit" --folder "$temp/bench"
refused "usage: bench_input mix" "$tools/bench_input" mix "$temp/out.pcap" 0 1
refused "$temp/nothing.pcap" "$tools/bench_input" mix "$temp/out.pcap" 1 1 \
	"$temp/nothing.pcap"
refused "/nowhere" "$tools/bench_run" /nowhere

finish "tables and figures of every program"
