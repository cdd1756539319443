// A busy clinic inside the page, on the page's own (installed) clock: the socket of the dashboard is answered from here.
// Twenty chairs, sessions of 135 minutes that follow each other all day, alerts that are raised, acknowledged and closed,
// and a connection that is lost every two hours. It keeps nothing of what is over.
(() => {
  const CHAIRS = 20, EVERY_MS = 5_000, MINUTE = 60_000, SESSION_MIN = 145;
  const PHASES = [[0, "preparing"], [15, "dosing"], [55, "recovery"], [135, "discharged"]];
  const iso = (at) => new Date(at).toISOString();
  const uuid = (kind, n) => `00000000-0000-4000-${kind}-${String(n).padStart(12, "0")}`;
  const began = Date.now() - 60 * MINUTE;

  const at = (chair, now) => {
    const since = now - began + chair * 7 * MINUTE;
    const number = Math.floor(since / (SESSION_MIN * MINUTE));
    const start = began - chair * 7 * MINUTE + number * SESSION_MIN * MINUTE;
    const minute = (now - start) / MINUTE;
    return { id: uuid("9000", chair * 100_000 + number), number, start, minute, phase: PHASES.filter(([from]) => minute >= from).at(-1)[1] };
  };

  const session = (chair, found) => ({
    id: found.id, chair_id: uuid("8000", chair), phase: found.phase,
    patient: { id: found.id, name: `Patient ${found.number} of chair ${chair}`, initials: "PC" },
    phases: PHASES.filter(([from]) => found.minute >= from).map(([from, phase]) => ({ phase, from: iso(found.start + from * MINUTE), to: null })),
    protocol: { code: "iv_infusion", version: 1, name: "IV infusion" },
    dosing: found.minute < 15 ? null : { started_at: iso(found.start + 15 * MINUTE), planned_min: 40, elapsed_min: Math.min(40, found.minute - 15), paused: false, as_of: iso(found.start + found.minute * MINUTE) },
    baseline: found.minute < 14 ? null : { systolic: 124, diastolic: 78, mean: 93, heart_rate: 70, spo2: 98 },
    ended_at: found.phase === "discharged" ? iso(found.start + 135 * MINUTE) : null,
    audio: { pause_max_s: 120 },
  });

  const measured = (value, now, source, stale, gone) => ({ value, effective_at: iso(now), source, stale_at: iso(now + stale * 1000), gone_at: iso(now + gone * 1000) });
  const vitals = (chair, now, withCuff) => {
    const k = Math.floor(now / 5000) + chair;
    const item = {
      heart_rate: measured(64 + (k % 23), now, "ecg", 8, 40), spo2: measured(95 + (k % 5), now, "pulse_ox", 8, 40),
      respiratory_rate: measured(13 + (k % 5), now, "other", 8, 40),
    };
    if (withCuff) item.blood_pressure = measured({ systolic: 118 + (k % 51), diastolic: 72 + (k % 19), mean: 90 + (k % 23) }, now, "nibp", 400, 900);
    return item;
  };

  const ALERTS = [["systolic_raised", "medium", "physiological", 35], ["sensor_off", "low", "technical", 42], ["systolic_high", "high", "physiological", 50], ["rise_systolic", "medium", "physiological", 70]];
  const alert = (chair, found, n, now) => {
    const [limit, priority, kind, minute] = ALERTS[n];
    const age = found.minute - minute;
    if (age < 0 || age > 7 || found.phase === "discharged") return null;
    const raised = found.start + minute * MINUTE;
    return {
      id: uuid("a000", (chair * 10_000 + found.number) * 10 + n), session_id: found.id, chair_id: uuid("8000", chair), limit, priority, kind,
      source: kind === "technical" ? "pulse_ox" : "nibp", state: age > 6 ? "closed" : age > 5 && priority === "high" ? "returned" : "active",
      opened_at: iso(raised), raised_at: iso(raised), value: 190, limit_value: 180, worst_value: 194, escalation: age > 0.5 && age < 1 ? 1 : 0,
      acknowledged_at: age > 1 ? iso(raised + MINUTE) : null, acknowledged_by: age > 1 ? uuid("b000", 1) : null, acknowledged_by_name: age > 1 ? "RN Okafor" : null,
      recorded: true, late: false, unconfirmed: false, detail: kind === "technical" ? "spo2" : null,
    };
  };
  const alerts = (now) => {
    const found = [];
    for (let chair = 1; chair <= CHAIRS; chair += 1) {
      const there = at(chair, now);
      for (let n = 0; n < ALERTS.length; n += 1) found.push(alert(chair, there, n, now));
    }
    return found.filter((one) => one !== null);
  };
  const criteria = ["minimum_observation", "blood_pressure", "escort", "aldrete"];
  const readiness = (found, now) => ({ session_id: found.id, ready: found.minute > 120, as_of: iso(now), criteria: criteria.map((code, n) => ({ code, state: found.minute > 100 + 5 * n ? "met" : "not_met", evidence: null, not_before: null })) });
  const due = (chair, now) => ({ chair_id: uuid("8000", chair), kind: "cuff", at: iso(Math.ceil(now / (5 * MINUTE)) * 5 * MINUTE), state: "planned" });
  const system = { recording: true, since: null, watching: 2, audible: 1, stations: [], on: [], on_call: null, assignments: {}, opening_check: null, shift_used: false };

  const snapshot = (seq, now) => ({
    type: "snapshot", seq, system, alerts: alerts(now).filter((one) => one.state !== "closed"),
    chairs: Array.from({ length: CHAIRS }, (_, index) => index + 1).map((chair) => {
      const found = at(chair, now), sits = found.phase !== "discharged";
      return { chair: { id: uuid("8000", chair), label: `Chair ${chair}`, room: "A" }, session: sits ? session(chair, found) : null, vitals: sits ? vitals(chair, now, true) : {}, trend: null, readiness: null, due: sits ? [due(chair, now)] : [], last: null };
    }),
  });

  const changes = (seq, now) => {
    const before = now - EVERY_MS, frame = { type: "changes", seq, vitals: [], sessions: [], readiness: [], due: [], alerts: [] };
    for (let chair = 1; chair <= CHAIRS; chair += 1) {
      const found = at(chair, now), was = at(chair, before);
      if (found.id !== was.id || found.phase !== was.phase) frame.sessions.push(session(chair, found));
      if (found.phase === "discharged") continue;
      const cuff = Math.floor(now / (5 * MINUTE)) !== Math.floor(before / (5 * MINUTE));
      frame.vitals.push({ chair_id: uuid("8000", chair), ...vitals(chair, now, cuff) });
      if (cuff) frame.due.push(due(chair, now));
      if (cuff && found.phase === "recovery") frame.readiness.push(readiness(found, now));
    }
    const was = new Map(alerts(before).map((one) => [one.id, JSON.stringify(one)]));
    frame.alerts = alerts(now).filter((one) => was.get(one.id) !== JSON.stringify(one));
    return frame;
  };

  // The page's own version: another one would make it load itself anew.
  const version = () => /static\/([^/]+)\//.exec(document.querySelector("script[type=module]").src)[1];

  window.katFrames = 0;
  window.WebSocket = class {
    readyState = 0;
    onmessage = null;
    onclose = null;
    seq = 1;
    constructor() {
      setTimeout(() => {
        this.readyState = 1;
        this.say({ type: "hello", version: version(), server_time: iso(Date.now()), clock_rate: 1, heartbeat_s: 2, clinic: "Busy clinic", station: null });
        this.say(snapshot(this.seq, Date.now()));
        this.timer = setInterval(() => this.beat(), EVERY_MS / 2);
        this.until = Date.now() + 120 * MINUTE;
      }, 10);
    }
    even = false;
    beat() {
      if (Date.now() >= this.until) return this.close();
      this.even = !this.even;
      if (this.even) this.say({ type: "heartbeat", seq: this.seq, server_time: iso(Date.now()) });
      else this.say(changes((this.seq += 1), Date.now()));
    }
    say(frame) {
      window.katFrames += 1;
      this.onmessage?.({ data: JSON.stringify(frame) });
    }
    send() {}
    close() {
      clearInterval(this.timer);
      this.readyState = 3;
      const told = this.onclose;
      this.onmessage = this.onclose = null;
      told?.({ code: 1012 });
    }
  };
})();
