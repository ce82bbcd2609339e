// Opens what a link leads to, and counts the runs that the chips leave. Everything else works without it.
(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var output = form.querySelector("output");
  var runs = Array.from(document.querySelectorAll("article.run"));

  function count() {
    var shown = runs.filter(function (run) { return run.getClientRects().length > 0; }).length;
    output.textContent = shown < runs.length ? shown + " of " + runs.length + " runs" : "";
  }

  // A link into something closed opens it, and a run that is filtered out is shown.
  function reveal() {
    var target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target) return;
    if (target.matches("article.run")) target.firstElementChild.open = true;
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    if (target.getClientRects().length === 0) {
      form.reset();
      count();
    }
    target.scrollIntoView();
  }

  form.addEventListener("input", count);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", reveal);
  count();
  reveal();
}());
