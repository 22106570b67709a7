#!/bin/sh
# A real Prometheus takes in the metrics and answers questions about them.
#
# usage: e2e_openmetrics.sh IPSEC-AUDIT
# shellcheck disable=SC2317 # functions are called by their names
. "$(dirname "$0")/e2e.lib"
need prometheus curl

server=
prometheus=
cleanup() {
	for pid in $server $prometheus; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
}

# Two ports that nobody has just now.
ports=$("$python" -c 'import socket
a, b = socket.socket(), socket.socket()
a.bind(("127.0.0.1", 0)), b.bind(("127.0.0.1", 0))
print(a.getsockname()[1], b.getsockname()[1])')
ours=${ports% *}
theirs=${ports#* }

"$audit" -q -r samples/office.pcapng -s samples/segments.json \
	-o "$temp/report.json" || complain "exit $? of an audit"
"$audit" render openmetrics "$temp/report.json" >"$temp/metrics" ||
	complain "exit $? of render"

cat >"$temp/serve.py" <<'END'
import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[2], "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text;"
                         " version=1.0.0; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
END
"$python" "$temp/serve.py" "$ours" "$temp/metrics" &
server=$!

cat >"$temp/prometheus.yml" <<END
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: ipsec-audit
    static_configs: [ { targets: [ "127.0.0.1:$ours" ] } ]
END
prometheus --config.file="$temp/prometheus.yml" \
	--storage.tsdb.path="$temp/data" \
	--web.listen-address="127.0.0.1:$theirs" >"$temp/log" 2>&1 &
prometheus=$!

# ask QUERY: the values of the answer's series, one a line
ask() {
	curl -s --noproxy '*' --max-time 5 -G --data-urlencode "query=$1" \
		"http://127.0.0.1:$theirs/api/v1/query" |
		"$python" -c 'import json, sys
for series in json.load(sys.stdin)["data"]["result"]:
    print(series["value"][1])' 2>/dev/null
}

is_up() {
	[ "$(ask up)" = 1 ]
}

wait_for 30 is_up || {
	complain "the metrics are not taken in"
	tail -n 5 "$temp/log" >&2
	curl -s --noproxy '*' "http://127.0.0.1:$theirs/api/v1/targets" |
		grep -o '"lastError":"[^"]*"' >&2
	finish
}

# answers QUERY WANTED
answers() {
	answer=$(ask "$1")
	[ "$answer" = "$2" ] || complain "$1 is '$answer', not '$2'"
}

# of PYTHON: a figure of the report d
of() {
	"$python" -c 'import json, sys
d = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$temp/report.json" "$1"
}

answers ipsec_audit_frames_total "$(of 'd["observation"]["frames"]')"
answers ipsec_audit_complete 1
answers 'sum(ipsec_audit_packets_total)' \
	"$(of 'd["observation"]["packets"]')"
answers 'sum(ipsec_audit_bytes_total)' "$(of 'd["observation"]["bytes"]')"
answers 'count(ipsec_audit_packets_total)' "$(of 'len(d["paths"])')"
answers 'count(ipsec_audit_finding_packets_total)' \
	"$(of 'sum(len(p["findings"]) for p in d["paths"])')"

# One verdict is 1 for every segment and model, and it is the report's.
answers 'count(ipsec_audit_segment_verdict == 1)' \
	"$(of '5 * len(d["segments"])')"
answers 'count(ipsec_audit_path_verdict == 1)' "$(of '5 * len(d["paths"])')"
verdict=$(of 'next(s for s in d["segments"] if s["name"] == "office")["verdicts"]["host-any"]["verdict"]')
answers "ipsec_audit_segment_verdict{segment=\"office\",model=\"host-any\",ipsec_audit_segment_verdict=\"$verdict\"}" 1
answers 'ipsec_audit_finding_impact{segment="office",peer="office",signature="mdns",model="host-any"}' 4
finish "Prometheus $(prometheus --version 2>&1 |
	sed -n 's/^prometheus, version \([^ ]*\).*/\1/p') understands the metrics"
