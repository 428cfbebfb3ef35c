"""Whether one language tag is what another asks for. Pure.

A tag begins with the shortest code there is (RFC 5646 2.2.1), but transport streams, MP4 and many
lists have the three letters of ISO 639-2, of which some languages have two sets.
"""

_LONG = (
    "ara ar,aze az,bel be,ben bn,bos bs,bul bg,cat ca,ces cs,cze cs,chi zh,zho zh,cym cy,wel cy,"
    "dan da,deu de,ger de,dut nl,nld nl,ell el,gre el,eng en,est et,eus eu,baq eu,fas fa,per fa,"
    "fin fi,fra fr,fre fr,gla gd,gle ga,glg gl,guj gu,heb he,hin hi,hrv hr,scr hr,hun hu,hye hy,"
    "arm hy,ice is,isl is,ind id,ita it,jpn ja,kan kn,kat ka,geo ka,kaz kk,khm km,kor ko,kur ku,"
    "lao lo,lav lv,lit lt,ltz lb,mac mk,mkd mk,mal ml,mar mr,may ms,msa ms,mlt mt,mon mn,mya my,"
    "bur my,nep ne,nor no,nob nb,nno nn,pan pa,pol pl,por pt,pus ps,roh rm,ron ro,rum ro,rus ru,"
    "sin si,slk sk,slo sk,slv sl,som so,spa es,sqi sq,alb sq,srp sr,scc sr,swa sw,swe sv,tam ta,"
    "tel te,tgl tl,tha th,tur tr,ukr uk,urd ur,uzb uz,vie vi"
)
_SHORT = {pair[:3]: pair[4:] for pair in _LONG.split(",")}
_THREE = {short: long for long, short in reversed(_SHORT.items())}


def three_letters(tag: str) -> str:
    """The ISO 639-2 code of a tag's language, which Matroska and MP4 take; "" where unknown."""
    primary = tag.lower().partition("-")[0]
    known = primary if primary in _SHORT or len(primary) == 3 else ""
    return known or _THREE.get(primary, "")


def language_match(language: str, wanted: str) -> int:
    """2 for the same tag, 1 for the same primary language, 0 else (RFC 4647 3.3.1)."""
    if not wanted or not language:
        return 0
    have, want = _shortest(language), _shortest(wanted)
    return 2 if have == want else int(have.split("-")[0] == want.split("-")[0])


def _shortest(tag: str) -> str:
    primary, dash, rest = tag.lower().partition("-")
    return _SHORT.get(primary, primary) + dash + rest
