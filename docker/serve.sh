#!/bin/sh
# Serves by SageMaker's contract: the model that was put below /opt/ml, or below PLATES_ROOT, where there is one, and else
# that of PLATES_MODEL.
set -eu
hosted="${PLATES_ROOT:-/opt/ml}/model"
if [ -f "$hosted/SHA256SUMS" ]; then
    export PLATES_MODEL="$hosted"
fi
exec python3 -m src.serve --host 0.0.0.0 --port "${SAGEMAKER_BIND_TO_PORT:-8080}" "$@"
