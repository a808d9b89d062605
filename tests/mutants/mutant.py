"""What a planted bug is."""

import typing


class Mutant(typing.NamedTuple):
    name: str
    file: str
    text: str
    becomes: str
    disaster: str
    tests: tuple
    may_time_out: bool = False  # a time-out counts as caught; else it is a failure of the run
