"""The provinces by the character that stands for them on plates, and the code of each in ISO 3166-2.

Sources: GB/T 2260 and GA 36 for characters, ISO 3166-2:CN for codes.
"""

from ..issuers import Subdivision

PROVINCES = {
    "京": Subdivision("CN-BJ", "Beijing"),
    "津": Subdivision("CN-TJ", "Tianjin"),
    "冀": Subdivision("CN-HE", "Hebei"),
    "晋": Subdivision("CN-SX", "Shanxi"),
    "蒙": Subdivision("CN-NM", "Inner Mongolia"),
    "辽": Subdivision("CN-LN", "Liaoning"),
    "吉": Subdivision("CN-JL", "Jilin"),
    "黑": Subdivision("CN-HL", "Heilongjiang"),
    "沪": Subdivision("CN-SH", "Shanghai"),
    "苏": Subdivision("CN-JS", "Jiangsu"),
    "浙": Subdivision("CN-ZJ", "Zhejiang"),
    "皖": Subdivision("CN-AH", "Anhui"),
    "闽": Subdivision("CN-FJ", "Fujian"),
    "赣": Subdivision("CN-JX", "Jiangxi"),
    "鲁": Subdivision("CN-SD", "Shandong"),
    "豫": Subdivision("CN-HA", "Henan"),
    "鄂": Subdivision("CN-HB", "Hubei"),
    "湘": Subdivision("CN-HN", "Hunan"),
    "粤": Subdivision("CN-GD", "Guangdong"),
    "桂": Subdivision("CN-GX", "Guangxi"),
    "琼": Subdivision("CN-HI", "Hainan"),
    "渝": Subdivision("CN-CQ", "Chongqing"),
    "川": Subdivision("CN-SC", "Sichuan"),
    "贵": Subdivision("CN-GZ", "Guizhou"),
    "云": Subdivision("CN-YN", "Yunnan"),
    "藏": Subdivision("CN-XZ", "Tibet"),
    "陕": Subdivision("CN-SN", "Shaanxi"),
    "甘": Subdivision("CN-GS", "Gansu"),
    "青": Subdivision("CN-QH", "Qinghai"),
    "宁": Subdivision("CN-NX", "Ningxia"),
    "新": Subdivision("CN-XJ", "Xinjiang"),
}
