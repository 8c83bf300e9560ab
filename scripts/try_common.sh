#!/bin/bash
# What scripts/try_*.sh share, to be sourced by them: where this checkout is, a folder to work in, and what takes time.
# shellcheck disable=SC2034  # these are for the scripts
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
work=$(mktemp -d)
begin=$(date +%s%N) last=$begin
took() { # WHAT [SINCE]: print the seconds since the last step, or since then
    local now
    now=$(date +%s%N)
    printf '%6.1f s  %s\n' "$(((now - ${2:-$last}) / 100000000))e-1" "$1"
    last=$now
}
has() { # URL TEXT: whether the text is there
    python3 -c 'import sys, urllib.request as u; sys.exit(sys.argv[2] not in u.urlopen(sys.argv[1]).read().decode())' "$@" 2> /dev/null
}
wait_until() { # TRIES COMMAND…: ten a second
    local tries=$1
    shift
    until "$@"; do
        ((tries--)) || return 1
        sleep 0.1
    done
}
subscribe() { # URL: newsboat finds unread articles there
    local newsboat=(newsboat -q -u "$work/urls" -c "$work/cache.db" -C /dev/null) unread
    echo "$1" > "$work/urls"
    "${newsboat[@]}" -x reload
    unread=$("${newsboat[@]}" -x print-unread)
    took "newsboat: $unread"
    [ "${unread%% *}" -gt 0 ]
}
