// Makes elements of what is opened, opens what a link leads to, and filters the runs by status and words, and obeys keys.
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

  // ---- keys ----

  var keys = document.querySelector("dialog.keys");

  // The run in which the focus is, else the one in the URL.
  function here() {
    var run = document.activeElement && document.activeElement.closest("article.run");
    return run || document.getElementById(current.split(/[:@]/)[0]);
  }

  function isFailure(run) { return run.dataset.s === "failed" || run.dataset.s === "error"; }

  function go(step, fits) {
    var list = runs.filter(isShown), at = list.indexOf(here());
    if (at < 0 && step < 0) at = list.length;
    for (at += step; at >= 0 && at < list.length; at += step) {
      if (!fits || fits(list[at])) {
        current = list[at].id;
        list[at].querySelector("summary").focus();
        list[at].scrollIntoView({behavior: "instant"});
        write();
        return list[at];
      }
    }
    return null;
  }

  function goToFailure(step) {
    var run = go(step, isFailure);
    if (run) open(run.firstElementChild);
  }

  // Where the browser forbids the clipboard, the command is selected.
  function copyCommand() {
    var run = here(), code = run && (fill(run.firstElementChild), run.querySelector(".again code"));
    if (!code) return;
    open(run.firstElementChild);
    getSelection().selectAllChildren(code);
    if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).catch(function () {});
  }

  var actions = {
    "j": function () { go(1); },
    "k": function () { go(-1); },
    "f": function () { goToFailure(1); },
    "F": function () { goToFailure(-1); },
    "o": function () {
      var run = here();
      if (run) run.querySelector("summary").click();
    },
    "c": copyCommand,
    "/": function () { form.elements.q.focus(); },
    "?": function () { if (keys.open) keys.close(); else keys.showModal(); }
  };

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && event.target === form.elements.q) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search]")) return;
    if (!Object.hasOwn(actions, event.key) || (keys.open && event.key !== "?")) return;
    event.preventDefault();
    actions[event.key]();
  });
  form.elements.help.addEventListener("click", actions["?"]);

  // On paper there are the failures in full; of the others, what is open.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = runs.filter(function (run) { return isFailure(run) && !run.firstElementChild.open && isShown(run); });
    opened.forEach(function (run) { open(run.firstElementChild); });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (run) { run.firstElementChild.open = false; });
  });

  document.addEventListener("toggle", function (event) { if (event.target.open) fill(event.target); }, true);
  document.querySelectorAll("details[open]").forEach(fill);
  form.elements.q.parentElement.hidden = form.elements.help.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", read);
  read();
}());
