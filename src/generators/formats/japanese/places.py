"""The places that Japanese plates name, with their prefectures and how often each is drawn.

Sources: names of places after the table of the regulation on automobile registration (local names up to 2020 included);
vehicles after the tables of the Automobile Inspection and Registration Information Association (AIRIA) by
prefecture, March 2023, in millions and rounded. A prefecture's vehicles are shared by its places, its first one twice
as much as each other: an estimate. Left out is 袖ヶ浦, for its small sign between.
"""

from ..issuers import Subdivision

_PREFECTURES = (
    ("JP-01", "Hokkaido", 3.8, "札幌 函館 旭川 室蘭 苫小牧 釧路 知床 帯広 十勝 北見"),
    ("JP-02", "Aomori", 1.0, "青森 八戸 弘前"),
    ("JP-03", "Iwate", 1.0, "岩手 盛岡 平泉"),
    ("JP-04", "Miyagi", 1.7, "宮城 仙台"),
    ("JP-05", "Akita", 0.8, "秋田"),
    ("JP-06", "Yamagata", 0.9, "山形 庄内"),
    ("JP-07", "Fukushima", 1.7, "福島 いわき 会津 郡山 白河"),
    ("JP-08", "Ibaraki", 2.6, "水戸 土浦 つくば"),
    ("JP-09", "Tochigi", 1.7, "宇都宮 とちぎ 那須"),
    ("JP-10", "Gunma", 1.8, "群馬 前橋 高崎"),
    ("JP-11", "Saitama", 4.2, "大宮 所沢 春日部 熊谷 川越 川口 越谷"),
    ("JP-12", "Chiba", 3.7, "千葉 習志野 野田 成田 柏 船橋 松戸 市川 市原"),
    ("JP-13", "Tokyo", 4.4, "品川 練馬 足立 多摩 八王子 世田谷 杉並 板橋 江東 葛飾"),
    ("JP-14", "Kanagawa", 4.0, "横浜 湘南 相模 川崎"),
    ("JP-15", "Niigata", 1.8, "新潟 長岡 上越"),
    ("JP-16", "Toyama", 0.9, "富山"),
    ("JP-17", "Ishikawa", 0.9, "石川 金沢"),
    ("JP-18", "Fukui", 0.7, "福井"),
    ("JP-19", "Yamanashi", 0.8, "山梨 富士山"),
    ("JP-20", "Nagano", 1.9, "長野 松本 諏訪 南信州 安曇野"),
    ("JP-21", "Gifu", 1.7, "岐阜 飛騨"),
    ("JP-22", "Shizuoka", 2.9, "静岡 浜松 沼津 伊豆"),
    ("JP-23", "Aichi", 5.3, "名古屋 三河 豊橋 尾張小牧 一宮 岡崎 豊田 春日井"),
    ("JP-24", "Mie", 1.5, "三重 鈴鹿 四日市 伊勢志摩"),
    ("JP-25", "Shiga", 1.1, "滋賀"),
    ("JP-26", "Kyoto", 1.3, "京都"),
    ("JP-27", "Osaka", 3.8, "大阪 なにわ 和泉 堺"),
    ("JP-28", "Hyogo", 3.0, "神戸 姫路"),
    ("JP-29", "Nara", 0.8, "奈良 飛鳥"),
    ("JP-30", "Wakayama", 0.7, "和歌山"),
    ("JP-31", "Tottori", 0.5, "鳥取"),
    ("JP-32", "Shimane", 0.5, "島根 出雲"),
    ("JP-33", "Okayama", 1.5, "岡山 倉敷"),
    ("JP-34", "Hiroshima", 1.9, "広島 福山"),
    ("JP-35", "Yamaguchi", 1.1, "山口 下関"),
    ("JP-36", "Tokushima", 0.6, "徳島"),
    ("JP-37", "Kagawa", 0.8, "香川 高松"),
    ("JP-38", "Ehime", 1.0, "愛媛"),
    ("JP-39", "Kochi", 0.6, "高知"),
    ("JP-40", "Fukuoka", 3.4, "福岡 北九州 久留米 筑豊"),
    ("JP-41", "Saga", 0.7, "佐賀"),
    ("JP-42", "Nagasaki", 0.9, "長崎 佐世保"),
    ("JP-43", "Kumamoto", 1.4, "熊本"),
    ("JP-44", "Oita", 0.9, "大分"),
    ("JP-45", "Miyazaki", 0.9, "宮崎"),
    ("JP-46", "Kagoshima", 1.3, "鹿児島 奄美"),
    ("JP-47", "Okinawa", 1.1, "沖縄"),
)

PLACES = {
    place: Subdivision(code, name)
    for code, name, _, places in _PREFECTURES
    for place in places.split()
}
"""The prefecture of each place, by what stands for it on plates."""
_ALL = sum(vehicles for _, _, vehicles, _ in _PREFECTURES)
SHARES = {
    place: vehicles / _ALL * (2 if number == 0 else 1) / (1 + len(places.split()))
    for _, _, vehicles, places in _PREFECTURES
    for number, place in enumerate(places.split())
}
"""How often each place is drawn; they add up to 1."""
