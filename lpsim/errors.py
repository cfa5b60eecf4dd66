"""What goes wrong because of what the user gave, told so that the user can mend it."""


class InputError(ValueError):
    """The input is wrong: the message names the place, what was found, and the cure.

    The command line prints the message alone (no traceback) and exits with 2.
    """
