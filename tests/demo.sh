#!/bin/sh
# Audits the sample office and says where to look next.
#
# usage: demo.sh IPSEC-AUDIT
set -eu
audit=$1
"$audit" -q -r samples/office.pcapng -s samples/segments.json \
	--mmdb samples/outside.mmdb -o build/office.json
"$audit" render summary build/office.json
cat <<END

EXEMPT and BREAKS are what a rollout has to settle first: the signatures
behind them are explained by

    $audit explain mdns

The whole report, with examples to open in Wireshark, is in build/office.json.
Your own capture:

    $audit -r CAPTURE.pcapng -s SEGMENTS.json -o report.json
END
