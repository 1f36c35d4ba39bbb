"""The provinces by the character that stands for them on plates, and the code of each in ISO 3166-2.

Sources: GB/T 2260 and GA 36 for characters, ISO 3166-2:CN for codes.
"""

PROVINCES = {
    "京": ("Beijing", "CN-BJ"),
    "津": ("Tianjin", "CN-TJ"),
    "冀": ("Hebei", "CN-HE"),
    "晋": ("Shanxi", "CN-SX"),
    "蒙": ("Inner Mongolia", "CN-NM"),
    "辽": ("Liaoning", "CN-LN"),
    "吉": ("Jilin", "CN-JL"),
    "黑": ("Heilongjiang", "CN-HL"),
    "沪": ("Shanghai", "CN-SH"),
    "苏": ("Jiangsu", "CN-JS"),
    "浙": ("Zhejiang", "CN-ZJ"),
    "皖": ("Anhui", "CN-AH"),
    "闽": ("Fujian", "CN-FJ"),
    "赣": ("Jiangxi", "CN-JX"),
    "鲁": ("Shandong", "CN-SD"),
    "豫": ("Henan", "CN-HA"),
    "鄂": ("Hubei", "CN-HB"),
    "湘": ("Hunan", "CN-HN"),
    "粤": ("Guangdong", "CN-GD"),
    "桂": ("Guangxi", "CN-GX"),
    "琼": ("Hainan", "CN-HI"),
    "渝": ("Chongqing", "CN-CQ"),
    "川": ("Sichuan", "CN-SC"),
    "贵": ("Guizhou", "CN-GZ"),
    "云": ("Yunnan", "CN-YN"),
    "藏": ("Tibet", "CN-XZ"),
    "陕": ("Shaanxi", "CN-SN"),
    "甘": ("Gansu", "CN-GS"),
    "青": ("Qinghai", "CN-QH"),
    "宁": ("Ningxia", "CN-NX"),
    "新": ("Xinjiang", "CN-XJ"),
}
