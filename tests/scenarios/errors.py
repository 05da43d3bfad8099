"""What can be wrong with a story, or with the system it asks."""


class WrongStory(Exception):
    """The file does not keep the language. `step` counts from 1; 0 is what is given."""

    def __init__(self, words: str, *, step: int = 0) -> None:
        super().__init__(words)
        self.words, self.step = words, step


class NotYet(Exception):
    """The language has it, the system does not do it yet: the story fails, and says why."""


class Impossible(Exception):
    """The step names something that the story has not made by then."""
