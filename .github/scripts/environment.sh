# shellcheck shell=bash
# Sourced by the scripts beside it: the root of the repository, .venv before everything else, no telemetry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH="$PWD/.venv/bin:$PATH"
# Variables of CML and DVC.
export ITERATIVE_DO_NOT_TRACK=1 DVC_NO_ANALYTICS=1
export PATH

# Ends a script with one line that says what is wrong and what to do.
fail() {
  echo "error: $*" >&2
  exit 1
}

# Tells whether DVC has a remote to pull from and push to.
has_remote() {
  [[ -n "$(python3 -m dvc config core.remote 2>/dev/null || true)" ]]
}
