// Runs in the page before anything of its own: notes long tasks, the first tile, and from which frame to which paint an alert took.
(() => {
  const found = { tasks: [], firstTile: null, arrived: {}, painted: {} };
  window.katBench = found;
  new PerformanceObserver((list) => found.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask", buffered: true });

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const at = performance.now();
        if (typeof data !== "string" || !data.includes('"alerts":[{')) return;
        const frame = JSON.parse(data);
        if (frame.type === "changes") for (const alert of frame.alerts ?? []) if (alert.state !== "closed") found.arrived[alert.id] ??= at;
      });
    }
  };

  // A task queued from inside an animation frame runs after that frame is painted.
  const afterPaint = (then) => requestAnimationFrame(() => setTimeout(then));
  new MutationObserver(() => {
    if (found.firstTile === null && document.querySelector("[data-test=tile]") !== null) {
      found.firstTile = Number.NaN;
      afterPaint(() => (found.firstTile = performance.now()));
    }
    for (const id of Object.keys(found.arrived)) {
      if (id in found.painted || document.querySelector(`[data-alert="${id}"]`) === null) continue;
      found.painted[id] = Number.NaN;
      afterPaint(() => (found.painted[id] = performance.now() - found.arrived[id]));
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-alert"] });
})();
