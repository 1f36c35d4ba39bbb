"""From pictures to readings, without torch."""

import os

# ONNX Runtime reports its use to its maker unless told otherwise before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
