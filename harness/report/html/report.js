// Makes elements of what is opened, opens what a link leads to, filters the runs, and obeys keys.
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
    dress(details);
  }

  // Adds what only a script can offer.
  function dress(root) {
    root.querySelectorAll("svg[data-unit]").forEach(function (svg) {
      relaylab.dressTimeline(svg);
    });
    root.querySelectorAll(".again").forEach(function (line) {
      var links = line.parentElement.querySelector(":scope > .links");
      (links || line).append(" ", relaylab.button("Copy rerun", "Copy rerun command", function (event) {
        copy(line.querySelector("code"), event.target);
      }));
    });
    root.querySelectorAll(".known > summary").forEach(function (summary) {
      summary.addEventListener("click", function () {
        var details = summary.parentElement;
        if (!details.open) copy(details.querySelector("code"), details.querySelector(".said"));
      });
    });
    root.querySelectorAll(".sentences > li[id]").forEach(function (line) {
      var link = document.createElement("a");
      link.className = "here";
      link.href = "#" + line.id;
      link.setAttribute("aria-label", "Link to this sentence");
      link.textContent = "#";
      line.querySelector(".clauses").append(" ", link);
    });
    letScroll(root);
  }

  // What scrolls can be reached with the keyboard.
  function letScroll(root) {
    root.querySelectorAll(".wide, .transcript, pre").forEach(function (area) {
      if (area.scrollWidth > area.clientWidth && area.clientWidth > 0) area.tabIndex = 0;
      else area.removeAttribute("tabindex");
    });
  }

  // Where the browser forbids the clipboard, the text is selected.
  function copy(code, said) {
    getSelection().selectAllChildren(code);
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(code.textContent).then(function () { said.textContent = "Copied"; }, function () {});
  }

  function open(details) {
    fill(details);
    details.open = true;
  }

  // Mark, row and transcript of one contact are shown together.
  function light(event) {
    var found = event.target.closest && event.target.closest("[data-c]");
    document.querySelectorAll(".lit").forEach(function (one) { one.classList.remove("lit"); });
    if (!found) return;
    found.closest(".body").querySelectorAll("[data-c]").forEach(function (one) {
      if (one.dataset.c === found.dataset.c) one.classList.add("lit");
    });
  }
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);

  function isShown(run) { return run.getClientRects().length > 0; }

  function filter() {
    var fits = relaylab.testsOf(form.elements.q.value);
    runs.forEach(function (run) { run.hidden = !fits(run); });
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
    if (/^cause:/.test(id)) document.querySelectorAll(".causes > details").forEach(fill);
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

  function copyCommand() {
    var run = here(), line = run && (fill(run.firstElementChild), run.querySelector(".again"));
    if (!line) return;
    open(run.firstElementChild);
    copy(line.querySelector("code"), line.querySelector("button"));
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

  document.addEventListener("toggle", function (event) {
    if (!event.target.open) return;
    fill(event.target);
    letScroll(event.target);
  }, true);
  dress(document);
  window.addEventListener("resize", function () { letScroll(document); });
  document.querySelectorAll("details[open]").forEach(fill);
  form.elements.q.parentElement.hidden = form.elements.help.hidden = document.querySelector(".syntax").hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", read);
  read();
}());
