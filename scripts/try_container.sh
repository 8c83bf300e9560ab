#!/bin/bash
# Tries the container from nothing to subscribed in newsboat, and prints how long each step took:
#   scripts/try_container.sh FOLDER-OF-SNAPSHOTS [BASE.tar]
# It builds the image and runs it as container/Containerfile says: with a read-only root, and volumes for feeds, index
# and pictures, of which one comes from this machine. It needs podman, newsboat and, without a BASE, mmdebstrap, which
# makes a Debian 12 with Python. PODMAN may have options ("podman --runtime runc"), BUILD_OPTIONS has more of `build`,
# say for a proxy's certificates, RUN_OPTIONS of `run`.
set -euo pipefail
. "$(dirname "$0")/try_common.sh"
seeds=$work/seeds base=${2:+$(realpath "$2")} name=refeed-try-$$ host=
cp -r "$1" "$seeds" && chmod -R a+rX "$work"
read -ra podman <<< "${PODMAN:-podman}"
read -ra build_options <<< "${BUILD_OPTIONS:-}"
read -ra run_options <<< "${RUN_OPTIONS:-}"
port=${PORT:-8089}
finish() {
    [ -z "$host" ] || kill "$host" || true
    "${podman[@]}" rm --force --ignore "$name" > /dev/null || true
    "${podman[@]}" volume rm --force "$name"-{feeds,state,pictures} > /dev/null 2>&1 || true
    "${podman[@]}" rmi --force "$name" "$name-base" > /dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT

if [ -z "$base" ]; then
    base=$work/base.tar
    mmdebstrap --quiet --variant=apt --include=python3,python3-venv,ca-certificates bookworm "$base"
    took "a base is made"
fi
"${podman[@]}" import --quiet "$base" "$name-base" > /dev/null
begin=$(date +%s%N) last=$begin
cd "$source"
"${podman[@]}" build --quiet --format docker --build-arg "BASE=localhost/$name-base" "${build_options[@]}" \
    -t "$name" -f container/Containerfile . > /dev/null
took "the image is built"
"${podman[@]}" run --detach --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    -p "127.0.0.1:$port:8080" -v "$seeds:/seeds:ro" -v "$name-feeds:/feeds" -v "$name-state:/state" \
    -v "$name-pictures:/pictures" -e REFEED_IMAGES_MODE=local -e REFEED_IMAGES_STORE=/pictures -e REFEED_IMAGES_FETCH=true \
    -e REFEED_IMAGES_ALLOW_PRIVATE=host.containers.internal -e "REFEED_BASE_URL=http://127.0.0.1:$port/" \
    "${run_options[@]}" "$name" > /dev/null
feed=http://127.0.0.1:$port/all/atom.xml
wait_until 600 has "$feed" "<entry>" || { "${podman[@]}" logs "$name"; exit 1; }
took "the container serves $feed"
"${podman[@]}" healthcheck run "$name"
took "its health check is content"
inside() { "${podman[@]}" exec "$name" "$@"; }
[ "$(inside id -u)" = 10001 ]
inside sh -c '! touch /refeed /opt/refeed/refeed /seeds/refeed 2> /dev/null'
inside sh -ec 'cd /feeds; touch x ../state/x ../pictures/x; rm x ../state/x ../pictures/x'
took "it runs as nobody in particular, and can write to its volumes alone"
subscribe "$feed"
took "from nothing to subscribed, the base apart" "$begin"

python3 -u -m http.server --directory docs/images 0 > "$work/host.log" 2>&1 &
host=$!
wait_until 100 grep -q " port " "$work/host.log"
pictures=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$work/host.log")
printf '[A new one](https://new.example.org/one)\n------\n\n<p>With a picture.</p><p><img src="%s"></p>\n' \
    "http://host.containers.internal:$pictures/feed-phone-light.png" > "$seeds/one.md"
wait_until 600 has "$feed" "A new one"
took "a snapshot that came is in the feed"
wait_until 200 has "$feed" "http://127.0.0.1:$port/media/" || { inside refeed status; exit 1; }
took "and its picture comes from here"
before=$(inside cat /feeds/all/atom.xml | sha256sum)
"${podman[@]}" stop --time 30 "$name" > /dev/null
[ "$("${podman[@]}" inspect --format '{{.State.ExitCode}}' "$name")" = 0 ]
took "stopped when asked to"
"${podman[@]}" start "$name" > /dev/null
wait_until 600 "${podman[@]}" healthcheck run "$name" > /dev/null 2>&1
[ "$(inside cat /feeds/all/atom.xml | sha256sum)" = "$before" ]
took "started again, with the same feed"
