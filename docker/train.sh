#!/bin/sh
# Runs a training by SageMaker's contract: what it reads and writes lies below /opt/ml, or below PLATES_ROOT.
set -eu
exec job train --root "${PLATES_ROOT:-/opt/ml}" "$@"
