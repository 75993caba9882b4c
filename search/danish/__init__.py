"""What Danish words are, for searching: pure functions over text, the same for every engine.

`words` cuts text into words and folds letters, `stems` finds what the forms of a word share, `compounds` cuts
compounds, `analysis` puts them together.
"""
