"""Detects legacy encodings by how often the commonest characters of their languages occur.

General detectors need more text than a short article has, and some take very long.
"""

from __future__ import annotations

import re

_KANA = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30FD))))
_HAN_SIMPLIFIED = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从"
    "动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给"
    "等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入"
    "先山五太水万市员报记者社新闻今晚总统府选举台湾京香港网"
)
_HAN_TRADITIONAL = (
    "這來國個說們為時會過對裡後麼沒於還發當無開經頭動兩長樣現將與進實點種聲話兒問機給業間電門東聽氣"
    "關內軍產萬員報記總統選舉臺灣網學書讀華語體處應該場區縣長開幕錢車馬魚鳥園圖"
)
_HAN_JAPANESE = "日本人年大国会中月時分行出見学生気事者東京円国内員的社新聞"
_HANGUL = (
    "이다의는에을하가고지한로은기사대정도리자를시일어인서있나아전그해수부장상제들보과만것조스성구라원주"
    "으게경국세선여관유위진공미신동연치문와분안개학발년계용단무비소회체북화우민당심식실방행산모합법통적"
    "생말본면습니오늘날씨좋"
)
_PUNCTUATION = "，。、：；（）《》“”？！「」『』—…"

_HAN = frozenset(_HAN_SIMPLIFIED + _HAN_TRADITIONAL + _PUNCTUATION)
_CANDIDATES = (
    ("gb18030", _HAN),
    ("big5hkscs", _HAN),
    ("cp932", frozenset(_KANA + _HAN_JAPANESE + _PUNCTUATION)),
    ("euc_jp", frozenset(_KANA + _HAN_JAPANESE + _PUNCTUATION)),
    ("cp949", frozenset(_HANGUL + _PUNCTUATION)),
)
_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьбгзчій")
# Where two fit as well, as with a name alone, the first counts.
_ALPHABETS = (
    *((codec, _COMMON_CYRILLIC) for codec in _CYRILLIC),
    ("cp1253", frozenset("αοιετσνηυρπκμλςάόίέήώδγθχφξβ")),
    ("cp1255", frozenset("יוהלאתמרבשנכםדעחקןפגצטסזךףץ")),
    ("cp1256", frozenset("الينمتروبةدعسفهكحقجشطصخضغذثئزءظؤأإآىپچژگ،؟")),
    ("cp874", frozenset("านรกเอัี่ยงมลดทวส้บหขตคไปแพิุูจชะำโใ็์ถผฟธณศึืซญภฐฝ")),
)
_LATIN = ("cp1252", "cp1250", "cp1254", "mac-roman")
_MANY = 8
"""Characters beyond ASCII, from which their frequencies tell the encoding."""

_FAR = 0.3
"""How much likelier another encoding must be than the declared one."""

_LIKELY = 0.5
_ENOUGH = 0.2
_SAMPLE = 1 << 16
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")


def guess_text(data: bytes) -> str:
    """Decode bytes by their likeliest encoding; invalid bytes become U+FFFD."""
    sample = data[:_SAMPLE]
    best, codec = max((_rate(sample, name, common), name) for name, common in _CANDIDATES)
    if best >= _ENOUGH:
        return data.decode(codec, "replace")
    high = len(_HIGH_BYTE.findall(sample))
    runs = sum(map(len, _HIGH_RUN.findall(sample)))
    if runs * 2 > high:
        # Words made of nothing but high bytes: Cyrillic, Greek, Hebrew, Arabic, Thai.
        rates = {name: _rate(sample, name, letters) for name, letters in _ALPHABETS}
        likeliest = max(rates, key=rates.__getitem__)
        if rates[likeliest] >= _LIKELY:
            return data.decode(likeliest, "replace")
    return data.decode("cp1252", "replace")


def find_likelier(data: bytes, declared: str) -> str:
    """Return an encoding that is far likelier than the declared one, "" where there is none.

    Pages declare what their template was made with. Only encodings whose letters tell are compared.

    Args:
        data: all bytes.
        declared: the codec's name, as in `codecs.CodecInfo.name`.
    """
    sample = data[:_SAMPLE]
    if sum(map(len, _HIGH_RUN.findall(sample))) < _MANY:
        return ""
    common = dict(_CANDIDATES) | dict.fromkeys(_CYRILLIC, _COMMON_CYRILLIC)
    if declared not in common and declared not in _LATIN:
        return ""
    own = _rate(sample, declared, common.get(declared, frozenset()))
    best, codec = max((_rate(sample, name, letters), name) for name, letters in common.items())
    return codec if best >= _LIKELY and best > own + _FAR else ""


def _rate(sample: bytes, codec: str, common: frozenset[str]) -> float:
    """Return the share of the non-ASCII characters that are common in that encoding's languages."""
    beyond = [c for c in sample.decode(codec, "replace") if c > "\x7f"]
    broken = beyond.count("\ufffd")
    return (sum(c in common for c in beyond) - broken) / max(len(beyond), 1)
