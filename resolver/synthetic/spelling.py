"""One part of a name in the script and by the school of one clerk."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from resolver.synthetic import held_out_schools
from resolver.synthetic.arabic_script import arabic
from resolver.synthetic.cyrillic_script import cyrillic
from resolver.synthetic.cyrillic_script import latin as cyrillic_to_latin
from resolver.synthetic.held_out_scripts import HELD_OUT_SCRIPTS, romanised, uyghur_spellings, written
from resolver.synthetic.latin_schools import spell
from resolver.synthetic.other_scripts import georgian_latin, plain_latin
from resolver.synthetic.phonemes import Word
from resolver.synthetic.pools import chance

_SUN = "tθdðrzsšSDTZln"
_ARTICLES = {
    "english": (("al-", 46), ("Al ", 16), ("Al-", 12), ("Al", 5), ("el-", 6), ("al ", 4), ("", 11)),
    "egyptian": (("el-", 30), ("El ", 22), ("El", 12), ("al-", 16), ("Al ", 8), ("", 12)),
    "gulf": (("Al ", 30), ("Al-", 22), ("al-", 24), ("Al", 10), ("", 14)),
    "french": (("El ", 34), ("el ", 12), ("Al ", 10), ("El-", 8), ("el-", 8), ("L", 3), ("", 25)),
    "turkish": (("El ", 50), ("el-", 20), ("El", 12), ("", 18)),
    "bgn": (("al-", 92), ("", 8)),
    **held_out_schools.ARTICLES,
}
_ABD = {
    "english": ("Abdul {}", "Abd al-{}", "Abdul{}", "Abdel {}", "Abdel{}", "Abd Al {}", "Abdul-{}", "Abd-al-{}"),
    "egyptian": ("Abdel {}", "Abd El {}", "Abdel{}", "Abdel-{}", "Abd el-{}", "Abdul {}"),
    "french": ("Abdel{}", "Abdel {}", "Abd El {}", "Abd el-{}", "Abde{1}{}"),
    "german": ("Abdul {}", "Abdul{}", "Abd al-{}", "Abdel {}"),
    "turkish": ("Abdul{}", "Abdu{1}{}", "Abdül{}"),
    "russian": ("Abdul {}", "Abdu{1}{}", "Abdul{}", "Abdul-{}"),
    "bgn": ("`Abd al-{}", "Abd al-{}"),
    **held_out_schools.ABD,
}
_GOD = {
    "french": ("Abdallah", "Abdellah", "Abdullah"),
    "egyptian": ("Abdallah", "Abdalla", "Abd Allah"),
    "bgn": ("Abd Allah",),
    **held_out_schools.GOD,
}
_DIN = {
    "french": ("eddine", " Eddine", " El Din", "-Eddine"),
    "turkish": ("ettin", "eddin"),
    "english": (" al-Din", " Eddin", "uddin", "eddin", " Aldin", " el-Din"),
}
_CYRILLIC_SCHOOLS = {school: school for school in ("french", "german", "turkish", "uzbek", "kazakh", "azeri")}
_PREFIXES = {
    "bin": {"french": ("Ben ", "Ben", "Ben "), "english": ("bin ", "Bin ", "Ben "), "turkish": ("Bin ", "bin ")},
    "bil": {"french": ("Bel", "Bel ", "Ben El "), "english": ("Bel", "Bil"), "turkish": ("Bel",)},
    "bU": {"french": ("Bou", "Bou "), "english": ("Bu", "Bou"), "turkish": ("Bu",)},
    "abU": {
        "french": ("Abou ", "Abou", "Abu "),
        "english": ("Abu ", "Abu", "Abo "),
        "turkish": ("Ebu ",),
        "german": ("Abu ",),
    },
    "umm": {"french": ("Oum ", "Oumm "), "english": ("Umm ", "Um "), "turkish": ("Ümmü ",)},
}


@dataclass(frozen=True, slots=True)
class Hand:
    """How one clerk writes: the Latin school, the article in front of names, whether Arabic hamzas are written."""

    school: str
    article: str
    assimilates: bool
    hamzas: bool
    persian_letters: bool


def new_hand(school: str, rng: Random) -> Hand:
    """The habits of one clerk of a school."""
    options = _ARTICLES.get(school, _ARTICLES["english"])
    left = rng.random() * sum(weight for _, weight in options)
    article = options[-1][0]
    for text, weight in options:
        left -= weight
        if left < 0:
            article = text
            break
    return Hand(school, article, chance(rng, 0.14), chance(rng, 0.6), school in ("persian", "pakistani"))


def write(word: Word, script: str, hand: Hand, rng: Random) -> str:
    """The word in a script (ISO 15924) by this hand; Georgian falls back to Latin for foreign words."""
    if script == word.script:
        if script == "Arab":
            return _arabic_habits(word.native, hand, rng)
        return plain_latin(word.native, hand.school, rng) if script == "Latn" else word.native
    if script == "Arab":
        known = word.cognate and chance(rng, 0.65)
        return _arabic_habits(word.cognate if known else arabic(word.sound), hand, rng)
    if script == "Cyrl":
        return cyrillic_name(word.sound, rng)
    if script in HELD_OUT_SCRIPTS:
        return uyghur_spellings()[word.native][1] if script == "Hans" else written(word.sound, script)
    if word.script == "Cyrl":
        return cyrillic_to_latin(
            word.native, _CYRILLIC_SCHOOLS.get(hand.school, "icao" if hand.school == "bgn" else "bgn"), rng
        )
    if word.script == "Geor":
        return georgian_latin(word.native)
    if word.script in HELD_OUT_SCRIPTS:
        return romanised(word.native, word.script)
    if hand.school == "pinyin" and word.native in uyghur_spellings() and chance(rng, 0.8):
        return uyghur_spellings()[word.native][0]
    return (
        latin_from_sound(word.sound, hand, rng) if word.script == "Arab" else plain_latin(word.native, hand.school, rng)
    )


def _arabic_habits(spelt: str, hand: Hand, rng: Random) -> str:
    if not hand.hamzas:
        spelt = spelt.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا")
        if chance(rng, 0.3):
            spelt = spelt.replace("ة", "ه")
        if chance(rng, 0.25):
            spelt = spelt.replace("ى", "ي")
    if spelt.startswith("عبد ") and chance(rng, 0.4):
        spelt = spelt.replace("عبد ", "عبد", 1)
    return spelt.replace("ي", "ی").replace("ك", "ک") if hand.persian_letters else spelt


def cyrillic_name(sound: str, rng: Random) -> str:
    """An Arabic or Latin name as Russian writes it."""
    words = sound.split(" ")
    if words[0] == "`abd" and len(words) > 1:
        if words[1] == "al-láh":
            return "Абдулла" if chance(rng, 0.7) else "Абдуллах"
        return _one(("Абдул", "Абдул-", "Абдель-"), rng) + cyrillic(words[1].removeprefix("al-")).lower()
    written = ["аль-" + cyrillic(word[3:]) if word.startswith("al-") else cyrillic(word) for word in words]
    return " ".join(written)


def latin_from_sound(sound: str, hand: Hand, rng: Random) -> str:
    """An Arabic sound in Latin letters: compounds, prefixes and articles first, the rest letter by letter."""
    words = sound.split(" ")
    school = hand.school
    if len(words) > 1 and words[0] == "`abd":
        if words[1] == "al-láh":
            return _one(_GOD.get(school, ("Abdullah", "Abdallah", "Abdulla", "Abd Allah")), rng)
        return _servant(words[1].removeprefix("al-"), school, rng)
    if len(words) > 1 and words[-1] == "al-dIn":
        return spell(words[0], school, rng).capitalize() + _one(_DIN.get(school, _DIN["english"]), rng)
    if len(words) > 1 and words[0] in _PREFIXES:
        options = _PREFIXES[words[0]]
        prefix = _one(options.get(school, options["english"]), rng)
        rest = latin_from_sound(" ".join(words[1:]), hand, rng)
        return prefix + (rest if prefix.endswith(" ") else rest.lower())
    return " ".join(_plain(word, hand, rng) for word in words)


def _plain(word: str, hand: Hand, rng: Random) -> str:
    if not word.startswith("al-"):
        return spell(word, hand.school, rng).capitalize()
    bare = word[3:]
    spelt = spell(bare, hand.school, rng).capitalize()
    if hand.assimilates and bare[0] in _SUN and hand.article not in ("", "L"):
        vowel = "e" if hand.article[0] in "eE" else "a"
        onset = spelt[:2].lower() if spelt[:2].lower() in ("sh", "ch", "th", "dh", "ş") else spelt[0].lower()
        return f"{vowel}{onset}-{spelt}"
    return hand.article + (
        spelt if hand.article.endswith((" ", "-", "")) and hand.article not in ("Al", "El", "L") else spelt.lower()
    )


def _servant(name: str, school: str, rng: Random) -> str:
    """A compound with 'abd: joined, apart or hyphenated, the article assimilated or not."""
    spelt = spell(name, school, rng)
    form = _one(_ABD.get(school, _ABD["english"]), rng)
    apart = " {}" in form or "-{}" in form
    return form.replace("{1}", spelt[0]).replace("{}", spelt.capitalize() if apart else spelt)


def _one(options: tuple[str, ...], rng: Random) -> str:
    """One of the options, the first ones more often."""
    return options[int(rng.random() ** 1.5 * len(options))]
