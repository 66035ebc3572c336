"""Country codes of machine-readable travel documents: ICAO Doc 9303-3, section 5, over ISO 3166-1 alpha-3.

Historic codes are kept because old papers carry them; a nationality in one is compared with all of its successors.
"""

from __future__ import annotations


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ISO_3166 = frozenset(
    _codes("""
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR
    BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP
    CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB
    GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN
    KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD
    MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN
    PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM
    SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR
    UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
    """)
)

# Stateless persons, refugees (1951 Convention), other refugees, unspecified; organisations; Kosovo.
_SPECIAL = frozenset(_codes("XXA XXB XXC XXX UNO UNA UNK XOM XPO EUE RKS XBA XIM XCC XCE XCO XEC XES XMP XDC"))

# Another code for the same state. The British ones tell kinds of nationality apart, not states.
_SAME = {
    "D": "DEU",
    **dict.fromkeys(("GBD", "GBN", "GBO", "GBP", "GBS"), "GBR"),
    **dict.fromkeys(("XKX", "XKK"), "RKS"),
    "ROM": "ROU",
    "ZAR": "COD",
    "TMP": "TLS",
    "BUR": "MMR",
    "HVO": "BFA",
    "DHY": "BEN",
    "RHO": "ZWE",
    "NHB": "VUT",
    "AFI": "DJI",
    "BYS": "BLR",
    "FXX": "FRA",
}

_SUCCESSORS = {
    "SUN": _codes("ARM AZE BLR EST GEO KAZ KGZ LTU LVA MDA RUS TJK TKM UKR UZB"),
    "YUG": _codes("BIH HRV MKD MNE RKS SRB SVN"),
    "SCG": _codes("MNE RKS SRB"),
    "CSK": ("CZE", "SVK"),
    "DDR": ("DEU",),
    "YMD": ("YEM",),
    "VDR": ("VNM",),
    "ANT": ("BES", "CUW", "SXM"),
    "PCI": ("FSM", "MHL", "MNP", "PLW"),
    "PCZ": ("PAN",),
    "GEL": ("KIR", "TUV"),
    "SKM": ("IND",),
    "NTZ": ("IRQ", "SAU"),
    "UNK": ("RKS",),
}

_KNOWN = _ISO_3166 | _SPECIAL | _SAME.keys() | _SUCCESSORS.keys()

UNSPECIFIED = "XXX"
"""The code of a nationality that is not stated: no evidence."""


def is_country(code: str) -> bool:
    """True for a code that Doc 9303 or ISO 3166-1 gives, or gave, to a state, an organisation or a standing.

    Codes are upper case; `D` stands alone for Germany, without filler.
    """
    return code in _KNOWN


def canonical(code: str) -> str:
    """The one code of the state that `code` stands for; empty when `code` is none.

    >>> canonical("D")
    'DEU'
    """
    upper = code.strip().rstrip("<").upper()
    if upper not in _KNOWN:
        return ""
    return _SAME.get(upper, upper)


def codes_of_state(code: str) -> frozenset[str]:
    """All codes of the state that `code` stands for; none when it is none.

    >>> sorted(codes_of_state("D"))
    ['D', 'DEU']
    """
    one = canonical(code)
    return frozenset({one, *(other for other, same in _SAME.items() if same == one)}) if one else frozenset()


def successors(code: str) -> tuple[str, ...]:
    """The present codes that `code` may mean today, sorted; itself for a present one; empty when it is none.

    >>> successors("CSK")
    ('CZE', 'SVK')
    """
    one = canonical(code)
    return _SUCCESSORS.get(one, (one,)) if one else ()
