"""The platforms on which jobs run, by their names."""

from . import azureml, kubernetes, local, sagemaker, slurm
from .platform import Platform

PLATFORMS: dict[str, Platform] = {
    module.PLATFORM.name: module.PLATFORM
    for module in (local, kubernetes, sagemaker, azureml, slurm)
}
