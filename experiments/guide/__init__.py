"""What can one practice do by itself, and what does it gain? ``python -m experiments.guide`` makes the guide.

Some of the practices of a world take a step, the others go on as before. What differs from the same world
without the step is its effect, on those and on the others. The worlds are calibrated points and points of a
hypercube over what is not known, in two halves with other points and other seeds, so that it can be told what
would come out otherwise another time.
"""
