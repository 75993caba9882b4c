"""Import of people from the CSV file that a municipality's staff system writes.

`reading` turns bytes into rows, `directory` takes a picture of the people and units there are, `planning` compares the
two into a plan, and `services` carries a plan out. Only `directory` and `services` touch the database.
"""
