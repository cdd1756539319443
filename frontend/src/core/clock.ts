/**
 * The server's clinic clock as this screen knows it: anchored at each `server_time`, run forward at `clock_rate`.
 *
 * Every age and staleness on the screen is counted from here, never from the screen's own calendar, which may be wrong.
 */

export interface ClinicClock {
  /** Clinic milliseconds at the anchor, the monotonic local milliseconds it was heard at, and the rate between them. */
  readonly server: number;
  readonly local: number;
  readonly rate: number;
}

/** Behind by more than this (real ms) the server's clock was set back; less is a slow network. */
const SET_BACK_MS = 2_000;

export function anchor(server: number, local: number, rate: number): ClinicClock {
  return { server, local, rate };
}

/** Clinic milliseconds at monotonic local time `local`. */
export function clinicNow(clock: ClinicClock, local: number): number {
  return clock.server + (local - clock.local) * clock.rate;
}

/**
 * The clock after hearing `server` at `local`. A frame that was delayed says an earlier time than is true, so the clock only
 * moves forward to what it hears, unless the difference is too large to be a delay: values then look older, never younger.
 */
export function heard(clock: ClinicClock, server: number, local: number): ClinicClock {
  const behind = clinicNow(clock, local) - server;
  const delayed = behind >= 0 && behind <= SET_BACK_MS * clock.rate;
  return delayed ? clock : anchor(server, local, clock.rate);
}
