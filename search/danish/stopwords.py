"""Words that say nothing about what somebody is looking for. They are left out of a query, never out of the index."""

from .words import fold

# No word that can carry a question alone: ikke, nej, før, efter, uden, mod, hjælp, hvorfor … stay.
_TEXT = """
ad af alle alt altså anden andet andre at av bare ble blev blevet blive bliver både ca da de dem den denne dens der
deres derfor derpå det dets dette dig din dine disse dit du egen eget egne eller en end endnu enhver er et få får fik
for forbi fordi fra gennem gør gøre ham han hans har have havde hej helt hen hende hendes her hos hun hvad hvem hver
hvilke hvilken hvilket hvis hvor hvordan hvornår i igen ind inden jeg jer jeres jo kan kom kommer kun kunne lav lave
lidt man mange med meget mellem men mens mere mig min mine mit mod må måske måtte ned netop noget nogen nogle nok nu
når nær og også om omkring op os over på sammen samme selv selvom ses siden sig sin sine sit skal skulle som stadig så
sådan sådanne til ud under var ved vi vil ville vor vores være været
"""
STOP_WORDS = frozenset(map(fold, _TEXT.split()))
