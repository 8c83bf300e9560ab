#!/bin/bash
# Tries the Debian package on a machine with systemd that may be spoilt, as root:
#   scripts/try_deb.sh PACKAGE.deb FOLDER-OF-SNAPSHOTS
# It installs, starts, subscribes newsboat, which has to be there, reloads well and badly, upgrades while the daemon
# runs, removes and purges, and prints how long each step took.
set -u
package=$(realpath "$1") seeds=$(realpath "$2")
failed=0
expect() { # WHAT COMMAND…
    local what=$1 outcome=well before
    before=$(date +%s%N)
    shift
    "$@" > /tmp/said 2>&1 || { outcome=FAILED failed=1; }
    printf '%-6s %5.1f s  %s\n' "$outcome" "$((($(date +%s%N) - before) / 100000000))e-1" "$what"
    [ "$outcome" = well ] || cat /tmp/said
}
fails() { ! "$@"; }
served() { python3 -c 'import urllib.request as u; assert b"<entry>" in u.urlopen("http://127.0.0.1:8080/all/atom.xml").read()'; }
newsboat_shows_unread_articles() {
    echo http://127.0.0.1:8080/all/atom.xml > /tmp/urls
    local newsboat=(newsboat -q -u /tmp/urls -c /tmp/cache.db -C /dev/null)
    "${newsboat[@]}" -x reload && unread=$("${newsboat[@]}" -x print-unread) && [ "${unread%% *}" -gt 0 ]
}
pid() { systemctl show --property MainPID --value refeed; }

expect "installs" dpkg -i "$package"
[ "$failed" = 0 ] || exit 1
expect "the command is there" refeed --version
expect "the man pages are there" test -e /usr/share/man/man1/refeed.1.gz -a -e /usr/share/man/man5/refeed.toml.5.gz
expect "nothing runs unasked" fails systemctl is-active --quiet refeed
mkdir -p /srv/snapshots && cp -r "$seeds"/. /srv/snapshots && chmod -R a+rX /srv/snapshots
expect "the unit lets it work" refeed check -c /etc/refeed/refeed.toml --unit /lib/systemd/system/refeed.service
expect "starts" systemctl enable --now refeed
expect "serves" served
expect "newsboat is subscribed, and has unread articles" newsboat_shows_unread_articles
echo "              newsboat: ${unread:-nothing}, after $SECONDS s from nothing"
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
