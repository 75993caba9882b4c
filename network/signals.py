"""What higher apps are told about the corps."""

from django.dispatch import Signal

# When a person can be asked has changed: weekly times, a pause, or their place in the corps.
# Sent with `person`, `by` and `now` inside the transaction of the change, so that what follows from it is kept or
# undone together with it.
availability_changed = Signal()
