"""Greek, Hebrew, Armenian and Chinese letters: scripts that only the held-out world writes.

Sounds into letters as each country's press writes foreign names, and letters into Latin by the national romanisations:
ELOT 743 (ISO 843) for Greek, the Academy's 2006 rules for Hebrew, BGN/PCGN 1981 for Armenian, Hanyu Pinyin for Chinese.
"""

from __future__ import annotations

from functools import lru_cache

from resolver.synthetic.name_lists import table
from resolver.synthetic.phonemes import without_doubles

_GREEK = (
    "b=μπ t=τ T=τ θ=θ j=τζ H=χ x=χ d=ντ ð=δ r=ρ z=ζ s=σ š=σ S=σ D=ντ Z=ζ `= ğ=γ f=φ q=κ k=κ l=λ m=μ n=ν h=χ w=ου y=γι "
    "g=γκ v=β p=π č=τσ ž=ζ c=τσ A=α I=ι U=ου E=ε O=ο a=α i=ι u=ου e=ε o=ο á=α @=α Y=α '= -= "
)
_HEBREW = (
    "b=ב t=ת T=ט θ=ת' j=ג' H=ח x=ח' d=ד ð=ד' r=ר z=ז s=ס š=ש S=צ D=צ' Z=ט' `=ע ğ=ע' f=פ q=ק k=כ l=ל m=מ n=נ h=ה w=ו "
    "y=י g=ג v=ו p=פ č=צ' ž=ז' c=צ A=א I=י U=ו E=י O=ו a= i=י u=ו e= o=ו á= @=ה Y=א '=א -= "
)
_ARMENIAN = (
    "b=բ t=թ T=տ θ=թ j=ջ H=հ x=խ d=դ ð=դ r=ր z=զ s=ս š=շ S=ս D=դ Z=զ `= ğ=ղ f=ֆ q=ք k=կ l=լ m=մ n=ն h=հ w=վ y=յ g=գ "
    "v=վ p=պ č=չ ž=ժ c=ց A=ա I=ի U=ու E=ե O=ո a=ա i=ի u=ու e=ե o=ո á=ա @=ա Y=ա '= -= "
)
_GREEK_LATIN = (
    "μπ=b ντ=nt γκ=gk γγ=ng ου=ou αυ=av ευ=ev χ=ch ψ=ps θ=th ξ=x φ=f α=a β=v γ=g δ=d ε=e ζ=z η=i ι=i κ=k λ=l μ=m ν=n "
    "ο=o π=p ρ=r σ=s ς=s τ=t υ=y ω=o ά=a έ=e ή=i ί=i ό=o ύ=y ώ=o ϊ=i ϋ=y ΐ=i ΰ=y"
)
_HEBREW_LATIN = (
    "ג'=j צ'=ch ז'=zh ת'=th ד'=dh ח'=kh ט'=z ע'=gh א=a ב=b ג=g ד=d ה=h ו=o ז=z ח=h ט=t י=i כ=k ך=ch ל=l מ=m ם=m נ=n "
    "ן=n ס=s ע=a פ=f ף=f צ=tz ץ=tz ק=k ר=r ש=sh ת=t"
)
_ARMENIAN_LATIN = (
    "ու=u և=ev ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=y թ=t' ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m յ=y ն=n շ=sh ո=o "
    "չ=ch' պ=p ջ=j ռ=rr ս=s վ=v տ=t ր=r ց=ts' փ=p' ք=k' օ=o ֆ=f"
)
_TO_SOUND = {
    "Grek": "μπ=b ντ=d γκ=g τζ=j ου=U χ=x θ=θ ξ=ks ψ=ps φ=f α=A β=v γ=ğ δ=ð ε=E ζ=z η=I ι=I κ=k λ=l μ=m ν=n ο=O π=p "
    "ρ=r σ=s ς=s τ=t υ=I ω=O ά=A έ=E ή=I ί=I ό=O ύ=I ώ=O ϊ=I ϋ=I ΐ=I ΰ=I",
    "Armn": _ARMENIAN_LATIN.replace("zh", "ž")
    .replace("kh", "x")
    .replace("gh", "ğ")
    .replace("sh", "š")
    .replace("ch'", "č")
    .replace("ch", "č")
    .replace("ts'", "c")
    .replace("ts", "c")
    .replace("'", ""),
}
_FINAL = {"כ": "ך", "מ": "ם", "נ": "ן", "פ": "ף", "צ": "ץ"}


def _rules(text: str) -> dict[str, str]:
    return dict(rule.split("=", 1) for rule in text.split(" ") if rule)


_WRITE = {"Grek": _rules(_GREEK), "Hebr": _rules(_HEBREW), "Armn": _rules(_ARMENIAN)}
_READ = {"Grek": _rules(_GREEK_LATIN), "Hebr": _rules(_HEBREW_LATIN), "Armn": _rules(_ARMENIAN_LATIN)}
_SOUNDS = {script: _rules(text) for script, text in _TO_SOUND.items()}
HELD_OUT_SCRIPTS = frozenset((*_WRITE, "Hans"))


@lru_cache(maxsize=32768)
def written(sound: str, script: str) -> str:
    """A sound in Greek, Hebrew or Armenian letters."""
    return " ".join(_word(word, script) for word in without_doubles(sound).split(" "))


def _word(word: str, script: str) -> str:
    article = {"Grek": "αλ-", "Hebr": "אל-", "Armn": "ալ-"}[script]
    if word.startswith("al-"):
        return article + _word(word[3:], script)
    letters = "".join(_WRITE[script].get(sound, sound) for sound in word)
    if script == "Grek":
        letters = letters[:-1] + "ς" if letters.endswith("σ") else letters
    elif script == "Hebr":
        letters = ("א" + letters if word[:1] in "aiueo" else letters)[:64]
        letters = letters[:-1] + _FINAL.get(letters[-1], letters[-1]) if letters else "א"
    return letters[:1].upper() + letters[1:]


@lru_cache(maxsize=32768)
def romanised(word: str, script: str) -> str:
    """A Greek, Hebrew or Armenian word by the national romanisation."""
    return _mapped(word, _READ[script]).capitalize()


@lru_cache(maxsize=32768)
def sound_of(word: str, script: str) -> str:
    """The phonemes of a Greek or Armenian word."""
    return _mapped(word, _SOUNDS[script])


def _mapped(word: str, rules: dict[str, str]) -> str:
    read, at, text = [], 0, word.lower()
    while at < len(text):
        size = 2 if text[at : at + 2] in rules else 1
        read.append(rules.get(text[at : at + size], text[at : at + size]))
        at += size
    return "".join(read)


@lru_cache(maxsize=1)
def uyghur_spellings() -> dict[str, tuple[str, str]]:
    """Pinyin and Chinese characters of a Uyghur name, by its spelling in Uyghur letters."""
    return {row["native"]: (row["pinyin"], row["chinese"]) for row in table("uyghur_names.csv")}
