"""What higher apps are told about sparring."""

from django.dispatch import Signal

# Slots and places were put right: made, opened, closed, offered or withdrawn; every night, and when what they follow
# from was changed. Sent with `host`, whose places they are, or None for everybody's, and `now` inside the transaction.
places_put_right = Signal()
