// Makes elements of what is opened, opens what a link leads to, and filters the runs,
// zooms timelines, and obeys keys.
(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var output = form.querySelector("output");
  var runs = Array.from(document.querySelectorAll("article.run"));
  var current = ""; // the id in the URL
  var HOUR = 3600, DAY = 86400, MOMENTS_MAX = 150;

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
      nameMarks(svg);
      addControls(svg);
      if (narrow.matches) addMoments(svg);
    });
    root.querySelectorAll(".again").forEach(function (line) {
      var links = line.parentElement.querySelector(":scope > .links");
      (links || line).append(" ", button("Copy rerun", "Copy rerun command", function (event) {
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

  // ---- timelines: words ----

  var narrow = matchMedia("(max-width: 42rem)");

  function clock(s) {
    function two(n) { return String(Math.floor(n)).padStart(2, "0"); }
    var days = Math.floor(s / DAY), rest = s % 60;
    return (days ? days + "d " : "") + two(s % DAY / HOUR) + ":" + two(s % HOUR / 60) + ":" + two(rest) +
      (rest % 1 > 0.0005 ? (rest % 1).toFixed(3).slice(1) : "");
  }

  // "mx1.dest.example: RCPT → 451 4.7.1 Greylisted, deferred"
  function wordsOf(row) {
    var cells = Array.from(row.cells).map(function (cell) { return cell.textContent.trim(); });
    if (!row.closest(".attempts")) return "bounce to " + cells.slice(1).join(", ");
    var host = row.cells[0].tagName === "TH" ? 3 : 0;
    return cells[host] + ": " + cells.slice(host + 1).join(", ");
  }

  // A mark has the words of its row, and leads to its transcript.
  function nameMarks(svg) {
    var body = svg.closest(".body"), id = svg.closest("article").id;
    var rows = new Map();
    body.querySelectorAll("tr[data-c]").forEach(function (row) {
      rows.set(row.dataset.c, (rows.get(row.dataset.c) || []).concat(row));
    });
    svg.querySelectorAll("g[data-c]:not(.at)").forEach(function (mark) {
      var conn = mark.dataset.c, found = rows.get(conn) || [], talk = document.getElementById(id + "@" + conn);
      if (!mark.querySelector("title") && found.length) {
        mark.prepend(element("title", {}, clock(Number(mark.dataset.t)) + " " + found.slice(0, 6).map(wordsOf).join("\n") +
          (found.length > 6 ? "\nand " + (found.length - 6) + " more" : "")));
      }
      if (!talk) return;
      var words = mark.querySelector("title");
      var link = element("a", {href: "#" + talk.id, "aria-label": words ? words.textContent : "Connection " + conn});
      mark.replaceWith(link);
      link.append(mark);
    });
  }

  // On a phone the marks are a list: the time, and the words. What the DNS answered well has a table.
  function addMoments(svg) {
    if (svg.closest("figure").querySelector(".moments")) return;
    var list = document.createElement("ol"), lanes = new Map(), id = svg.closest("article").id;
    svg.querySelectorAll("text.lane").forEach(function (label) {
      lanes.set(Number(label.getAttribute("y")) - 4, (label.querySelector("title") || label).textContent);
    });
    var marks = Array.from(svg.querySelectorAll("g[data-t]")).filter(function (mark) {
      var use = mark.querySelector("use");
      return !use || use.getAttribute("href") !== "#m:6";
    });
    marks.sort(function (a, b) { return a.dataset.t - b.dataset.t; });
    list.className = "moments";
    marks.slice(0, MOMENTS_MAX).forEach(function (mark) { list.append(momentOf(mark, id)); });
    if (marks.length > MOMENTS_MAX) {
      var more = document.createElement("li");
      more.textContent = "and " + (marks.length - MOMENTS_MAX) + " more, which the tables have";
      list.append(more);
    }
    svg.closest(".wide").after(list);
  }

  function momentOf(mark, id) {
    var line = document.createElement("li"), time = document.createElement("time"), words = document.createElement("span");
    var title = mark.querySelector("title"), use = mark.querySelector("use"), link = mark.closest("a");
    var t = clock(Number(mark.dataset.t)), text = title ? title.textContent : "";
    time.textContent = t;
    words.textContent = (text.indexOf(t) === 0 ? text.slice(t.length + 1) : text).split("\n").join("; ");
    if (link) {
      var leads = document.createElement("a");
      leads.href = link.getAttribute("href");
      leads.textContent = words.textContent;
      words.replaceChildren(leads);
    }
    line.dataset.c = mark.dataset.c;
    if (use) {
      var picture = element("svg", {"class": "mark", viewBox: "-8 -8 16 16", "aria-hidden": "true"});
      picture.append(use.cloneNode());
      line.append(time, picture, words);
    } else {
      line.className = "judged " + mark.getAttribute("class");
      line.append(time, "▸", words);
    }
    return line;
  }

  function fitToWidth() {
    document.querySelectorAll("svg[data-unit]").forEach(function (svg) { if (narrow.matches) addMoments(svg); });
    letScroll(document);
  }
  narrow.addEventListener("change", fitToWidth);
  window.addEventListener("resize", function () { letScroll(document); });

  // ---- timelines: zoom, and three axes ----

  var LEFT = 200, RIGHT = 936, EDGE = 952, TICK_ROOM = 52; // as timeline.c draws

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

  function escaped(words) { return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }

  // Each makes a pattern of what follows its prefix. What is a part of a longer number or name is another one.
  var prefixes = {
    // A host by its name, or by some labels of it: mx1, dest.example.
    host: function (name) { return "(^|[^\\w.-]|[^\\w-][\\w.-]*\\.)" + escaped(name) + "(?![\\w-])"; },
    // A reply code, or its first digits.
    code: function (digits) {
      return /^[2-5]\d{0,2}$/.test(digits) ? "(^|[^\\d.:])" + digits + "\\d".repeat(3 - digits.length) + "($|[^\\d.:])" : null;
    },
    // An enhanced status code, or its first numbers: 4.4.7, 4.4, 4.
    status: function (status) {
      var parts = status.replace(/\.\*/g, "").split(".").filter(Boolean);
      if (!/^[245](\.\d{1,3}){0,2}$/.test(parts.join("."))) return null;
      while (parts.length < 3) parts.push("\\d{1,3}");
      return "(^|[^\\d.])" + parts.join("\\.") + "(?!\\d|\\.\\d)";
    },
    // A clause, and those below it: 5321, 5321#4.5.
    rfc: function (clause) {
      var parts = /^(\d+)(?:[#§]+([\d.]*))?$/.exec(clause);
      return parts ? "rfc" + parts[1] + "(?!\\d)" + (parts[2] ? " " + escaped(parts[2].replace(/\.$/, "")) + "(?!\\d)" : "") : null;
    }
  };

  // What a run is tested with, for one part of the query: `host:mx1`, a word, or a "phrase in quotes".
  function testOf(part) {
    var prefixed = /^([a-z]+):(.+)$/i.exec(part), name = prefixed && prefixed[1].toLowerCase();
    if (prefixed && Object.hasOwn(prefixes, name)) {
      var pattern = prefixes[name](prefixed[2].replace(/"/g, "").toLowerCase());
      if (pattern) return RegExp.prototype.test.bind(new RegExp(pattern));
    }
    var words = plain(part.replace(/"/g, " ")).trim();
    if (/^[2-5]\d\d$/.test(words)) return RegExp.prototype.test.bind(new RegExp(prefixes.code(words)));
    return function (text) { return text.indexOf(words) >= 0; };
  }

  // All parts must be found in a run; of several `s:`, its status is one.
  function testsOf(query) {
    var statuses = [], tests = [];
    var clauses = query.replace(/"[^"]*"?|\b(?:rfc\s*)?(\d{3,5})\s*[§#]\s*(\d[\d.]*)/gi, function (all, rfc, section) {
      return rfc ? "rfc:" + rfc + "#" + section : all;
    }).replace(/rfc:rfc:/gi, "rfc:");
    (clauses.match(/[a-z]+:"[^"]*"?|"[^"]*"?|[^\s"]+/gi) || []).forEach(function (part) {
      if (/^s:/i.test(part)) statuses.push(part.slice(2).toLowerCase());
      else tests.push(testOf(part));
    });
    return function (run) {
      return (statuses.length === 0 || statuses.some(function (status) { return run.dataset.s.indexOf(status) === 0; })) &&
        tests.every(function (test) { return test(textOf(run)); });
    };
  }

  function isShown(run) { return run.getClientRects().length > 0; }

  function filter() {
    var fits = testsOf(form.elements.q.value);
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
  document.querySelectorAll("details[open]").forEach(fill);
  form.elements.q.parentElement.hidden = form.elements.help.hidden = document.querySelector(".syntax").hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", read);
  read();
}());
