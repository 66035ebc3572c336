"""Words that stand in names and do not tell people apart: articles, links of descent, titles; openers of compounds."""

from __future__ import annotations

from resolver.standardise import arabic


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _arabic(text: str) -> frozenset[str]:
    return frozenset(map(arabic.spelling, text.split()))


ARTICLES = _words("al el ul il")
# The article before a sun letter takes that letter's sound: ash-Shishani, ad-Din.
SUN_ARTICLES = _words(
    "ar as ash at ad az an ath adh er es esh et ed ez en eth ach ech ur us ush ut ud uz un uch is ir id iz"
)
# Links of a chain of descent; what follows stays in the name.
DESCENT = _words("bin ben bel ibn bn b ibne bint bent binte binti binta ould uld ouled weld walad wuld ag ait")
# Standing after a father's name, they make it a patronymic.
AFTER_FATHER = _words(
    "ogly oglu ogli oghlu oghli oglou ughli uglu ugli ohly uulu uly kyzy kizi qizi gizi kysy gyzy kyz qyzy kizy"
)
TITLES = _words("""
    haji hajji hadji hadj hadschi haci hadzhi khadzhi khaji hajja hajjah hajah alhaji alhaj elhadj alhadj alhajj
    mullah mulla molla mulloh mollah mawlawi maulavi maulawi maulvi molvi moulvi mevlevi mawlana maulana moulana
    sheikh shekh shaikh shaykh shaik sheik sheykh cheikh scheich seyh sheyh sheh sheih sheikha
    sayyid sayyed sayed seyed syed seyyed seyyid seyid saiyid
    dr doctor doktor prof professor eng engineer ing ustad ustaz ustadh ostad mr mrs ms mme mlle herr frau hazrat
    mufti qari ayatollah hojatoleslam effendi efendi bey hanim hanum
    """)
TITLES_ARABIC = _arabic("""
    حاج الحاج حاجي الحاجي حجي ملا الملا مولوي المولوي مولانا شيخ الشيخ سيد السيد سيدة السيدة دكتور الدكتور د
    أستاذ الأستاذ استاذ مهندس المهندس قاري مفتي المفتي حضرت الشيخة آية
    """)
# Parts that are also written in one word with what follows (Bou Azizi) or goes before (Ahmadi Nejad).
PREFIXES = _words("bou")
PREFIXES_ARABIC = _arabic("بو")
SUFFIXES = _words("zade zada zadeh zadah nejad nejat nezhad nejhad pour poor pur")
SUFFIXES_ARABIC = _arabic("زاده نژاد پور")
DESCENT_ARABIC = _arabic("بن ابن بنت ولد آل ال آيت")
SERVANT = _words(
    "abd ebd abdul abdel abdal abdol abdil abdoul abdur abdar abder abdir abdus abdas abdes abdis abdun abdan abden "
    "abdoel abdud abdad abded abdut abdat abdet abdush abdash abdech abdesh abdach abduz abdaz abdez"
)
SERVANT_ARABIC = _arabic("عبد")
KUNYA_FATHER = _words("abu abou abo aboo ebu abul aboul abil")
KUNYA_FATHER_ARABIC = _arabic("أبو ابو أبا أبي ابا ابي")
KUNYA_MOTHER = _words("umm um oum oumm umme ummu ummi ummul umu")
KUNYA_MOTHER_ARABIC = _arabic("أم ام")
FAITH = _words("din deen dine dinn eddin eddine addin uddin oddin aldin eldin eldine uddeen")
FAITH_ARABIC = _arabic("الدين دين")
GOD = _words("allah ullah alla ulla oullah ollah ollaah ellah allakh ullakh ullo")
GOD_ARABIC = _arabic("الله اللة لله")
