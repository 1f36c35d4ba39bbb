"""What holds for every plate of every format."""

from src.generators.formats.base import PlateFormat, PlateSpec


def check_spec(spec: PlateSpec, plate_format: PlateFormat) -> None:
    """Assert that a plate's text obeys its format and that its parts lie on the plate."""
    assert plate_format.parse(spec.text) == spec.content
    assert spec.content.prefix + spec.content.number == spec.text
    regions = plate_format.regions
    assert not (regions and spec.content.prefix) or spec.content.prefix.endswith(regions)
    assert set(spec.text) <= set(plate_format.alphabet)
    assert len(spec.text) <= plate_format.max_length
    assert spec.lines in (1, 2)
    width, height = spec.size
    boxes = [row.box for row in spec.rows] + [mark.box for mark in spec.marks]
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    if spec.lines == 2:
        assert spec.rows[0].box[3] < spec.rows[1].box[1]
