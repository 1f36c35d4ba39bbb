"""Plates of Southern Europe.

Sources are the countries' rules of registration as summarised in public descriptions. I: codice della strada, article
100, and decree 355/1998. E: Reglamento General de Vehículos, annex XVIII. P: Decreto-Lei 54/2005 and 2/2020. GR: the
series since 1983. CY, M, AND, RSM: their own. TR: Karayollari Trafik Yönetmeliği, annex on plates.
"""

from .model import (
    BLACK,
    GREEN,
    NAVY,
    PALE_GREEN,
    RED,
    WHITE,
    YELLOW,
    Country,
    Look,
    Series,
    any_of,
    one_look,
    without,
)

_PROVINCES = any_of(
    "MI RM TO NA BO FI GE BS BG VR PD VE TV VI PR MO RE RA FO PU AN PG BA LE TA CT PA CA SS TS UD TN BZ CO VA"
)
_SPANISH_PROVINCES = any_of(
    "M M B B V SE MA A AB AL AV BA BI BU C CA CC CO CR CS CU GC GI GR GU H HU IB J L LE LO LU MU NA O"
    " OR OU P PM PO S SA SG SO SS T TE TF TO VA VI Z ZA"
)
_CONSONANTS = "BCDFGHJKLMNPRSTVWXYZ"
_GREEK = "ABEHIKMNOPTXYZ"
_TURKISH = "{0+,{1,2,3,4,5,6,7}#,8{0,1},34,34,34,06,35}"

_ITALIAN = Look(
    bands={"eu": 0.94, "bare": 0.03, "none": 0.03},
    strips={"province": 0.62, "bare": 0.30, "none": 0.08},
    seals=("round", "hologram", "crest"),
)
_SPANISH = Look(bands={"eu": 0.95, "none": 0.05})
_PORTUGUESE = Look(bands={"eu": 0.92, "none": 0.08}, strips={"month": 0.55, "none": 0.45})

SOUTH: tuple[Country, ...] = (
    Country(
        "I",
        40,
        ("italian",),
        without("IOQU"),
        (
            Series(0.90, {"@@ ###@@": 0.58, "@@ ### @@": 0.34, "@@*###@@": 0.08}, _ITALIAN),
            Series(
                0.06,
                {"@@ #####": 1.0},
                Look(
                    bands={"eu": 0.9, "none": 0.1},
                    strips={"province": 0.5, "bare": 0.4, "none": 0.1},
                    shapes={"motorcycle": 1.0},
                ),
            ),
            Series(
                0.02,
                {f"{_PROVINCES} {{#@####,@#####,##@###}}": 1.0},
                Look(bands={"none": 1.0}, papers={BLACK: 0.4, WHITE: 0.6}),
            ),
            Series(
                0.02,
                {"{X@ ###@@,@@ ###@@}": 1.0},
                Look(
                    bands={"eu": 0.5, "none": 0.5},
                    papers={YELLOW: 1.0},
                    strips={"bare": 0.5, "none": 0.5},
                ),
            ),
        ),
    ),
    Country(
        "E",
        26,
        ("spanish",),
        _CONSONANTS,
        (
            Series(0.88, {"#### @@@": 0.90, "####-@@@": 0.02, "####@@@": 0.08}, _SPANISH),
            Series(
                0.05,
                {
                    f"{_SPANISH_PROVINCES}-####-{{@,@@,A@,@U}}": 0.7,
                    f"{_SPANISH_PROVINCES} #### {{@,@@,@A}}": 0.3,
                },
                Look(bands={"none": 0.75, "eu": 0.25}),
            ),
            Series(
                0.04, {"#### @@@": 1.0}, Look(bands={"eu": 0.9, "none": 0.1}, papers={NAVY: 1.0})
            ),
            Series(
                0.03,
                {"{C,H,P,R,S,V} #### @@@": 1.0},
                Look(bands={"eu": 0.9, "none": 0.1}, papers={YELLOW: 0.5, RED: 0.3, GREEN: 0.2}),
            ),
        ),
    ),
    Country(
        "P",
        6.0,
        ("portuguese",),
        without("KWY"),
        (
            Series(0.55, {"##-@@-##": 0.5, "##-##-@@": 0.35, "@@-##-##": 0.15}, _PORTUGUESE),
            Series(
                0.45,
                {"@@-##-@@": 0.5, "@@ ## @@": 0.5},
                Look(bands={"eu": 0.95, "none": 0.05}),
                without(""),
            ),
        ),
    ),
    Country(
        "GR",
        6.0,
        ("greek", "din"),
        _GREEK,
        (
            Series(
                0.90, {"@@@-+###": 0.92, "@@@ +###": 0.08}, Look(bands={"eu": 0.85, "none": 0.15})
            ),
            Series(
                0.06,
                {"@@@ {+##,+#,+###}": 1.0},
                Look(bands={"eu": 0.6, "none": 0.4}, shapes={"motorcycle": 1.0}),
            ),
            Series(
                0.04, {"TA@-+###": 1.0}, Look(bands={"eu": 0.8, "none": 0.2}, papers={YELLOW: 1.0})
            ),
        ),
    ),
    one_look(
        "CY",
        0.65,
        "charles_wright din fe",
        "ABCEHKMNPTXYZ",
        {"@@@ ###": 1.0},
        Look(bands={"eu": 0.8, "none": 0.2}, papers={WHITE: 0.75, YELLOW: 0.25}),
    ),
    one_look(
        "M",
        0.35,
        "fe charles_wright",
        without(""),
        {"@@@ ###": 0.75, "@@@-###": 0.25},
        Look(bands={"eu": 0.98, "none": 0.02}, strips={"none": 0.9, "sticker": 0.1}),
    ),
    one_look(
        "AND",
        0.09,
        "spanish",
        without("IOQ"),
        {"@ ####": 1.0},
        Look(
            bands={"printed": 0.5, "none": 0.5},
            seals=("crest",),
            strips={"none": 0.7, "sticker": 0.3},
        ),
    ),
    one_look(
        "RSM",
        0.05,
        "italian",
        without("IOQ"),
        {"@ ####": 0.4, "*@####": 0.6},
        Look(bands={"none": 1.0}, seals=("crest", "crested"), inks={NAVY: 1.0}),
    ),
    Country(
        "TR",
        15,
        ("din", "din_narrow"),
        without("QWX"),
        (
            Series(
                0.95,
                {
                    f"{_TURKISH} @ {{+###,+###,+####}}": 0.15,
                    f"{_TURKISH} @@ {{+##,+###,+##}}": 0.35,
                    f"{_TURKISH} @@@ {{##,###,###}}": 0.5,
                },
                Look(bands={"code": 0.95, "none": 0.05}, strips={"none": 0.85, "sticker": 0.15}),
            ),
            Series(
                0.05,
                {f"{_TURKISH} T{{@ +###,@@ +##}}": 1.0},
                Look(bands={"code": 1.0}, papers={YELLOW: 0.6, WHITE: 0.2, PALE_GREEN: 0.2}),
            ),
        ),
    ),
)
