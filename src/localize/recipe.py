"""Scenes by number: what the localizer trains on, and what both models are tested on."""

from dataclasses import dataclass

from src.datasets.prepared import Sample, Truth
from src.generators.scene import Scene, SceneOptions, World, draw_scene
from src.generators.splits import Split, split_rng


@dataclass(frozen=True)
class SceneRecipe:
    """Draws scene ``index`` of a seed and split: the same one whenever and wherever it is asked for."""

    world: World
    options: SceneOptions
    seed: int
    split: Split

    def __call__(self, index: int) -> Sample:
        """Return a scene and its plates."""
        rng = split_rng(self.seed, self.split, index)
        return sample_of(draw_scene(rng, self.world, self.options, self.split))


def sample_of(scene: Scene) -> Sample:
    """Return a drawn scene as prepared sets have it."""
    plates = tuple(Truth(p.text, p.prefix, p.lines, p.quad) for p in scene.plates)
    return Sample(scene.image, plates)
