#!/usr/bin/env bash
# Sends models and prepared sets to the remote, where there is one.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

if has_remote; then
  python3 -m dvc push
else
  echo "No DVC remote is configured: nothing is pushed."
fi
