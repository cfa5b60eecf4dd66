"""What is drawn in a browser, as plain data: a module per panel, drawn by its namesake in ``static/draw/``.

No number is made here: they are those of `lpsim.analysis`, rounded to `lpsim.show.text.numbers.PLACES`
decimals; None stands where there is no value. The shape of each panel's data is its `TypedDict`.
"""
