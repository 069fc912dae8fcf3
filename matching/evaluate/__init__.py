"""How good is the engine, by figures that can fail?

`run.evaluated` makes them: part A a planted market, B documented pairs, D axioms, E the joint assignment.
"""
