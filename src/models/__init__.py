"""What networks share, and how they are found by name and kept."""

# Before ONNX Runtime's quantiser is imported: that package keeps ONNX Runtime from reporting its use.
from ..inference import runtime as runtime
