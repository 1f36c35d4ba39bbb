"""Plates of Northern Europe and the Baltic states.

Sources are the countries' rules of registration as summarised in public descriptions. S: förordning 2019:383. N:
forskrift of 4 October 1994 no. 918. DK: bekendtgørelse om registrering af køretøjer. FIN: the decree on the
registration of vehicles. IS: reglugerð 751/2003. EST, LV, LT: the standards EVS 597, LVS 20 and the order of Regitra.
FO: the islands' own.
"""

from .model import (
    BLACK,
    GREEN,
    NAVY,
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

_SWEDISH_LETTERS = "ABCDEFGHJKLMNOPRSTUWXYZ"
_SWEDISH_LAST = "{A,B,C,D,E,F,G,H,J,K,L,M,N,P,R,S,T,U,W,X,Y,Z}"
_SWEDISH = Look(
    bands={"eu": 0.68, "none": 0.32},
    seals=("sticker", "sticker", "round"),
    strips={"none": 0.95, "sticker": 0.05},
)
_ICELANDIC_THIRD = any_of(without("CIOQW"))
_TAXI = Look(
    bands={"eu": 0.9, "none": 0.1}, papers={YELLOW: 1.0}, strips={"taxi": 0.8, "none": 0.2}
)
_NORDIC = Look(bands={"eu": 0.1, "flag": 0.55, "none": 0.35})
_DANISH = Look(bands={"eu": 0.55, "none": 0.45}, edged=0.7)

NORTH: tuple[Country, ...] = (
    Country(
        "S",
        5.0,
        ("swedish",),
        _SWEDISH_LETTERS,
        (
            Series(0.55, {"@@@ ###": 0.72, "@@@*###": 0.28}, _SWEDISH),
            Series(
                0.40, {f"@@@ ##{_SWEDISH_LAST}": 0.85, f"@@@*##{_SWEDISH_LAST}": 0.15}, _SWEDISH
            ),
            Series(0.05, {"@@@ ###": 0.5, f"@@@ ##{_SWEDISH_LAST}": 0.5}, _TAXI),
        ),
    ),
    Country(
        "N",
        2.9,
        ("norwegian", "norwegian", "slab"),
        without("GIMOQ"),
        (
            Series(0.80, {"@@ +####": 0.9, "@@ +# ###": 0.1}, _NORDIC),
            Series(0.14, {"@@ +###": 1.0}, _NORDIC),
            Series(
                0.06,
                {"@@ +####": 0.7, "@@ +###": 0.3},
                Look(bands={"none": 1.0}, papers={GREEN: 0.35, BLACK: 0.35, RED: 0.3}),
            ),
        ),
    ),
    Country(
        "DK",
        2.9,
        ("danish",),
        without("IOQW"),
        (
            Series(0.86, {"@@ +# ###": 1.0}, _DANISH),
            Series(
                0.14,
                {"@@ +# ###": 0.8, "@@ ####": 0.2},
                Look(bands={"eu": 0.4, "none": 0.6}, papers={YELLOW: 1.0}, edged=0.5),
            ),
        ),
    ),
    Country(
        "FIN",
        2.8,
        ("finnish", "finnish", "swedish"),
        without("Q"),
        (
            Series(
                0.95,
                {"@@@-{+##,+##,+##,+##,+#,+}": 0.93, "@@-{+##,+#}": 0.07},
                Look(bands={"eu": 0.75, "none": 0.25}),
            ),
            Series(
                0.05,
                {"CD-+###": 0.4, "@@@-{+##,+#}": 0.6},
                Look(bands={"none": 1.0}, papers={NAVY: 0.5, BLACK: 0.5}),
            ),
        ),
    ),
    one_look(
        "IS",
        0.3,
        "alpine fe",
        without("CQW"),
        {
            f"@@ {_ICELANDIC_THIRD}##": 0.45,
            "@@ ###": 0.35,
            f"@@*{_ICELANDIC_THIRD}##": 0.12,
            "@@*###": 0.08,
        },
        Look(
            bands={"flag": 0.45, "none": 0.55},
            seals=("sticker", "round"),
            inks={NAVY: 0.9, BLACK: 0.1},
        ),
    ),
    one_look(
        "FO",
        0.04,
        "danish",
        without("IOQ"),
        {"@@ ###": 1.0},
        Look(bands={"flag": 0.8, "none": 0.2}, inks={NAVY: 1.0}),
    ),
    Country(
        "EST",
        0.9,
        ("din", "alpine"),
        without("IOQ"),
        (
            Series(
                0.95,
                {"### @@@": 0.93, "## @@": 0.07},
                Look(bands={"eu": 0.92, "code": 0.04, "none": 0.04}),
            ),
            Series(0.05, {"### @@@": 1.0}, Look(papers={YELLOW: 1.0})),
        ),
    ),
    Country(
        "LV",
        0.8,
        ("din", "din_narrow"),
        without("QWXY"),
        (
            Series(
                0.97,
                {"@@-{+###,+###,+###,+##,+#}": 1.0},
                Look(bands={"eu": 0.9, "code": 0.06, "none": 0.04}),
            ),
            Series(0.03, {"@@-{+###,+##}": 1.0}, Look(papers={YELLOW: 1.0})),
        ),
    ),
    Country(
        "LT",
        1.7,
        ("din", "fe"),
        without("QWX"),
        (
            Series(
                0.90,
                {"@@@*###": 0.55, "@@@ ###": 0.45},
                Look(bands={"eu": 0.92, "code": 0.08}, seals=("round", "stack", "hologram")),
            ),
            Series(0.07, {"{###@@,@@ ###}": 1.0}, Look(shapes={"motorcycle": 0.5, "square": 0.5})),
            Series(
                0.03,
                {"{E@ ####,T #####}": 1.0},
                Look(papers={WHITE: 0.6, YELLOW: 0.4}, inks={GREEN: 0.6, BLACK: 0.4}),
            ),
        ),
    ),
)
