#!/bin/sh
# Sets up .venv from a lock file: sh setup.sh LOCK STAMP
# The package itself is put on the path as it lies here, so that what you edit is what runs.
set -eu
lock=$1
stamp=$2
python=${PYTHON:-python3}
venv=$(dirname "$stamp")

say() { printf 'amends: %s\n' "$1" >&2; }

command -v "$python" >/dev/null 2>&1 || { say "no $python here. Install Python 3.11 or newer, or say where it is: make PYTHON=/path/to/python3 …"; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "$("$python" --version 2>&1) is too old; Amends needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
mkdir -p "$venv" 2>/dev/null && [ -w "$venv" ] || { say "cannot write to $(pwd). Take a folder that is yours."; exit 1; }

if [ ! -x "$venv/bin/python" ]; then
  say "making a Python of its own in $venv (some seconds, once)…"
  "$python" -m venv "$venv" || { say "this Python has no venv module. On Debian: apt install python3-venv"; rm -rf "$venv"; exit 1; }
fi
say "installing the $(grep -c '==' "$lock") packages of $lock (about a minute, more on a slow line)…"
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes --requirement "$lock" \
  || { say "the packages could not be installed; see the lines above. Is the package index reachable?"; exit 1; }

site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n' "$(pwd)/src" > "$site/amends.pth"
printf '#!%s\nimport sys\nfrom amends.cli.main import main\nsys.exit(main())\n' "$(pwd)/$venv/bin/python" > "$venv/bin/amends"
chmod +x "$venv/bin/amends"
# Where Python is told to keep nothing that it compiles, each of our processes would compile all of ours once more.
"$venv/bin/python" -m compileall -q src
: > "$stamp"
say "installed."
