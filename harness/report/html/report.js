// Makes elements of what is opened, opens what a link leads to, and filters the runs,
// zooms timelines, and obeys keys.
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
    var timelines = made.content.querySelectorAll("svg[data-unit]");
    source.replaceWith(made.content);
    timelines.forEach(addControls);
  }

  function open(details) {
    fill(details);
    details.open = true;
  }

  // ---- timelines: zoom, and three axes ----

  var LEFT = 200, RIGHT = 936, EDGE = 952, TICK_ROOM = 52; // as timeline.c draws
  var HOUR = 3600, DAY = 86400;

  // Functions from seconds to 0..1, and the times or attempts that may have a tick.
  var axes = {
    "whole": function (svg) {
      var unit = Number(svg.dataset.unit), end = Number(svg.dataset.end);
      return {at: function (t) { return Math.log1p(Math.max(t, 0) / unit) / Math.log1p(end / unit); }, ticks: times(end)};
    },
    "first hour": function () {
      return {at: function (t) { return t / HOUR; }, ticks: times(HOUR)};
    },
    "attempts": function (svg) {
      var first = [], end = Number(svg.dataset.end);
      svg.querySelectorAll("[data-n]").forEach(function (mark) {
        var n = Number(mark.dataset.n) - 1, t = Number(mark.dataset.t);
        first[n] = first[n] === undefined ? t : Math.min(first[n], t);
      });
      for (var n = 1; n < first.length; n += 1) first[n] = Math.max(first[n] === undefined ? 0 : first[n], first[n - 1]);
      first.push(end);
      return {
        at: function (t) {
          var i = 0;
          while (i + 2 < first.length && first[i + 1] <= t) i += 1;
          var part = (t - first[i]) / Math.max(first[i + 1] - first[i], 1e-9);
          return (i + Math.min(Math.max(part, 0), 1)) / Math.max(first.length - 1, 1);
        },
        ticks: first.slice(0, -1).map(function (t, i) { return [t, "no. " + (i + 1)]; })
      };
    }
  };

  function lengthOf(s) {
    return s < 60 ? s + "s" : s < HOUR ? s / 60 + "m" : s < DAY ? s / HOUR + "h" : s / DAY + "d";
  }

  function times(end) {
    var list = [0, 1, 10, 60];
    [[5 * 60, HOUR], [HOUR, DAY], [DAY, 400 * DAY]].forEach(function (range) {
      for (var s = range[0]; s < range[1]; s += range[0]) list.push(s);
    });
    return list.filter(function (s) { return s <= end; }).map(function (s) { return [s, lengthOf(s)]; });
  }

  function element(name, attributes, text) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text) made.textContent = text;
    return made;
  }

  function Timeline(svg) {
    var axis = axes.whole(svg), zoom = 1, pan = 0, height = svg.viewBox.baseVal.height;
    var marks = Array.from(svg.querySelectorAll("[data-t]")).map(function (mark) {
      var place = /translate\(([\d.]+) ([\d.]+)\)/.exec(mark.getAttribute("transform"));
      return {mark: mark, t: Number(mark.dataset.t), y: place[2], beside: Number(place[1]) - x(Number(mark.dataset.t))};
    });

    function x(t) { return LEFT + (axis.at(t) - pan) * zoom * (RIGHT - LEFT); }
    function within(at) { return Math.min(Math.max(at, LEFT), RIGHT); }
    function show(node, shown) { node.style.display = shown ? "" : "none"; }

    function drawTicks() {
      svg.querySelectorAll(".tick, .axis").forEach(function (one) { one.remove(); });
      var last = -Infinity;
      axis.ticks.forEach(function (tick) {
        var at = x(tick[0]);
        if (at < LEFT - 1 || at > RIGHT + 1 || at - last < TICK_ROOM) return;
        last = at;
        svg.prepend(element("line", {"class": "tick", x1: at, x2: at, y1: 22, y2: height - 8}),
          element("text", {"class": "axis", x: at, y: 17}, tick[1]));
      });
    }

    function drawWindow(one) {
      var from = x(Number(one.dataset.f)), to = x(Number(one.dataset.u)), rect = one.querySelector("rect");
      show(rect, to >= LEFT && from <= RIGHT);
      rect.setAttribute("x", within(from));
      rect.setAttribute("width", Math.max(within(to) - within(from), 2));
      var line = one.querySelector("line"), at = x(Number(one.dataset.a));
      if (!line) return;
      show(line, at >= LEFT - 1 && at <= RIGHT + 1);
      line.setAttribute("x1", at);
      line.setAttribute("x2", at);
    }

    function draw() {
      pan = Math.min(Math.max(pan, 0), 1 - 1 / zoom);
      marks.forEach(function (one) {
        var at = x(one.t);
        show(one.mark, at >= LEFT - 1 && at <= RIGHT + 1);
        one.mark.setAttribute("transform", "translate(" + Math.min(at + one.beside, EDGE) + " " + one.y + ")");
      });
      svg.querySelectorAll(".window").forEach(drawWindow);
      drawTicks();
    }

    this.choose = function (name) {
      axis = axes[name](svg);
      zoom = 1;
      draw();
    };
    // `still`: the place, from 0 to 1, that stays where it is.
    this.zoom = function (factor, still) {
      var before = pan + still / zoom;
      zoom = Math.min(Math.max(zoom * factor, 1), 500);
      pan = before - still / zoom;
      draw();
    };
    this.move = function (step) {
      pan += step / zoom;
      draw();
    };
  }

  function button(words, name, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.setAttribute("aria-label", name);
    made.addEventListener("click", act);
    return made;
  }

  function addControls(svg) {
    var timeline = new Timeline(svg), bar = document.createElement("p");
    bar.className = "axes";
    Object.keys(axes).forEach(function (name) {
      if (name === "attempts" && !svg.querySelector("[data-n]")) return;
      var made = button(name, "Axis: " + name, function () {
        bar.querySelectorAll("[aria-pressed]").forEach(function (one) { one.setAttribute("aria-pressed", one === made); });
        timeline.choose(name);
      });
      made.setAttribute("aria-pressed", name === "whole");
      bar.append(made, " ");
    });
    bar.append(button("+", "Zoom in", function () { timeline.zoom(2, 0.5); }), " ",
      button("−", "Zoom out", function () { timeline.zoom(0.5, 0.5); }), " ",
      button("◂", "Earlier", function () { timeline.move(-0.3); }), " ",
      button("▸", "Later", function () { timeline.move(0.3); }));
    svg.closest("figure").prepend(bar);
    svg.addEventListener("wheel", function (event) {
      if (!event.ctrlKey) return;
      event.preventDefault();
      var box = svg.getBoundingClientRect(), at = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      timeline.zoom(event.deltaY < 0 ? 1.25 : 0.8, Math.min(Math.max((at - LEFT) / (RIGHT - LEFT), 0), 1));
    }, {passive: false});
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
