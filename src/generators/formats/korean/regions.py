"""The regions by what stands for them on plates, and the code of each in ISO 3166-2.

Source: ISO 3166-2:KR for codes.
"""

from ..issuers import Subdivision

REGIONS = {
    "서울": Subdivision("KR-11", "Seoul"),
    "부산": Subdivision("KR-26", "Busan"),
    "대구": Subdivision("KR-27", "Daegu"),
    "인천": Subdivision("KR-28", "Incheon"),
    "광주": Subdivision("KR-29", "Gwangju"),
    "대전": Subdivision("KR-30", "Daejeon"),
    "울산": Subdivision("KR-31", "Ulsan"),
    "세종": Subdivision("KR-50", "Sejong"),
    "경기": Subdivision("KR-41", "Gyeonggi"),
    "강원": Subdivision("KR-42", "Gangwon"),
    "충북": Subdivision("KR-43", "North Chungcheong"),
    "충남": Subdivision("KR-44", "South Chungcheong"),
    "전북": Subdivision("KR-45", "North Jeolla"),
    "전남": Subdivision("KR-46", "South Jeolla"),
    "경북": Subdivision("KR-47", "North Gyeongsang"),
    "경남": Subdivision("KR-48", "South Gyeongsang"),
    "제주": Subdivision("KR-49", "Jeju"),
}
