"""The traffic of a project's calls as the configuration has it: how often, and on how many cache keys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.prices.arrivals import Arrivals
from promptlint.prices.caching import LIFETIME_HOURS
from promptlint.prices.cost import Use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from promptlint.request import CallSite
    from promptlint.workloads import Workload, Workloads


class Traffic:
    """What the workloads say of each call. Calls with the same cache key and model keep one entry warm together."""

    def __init__(self, workloads: Workloads | None = None, calls: Iterable[CallSite] = ()) -> None:
        self._workloads = workloads
        self._shared: defaultdict[tuple[str, tuple[str, ...]], float] = defaultdict(float)
        for call in calls:
            workload = self.workload(call)
            if call.role == "call" and workload is not None and workload.cache_key and workload.calls_per_day:
                self._shared[workload.cache_key, call.request.model.values] += workload.calls_per_day

    def workload(self, call: CallSite) -> Workload | None:
        """The workload of a call; None where nothing is configured for it."""
        return None if self._workloads is None else self._workloads.of(call.id)

    def arrivals(self, call: CallSite) -> Arrivals | None:
        """The calls that ask for this call's cached prefix; None without a volume."""
        workload = self.workload(call)
        if workload is None or workload.calls_per_day is None:
            return None
        together = self._shared.get((workload.cache_key, call.request.model.values), workload.calls_per_day)
        return Arrivals(together, workload.keys_per_day, workload.active_hours)

    def use(self, call: CallSite) -> Use:
        """What the call's workload says of its output, and how often its prefix is in the cache."""
        workload, arrivals = self.workload(call), self.arrivals(call)
        if workload is None:
            return Use()
        if workload.hit_rate is not None:
            rates = dict.fromkeys(LIFETIME_HOURS, workload.hit_rate)
        else:
            rates = {} if arrivals is None else {ttl: arrivals.hit_rate(ttl) for ttl in LIFETIME_HOURS}
        return Use(workload.output_tokens, rates)
