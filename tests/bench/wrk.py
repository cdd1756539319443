"""The load: wrk on a core of its own, with a script that never repeats an identity and stamps every request anew.

Each thread has chairs of its own and goes through them a pair at a time, so that a device's next request is made long
after its last one was answered: readings arrive in the order in which they were numbered, as from a real gateway.
"""

import asyncio
import json
import tempfile
from dataclasses import dataclass

CONNECTIONS = 64
THREADS = 4
PAIR = 2
"""Chairs in one request of several readings."""
CUFF_EVERY = 307
"""One reading in so many is a cuff's: a monitor at 1 Hz and a cuff every 5 min. A prime, so that cuffs take turns."""
BREACH_EVERY = 16
"""One cuff reading in so many is past `immediate`: an alert at once, ended by the next."""

SCRIPT = """
local ffi = require("ffi")
ffi.cdef[[
typedef struct { long seconds; long micros; } moment;
int gettimeofday(moment *now, void *zone);
]]
local now = ffi.new("moment")
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local calm, cuffs = {}, {}
for n = 0, 251 do
  calm[n] = string.format(
    '"source":"pulse_ox","heart_rate":%d,"spo2":%d,"respiratory_rate":%d}', 68 + n % 9, 96 + n % 3, 14 + n % 4)
  cuffs[n] = string.format(
    '"source":"nibp","systolic":%d,"diastolic":%d,"mean":%d,"heart_rate":%d}',
    118 + n % 7, 74 + n % 5, 90 + n % 3, 68 + n % 9)
end
local breach = '"source":"nibp","systolic":212,"diastolic":84,"mean":120,"heart_rate":101}'

local seq, turn, cuff, group = SEQ, 0, 0, 0
local items, own, second, day = {}, {}, -1, ""

function request()
  ffi.C.gettimeofday(now, nil)
  local seconds = tonumber(now.seconds)
  if seconds ~= second then
    second = seconds
    day = os.date("!%Y-%m-%dT%H:%M:%S", seconds)
  end
  local at = string.format("%s.%03dZ", day, tonumber(now.micros) / 1000)
  local stamp = ',"observed_at":"' .. at .. '",'
  local first = group * PAIR
  group = group + 1
  for item = 1, BATCH do
    seq = seq + 1
    turn = turn + 1
    local chair = own[(first + item % PAIR) % #own + 1]
    if turn % CUFF_EVERY == 0 then
      cuff = cuff + 1
      local values = cuff % BREACH_EVERY == 0 and breach or cuffs[cuff % 252]
      items[item] = '{"device":"c' .. chair .. '","seq":' .. string.format("%d", seq) .. stamp .. values
    else
      items[item] = '{"device":"m' .. chair .. '","seq":' .. string.format("%d", seq) .. stamp .. calm[turn % 252]
    end
  end
  local text = '{"sent_at":"' .. at .. '","readings":[' .. table.concat(items, ",") .. "]}"
  return HEAD .. #text .. "\\r\\n\\r\\n" .. text
end

function init(args)
  for chair = number, CHAIRS - 1, THREADS do own[#own + 1] = chair end
  turn = number * 76
  cuff = number * 4
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'JSON{"requests":%d,"micros":%d,"errors":%d,"refused":%d,"p50_us":%d,"p99_us":%d}\\n',
    summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk did. `readings_s`: readings a second in requests answered 2xx."""

    requests: int
    batch: int
    seconds: float
    p50_ms: float
    p99_ms: float
    late: float = 0.0
    """Share of the readings that the server took for late: there should be none."""

    @property
    def readings(self) -> int:
        return self.requests * self.batch

    @property
    def readings_s(self) -> float:
        return self.readings / self.seconds


class LoadFailed(Exception):
    """wrk did not run, or the server refused or dropped requests: there is no figure."""


def script(port: int, key: str, batch: int, chairs: int, first_seq: int) -> str:
    """The Lua of one run: `batch` readings a request over `chairs` chairs, numbered from `first_seq`."""
    head = (
        f"POST /api/v1/readings HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\nAuthorization: Bearer {key}\\r\\n"
        "Content-Type: application/json\\r\\nContent-Length: "
    )
    constants = {
        "BATCH": batch,
        "CHAIRS": chairs,
        "THREADS": THREADS,
        "PAIR": min(PAIR, batch),
        "CUFF_EVERY": CUFF_EVERY,
        "BREACH_EVERY": BREACH_EVERY,
        "SEQ": first_seq,
        "HEAD": f'"{head}"',
    }
    return "".join(f"local {name} = {value}\n" for name, value in constants.items()) + SCRIPT


async def load(port: int, key: str, *, batch: int, chairs: int, first_seq: int, seconds: int) -> Load:
    """Run wrk for `seconds` in this process's own place (its core). Raises LoadFailed."""
    connections = max(THREADS, min(CONNECTIONS, chairs // PAIR // 2 * 2))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script(port, key, batch, chairs, first_seq))
        file.flush()
        command = ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", file.name]
        process = await asyncio.create_subprocess_exec(
            *command, f"http://127.0.0.1:{port}/", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        out = (await process.communicate())[0].decode()
    told = next((line[4:] for line in out.splitlines() if line.startswith("JSON")), None)
    if process.returncode != 0 or told is None:
        raise LoadFailed(f"wrk (exit {process.returncode}): {out[-500:]}")
    counts = json.loads(told)
    if counts["errors"] or counts["refused"] or not counts["requests"]:
        raise LoadFailed(f"requests failed: {told}")
    return Load(counts["requests"], batch, counts["micros"] / 1e6, counts["p50_us"] / 1000, counts["p99_us"] / 1000)
