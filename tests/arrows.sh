#!/bin/sh
# Data flows one way, and each outside library lives in one file.
set -u
failed=0

complain() {
	echo "arrows: $*" >&2
	failed=1
}

# folder: what it must not include
while read -r folder forbidden; do
	for other in $forbidden; do
		hits=$(grep -ln "#include \"$other/" "$folder"/*.[ch])
		[ -z "$hits" ] || complain "$folder/ includes $other/:" $hits
	done
done <<END
capture classify report tests
classify report tests
report tests
END

# a header of an outside library, and the files that may include it
while read -r header files; do
	hits=$(grep -l "#include <$header" capture/*.[ch] classify/*.[ch] \
		report/*.[ch] | grep -vxF "$(printf '%s\n' $files)")
	[ -z "$hits" ] || complain "<$header> outside $files:" $hits
done <<END
pcap capture/source_parts.h
zlib.h capture/decompress.c
zstd.h capture/decompress.c
pthread.h capture/shards.c capture/ring.h capture/parallel.c
ndpi classify/dpi.c
maxminddb.h classify/geo.c
cjson/ classify/json.c
gcrypt classify/digest.c
END

# a header that has such a library's types, and the files that may include it
while read -r header files; do
	hits=$(grep -l "#include \"$header\"" capture/*.[ch] |
		grep -vxF "$(printf '%s\n' $files)")
	[ -z "$hits" ] || complain "$header outside $files:" $hits
done <<END
capture/source_parts.h capture/source.c capture/source_files.c capture/source_link.c capture/source_live.c capture/source_reader.c
capture/ring.h capture/ring.c capture/rings.c
END

# Includes are written from the root, so that they can be checked at all.
hits=$(grep -n '#include "' capture/*.[ch] classify/*.[ch] report/*.[ch] |
	grep -v '"\(capture\|classify\|report\)/')
[ -z "$hits" ] || complain "includes not from the root: $hits"

# report/ speaks of capture's and classify's public headers only.
hits=$(grep -ln '#include "\(capture/layer\|capture/inputs\|capture/decompress\|classify/signature_parts\|classify/signature_set\|classify/signature_index\|classify/signature_drawer\|classify/signature_hint\|classify/fields_reader\|classify/json_text\|classify/term_rows\|capture/records\|capture/glance\|capture/block\|capture/source_parts\|capture/strays\|capture/ring\|capture/flow_store\)\.h"' \
	report/*.[ch])
[ -z "$hits" ] || complain "inner headers in report/:" $hits

# The top level holds these and dot files, nothing else.
hits=$(git ls-files 2>/dev/null | cut -d/ -f1 | sort -u |
	grep -vx 'capture\|classify\|report\|signatures\|samples\|tests\|Makefile\|README.md\|LICENSE\|\..*')
[ -z "$hits" ] || complain "top level:" $hits
[ "$failed" -eq 0 ] && echo "arrows: all point upstream"
exit $failed
