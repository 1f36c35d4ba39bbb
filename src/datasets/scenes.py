"""Drawn scenes by number: what the localizer trains on, and what both models are tested on."""

from dataclasses import dataclass

from ..generators.hard_scenes import draw_hard_scene, hard_kind
from ..generators.scene import Scene, SceneOptions, World, draw_scene
from ..generators.splits import Split, split_rng
from .prepared import Sample

# Of the random numbers of hard scenes, so that they are not those of the test scenes of the same number.
_HARD = 1


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
        return _sample_of(draw_scene(rng, self.world, self.options, self.split))


@dataclass(frozen=True)
class HardRecipe:
    """Draws hard scene ``index`` of a seed and split: the same one whenever and wherever it is asked for.

    height, width: in pixels. The kinds take turns.
    """

    world: World
    height: int
    width: int
    seed: int
    split: Split

    def __call__(self, index: int) -> Sample:
        """Return a scene and its plate, if it has one, with its whole text."""
        rng = split_rng(self.seed, self.split, index, _HARD)
        kind = hard_kind(index)
        return _sample_of(
            draw_hard_scene(rng, self.world, self.height, self.width, self.split, kind)
        )


def _sample_of(scene: Scene) -> Sample:
    """Return a drawn scene as prepared sets have it."""
    return Sample(scene.image, scene.plates)
