"""Our server as `kat-monitor serve` runs it, on one core, with its start timed; the clinic is there already."""

import argparse
import json
import logging
import sys
import time

import structlog
import uvloop
from sqlalchemy import make_url

from kat_monitor.app import Server, calm_collector, listen, web_server
from kat_monitor.clock import RealClock
from kat_monitor.settings import Settings
from tests.bench import asgi, machine


async def run(url: str, port: int) -> None:
    """Until SIGTERM. One line of JSON on standard output says how long the start took."""
    settings = Settings(port=port)
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    server = Server(settings, RealClock(), make_url(url))
    begun = time.perf_counter()
    await server.start()
    calm_collector()
    sys.stdout.write(json.dumps({"start_s": time.perf_counter() - begun}) + "\n")
    sys.stdout.flush()
    web = web_server(server.asgi, settings)
    try:
        await web.serve([listen(settings.host, settings.port)])
    finally:
        await server.stop()


def main() -> None:
    """Pin, then serve."""
    parser: argparse.ArgumentParser = asgi.arguments()
    parser.add_argument("--url", required=True)
    given = parser.parse_args()
    machine.pin(given.core)
    uvloop.run(run(given.url, given.port))


if __name__ == "__main__":
    main()
