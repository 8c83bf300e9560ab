#!/bin/bash
# Tries the wheel from nothing to subscribed in newsboat, and prints how long each step took:
#   scripts/try_wheel.sh FOLDER-OF-SNAPSHOTS [WHEEL]
# It builds the wheel if none is given, and installs by pipx, or without pipx into a virtual environment.
# All it writes is in a temporary folder.
set -euo pipefail
. "$(dirname "$0")/try_common.sh"
seeds=$(realpath "$1") daemon=
trap '[ -z "$daemon" ] || kill "$daemon"; wait; rm -rf "$work"' EXIT
export HOME=$work/home PIPX_HOME=$work/pipx PIPX_BIN_DIR=$work/bin PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH
mkdir -p "$HOME" "$PIPX_BIN_DIR"

if [ -n "${2:-}" ]; then wheel=$(realpath "$2"); else
    python3 -m pip wheel --quiet --no-deps --wheel-dir "$work/dist" "$source"
    wheel=$(echo "$work"/dist/refeed-*.whl)
    took "the wheel is built: $(basename "$wheel")"
fi
if command -v pipx > /dev/null; then
    pipx install "$wheel" > /dev/null 2>&1
    took "installed by pipx"
else
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet "$wheel"
    ln -s "$work/venv/bin/refeed" "$PIPX_BIN_DIR/refeed"
    took "installed by pip in a virtual environment"
fi
PATH=$PIPX_BIN_DIR:$PATH
cd "$work"
refeed init > /dev/null
export REFEED_SEEDS=$seeds REFEED_SERVER_LISTEN=127.0.0.1:${PORT:-8089} REFEED_WATCH_RESCAN=60
refeed check > /dev/null
took "refeed init and check"
refeed run > run.log 2>&1 &
daemon=$!
feed=http://$REFEED_SERVER_LISTEN/all/atom.xml
wait_until 600 has "$feed" "<entry>" || { cat run.log; exit 1; }
refeed health > /dev/null
took "refeed run serves $feed"
subscribe "$feed"
took "from nothing to subscribed" "$begin"
