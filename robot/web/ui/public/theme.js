// Before the first paint, so that a dark room sees no white flash. A file of its own: the policy allows no inline script.
(function () {
  var chosen = "auto";
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value") || "auto";
    document.documentElement.lang = localStorage.getItem("zvonar-language") || "ru";
  } catch (_) {
    // storage is off: the system's scheme and Russian
  }
  var dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
