"""Which number format to train in on this machine."""

from typing import Literal

import torch


def best_precision() -> Literal["bf16-mixed", "32-true"]:
    """Return Lightning's name of the fastest safe precision: bf16 where hardware has it, else plain fp32.

    bf16 without hardware support is emulated and slower than fp32, so the processor's own flags are asked.
    """
    if torch.cuda.is_available():
        return (
            "bf16-mixed" if torch.cuda.is_bf16_supported(including_emulation=False) else "32-true"
        )
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return "bf16-mixed" if native else "32-true"
