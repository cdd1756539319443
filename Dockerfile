# One image: the wheel (dashboard and migrations inside) with its pinned packages, run by a user that owns only its data.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && python -m venv /opt/kat-monitor \
    && /opt/kat-monitor/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN python -m hatchling build -t wheel \
    && /opt/kat-monitor/bin/pip install --no-cache-dir --no-index --no-deps dist/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/kat-monitor --create-home kat
COPY --from=build /opt/kat-monitor /opt/kat-monitor
ENV PATH=/opt/kat-monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KAT_DATA_DIR=/var/lib/kat-monitor/data \
    KAT_HOST=0.0.0.0 \
    KAT_PORT=8000
USER kat
WORKDIR /var/lib/kat-monitor
VOLUME /var/lib/kat-monitor
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['KAT_PORT']}/livez\", timeout=4)"]
CMD ["/bin/sh", "-c", "kat-monitor migrate && exec kat-monitor serve"]
