"""CVAT's XML 1.1: pictures with boxes and polygons, or tracks of a video; texts are attributes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from ...common.errors import UserError
from ...datasets.decode import picture_size
from ..classes import role
from ..corners import four_corners, turned_box
from ..documents import number
from ..find import Pictures, split_of
from ..one_by_one import usable
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Rejected
from ..xml_elements import read_elements
from .base import Export, LabelFormat

TABLE = "annotations.xml"
_TEXTS = ("text", "plate_text", "plate", "number", "transcription", "license", "ocr", "value")
_FIELDS = ("region", "lines", "group")
# An attribute that exports set: a polygon that CVAT only passes on keeps it, and its order.
_OWN = "own_order"
_SHAPES = ("box", "polygon")
# What is drawn in other ways: nobody can tell a plate's corners by it, and a picture with it is not one without plates.
_OTHER_SHAPES = ("polyline", "points", "ellipse", "mask", "cuboid", "skeleton")
# What CVAT calls frames of a video that it has taken apart.
_FRAME = "frame_{:06d}"


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of an XML file, or of those in a folder. Frames of a video are pictures called frame_000000.

    A track's plates are one group; what it says of frames where the plate is outside is left out.
    """
    paths = sorted(source.glob("*.xml")) if source.is_dir() else [source]
    if not paths:
        raise UserError(f"{source}: holds no XML; export the task as CVAT for images or for video")
    try:
        total = sum(1 for path in paths for _ in read_elements(path, frozenset({"image", "track"})))
    except (ValueError, OSError) as error:
        raise UserError(f"{source} {error}; export the task again") from error
    if not total:
        raise UserError(f"{source}: holds no pictures and no tracks; export the task again")
    return Labels(total, (one for path in paths for one in _pictures(path, asked)))


def _pictures(path: Path, asked: Asked) -> Iterator[Labelled | Rejected]:
    pictures = Pictures(*filter(None, (asked.pictures, path.parent)))
    frames: dict[int, list[tuple[Element, str, str]]] = {}
    for element in read_elements(path, frozenset({"image", "track"})):
        if element.tag == "image":
            name = element.get("name", "")
            label = element.get("subset") or split_of(Path(name).parts[:-1])
            shapes = [
                (shape, shape.get("label", ""), "")
                for shape in element
                if shape.tag in (*_SHAPES, *_OTHER_SHAPES)
            ]
            side, where = _split(element, label), f"{path.name}:{name}"
            yield usable(where, name, _picture, pictures, where, name, shapes, side, asked, element)
        else:
            group = f"{asked.name}:{path.stem}-track{element.get('id', '')}"
            for shape in element:
                if shape.tag in (*_SHAPES, *_OTHER_SHAPES) and shape.get("outside") != "1":
                    try:
                        key = int(number(shape.get("frame", "0")))
                    except BrokenRow as error:
                        yield error.rejected(f"{path.name}:track {element.get('id', '')}", "")
                        continue
                    frames.setdefault(key, []).append((shape, element.get("label", ""), group))
    for frame, shapes in sorted(frames.items()):
        name = _frame_name(pictures, frame)
        where = f"{path.name}:{name}"
        yield usable(where, name, _picture, pictures, where, name, shapes, "", asked, None)


def _split(element: Element, otherwise: str) -> str:
    """Return the side that an export has written as a tag of the picture; else the one that the subset's name tells."""
    for tag in element.iter("tag"):
        if tag.get("label") == "split":
            return _attributes(tag).get("side", "")
    return split_of((otherwise,)) if otherwise else ""


def _frame_name(pictures: Pictures, frame: int) -> str:
    for suffix in (".jpg", ".png", ".PNG", ".JPG"):
        try:
            return str(pictures.find(f"{_FRAME.format(frame)}{suffix}").name)
        except BrokenRow:
            continue
    return f"{_FRAME.format(frame)}.jpg"


def _picture(
    pictures: Pictures,
    where: str,
    name: str,
    shapes: list[tuple[Element, str, str]],
    split: str,
    asked: Asked,
    element: Element | None,
) -> Labelled:
    picture = pictures.find(name)
    plates, others, faults = [], [], []
    for place, (shape, label, group) in enumerate(shapes, start=1):
        here = f"{where}, shape {place}"
        kind = role(label, asked)
        if kind == "other":
            others.append(label)
            continue
        try:
            plate = _plate(shape, label if kind == "text" else "", group, asked)
            plates.append(plate.at(here))
        except BrokenRow as error:
            faults.append(error.rejected(here, name))
    if element is not None:
        plates += [
            _without_place(tag, asked) for tag in element.iter("tag") if tag.get("label") == "plate"
        ]
    size = None
    if element is not None and element.get("width") and element.get("height"):
        size = int(number(element.get("width"))), int(number(element.get("height")))
    return Labelled(picture, tuple(plates), where, split, size, tuple(others), tuple(faults))


def _attributes(shape: Element) -> dict[str, str]:
    return {one.get("name", ""): (one.text or "").strip() for one in shape.findall("attribute")}


def _text(fields: dict[str, str], asked: Asked) -> str:
    names = (asked.text,) if asked.text else _TEXTS
    plain = {name.casefold(): text for name, text in fields.items()}
    return next((plain[name.casefold()] for name in names if name.casefold() in plain), "")


def _plate(shape: Element, text: str, group: str, asked: Asked) -> Plate:
    fields = _attributes(shape)
    region, lines, said = (fields.get(key, "") for key in _FIELDS)
    own = fields.get(_OWN) == "true" or asked.given_order
    if shape.tag in _OTHER_SHAPES:
        raise BrokenRow(BROKEN, f"{shape.tag!r} is no shape of a plate; draw a polygon or a box")
    if shape.tag == "polygon":
        points = [point.split(",") for point in shape.get("points", "").split(";") if point]
        if any(len(point) != 2 for point in points):
            raise BrokenRow(BROKEN, "has points that are not x,y")
        corners = four_corners([(number(x), number(y)) for x, y in points])
    else:
        x1, y1, x2, y2 = (number(shape.get(key)) for key in ("xtl", "ytl", "xbr", "ybr"))
        turned = number(shape.get("rotation", "0"))
        corners = turned_box(x1, y1, x2 - x1, y2 - y1, turned, about_centre=True)
    return Plate(text or _text(fields, asked), corners, False, own, region, lines, said or group)


def _without_place(tag: Element, asked: Asked) -> Plate:
    fields = _attributes(tag)
    region, lines, group = (fields.get(key, "") for key in _FIELDS)
    return Plate(_text(fields, asked), None, False, False, region, lines, group)


def write(pictures: Iterable[Labelled], export: Export) -> None:
    """Write `TABLE`, as CVAT takes it for a task with the pictures, and the pictures."""
    with (export.folder / TABLE).open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number_of, picture in enumerate(pictures):
            export.place(picture, picture.name)
            # A folder may be called as a side is, on which the picture is not.
            told = bool(split_of(Path(picture.name).parts[:-1]))
            file.write(image_element(number_of, picture, told))
        file.write(TAIL)


HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'
TAIL = "</annotations>\n"


def image_element(number_of: int, picture: Labelled, tell_side: bool = False) -> str:
    """Return a picture and its plates as a line of XML. tell_side: say also that it is on no side of the split."""
    width, height = picture.size or picture_size(picture.picture)
    image = Element("image", id=str(number_of), name=picture.name)
    image.set("width", str(width))
    image.set("height", str(height))
    if picture.split or tell_side:
        _add_attributes(SubElement(image, "tag", label="split"), {"side": picture.split})
    for plate in picture.plates:
        fields = {"text": plate.text, "region": plate.region, "lines": plate.lines}
        fields["group"] = plate.group
        if plate.corners is None:
            _add_attributes(SubElement(image, "tag", label="plate"), fields)
            continue
        shape = SubElement(image, "polygon", label="plate", occluded="0", z_order="0")
        shape.set("points", ";".join(f"{x:.2f},{y:.2f}" for x, y in plate.corners))
        _add_attributes(shape, {**fields, _OWN: "true"})
    return f"{tostring(image, encoding='unicode')}\n"


def _add_attributes(element: Element, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        SubElement(element, "attribute", name=name).text = text


FORMAT = LabelFormat("CVAT's XML 1.1, for images or for video", read, write, without_corners=True)
