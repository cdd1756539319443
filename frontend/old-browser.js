/* Runs in any browser, so it is written as they all read it: says whether this one has what the dashboard is made of. */
(function () {
  var style = window.CSS && window.CSS.supports && window.CSS.supports("color", "color-mix(in srgb, red 50%, blue)");
  var script = "noModule" in document.createElement("script") && window.AbortSignal && "timeout" in window.AbortSignal;
  var page = "checkVisibility" in Element.prototype && "replaceChildren" in Element.prototype;
  if (!style || !script || !page) document.documentElement.className = "too-old";
})();
