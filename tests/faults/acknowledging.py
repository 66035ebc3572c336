"""Listening to a writer until it is time for the fault."""


class Heard:
    """What a writer has told: answers by place, and the length of the log that each rests on."""

    def __init__(self):
        self.acknowledged = {}
        self.log_bytes = {}
        self.refusals = []

    def note(self, answered):
        """Takes one answer in; refusals are kept apart."""
        if isinstance(answered.answers, tuple):
            self.acknowledged[answered.place] = answered.answers
            self.log_bytes[answered.place] = answered.log_bytes
        else:
            self.refusals.append(answered.answers)

    def until(self, writing, enough):
        """Listens until `enough()` or the writer's end; gives whether the writer still runs."""
        while not enough():
            answered = writing.next()
            if answered is None:
                return False
            self.note(answered)
        return True

    def first(self, writes):
        """The place from which a writer has to go on: the first that was not answered."""
        return next((place for place in range(len(writes)) if place not in self.acknowledged), len(writes))
