"""Plates of Central Europe.

Sources are the countries' rules of registration as summarised in public descriptions. PL: rozporządzenie of 11
December 2017 on registration. CZ: vyhláška 343/2014 Sb. and the districts' series before 2001. SK: zákon 106/2018 Z.
z. and 8/2009 Z. z. before it. H: 326/2011. (XII. 28.) Korm. rendelet. A: KDV 1967, § 26, and Kraftfahrgesetz § 48.
SLO: pravilnik o registraciji. FL: the ordinance of 1 August 1978.
"""

from .model import (
    BLACK,
    GREEN,
    LETTERS,
    NAVY,
    PALE_GREEN,
    RED,
    YELLOW,
    Country,
    Look,
    Series,
    any_of,
    one_look,
    without,
)

_VOIVODESHIP = any_of("BCDEFGKLNOPRSTWZ")
_POWIAT = any_of("ABCDEFGHIJKLMNOPRSTUWYZ")
_SERIAL = "ACEFGHJKLMNPRSTUVWXY"
_AUSTRIAN = any_of(
    "W W W G L S I K P AM B BA BL BM BN BR BZ DL DO E EF EU FB FE FF FK FR G GB GD GF GM GR GS GU HA HB HE HF"
    " HL HO IL IM"
    " JE JO JU JW KB KF KI KL KO KR KS KU LA LB LE LF LI LL LN LZ MA MD ME MI MT MU MZ ND NK OP OW PE PL RA RE"
    " RI RO SB SD"
    " SE SL SO SP SR SV SW SZ TA TU UU VB VI VK VL VO WB WE WL WN WO WT WU WY WZ ZE ZT ZW"
)
_CZECH_REGION = any_of("ABCEHJKLMPSTUZ")
_SLOVAK = any_of(
    "BA BA BL BT BB BJ BN BR BS BY CA DK DS DT GA GL HC HE IL KA KE KI KK KM KN KS LC LE LM LV MA MI ML MT MY"
    " NM NO NR NZ PB"
    " PD PE PK PN PO PP PT PU RA RK RS RV SA SB SC SI SK SL SN SO SP SV TN TO TR TS TT TV VK VT ZA ZC ZH ZM ZV"
)
_SLOVENE = any_of("LJ LJ LJ MB MB CE GO KK KP KR MS NM PO SG")

_POLISH = Look(bands={"eu": 0.86, "flag": 0.10, "none": 0.04}, seals=("hologram", "round", "stack"))
_CZECH = Look(bands={"eu": 0.93, "none": 0.07}, seals=("stack", "round", "pair"))
_CREST = ("crest", "crest", "arms", "crested")
_SLOVAKIAN = Look(bands={"eu": 0.95, "none": 0.05}, seals=("crest", "crest", "arms"))
_HUNGARIAN = Look(bands={"eu": 0.9, "code": 0.06, "none": 0.04}, seals=("crest", "arms", "crested"))
_AUSTRIAN_LOOK = Look(bands={"eu": 0.92, "none": 0.08}, seals=("crest", "arms"), edged=0.9)

CENTRE: tuple[Country, ...] = (
    Country(
        "PL",
        22,
        ("polish",),
        _SERIAL,
        (
            Series(
                0.90,
                {
                    f"{_VOIVODESHIP}{_POWIAT} {{#####,####@,###@@,#@###,#@@##}}": 0.40,
                    f"{_VOIVODESHIP}{_POWIAT}{_POWIAT} {{@###,##@@,#@##,##@#,#@@#,@@##,#####,####@,###@@}}": 0.46,
                    f"{_VOIVODESHIP}{_POWIAT}*{{#####,####@,###@@}}": 0.07,
                    f"{_VOIVODESHIP}{_POWIAT}{_POWIAT}*{{@###,##@@,#@##,#####}}": 0.07,
                },
                _POLISH,
            ),
            Series(
                0.05,
                {
                    f"{_VOIVODESHIP}{_POWIAT} {{####,###@}}": 0.5,
                    f"{_VOIVODESHIP}{_POWIAT}{_POWIAT} {{@###,##@@,###@}}": 0.5,
                },
                Look(bands={"eu": 1.0}, shapes={"motorcycle": 1.0}),
            ),
            Series(0.01, {f"{_VOIVODESHIP}# {{@@@,@@@@,@@@@@}}": 1.0}, _POLISH),
            Series(
                0.01, {"W ######": 1.0}, Look(bands={"none": 0.6, "eu": 0.4}, papers={NAVY: 1.0})
            ),
            Series(
                0.03,
                {f"{_VOIVODESHIP}{_POWIAT} {{#####,####@}}": 1.0},
                Look(papers={PALE_GREEN: 0.5, YELLOW: 0.3, BLACK: 0.2}),
            ),
        ),
    ),
    Country(
        "CZ",
        6.5,
        ("czech",),
        "ABCDEFHIJKLMNPRSTUVXYZ",
        (
            Series(
                0.88,
                {
                    f"+{_CZECH_REGION}# ####": 0.55,
                    f"+{_CZECH_REGION}#*####": 0.20,
                    f"+{_CZECH_REGION}@ ####": 0.18,
                    f"+{_CZECH_REGION}@*####": 0.07,
                },
                _CZECH,
            ),
            Series(
                0.06,
                {"@@@ ##-##": 0.7, "@@ ##-##": 0.3},
                Look(bands={"none": 1.0}, seals=("round",)),
            ),
            Series(0.03, {f"+{_CZECH_REGION} ####": 1.0}, Look(shapes={"motorcycle": 1.0})),
            Series(0.03, {"EL# ##@@": 0.5, "EL@ #@@#": 0.5}, _CZECH),
        ),
    ),
    Country(
        "SK",
        2.7,
        ("czech", "din"),
        without("OQW"),
        (
            Series(0.72, {f"{_SLOVAK}*###@@": 0.85, f"{_SLOVAK} ###@@": 0.15}, _SLOVAKIAN),
            Series(0.22, {"@@ ###@@": 0.5, "@@*###@@": 0.5}, _SLOVAKIAN),
            Series(
                0.06,
                {f"{{{_SLOVAK},EL}}*###@@": 1.0},
                Look(seals=("crest", "round"), inks={GREEN: 0.6, RED: 0.4}),
            ),
        ),
    ),
    Country(
        "H",
        4.3,
        ("hungarian", "din"),
        without("Q"),
        (
            Series(0.68, {"@@@-###": 1.0}, _HUNGARIAN),
            Series(0.25, {"@@ @@*###": 0.5, "@@ @@-###": 0.2, "@@*@@-###": 0.3}, _HUNGARIAN),
            Series(
                0.07,
                {"@@@-###": 0.6, "@@ @@-###": 0.4},
                Look(papers={YELLOW: 0.35, PALE_GREEN: 0.65}, seals=("crest",)),
            ),
        ),
    ),
    Country(
        "A",
        5.2,
        ("din_narrow", "din"),
        without("IOQ"),
        (
            Series(
                0.80,
                {
                    f"{_AUSTRIAN}*{{+##,+###,+###}}@{{@,@,}}": 0.70,
                    f"{_AUSTRIAN}*{{+####,+####,+#####}}@": 0.30,
                },
                _AUSTRIAN_LOOK,
            ),
            Series(
                0.15,
                {f"{_AUSTRIAN}*@{{@,@@}}{{+,+#,+#}}": 0.7, f"{_AUSTRIAN}*@@@@+": 0.3},
                _AUSTRIAN_LOOK,
            ),
            Series(
                0.05,
                {f"{_AUSTRIAN}*{{+##,+###}}@@": 1.0},
                Look(seals=("crest",), inks={GREEN: 0.8, RED: 0.2}, edged=0.5),
            ),
        ),
    ),
    one_look(
        "SLO",
        1.2,
        "din din_narrow",
        without("OQWXY"),
        {f"{_SLOVENE}*{{@#-###,@@-###,##-@##,#@-###,##-#@#,##-##@,@@-##@,#@-@##}}": 1.0},
        Look(
            bands={"eu": 0.95, "none": 0.05},
            seals=("crest", "arms", "crest"),
            edged=0.75,
            inks={BLACK: 0.8, GREEN: 0.2},
        ),
    ),
    one_look(
        "FL",
        0.04,
        "alpine",
        LETTERS,
        {"FL*{+####,+####,+###,+##}": 1.0},
        Look(
            bands={"none": 1.0},
            papers={BLACK: 1.0},
            seals=("crest", "arms"),
            shapes={"long": 0.55, "square": 0.35, "motorcycle": 0.1},
        ),
    ),
)
