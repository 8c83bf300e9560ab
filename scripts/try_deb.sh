#!/bin/bash
# Tries the Debian package on a machine with systemd that may be spoilt, as root:
#   scripts/try_deb.sh PACKAGE.deb FOLDER-OF-SNAPSHOTS [OLDER.deb]
# It installs, starts, subscribes newsboat, which has to be there, reloads well and badly, upgrades while the daemon
# runs, from the OLDER package if there is one, removes and purges, and prints how long each step took.
set -u
. "$(dirname "$0")/try_common.sh"
trap 'rm -rf "$work"' EXIT
package=$(realpath "$1") seeds=$(realpath "$2") first=$(realpath "${3:-$1}")
failed=0
expect() { # WHAT COMMAND…
    local what=$1 outcome=well
    shift
    "$@" > "$work/said" 2>&1 || { outcome=FAILED failed=1; }
    took "$outcome: $what"
    [ "$outcome" = well ] || cat "$work/said"
}
fails() { ! "$@"; }
served() { has http://127.0.0.1:8080/all/atom.xml "<entry>"; }
pid() { systemctl show --property MainPID --value refeed; }
ends_with() { # CODE COMMAND…
    local code=$1
    shift
    "$@"
    [ "$?" = "$code" ]
}

expect "installs" dpkg -i "$first"
[ "$failed" = 0 ] || exit 1
expect "the command is there" refeed --version
expect "the man pages are there" test -e /usr/share/man/man1/refeed.1.gz -a -e /usr/share/man/man5/refeed.toml.5.gz
expect "nothing runs unasked" fails systemctl is-active --quiet refeed
mkdir -p /srv/snapshots && cp -r "$seeds"/. /srv/snapshots && chmod -R a+rX /srv/snapshots
expect "the unit lets it work" refeed check -c /etc/refeed/refeed.toml --unit /lib/systemd/system/refeed.service
expect "starts" systemctl enable --now refeed
expect "serves" served
subscribe http://127.0.0.1:8080/all/atom.xml || failed=1
took "from nothing to subscribed" "$begin"
expect "is healthy" refeed health -c /etc/refeed/refeed.toml
echo 'limit = 7' | cat - /etc/refeed/refeed.toml > "$work/new" && cat "$work/new" > /etc/refeed/refeed.toml
expect "reloads a good configuration" systemctl reload refeed
echo 'limt = 7' | cat - /etc/refeed/refeed.toml > "$work/bad" && cat "$work/bad" > /etc/refeed/refeed.toml
expect "refuses to reload a bad one" ends_with 1 systemctl reload refeed
expect "serves on" served
cat "$work/new" > /etc/refeed/refeed.toml
before=$(pid)
expect "upgrades, and keeps the changed configuration" dpkg --force-confold -i "$package"
expect "the configuration is still ours" grep -q '^limit = 7' /etc/refeed/refeed.toml
expect "was started anew" test "$(pid)" != "$before" -a "$(pid)" != 0
expect "serves after the upgrade" served
expect "is healthy after the upgrade" refeed health -c /etc/refeed/refeed.toml
expect "no error or traceback is in the log" fails sh -c 'journalctl -u refeed -o cat | grep -E "Traceback|\"level\": \"(error|critical)\"" | grep -v "configuration rejected"'
expect "is removed" dpkg --remove refeed
expect "is stopped" fails systemctl is-active --quiet refeed
expect "the configuration stays" test -e /etc/refeed/refeed.toml
expect "is purged" dpkg --purge refeed
for path in /etc/refeed /var/lib/refeed /usr/lib/refeed /usr/bin/refeed; do
    expect "$path is gone" test ! -e "$path"
done
expect "the user is gone" fails getent passwd refeed
exit $failed
