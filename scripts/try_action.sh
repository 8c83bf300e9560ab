#!/bin/bash
# Tries action.yml from nothing to subscribed in newsboat, and prints how long each step took:
#   scripts/try_action.sh FOLDER-OF-SNAPSHOTS
# It commits the snapshots to a git repository, clones that as actions/checkout does, runs the steps of the action in
# the clone as a forge's runner would, with what pip really installs, and has newsboat read the folder that they
# published. It needs newsboat, git, and a PYTHON with PyYAML, by default that of `make test`. All it writes is in a
# temporary folder.
set -euo pipefail
. "$(dirname "$0")/try_common.sh"
seeds=$(realpath "$1") python=${PYTHON:-$source/.venv/bin/python}
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/runner"
export HOME=$work/home PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH

git init --quiet "$work/origin"
cp -r "$seeds" "$work/origin/snapshots"
git -C "$work/origin" add .
git -C "$work/origin" -c user.name=refeed -c user.email=refeed@localhost commit --quiet --message "Snapshots"
git clone --quiet "file://$work/origin" "$work/clone"
took "the snapshots are committed and checked out"
run_action() { # INPUT=VALUE…
    (cd "$work/clone" && env -u VIRTUAL_ENV RUNNER_TEMP="$work/runner" GITHUB_ACTION_PATH="$source" \
        "$python" - "$source/action.yml" "$@" << 'PYTHON'
import os, re, subprocess, sys, yaml
action = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
given = dict(argument.split("=", 1) for argument in sys.argv[2:])
values = {name: given.get(name, value["default"]) for name, value in action["inputs"].items()}
for step in action["runs"]["steps"]:
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: values[match[1]], value)
        for name, value in step["env"].items()
    }
    print(f"     –    {step['name']}", flush=True)
    shell = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
    done = subprocess.run(shell, env=os.environ | variables, stdout=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(done.returncode)
PYTHON
    )
}
run_action seeds=snapshots output=public first-seen=git
took "the action ran, with the dates of git's history"
cp -r "$work/clone/public" "$work/first"
rm -rf "$work/clone/public" "$work/runner/refeed-state"
run_action seeds=snapshots output=public first-seen=git
diff -r --exclude=.refeed-lock "$work/first" "$work/clone/public"
took "it ran again, and the feeds are the same bytes"
subscribe "file://$work/clone/public/all/atom.xml"
took "from nothing to subscribed" "$begin"
