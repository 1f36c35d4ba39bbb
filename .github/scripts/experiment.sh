#!/usr/bin/env bash
# Runs the stages that are out of date; with a remote, the others are not even fetched.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

if has_remote; then
  # The second try is for a remote that lacks what dvc.lock names: the stages that make it are run. Any other error
  # comes again, and training goes on where it was.
  python3 -m dvc repro --pull --allow-missing || python3 -m dvc repro --pull
else
  python3 -m dvc repro
fi
