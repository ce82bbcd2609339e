// Filters runs, opens and closes them. Everything else works without it.
(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var output = form.querySelector("output");
  var rows = document.querySelectorAll("table.matrix tbody tr, article.run");

  function fits(row, words, result) {
    var text = row.dataset.text.toLowerCase();
    return words.every(function (word) { return text.indexOf(word) >= 0; }) &&
      (result === "" || row.dataset.result.split(" ").indexOf(result) >= 0);
  }

  function filter() {
    var words = form.elements.text.value.toLowerCase().split(/\s+/);
    var result = form.elements.result.value;
    var shown = 0, total = 0;
    rows.forEach(function (row) {
      row.hidden = !fits(row, words, result);
      if (row.matches("article")) {
        total += 1;
        shown += row.hidden ? 0 : 1;
      }
    });
    output.textContent = shown < total ? shown + " of " + total + " runs" : "";
  }

  function setOpen(open) {
    document.querySelectorAll("article.run:not([hidden]) > details").forEach(function (details) {
      details.open = open;
    });
  }

  // A link into something closed opens it.
  function reveal() {
    var target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      if (node.hidden) node.hidden = false;
    }
    if (target) target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.elements.open.addEventListener("click", function () { setOpen(true); });
  form.elements.close.addEventListener("click", function () { setOpen(false); });
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", function () { setOpen(true); });
  reveal();
}());
