// The page's clock in the hands of the measurement: a day passes as fast as the page can work through its timers.
// Playwright's own clock waits for the browser at each timer, which makes a day take hours.
(() => {
  let now = Date.UTC(2026, 10, 20, 6), next = 1;
  const timers = new Map(), began = now;
  const Real = Date;
  window.Date = class extends Real {
    constructor(...given) {
      if (given.length === 0) super(now);
      else super(...given);
    }
    static now = () => now;
  };
  performance.now = () => now - began;
  const add = (call, ms, every, given) => {
    timers.set(next, { at: now + Math.max(1, Number(ms) || 0), call: () => call(...given), every });
    return next++;
  };
  window.setTimeout = (call, ms, ...given) => add(call, ms, null, given);
  window.setInterval = (call, ms, ...given) => add(call, ms, Math.max(1, ms), given);
  window.requestAnimationFrame = (call) => add(() => call(now - began), 16, null, []);
  window.clearTimeout = window.clearInterval = window.cancelAnimationFrame = (id) => void timers.delete(id);

  const first = () => {
    let found = null;
    for (const [id, timer] of timers) if (found === null || timer.at < found[1].at) found = [id, timer];
    return found;
  };
  window.katAdvance = async (ms) => {
    const until = now + ms;
    for (let due = first(); due !== null && due[1].at <= until; due = first()) {
      const [id, timer] = due;
      now = Math.max(now, timer.at);
      if (timer.every === null) timers.delete(id);
      else timer.at = now + timer.every;
      timer.call();
      await null; // what the page put off to the end of the task is done before the next timer
    }
    now = until;
  };
})();
