"""What Danish words are, for searching: pure functions over text, the same for every engine and every corpus.

`words` cuts text into words and folds letters, `lexicon` knows words and their forms, `stems` gives what forms share,
`compounds` cuts compounds, `derivations` finds the words behind words, `analysis` puts them together. `hunspell`,
`baking` and `supplement` make the lexicon's files.
"""
