"""While a higher limit of the same metric, direction and source holds, the lower one keeps quiet (design 6.5)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kat_monitor.domain.alerts import Alert, Change, Step
from kat_monitor.rules import lifecycle
from kat_monitor.rules.compile import Rule
from kat_monitor.rules.limits_state import Episode, LimitsState, Standing


def holding(state: LimitsState, source: int, metric: int, sign: int) -> Iterator[tuple[Rule, Episode]]:
    """Provisional and active episodes of one group, higher priorities first."""
    live = state.live[source]
    if not live:
        return
    for rule in state.compiled.by_metric[metric]:
        episode = live.get(rule.index)
        if episode is not None and episode.standing is not Standing.PENDING and rule.sign == sign:
            yield rule, episode


def settle(state: LimitsState, source: int, metrics: Iterable[int], commit: int, out: list[Change]) -> None:
    """Bring `suppressed` in line after anything opened or ended for these metrics of this source."""
    for metric in metrics:
        for sign in (1, -1):
            top: int | None = None
            for rule, episode in list(holding(state, source, metric, sign)):
                top = rule.rank if top is None else top
                if episode.alert_id is not None:
                    _settle_one(state, state.alerts[episode.alert_id], rule.rank < top, commit, out)


def _settle_one(state: LimitsState, alert: Alert, suppressed: bool, commit: int, out: list[Change]) -> None:
    if alert.suppressed == suppressed:
        return
    if suppressed:
        state.record(out, replace(alert, suppressed=True), Step.SUPPRESSED, commit)
    else:
        state.record(out, lifecycle.released(alert, commit), Step.RELEASED, commit)


def below(state: LimitsState, source: int, rule: Rule) -> list[tuple[Rule, Alert]]:
    """The alerts that this rule's alert keeps quiet: an acknowledgement of it covers them too."""
    return [
        (lower, state.alerts[episode.alert_id])
        for lower, episode in holding(state, source, rule.metric, rule.sign)
        if lower.rank < rule.rank and episode.alert_id is not None
    ]
