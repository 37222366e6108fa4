"""Copies of a model that go on where the original stood."""

from itertools import count
from typing import Any

from mesa.time import Event


class Resumable:
    """Mixin for a `mesa.Model` whose copies and pickles can be stepped like the original.

    Put it before ``mesa.Model`` in the list of bases. It mends three things in Mesa 3.5:

    - the next step is scheduled only when a step has ended, so that a model copied inside its
      own step (by a recorder or a checkpoint) never steps again while its clock runs on. The
      copy gets its next step; what is left of the current one is not made up for, so copy
      at the end of a step;
    - events of the same moment are ordered by a counter that starts again in every process;
      after loading it goes on from the newest event;
    - listeners to the model's signals cannot be pickled and, in a deep copy, would hear the
      copy too; they stay with the original.
    """

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without those who listen to this model's signals."""
        state = self.__dict__.copy()
        state["subscribers"] = type(state["subscribers"])(list)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the state over, keep later events in order and schedule a step that is due."""
        self.__dict__.update(state)
        model: Any = self
        waiting = model._event_list._events
        newest = max((event.unique_id for event in waiting), default=-1)
        Event._ids = count(max(next(Event._ids), newest + 1))
        for generator in model._event_generators:  # at most one is at work
            event = generator._current_event
            if event is not None and event not in waiting:
                generator._execution_count += 1
                generator._schedule_next(model.time + generator._get_interval())
