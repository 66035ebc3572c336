"""Frequent given names whose spellings go further apart, or nearer to another name, than letters alone tell.

Each entry gives the name's reading, its skeleton, a pattern of its romanisations and its spellings in Arabic script.
Skeletons here may hold a vowel: Mahmud must not become Muhammad, nor Husayn Hasan. The first entry that fits counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Sounds that romanisation schools spell in many ways.
_J = "(?:dsch|dzh|zh|dj|[jgc])"
_KH = "(?:kh|ch|[hxg])"
_DH = "(?:dh|dz|[dz])"
_U = "(?:ou|oo|oe|[ouw])"
_I = "(?:ie|ee|[iyj])"
_E = "e?"


@dataclass(frozen=True, slots=True)
class GivenName:
    """A name's one reading and skeleton for all of its spellings."""

    reading: str
    skeleton: str


_ENTRIES: tuple[tuple[str, str, str, str], ...] = (
    ("mahmud", "mahmut", f"m[ae](?:kh|ch|[hxg])m+{_U}[dt]{_E}", "محمود"),
    (
        "muhammad",
        "mhmt",
        "m(?:ou|oe|[aeou])(?:kh|ch|[hgxj])?[aeo]?m+[aeo][dt]{1,2}|ma(?:gh|kh)u?mid|m(?:ou|[aeou])h?amm?adou|mamm?adou|mohd|muhd|md|muhammadu",
        "محمد ممد",
    ),
    ("ahmad", "ahmt", "[ae](?:kh|ch|[hx])m+[aeo][dt]{1,2}", "احمد"),
    ("hamad", "hamat", "hama[dt]", "حمد"),
    ("hasan", "hsn", f"(?:kh|[hx])?[ae]ss?[ae]nn?{_E}|[hx]asson|lah[cs]+ene?|hac[ae]ne?|gas[ae]n", "حسن حسان"),
    ("husayn", "hsin", f"(?:kh|[hgx])?{_U}[sc]{{1,2}}(?:[ae]?{_I}+|e|eyi|eji)nn?{_E}|lhoussaine?", "حسین"),
    ("ibrahim", "abrhm", f"(?:[ei]b|b)ra(?:kh|gh|[hgx])?{_I}m|(?:[ei]b|b)rahem", "ابراهیم ابرهیم"),
    ("umar", "umr", "(?:ou|oo|oe|[ou])m+[ae]r", "عمر"),
    ("amir", "amir", f"[ae]+m{_I}+r|[ae]mer", "امیر عامر"),
    ("ammar", "amar", "[ae]mm+[ae]+r|amaar|ammor", "عمار"),
    ("said", "sit", f"s[ae]+{_I}{{1,2}}[dt]{{1,2}}|s[ae]+yee[dt]|sagid|sayid", "سعید"),
    ("suad", "swat", "s(?:ou|oe|[ou])[ae]+dd?e?", "سعاد"),
    ("saad", "sat", "saa?[dt]", "سعد"),
    ("saud", "sut", "s[aeo]+(?:ou|oo|[uw])[dt]|s(?:ou|oo|u){2}[dt]", "سعود"),
    ("salam", "slam", "s[ae]la+m", "سلام"),
    ("salman", "slman", "s[ae]lm[ao]+nn?e?", "سلمان"),
    ("jamil", "jmil", f"{_J}[ae]+m{_I}+ll?{_E}", "جمیل"),
    ("jamal", "jml", f"{_J}[ae]+m[aeo]+ll?{_E}", "جمال"),
    ("jalal", "jll", f"{_J}[ae]+ll?[aeo]+ll?", "جلال"),
    ("najib", "njb", f"n[ae]{_J}{_I}+[bp]", "نجیب"),
    ("majid", "mjt", f"m[ae]{_J}(?:e|{_I})+[dt]", "مجید ماجد"),
    ("azhar", "azhr", "[ae]zh[ae]r", "ازهر اظهر"),
    ("mazhar", "mzhr", "m[ae]zh[ae]r", "مظهر مزهر"),
    ("karim", "krim", f"[kq][ae]?r{_I}+m{_E}", "کریم"),
    ("rashad", "rcat", "r[ae](?:sch|sj|sh|ch)[ao]+[dt]", "رشاد"),
    ("khalid", "hlt", f"(?:kh|ch|[hxjk])[ae]+l+(?:e|{_I})+[dt]", "خالد"),
    ("khadija", "hdj", f"(?:{_KH}|k)[ae][dt]{_I}{_J}[ea]+[ht]?", "خدیجه خدیجة"),
    (
        "yusuf",
        "ysf",
        "(?:y|j|i)?(?:ou|oo|oe|u)s{1,2}(?:ou|oo|oe|[ouei])[fpv]{1,2}|[yi][oe]+u?ss?(?:ou|[uie])[fpb]",
        "یوسف",
    ),
    ("yahya", "yh", "[yji][ae]+(?:kh|[hx])[iyj]*[iyj]a+|yehia|iakhia", "یحیی یحیا"),
    ("yasin", "ysn", f"[yji][ae]+(?:ss?|c){_I}+nn?{_E}", "یاسین یسین"),
    ("yaqub", "ykb", f"[yji][ae]+(?:k|q|gh?|c)+{_U}[bp]", "یعقوب"),
    ("uthman", "utmn", f"{_U}(?:th|s|ss|t)m[aeo]+nn?{_E}|c?ismaa?n", "عثمان"),
    ("ramadan", "rmdn", f"r[ae]m[ae]?{_DH}[aeo]+nn?{_E}", "رمضان"),
    ("rida", "rd", f"r[eia]{_DH}{{1,2}}h?[ao]+h?", "رضا"),
    ("ridwan", "rdwn", f"r[eia]{_DH}(?:ou|[wvu])[ao]+nn?{_E}", "رضوان"),
    ("fadl", "fdl", f"f[ae]+{_DH}[aei]*l", "فضل فاضل"),
    ("fayyad", "fd", f"f[ae]+{_I}+a{_DH}", "فیاض"),
    ("riyad", "rd", f"re?{_I}+a{_DH}", "ریاض"),
    ("khidr", "hdr", f"{_KH}[iey]{_DH}[ie]?r", "خضر"),
    ("dhakir", "zkr", "(?:dh|z)a+k[ie]r", "ذاکر"),
    ("zafar", "zfr", f"{_DH}[ae]f+[ae]r", "ظفر"),
    ("zahir", "zhr", "(?:dh|z)[ae]+(?:kh|h)[ie]+r", "ظاهر زاهر ظهیر"),
    ("qasim", "ksm", "(?:gh|[kqgc])[ae]+(?:ss?|c)[aeiy]+m", "قاسم"),
    ("kazim", "kzm", "[kqg][ae]+(?:dh|[zd])[iey]+m", "کاظم"),
    ("nazim", "nzm", "n[ae]+(?:dh|z)[ie]+m", "ناظم نظیم"),
    ("hafiz", "hfz", "(?:kh|[hx])[ae]+f+[ie]+(?:dh|z|d|s)", "حافظ"),
    ("dawud", "dwt", f"d[ae]+[wv]?{_U}{{1,2}}[dt]", "داود داوود داؤد"),
    ("anwar", "anwr", "[ae]n(?:ou|[wv])[aeo]r", "انور"),
    ("awad", "awt", "aww?a[dt]h?|aoua[dt]|av[ae]z", "عوض"),
    ("rajab", "rjb", f"r[ae]{_J}[ae]+[bp]", "رجب"),
    ("jafar", "jfr", f"{_J}[ae]+f+[ae]+r", "جعفر"),
    ("najm", "njm", f"n[ae]{_J}[aei]?m", "نجم"),
    ("jihad", "jht", f"(?:{_J}|y)i(?:kh|h)[ao]+[dt]", "جهاد"),
    ("juma", "jm", f"{_J}{_U}m+[ae]+[ht]?", "جمعه جمعة"),
    ("jawad", "jft", f"{_J}[ae](?:ou|[wv])[ao]+[dt]", "جواد"),
    ("zulfiqar", "zlfkr", "(?:dh|z)(?:ou|[ou])l?f[iae](?:gh|[qk])[ae]r", "ذوالفقار"),
    ("hajji", "hj", f"(?:kh|gh|[hg])[ae]{_J}{{1,2}}[iy]?", "حاج حاجی"),
    ("lakhdar", "ahdr", "(?:l|el|al)?[ae]?kh?dh?ar|lakhdh?ar", "اخضر"),
    ("arabi", "arb", "larbi|[ae]rr?[ae]?bi", "عربی"),
    ("amin", "amn", f"l?[ae]+m{_I}+n{_E}", "امین"),
    ("ismail", "asml", f"(?:[ie]|)[sz]ma+(?:e|{_I}|gi)+l+", "اسماعیل اسمعیل"),
    ("zubayr", "zbr", "(?:s|z)(?:ou|[ou])b[ae]*[iyj]+r", "زبیر"),
    ("hashim", "hcm", "(?:kh|[hg])[ae]+(?:sch|sj|sh|ch)[ie]+m", "هاشم"),
    ("hisham", "hcam", "h?[ie](?:sch|sj|sh|ch)[ae]+m", "هشام"),
    ("hamid", "hmt", f"(?:kh|[hgx])[ae]+mm?{_I}+[dt]|hamed", "حمید حامد"),
    ("hamza", "hmz", "(?:kh|gh|[hgx])[ae]mz+[ae]+[ht]?", "حمزه حمزة"),
    ("habib", "hbb", f"(?:kh|[hgx])[ae]b{_I}+[bp]", "حبیب"),
    ("tahir", "thr", "t[ae]+(?:kh|[hgx])[iey]+r", "طاهر"),
    ("rahim", "rhm", f"r[ae](?:kh|[hgx]){_I}+m", "رحیم"),
    ("rahman", "rhmn", f"r[ae](?:kh|[hgx])m[aeo]+nn?{_E}", "رحمان رحمن"),
    ("taha", "th", "taa?ha+", "طه"),
    ("sadiq", "sdk", "s[ae]+d{1,2}[iey]+(?:gh|[kqg])", "صادق صدیق"),
    ("taqi", "tk", f"t[ae]+(?:gh|qu|[kqg]){_I}+", "تقی"),
    ("baqir", "bkr", "b[ae]+(?:gh|[kqg])[iey]+r", "باقر"),
    ("qurban", "krbn", f"(?:gh|[kqg]){_U}rb[aeo]+nn?{_E}", "قربان"),
    ("qadir", "kdr", "(?:gh|[kqg])[aeo]+(?:d|dh)[iey]+r", "قادر قدیر"),
    ("qanbar", "knbr", "(?:gh|[kqg])[ae]m?n?b[ae]r", "قنبر"),
    ("aisha", "ac", "[ae]+[iy]+(?:sch|sj|sh|ch)[ea]h?|ayse|aichatou", "عائشة عائشه عایشه"),
    ("shaban", "cbn", "(?:ch|sh|s)[ae]+b[aeo]+nn?e?", "شعبان"),
    ("bushra", "bcr", "b(?:ou|[ou])(?:ch|sh|s)ra+h?", "بشری"),
    ("yasmin", "ysmn", f"[yj][ae]ss?[aei]?m{_I}+nn?{_E}", "یاسمین یاسمن"),
    ("zahra", "zhr", "z[ae](?:kh|h)ra+h?", "زهرا زهراء"),
    ("idris", "adrs", f"[ie]?dr{_I}+ss?{_E}", "ادریس"),
    ("zakariya", "zkr", "z[ae](?:(?:kh|ch)[ae]+|[kqcg][aeh]*)r+[iyj]*[aoe]*h?", "زکریا زکریاء"),
    ("khusraw", "hsrf", "(?:kh|[hkx])[ou]?s+r(?:ow|aw|au|ov|ev|ou|o|u)", "خسرو"),
    ("azar", "azr", "[ae]+zz?[ae]+r", "آذر اذر"),
    ("diya", "zy", f"z{_I}+a+|(?:dh|d)h?{_I}+y?a+", "ضیاء ضیا"),
    ("thurayya", "try", f"(?:th|s)(?:ou|[ou])r[ae]{_I}+[ae]+h?", "ثریا"),
    ("rezai", "rdi", f"r[eai](?:dh|d|z)[ae]+{_I}+[iey]*", "رضایی رضائی"),
    ("sulayman", "slmn", "s(?:ou|[uo])?l[ae]*[iyj]*m[ae]+nn?e?", "سلیمان"),
    ("latif", "ltf", f"l[ae]+t{_I}+f+", "لطیف"),
)

# The empty group that ends an entry tells which it was. If entries began with a group, each would be tried in full;
# now most are passed over by their first letter.
_PATTERN = re.compile("|".join(f"(?:{pattern})()" for _, _, pattern, _ in _ENTRIES))
_NAMES = tuple(GivenName(reading, skeleton) for reading, skeleton, _, _ in _ENTRIES)
_ARABIC = {word: name for name, (_, _, _, words) in zip(_NAMES, _ENTRIES, strict=True) for word in words.split()}


def find_romanised(form: str) -> GivenName | None:
    """The given name that `form`, in the letters a to z, spells in some school; None when it is not in the table."""
    match = _PATTERN.fullmatch(form)
    return None if match is None or match.lastindex is None else _NAMES[match.lastindex - 1]


def find_arabic(word: str) -> GivenName | None:
    """The given name that `word`, as `arabic.spelling` writes it, spells; None when it is not in the table."""
    return _ARABIC.get(word)
