"""Plates of Eastern Europe; where the script is Cyrillic, those of its letters that Latin has too.

Sources are the countries' rules of registration as summarised in public descriptions. RO: ordinul MAI 1501/2006 and
the standard SR 13078. BG: naredba I-45. UA: DSTU 4278:2019 and the one of 2006 before it. BY: STB 914-99. MD: HG
1047/1999 and the series of 2015. GE, AZ, AM: the series since 2014, 1993 and 2014, with the looks of Europe.
"""

from .model import (
    BLACK,
    GREEN,
    LETTERS,
    NAVY,
    ORANGE,
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

_ROMANIAN = any_of(
    "B B AB AG AR BC BH BN BR BT BV BZ CJ CL CS CT CV DB DJ GJ GL GR HD HR IF IL IS MH MM MS NT OT PH SB SJ SM"
    " SV TL TM TR VL"
    " VN VS"
)
_ROMANIAN_FIRST = any_of(without("IOQ"))
_BULGARIAN = any_of(
    "CB CB CA C A B BH BP BT CC CH CM CO CT E EB EH H K KH M OB P PA PB PK PP T TX X Y"
)

_UKRAINIAN = any_of(
    "AA AA AB AC AE AH AI AK AM AO AP AT AX BA BB BC BE BH BI BK BM BO BT BX CA CB CE CH KA KA KB KC KE KH KI"
    " KK KM KO KP KT KX"
    " HA HB HC HE HH HI HK HM HO HT HX IA IB IC IH II"
)
_ROMANIAN_LOOK = Look(bands={"eu": 0.90, "flag": 0.06, "none": 0.04}, inks={BLACK: 1.0})
_UKRAINIAN_LOOK = Look(
    bands={"flag": 0.75, "eu": 0.03, "printed": 0.14, "none": 0.08}, inks={BLACK: 0.94, GREEN: 0.06}
)
EAST: tuple[Country, ...] = (
    Country(
        "RO",
        8.0,
        ("din",),
        without("Q"),
        (
            Series(
                0.90,
                {
                    f"B {{##,###,###}} {_ROMANIAN_FIRST}@@": 0.42,
                    f"{_ROMANIAN} ## {_ROMANIAN_FIRST}@@": 0.58,
                },
                _ROMANIAN_LOOK,
            ),
            Series(
                0.07,
                {
                    f"{_ROMANIAN} 0{{#####,####}}": 0.5,
                    f"{_ROMANIAN} {{+##,+###,+####,+#####}}": 0.5,
                },
                Look(bands={"eu": 0.6, "none": 0.4}, inks={RED: 0.9, BLACK: 0.1}),
            ),
            Series(
                0.03,
                {"{MAI +####,A +#####,CD ### ###,TC ### ###}": 1.0},
                Look(bands={"eu": 0.6, "none": 0.4}, inks={NAVY: 0.6, BLACK: 0.4}),
            ),
        ),
    ),
    Country(
        "BG",
        3.0,
        ("din", "din_narrow"),
        "ABCEHKMOPTXY",
        (
            Series(
                0.97,
                {f"{_BULGARIAN} #### @@": 1.0},
                Look(bands={"eu": 0.92, "flag": 0.04, "none": 0.04}),
            ),
            Series(
                0.03,
                {f"{{EA,{_BULGARIAN}}} #### @@": 1.0},
                Look(inks={GREEN: 0.7, BLACK: 0.3}, papers={WHITE: 0.7, YELLOW: 0.3}),
            ),
        ),
    ),
    Country(
        "UA",
        9.0,
        ("gost", "din"),
        "ABCEHIKMOPTX",
        (
            Series(
                0.92,
                {f"{_UKRAINIAN} #### @@": 0.97, f"{_UKRAINIAN} #### {{Y,Z,X}}@": 0.03},
                _UKRAINIAN_LOOK,
            ),
            Series(
                0.05, {"##### @@": 0.5, "###-## @@": 0.5}, Look(bands={"printed": 0.6, "none": 0.4})
            ),
            Series(
                0.03,
                {f"{_UKRAINIAN} #### @@": 0.6, "## @@ ####": 0.4},
                Look(papers={YELLOW: 0.6, WHITE: 0.4}, inks={BLACK: 0.5, RED: 0.5}),
            ),
        ),
    ),
    Country(
        "BY",
        3.3,
        ("gost",),
        "ABCEHIKMOPTX",
        (
            Series(
                0.93,
                {"#### @@-{1,2,3,4,5,6,7,8}": 1.0},
                Look(bands={"printed": 0.88, "none": 0.12}, inks={BLACK: 0.5, NAVY: 0.5}),
            ),
            Series(
                0.07,
                {"E### @@-{1,2,3,4,5,6,7,8}": 0.5, "@@ ####-{1,2,3,4,5,6,7,8}": 0.5},
                Look(bands={"printed": 0.9, "none": 0.1}, papers={WHITE: 0.7, YELLOW: 0.3}),
            ),
        ),
    ),
    Country(
        "MD",
        0.9,
        ("fe", "gost"),
        without("Q"),
        (
            Series(0.75, {"@@@ ###": 1.0}, Look(bands={"flag": 0.8, "code": 0.15, "none": 0.05})),
            Series(
                0.25,
                {"{C,K,BL,TR,AN,CR,CL,CS,DR,ED,FL,HN,IL,OR,RS,SR,ST,UN} @@ ###": 1.0},
                Look(bands={"printed": 0.7, "code": 0.3}),
            ),
        ),
    ),
    one_look(
        "GE", 1.6, "fe din", LETTERS, {"@@-###-@@": 1.0}, Look(bands={"flag": 0.9, "none": 0.1})
    ),
    one_look(
        "AZ", 1.5, "fe din", LETTERS, {"##-@@-###": 1.0}, Look(bands={"flag": 0.9, "none": 0.1})
    ),
    one_look(
        "AM",
        0.9,
        "din gost",
        LETTERS,
        {"## @@ ###": 1.0},
        Look(bands={"flag": 0.9, "none": 0.1}, papers={WHITE: 0.93, ORANGE: 0.07}),
    ),
)
