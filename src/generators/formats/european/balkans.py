"""Plates of the western Balkans.

Sources are the countries' rulebooks on registration plates as summarised in public descriptions: HR since 1991, SRB
since 2011, BIH since 1998, MNE since 2008, NMK since 2012, RKS since 2010, AL since 2011. Letters with a mark above are
drawn, and read, without it.
"""

from .model import (
    BLACK,
    GREEN,
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

_CROATIAN = any_of(
    "ZG ZG ZG ST ST RI OS BJ BM DA DE DJ DU GS IM KA KC KR KT KZ MA NA NG OG PU PZ SB SI SK SL VK VT VU VZ ZD ZU CK"
)
_CROATIAN_FIRST = any_of(without("OQWXY"))
_MONTENEGRIN = any_of("PG PG PG BA BD BP CT DG HN KO KL MK NK PL PV RO TV UL ZB AN GS PT TZ SN")
_CRESTS = ("crest", "arms", "crested")

_SERBIAN = Look(bands={"code": 0.85, "none": 0.15}, seals=("crested", "crest", "crested"))


BALKANS: tuple[Country, ...] = (
    Country(
        "HR",
        2.0,
        ("din_narrow", "din"),
        without("QWXY"),
        (
            Series(
                0.95,
                {f"{_CROATIAN}*{{+##,+###,+###}}-{{@,{_CROATIAN_FIRST}@,{_CROATIAN_FIRST}@}}": 1.0},
                Look(bands={"none": 0.42, "eu": 0.58}, seals=("crest", "crest", "arms")),
            ),
            Series(
                0.05,
                {f"{_CROATIAN}*{{+##,+###}}-{{@,{_CROATIAN_FIRST}@}}": 1.0},
                Look(bands={"none": 0.5, "eu": 0.5}, seals=("crest",), inks={GREEN: 0.5, RED: 0.5}),
            ),
        ),
    ),
    Country(
        "SRB",
        2.4,
        ("din_narrow", "din"),
        without("QWXY"),
        (
            Series(0.95, {"@@*{###,####,###,#####}-@@": 1.0}, _SERBIAN),
            Series(
                0.05,
                {"@@*{#####-TX,###-@@}": 1.0},
                Look(
                    bands={"code": 1.0},
                    seals=("crested",),
                    papers={WHITE: 0.8, YELLOW: 0.2},
                    inks={RED: 0.4, GREEN: 0.6},
                ),
            ),
        ),
    ),
    one_look(
        "BIH",
        1.2,
        "din fe",
        "AEJKMOT",
        {"@##-@-###": 0.92, "T-######": 0.08},
        Look(bands={"code": 0.93, "none": 0.07}),
    ),
    one_look(
        "MNE",
        0.25,
        "din_narrow",
        without("QWXY"),
        {f"{_MONTENEGRIN}*@@-###": 0.5, f"{_MONTENEGRIN}*@@###": 0.5},
        Look(bands={"code": 0.95, "none": 0.05}, seals=_CRESTS),
    ),
    one_look(
        "NMK",
        0.5,
        "din",
        without("QWXY"),
        {"@@*####-@@": 0.9, "@@*###-@@": 0.1},
        Look(
            bands={"code": 0.92, "none": 0.08},
            seals=("crested", "round", "pair"),
            strips={"none": 0.7, "bare": 0.3},
        ),
    ),
    one_look(
        "RKS",
        0.4,
        "fe din",
        without("QWXY"),
        {"0{1,2,3,4,5,6,7}*###-@@": 0.9, "0{1,2,3,4,5,6,7} ### @@": 0.1},
        Look(bands={"code": 0.98, "none": 0.02}, seals=_CRESTS),
    ),
    Country(
        "AL",
        0.8,
        ("fe", "din"),
        without("IOQ"),
        (
            Series(
                0.92,
                {"@@*###@@": 0.35, "@@ ###@@": 0.65},
                Look(
                    bands={"code": 0.98, "none": 0.02},
                    strips={"bare": 0.9, "none": 0.1},
                    seals=("crest", "hologram"),
                ),
            ),
            Series(
                0.08,
                {"@@ ####@": 0.6, "@@*###@@": 0.4},
                Look(
                    bands={"code": 0.5, "none": 0.5},
                    papers={RED: 0.2, WHITE: 0.6, YELLOW: 0.2},
                    inks={RED: 0.5, BLACK: 0.5},
                ),
            ),
        ),
    ),
)
