#!/bin/sh
# Installs those of the given Debian packages that are missing.
#
# usage: install.sh PACKAGE...
set -eu
missing=
for package in "$@"; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
		grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "As root, install:$missing" >&2
		exit 1
	}
	sudo=sudo
fi
echo "Installing:$missing"
# A test machine wants programs, not daemons that start by themselves.
policy=/usr/sbin/policy-rc.d
ours=
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
	$sudo chmod 755 "$policy"
	ours=yes
fi
trap '[ -z "$ours" ] || $sudo rm -f "$policy"' EXIT
$sudo apt-get -q update >/dev/null
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive $sudo apt-get -q install -y \
	--no-install-recommends $missing >/dev/null
