// Makes elements of what is opened, opens what a link leads to, and counts the runs that the chips leave.
(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var output = form.querySelector("output");
  var runs = Array.from(document.querySelectorAll("article.run"));

  // What is heavy stands in <noscript>: text, until its <details> is opened. Its markup was escaped when it was written.
  function fill(details) {
    var source = details.querySelector(":scope > noscript");
    if (!source) return;
    var made = document.createElement("template");
    made.innerHTML = source.textContent;
    source.replaceWith(made.content);
  }

  function open(details) {
    fill(details);
    details.open = true;
  }

  function count() {
    var shown = runs.filter(function (run) { return run.getClientRects().length > 0; }).length;
    output.textContent = shown < runs.length ? shown + " of " + runs.length + " runs" : "";
  }

  // The element of an id; that of a run's sentence or connection is made first.
  function find(id) {
    var run = document.getElementById(id.split(/[:@]/)[0]);
    if (run && run.matches("article.run")) fill(run.firstElementChild);
    return document.getElementById(id);
  }

  // A link into something closed opens it, and a run that is filtered out is shown.
  function reveal() {
    var target = location.hash.length > 1 ? find(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target) return;
    if (target.matches("article.run")) open(target.firstElementChild);
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") open(node);
    }
    if (target.getClientRects().length === 0) {
      form.reset();
      count();
    }
    target.scrollIntoView({behavior: "instant"});
  }

  document.addEventListener("toggle", function (event) { if (event.target.open) fill(event.target); }, true);
  document.querySelectorAll("details[open]").forEach(fill);
  form.addEventListener("input", count);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", reveal);
  count();
  reveal();
}());
