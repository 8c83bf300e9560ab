#!/bin/bash
# Tries the container from nothing to subscribed in newsboat, and prints how long each step took:
#   scripts/try_container.sh FOLDER-OF-SNAPSHOTS [BASE.tar]
# It needs buildah, newsboat and, without a BASE, mmdebstrap, which makes a Debian 12 with Python; as root, in a
# machine without namespaces of its own too (--isolation chroot). BUILD_OPTIONS has more options of
# `buildah build`, say for a proxy's certificates, and RUN_OPTIONS of `buildah run`.
set -euo pipefail
seeds=$(realpath "$1") source=$(realpath "$(dirname "$0")/..") base=${2:+$(realpath "$2")}
work=$(mktemp -d) run= container= name=localhost/refeed-try-$$
finish() {
    if [ -n "$run" ]; then pkill -TERM -P "$run" || kill "$run" || true; wait "$run" || true; fi
    [ -z "$container" ] || buildah rm "$container" > /dev/null || true
    buildah rmi --force "$name" "$name-base" > /dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT
begin=$(date +%s%N) last=$begin
took() { # WHAT
    local now
    now=$(date +%s%N)
    printf '%6.1f s  %s\n' "$(((now - last) / 100000000))e-1" "$1"
    last=$now
}
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
read -ra build_options <<< "${BUILD_OPTIONS:-}"
read -ra run_options <<< "${RUN_OPTIONS:-}"

if [ -z "$base" ]; then
    base=$work/base.tar
    mmdebstrap --quiet --variant=apt --include=python3,python3-venv,ca-certificates bookworm "$base"
    took "a base is made"
fi
begin=$(date +%s%N) last=$begin
scratch=$(buildah from scratch)
buildah add --quiet "$scratch" "$base" / > /dev/null
buildah commit --quiet --rm "$scratch" "$name-base" > /dev/null
took "the base is imported"
buildah build --quiet --format docker --build-arg "BASE=$name-base" "${build_options[@]}" \
    --tag "$name" --file "$source/container/Containerfile" "$source" > /dev/null
took "the image is built"
container=$(buildah from --pull-never "$name")
# By chroot the container has the network of this machine, and only what is mounted here.
port=${PORT:-8089}
buildah config --env "REFEED_SERVER_LISTEN=127.0.0.1:$port" --env "REFEED_BASE_URL=http://127.0.0.1:$port/" "$container"
buildah run "${run_options[@]}" --volume "$seeds:/seeds:ro" "$container" -- refeed run --log json > "$work/run.log" 2>&1 &
run=$!
address=http://127.0.0.1:$port/all/atom.xml
until python3 -c "import urllib.request as u; u.urlopen('$address')" 2> /dev/null; do
    kill -0 "$run" || { cat "$work/run.log"; exit 1; }
    sleep 0.1
done
buildah run "$container" -- refeed health > /dev/null
took "the container serves $address, and is healthy"
echo "$address" > "$work/urls"
newsboat=(newsboat -q -u "$work/urls" -c "$work/cache.db" -C /dev/null)
"${newsboat[@]}" -x reload
unread=$("${newsboat[@]}" -x print-unread)
took "newsboat: $unread"
[ "${unread%% *}" -gt 0 ]
last=$begin
took "from nothing to subscribed, the base apart"
