#!/usr/bin/env bash
# Install refeed by the commands at the head of systemd/refeed.service in a machine with a real systemd,
# and see that it lives there as it should. To be run as root IN such a machine, one to be thrown away:
# a container or virtual machine with Debian 12 or newer, python3-venv, and refeed's checkout at $1. The
# wheels that it needs come from $2, a folder that `pip wheel` has filled; from the network if it isn't
# given.
set -euo pipefail
repository=$(readlink -f "${1:-.}")
wheels=${2:-}
pip_options=()
[ -z "$wheels" ] || pip_options=(--no-index --find-links "$wheels")

say() { echo "== $*"; }
fail() { echo "FAILED: $*"; systemctl status refeed --no-pager | head -20 || true; journalctl -u refeed --no-pager | tail -30; exit 1; }
await() { # SECONDS WHAT COMMAND…
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt "$end" ] || fail "waited in vain: $what"; sleep 0.1; done
  echo "ok: $what"
}
shows() { grep -q "$1" /var/lib/refeed/feeds/all/feed.json; }
shows_not() { ! shows "$1"; }
fetch() { # WHAT TARGET [IF-NONE-MATCH]: of an answer on port ${port:-8080} its status, its etag or its body
  python3 - "$@" <<'PYTHON'
import os, sys, urllib.request
what, target, *tag = sys.argv[1:]
request = urllib.request.Request(f"http://127.0.0.1:{os.environ.get('port', '8080')}{target}")
if tag:
    request.add_header("If-None-Match", tag[0])
try:
    answer = urllib.request.urlopen(request, timeout=10)
except urllib.error.HTTPError as error:
    answer = error
print({"status": answer.status, "etag": answer.headers["ETag"], "body": answer.read().decode()}[what])
PYTHON
}
answers() { [ "$(fetch status "${@:2}")" = "$1" ]; }
serves() { fetch body /all/feed.json | grep -q "$1"; }
pid() { systemctl show -P MainPID refeed; }
is_new_pid() { [ "$(pid)" != "$1" ] && [ "$(pid)" != 0 ] && systemctl is-active -q refeed; }
logged() { journalctl -u refeed -o cat --no-pager | grep -q "$1"; }
article() { printf '<!--17187754220%02d-->\n[Title %s](https://news.example/%s)\n------\n\n<p>Text %s</p>\n' "$1" "$1" "$1" "$1"; }
drop() { article "$1" > "/srv/.new-$1"; chmod 644 "/srv/.new-$1"; mv "/srv/.new-$1" "/srv/snapshots/$1.md"; }

mkdir -p /srv/snapshots
drop 1

say install
cd "$repository"
python3 -m venv /opt/refeed && /opt/refeed/bin/pip install -q "${pip_options[@]}" .
install -Dm644 -t /etc/systemd/system systemd/*.service systemd/*.socket systemd/*.timer
install -Dm644 systemd/sysusers.conf /etc/sysusers.d/refeed.conf && systemd-sysusers refeed.conf
install -Dm644 systemd/refeed.toml /etc/refeed/refeed.toml
systemctl daemon-reload && systemctl enable --now refeed
cd /

say start
shows news.example/1 || fail "it is ready and has not published"
systemctl show -P StatusText refeed
[ "$(stat -c %U /var/lib/refeed/feeds/all/feed.json)" = refeed ] || fail "not its user's file"
systemd-analyze security refeed --no-pager | tail -1

say "a snapshot"
drop 2
await 5 "a snapshot is in the feed" shows news.example/2
rm /srv/snapshots/1.md
await 5 "a deleted one is not" shows_not news.example/1

say serving
tag=$(fetch etag /all/atom.xml)
answers 200 /all/atom.xml || fail "no feed over loopback"
answers 304 /all/atom.xml "$tag" || fail "a poll without news gets the feed again"
fetch body /healthz | grep -qx ok || fail "not well: $(fetch body /healthz)"
drop 3
await 5 "a poll gets what is new" answers 200 /all/atom.xml "$tag"
serves news.example/3 || fail "the new one is not in it"
fetch body /metrics | grep -q '^refeed_entries 2.0' || fail "not counted"
mv /srv/snapshots /srv/unmounted
await 5 "it says that the seeds are missing" answers 503 /healthz
fetch body /healthz
mv /srv/unmounted /srv/snapshots
await 5 "and that all is well" answers 200 /healthz
other=$(ip -4 -o addr show scope global 2>/dev/null | awk '{sub("/.*", "", $4); print $4; exit}')
[ -z "$other" ] || ! port=8080 python3 -c "import socket, sys; socket.create_connection((sys.argv[1], 8080), 3)" "$other" 2>/dev/null || fail "others are served"

say "starts that can't publish"
cp /etc/refeed/refeed.toml /tmp/good
state_of() { systemctl show -P StatusText refeed | grep -q "$1"; }
check_unit() { /opt/refeed/bin/refeed check -c /etc/refeed/refeed.toml --unit; }
check_unit || fail "the unit does not allow its own configuration"
restarts_within() { # SECONDS WHAT: systemctl returns by then, and the service is active
  systemctl stop refeed
  timeout "$1" systemctl start refeed || fail "the start hangs or fails: $2"
  systemctl is-active -q refeed || fail "not active: $2"
  answers 503 /healthz || fail "healthz says that all is well: $2"
  systemctl show -P StatusText refeed
}
for key in output state; do
  mkdir -p /srv/elsewhere/$key && chown refeed: /srv/elsewhere/$key
  sed "s|^$key = .*|$key = \"/srv/elsewhere/$key\"|" /tmp/good > /etc/refeed/refeed.toml
  restarts_within 10 "$key is read-only"
  state_of "/srv/elsewhere/$key.*Read-only file system" || fail "STATUS does not say why"
  { check_unit 2>&1 || true; } | grep -q "ReadWritePaths=/srv/elsewhere/$key" || fail "check --unit does not tell"
  mkdir -p /etc/systemd/system/refeed.service.d
  printf '[Service]\nReadWritePaths=/srv/elsewhere/%s\n' $key > /etc/systemd/system/refeed.service.d/paths.conf
  systemctl daemon-reload && check_unit >/dev/null && systemctl restart refeed
  await 10 "with ReadWritePaths= it publishes" answers 200 /healthz
  rm -r /etc/systemd/system/refeed.service.d && systemctl daemon-reload
done
systemctl stop refeed
mkdir /srv/full && mount -t tmpfs -o size=200k none /srv/full && mkdir /srv/full/state && chown refeed: /srv/full/state
head -c 1M /dev/zero > /srv/full/fill 2>/dev/null || true
sed 's|^state = .*|state = "/srv/full/state"|' /tmp/good > /etc/refeed/refeed.toml
mkdir -p /etc/systemd/system/refeed.service.d
printf '[Service]\nReadWritePaths=/srv/full\n' > /etc/systemd/system/refeed.service.d/paths.conf
systemctl daemon-reload
restarts_within 10 "the disk is full"
state_of "No space left on device" || fail "STATUS does not say that the disk is full"
systemctl stop refeed
umount /srv/full && rm -r /etc/systemd/system/refeed.service.d && systemctl daemon-reload
cp /tmp/good /etc/refeed/refeed.toml
chmod 700 /srv/snapshots
restarts_within 10 "the seeds are unreadable"
state_of "waiting for /srv/snapshots (Permission denied)" || fail "STATUS does not say why"
chmod 755 /srv/snapshots
await 10 "and it goes on when they can be read" answers 200 /healthz

say "something else on its port"
systemctl stop refeed
python3 -m http.server -b 127.0.0.1 8080 >/dev/null 2>&1 & squatter=$!
await 5 "something else answers" answers 200 /
systemctl start refeed 2>/dev/null && fail "it started"
logged "can't listen on 127.0.0.1:8080: Address already in use" || fail "it does not say why"
kill $squatter
await 30 "it is started when the port is free" systemctl is-active refeed
answers 200 /healthz || fail "not well"

say reload
cp /etc/refeed/refeed.toml /tmp/good
echo 'limit = "many"' >> /etc/refeed/refeed.toml
systemctl reload refeed 2>/dev/null && fail "systemctl reload takes a wrong configuration"
await 5 "a wrong configuration is refused" logged 'limit: "many" is not a whole number\|limit: \\"many\\" is not a whole number'
systemctl is-active -q refeed || fail "it died of a wrong configuration"
{ cat /tmp/good; echo 'title = "Another title"'; } > /etc/refeed/refeed.toml
systemctl reload refeed
await 5 "a right one is applied" shows "Another title"
echo 'limit = "many"' >> /etc/refeed/refeed.toml
systemctl kill --kill-whom=main --signal=HUP refeed
await 5 "nor is it taken where nobody has checked it" logged "configuration rejected"
journalctl -u refeed -p err -o cat --no-pager | grep -q "configuration rejected" || fail "journalctl -p err does not show it"
cp /tmp/good /etc/refeed/refeed.toml
journalctl -u refeed -p err -o cat --no-pager | grep -q synced && fail "journalctl -p err shows more"
journalctl -u refeed -o cat --no-pager _PID="$(pid)" | python3 -c 'import json, sys
print("ok: lines of JSON:", sum(bool(json.loads(line)) for line in sys.stdin))'

say "kill -9"
old=$(pid)
for number in 11 12 13 14 15; do drop $number; done
kill -9 "$old"
await 15 "it is started again" is_new_pid "$old"
await 5 "and has what came meanwhile" shows news.example/15

say "a loop that hangs"
mkdir -p /etc/systemd/system/refeed.service.d
printf '[Service]\nWatchdogSec=3\n' > /etc/systemd/system/refeed.service.d/watchdog.conf
systemctl daemon-reload
systemctl restart refeed
old=$(pid)
kill -STOP "$old"
await 40 "the watchdog has it started again" is_new_pid "$old"
drop 16
await 5 "it lives" shows news.example/16

say "a port below 1024 from systemd"
rm -r /etc/systemd/system/refeed.service.d
mkdir -p /etc/systemd/system/refeed.socket.d
printf '[Socket]\nListenStream=\nListenStream=127.0.0.1:80\n' > /etc/systemd/system/refeed.socket.d/port.conf
systemctl daemon-reload
systemctl stop refeed && systemctl enable --now refeed.socket
export port=80
serves news.example/16 || fail "a request is not answered"
await 10 "a request has it started" systemctl is-active refeed
tag=$(fetch etag /all/atom.xml)
answers 304 /all/atom.xml "$tag" || fail "no 304"
( for _ in $(seq 40); do fetch status /all/atom.xml || echo refused; done > /tmp/polls 2>&1 ) & polls=$!
systemctl restart refeed
wait $polls
[ "$(sort -u /tmp/polls)" = 200 ] || fail "polls during a restart: $(sort /tmp/polls | uniq -c)"
echo "ok: 40 polls during a restart"
systemctl reload refeed
await 5 "a reload keeps the socket" answers 200 /healthz
systemctl disable --now refeed.socket
systemctl stop refeed
rm -r /etc/systemd/system/refeed.socket.d
systemctl daemon-reload
unset port
systemctl start refeed
answers 200 /healthz || fail "without the socket it does not serve"

say "a second instance of it"
mkdir -p /srv/more && article 21 > /srv/more/21.md
printf 'seeds = ["/srv/more"]\noutput = "/var/lib/refeed/more/feeds"\nstate = "/var/lib/refeed/more/state"\n[server]\nlisten = "127.0.0.1:8081"\n' > /etc/refeed/more.toml
systemctl start refeed@more
grep -q news.example/21 /var/lib/refeed/more/feeds/all/feed.json || fail "no feed of the second instance"
port=8081 serves news.example/21 || fail "the second instance does not serve"
systemctl stop refeed@more

say stop
start=$(date +%s%N)
systemctl stop refeed
echo "ok: stopped in $((($(date +%s%N) - start) / 1000000)) ms, $(systemctl show -P Result refeed)"
[ "$(systemctl show -P Result refeed)" = success ] || fail "not in good order"
logged stopping || fail "it did not say that it stops"

say "the timer's one-shot"
drop 17
systemctl start refeed-rebuild.service
shows news.example/17 || fail "refeed-rebuild.service did not publish"
systemctl start refeed-rebuild.timer
systemctl list-timers --no-pager refeed-rebuild.timer | grep -q refeed-rebuild.timer || fail "no timer"

say uninstall
systemctl disable --now refeed refeed.socket refeed-rebuild.timer
userdel refeed
rm -r /opt/refeed /etc/refeed /var/lib/refeed /etc/sysusers.d/refeed.conf /etc/systemd/system/refeed*
systemctl daemon-reload
! systemctl cat refeed >/dev/null 2>&1 || fail "something is left"
say "all is well"
