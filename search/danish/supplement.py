"""What the dictionary does not say, or says so that it can't be used.

Irregular plurals, words inside compounds, what nouns are of.
"""

# Plurals that the dictionary lists as words of their own, by their ends: also skolebørn and storbøger.
UMLAUT_PLURALS = {
    "børn": ("barn",), "bøger": ("bog",), "mænd": ("mand",), "hænder": ("hånd",), "fødder": ("fod",),
    "nætter": ("nat",), "kræfter": ("kraft",), "tænder": ("tand",), "stænger": ("stang",), "tænger": ("tang",),
    "døtre": ("datter",), "brødre": ("bror", "broder"), "mødre": ("mor", "moder"), "fædre": ("far", "fader"),
    "gæs": ("gås",), "køer": ("ko",), "klør": ("klo",), "tæer": ("tå",), "øjne": ("øje",), "bønder": ("bonde",),
    "rødder": ("rod",), "ænder": ("and",), "stæder": ("stad",), "bøder": ("bod",), "sønner": ("søn",),
    "stænder": ("stand",), "ræer": ("rå",), "åer": ("å",), "søer": ("sø",), "søskende": ("søskende",),
    "kløfter": ("kløft",), "hoveder": ("hoved",), "forældre": ("forælder",),
}  # fmt: skip

# Words as they stand before others in compounds, where the dictionary has no link for them.
INNER_FORMS = {
    "forældre": "forælder", "bo": "bo", "kommunal": "kommunal", "hjemme": "hjem", "ude": "ude", "fælles": "fælles",
    "nær": "nær", "børne": "barn", "bruger": "bruger", "ansættelses": "ansættelse", "genbrugs": "genbrug",
    "ældre": "ældre", "unge": "ung", "vuggestue": "vuggestue", "psykiatri": "psykiatri", "kommune": "kommune",
    "byråds": "byråd", "voksen": "voksen", "kontant": "kontant", "bibliotekar": "bibliotekar", "mobnings": "mobning",
    "mæglings": "mægling", "trivsels": "trivsel", "handicap": "handicap", "renovations": "renovation",
    "førtids": "førtid", "øjen": "øje",
}  # fmt: skip

# The verb behind a noun, where no ending tells it. Not those of verbs that are everywhere: gave is hardly about giving.
BASES = {
    "valg": "vælge", "forslag": "foreslå", "tilbud": "tilbyde", "afslag": "afslå", "forbud": "forbyde",
    "påbud": "påbyde", "krav": "kræve", "påstand": "påstå", "varsel": "varsle", "flugt": "flygte",
    "angreb": "angribe", "løgn": "lyve", "salg": "sælge", "øvelse": "øve", "kritik": "kritisere",
    "kontrol": "kontrollere", "referat": "referere", "notat": "notere", "journal": "journalisere",
    "diskussion": "diskutere", "reaktion": "reagere", "korrektion": "korrigere", "instruktion": "instruere",
    "produktion": "producere", "reduktion": "reducere", "introduktion": "introducere", "diagnose": "diagnosticere",
}  # fmt: skip

# Headwords that look like compounds and are none to those who read them.
_WHOLE = """
aktion alternativ arbejdsløs arbejdsløshed audition ballade borgmester bæredygtig bæredygtighed diskrimination
distribution edderkop ekstraordinær etablering faglighed fejlagtig format formation forstand frivillig fuldkommen
garderobe halvanden hellig hjemfra hærværk indehaver institution kollision konkret konstruktion konsulent
korrespondent korruption kulisse kultur landskab leverandør lodret mareridt medarbejder modstand nation nationalitet
norm normal organisme orientering parallel passiv perfektion person personlighed planlægger planlægning platform
portion produktion præcision præmis præstation reception refleksion regelmæssig renovation retfærdig retfærdighed
rådgiver rådgivning samarbejde sammensat sammensætning sandsynlig sandsynlighed sektion sindssyg sparring
stadighed supervision supervisor sædvanlig sædvanligvis søren søskende temperatur transport turisme turnering udvalg
uretfærdig uretfærdighed uroligheder vejleder vejledning venstreorienteret virkelighed zoologisk øjeblik
"""
NO_COMPOUNDS = frozenset(_WHOLE.split())
