"""Scenarios: the whole system as stories of acts, told in JSON.

A story says who is there, who does what on which day, and what must be true then. `language` reads
and checks it, `given` makes the world it begins in, `acts` and `expectations` are its words, each
one function, and `runner` takes it through the use cases with the clock of its days.
"""
