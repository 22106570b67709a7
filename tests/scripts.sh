#!/bin/sh
# Runs every end-to-end test, on a build with sanitizers; says which failed.
#
# usage: scripts.sh IPSEC-AUDIT
set -u
audit=$1
failed=0
here=$(dirname "$0")
export ASAN_OPTIONS=abort_on_error=1
for script in golden "$here"/e2e_*.sh; do
	[ "$script" = golden ] && script=$here/golden.sh
	if "$script" "$audit"; then
		echo "ok      $script"
	else
		echo "FAILED  $script" >&2
		failed=1
	fi
done
exit $failed
