// Makes elements of what is opened, opens what a link leads to, and filters the runs by status and words.
(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var output = form.querySelector("output");
  var runs = Array.from(document.querySelectorAll("article.run"));
  var current = ""; // the id in the URL

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

  // ---- search ----

  var texts = new Map(); // of runs, made when they are first searched
  var entities = {"&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&#10;": " ", "&amp;": "&"};

  // "RFC 5321 §4.2" is found however it is written.
  function plain(text) {
    return text.toLowerCase().replace(/§/g, " ").replace(/\brfc\s+(?=\d)/g, "rfc").replace(/\s+/g, " ");
  }

  function textOf(run) {
    if (!texts.has(run)) {
      var source = run.querySelector("noscript");
      var heavy = source ? source.textContent.replace(/<[^>]*>/g, " ").replace(/&(lt|gt|quot|amp|#39|#10);/g,
        function (entity) { return entities[entity]; }) : run.querySelector(".body").textContent;
      texts.set(run, plain(run.querySelector("summary").textContent + " " + heavy));
    }
    return texts.get(run);
  }

  // Words, and "phrases in quotes". A reply code is a word of its own, and no part of a time or of a number.
  function testsOf(query) {
    return (query.match(/"[^"]*"?|[^\s"]+/g) || []).map(function (part) {
      var words = plain(part.replace(/"/g, " ")).trim();
      var code = /^[2-5]\d\d$/.test(words) ? new RegExp("(^|[^\\d.:])" + words + "($|[^\\d.:])") : null;
      return function (text) { return code ? code.test(text) : text.indexOf(words) >= 0; };
    });
  }

  function isShown(run) { return run.getClientRects().length > 0; }

  function filter() {
    var tests = testsOf(form.elements.q.value);
    runs.forEach(function (run) {
      run.hidden = !tests.every(function (test) { return test(textOf(run)); });
    });
    var shown = runs.filter(isShown).length;
    output.textContent = shown < runs.length ? shown + " of " + runs.length + " runs" : "";
    write();
  }

  // ---- the URL: #ID?s=failed&q=words ----

  function write() {
    var state = new URLSearchParams();
    form.querySelectorAll(":checked").forEach(function (box) { state.append("s", box.value); });
    if (form.elements.q.value) state.append("q", form.elements.q.value);
    var query = state.toString();
    var hash = "#" + current + (query ? "?" + query : "");
    if (hash !== (location.hash || "#")) history.replaceState(null, "", hash);
  }

  // A plain link to an id leaves the filters as they are.
  function read() {
    var parts = location.hash.slice(1).split("?");
    current = parts[0]; // ids need no escapes
    if (parts.length > 1) {
      var state = new URLSearchParams(parts.slice(1).join("?"));
      form.elements.q.value = state.get("q") || "";
      form.querySelectorAll(".chip input").forEach(function (box) {
        box.checked = state.getAll("s").indexOf(box.value) >= 0;
      });
    }
    filter();
    reveal(current);
  }

  // The element of an id; that of a run's sentence or connection is made first.
  function find(id) {
    var run = document.getElementById(id.split(/[:@]/)[0]);
    if (run && run.matches("article.run")) fill(run.firstElementChild);
    return document.getElementById(id);
  }

  // What is closed is opened, and a run that is filtered out is shown.
  function reveal(id) {
    var target = id ? find(id) : null;
    if (!target) return;
    if (target.matches("article.run")) open(target.firstElementChild);
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") open(node);
    }
    if (!isShown(target)) {
      form.reset();
      filter();
    }
    document.querySelectorAll(".linked").forEach(function (one) { one.classList.remove("linked"); });
    target.classList.add("linked");
    target.scrollIntoView({behavior: "instant"});
  }

  document.addEventListener("toggle", function (event) { if (event.target.open) fill(event.target); }, true);
  document.querySelectorAll("details[open]").forEach(fill);
  form.elements.q.parentElement.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", read);
  read();
}());
