#!/bin/bash
# Tries the Debian package on a machine with systemd that may be spoilt, as root:
#   scripts/try_deb.sh PACKAGE.deb FOLDER-OF-SNAPSHOTS
# It installs, starts, reloads well and badly, upgrades while the daemon runs, removes and purges.
set -u
package=$(realpath "$1") seeds=$(realpath "$2")
failed=0
expect() { # WHAT COMMAND…
    local what=$1
    shift
    if "$@" > /tmp/said 2>&1; then echo "well    $what"; else echo "FAILED  $what"; cat /tmp/said; failed=1; fi
}
fails() { ! "$@"; }
served() { python3 -c 'import urllib.request as u; assert b"<entry>" in u.urlopen("http://127.0.0.1:8080/all/atom.xml").read()'; }
pid() { systemctl show --property MainPID --value refeed; }

expect "installs" dpkg -i "$package"
expect "the command is there" refeed --version
expect "the man pages are there" test -e /usr/share/man/man1/refeed.1.gz -a -e /usr/share/man/man5/refeed.toml.5.gz
expect "nothing runs unasked" fails systemctl is-active --quiet refeed
mkdir -p /srv/snapshots && cp -r "$seeds"/. /srv/snapshots && chmod -R a+rX /srv/snapshots
expect "the unit lets it work" refeed check -c /etc/refeed/refeed.toml --unit /lib/systemd/system/refeed.service
expect "starts" systemctl enable --now refeed
expect "serves" served
expect "is healthy" refeed health -c /etc/refeed/refeed.toml
echo 'limit = 7' | cat - /etc/refeed/refeed.toml > /tmp/new && cat /tmp/new > /etc/refeed/refeed.toml
expect "reloads a good configuration" systemctl reload refeed
echo 'limt = 7' | cat - /etc/refeed/refeed.toml > /tmp/bad && cat /tmp/bad > /etc/refeed/refeed.toml
expect "refuses to reload a bad one" fails systemctl reload refeed
expect "serves on" served
cat /tmp/new > /etc/refeed/refeed.toml
before=$(pid)
expect "upgrades, and keeps the changed configuration" dpkg --force-confold -i "$package"
expect "the configuration is still ours" grep -q '^limit = 7' /etc/refeed/refeed.toml
expect "was started anew" test "$(pid)" != "$before" -a "$(pid)" != 0
expect "serves after the upgrade" served
expect "is removed" dpkg --remove refeed
expect "is stopped" fails systemctl is-active --quiet refeed
expect "the configuration stays" test -e /etc/refeed/refeed.toml
expect "is purged" dpkg --purge refeed
for path in /etc/refeed /var/lib/refeed /usr/lib/refeed /usr/bin/refeed; do
    expect "$path is gone" test ! -e "$path"
done
expect "the user is gone" fails getent passwd refeed
exit $failed
