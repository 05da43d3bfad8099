"""The people file that an HR system sends.

The floor is laid; step 5 furnishes it."""
