"""What `/metrics` says of the writer and the doors: counts and times, never an id or a name of a patient."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from kat_monitor.api.parts import Parts


class ServerCollector(Collector):
    """Reads the running parts at each scrape."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def describe(self) -> list[Metric]:
        """Nothing ahead of time: registering must not read the parts."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._readings()
        yield from self._writer()
        yield from self._doors()
        yield from self._screens()

    def _readings(self) -> Iterator[Metric]:
        counters = self._parts.pipeline.counters
        readings = CounterMetricFamily("kat_readings", "Readings judged, by outcome.", labels=["outcome"])
        readings.add_metric(["accepted"], counters.accepted)
        readings.add_metric(["duplicate"], counters.duplicates)
        readings.add_metric(["late"], counters.late)
        readings.add_metric(["unassigned"], counters.unassigned)
        yield readings
        rejected = CounterMetricFamily("kat_readings_rejected", "Items rejected, by code.", labels=["code"])
        for code, count in counters.rejected.items():
            rejected.add_metric([code], count)
        yield rejected

    def _writer(self) -> Iterator[Metric]:
        pipeline = self._parts.pipeline
        counters = pipeline.counters
        yield CounterMetricFamily("kat_commits", "Transactions committed.", value=counters.commits)
        yield CounterMetricFamily("kat_commit_seconds", "Time spent in them.", value=counters.commit_s)
        yield CounterMetricFamily("kat_store_away", "Times the database went away.", value=counters.times_away)
        yield CounterMetricFamily(
            "kat_evaluation_failed", "Sessions whose judgement failed.", value=counters.evaluation_failed
        )
        recording = 1 if pipeline.away_since is None else 0
        yield GaugeMetricFamily("kat_recording", "1 while readings are stored.", value=recording)
        waiting = GaugeMetricFamily("kat_inbox_waiting", "What waits to be judged.", labels=["what"])
        waiting.add_metric(["readings"], pipeline.inbox.waiting_readings)
        waiting.add_metric(["commands"], pipeline.inbox.waiting_commands)
        yield waiting
        yield CounterMetricFamily(
            "kat_inbox_refused", "Requests refused for lack of room.", value=pipeline.inbox.refused
        )

    def _doors(self) -> Iterator[Metric]:
        parts = self._parts
        clinics = parts.pipeline.clinics.values()
        sessions = GaugeMetricFamily("kat_sessions", "Sessions that are not ended, by phase.", labels=["phase"])
        phases: dict[str, int] = {}
        for clinic in clinics:
            for state in clinic.sessions.values():
                phases[state.phase.value] = phases.get(state.phase.value, 0) + 1
        for phase, count in phases.items():
            sessions.add_metric([phase], count)
        yield sessions
        queued = sum(g.queued for clinic in clinics for g in clinic.gateways.values() if g.gateway.revoked_at is None)
        yield GaugeMetricFamily("kat_gateways_queued", "Readings that gateways hold and could not post.", value=queued)
        alerts = sum(len(clinic.open_alerts()) for clinic in clinics)
        yield GaugeMetricFamily("kat_alerts_open", "Alerts that are not closed.", value=alerts)
        yield CounterMetricFamily(
            "kat_wrong_secrets", "Wrong passwords, tokens and keys.", value=parts.throttle.wrong_total
        )
        yield GaugeMetricFamily("kat_loop_lag_seconds", "How late the event loop lately was.", value=parts.loop_lag_s())

    def _screens(self) -> Iterator[Metric]:
        parts = self._parts
        watching = GaugeMetricFamily("kat_screens", "Screens by what they really do.", labels=["does"])
        counts = [parts.hub.screens(clinic_id) for clinic_id in parts.pipeline.clinics]
        watching.add_metric(["show"], sum(count.watching for count in counts))
        watching.add_metric(["sound"], sum(count.audible for count in counts))
        yield watching
        yield CounterMetricFamily("kat_frames_sent", "Live frames sent to screens.", value=parts.hub.frames_sent)
        yield CounterMetricFamily(
            "kat_screens_too_slow", "Screens closed because they fell behind.", value=parts.hub.closed_too_slow
        )
        glass = parts.hub.glass
        running, buckets = 0, []
        for bound, count in zip([*map(str, glass.bounds), "+Inf"], glass.counts, strict=True):
            running += count
            buckets.append((bound, running))
        yield HistogramMetricFamily(
            "kat_time_to_glass_seconds",
            "From an alert's commit to the first screen that says it has painted it.",
            buckets=buckets,
            sum_value=glass.total_s,
        )
