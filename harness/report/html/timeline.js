// The timelines of runs: what a mark says and leads to, zoom and three axes, and on a phone a list.
(function () {
  "use strict";
  var HOUR = 3600, DAY = 86400, MOMENTS_MAX = 150;

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
      var count = mark.querySelector(".count");
      var link = element("a", {href: "#" + talk.id, "aria-label":
        (words ? words.textContent : "Connection " + conn) + (count ? ", " + count.textContent + " of them" : "")});
      mark.replaceWith(link);
      link.append(mark);
    });
  }

  // On a phone the marks are a list: the time, and the words. What the DNS answered well has a table.
  function addMoments(svg) {
    if (svg.closest("figure").querySelector(".moments")) return;
    var list = document.createElement("ol");
    var marks = Array.from(svg.querySelectorAll("g[data-t]")).filter(function (mark) {
      var use = mark.querySelector("use");
      return !use || use.getAttribute("href") !== "#m:6";
    });
    marks = marks.concat(Array.from(svg.querySelectorAll(".window.missed")));
    function orderOf(mark) { return mark.querySelector("use") ? 0 : 1; }
    marks.sort(function (a, b) { return timeOf(a) - timeOf(b) || orderOf(a) - orderOf(b); });
    list.className = "moments";
    marks.slice(0, MOMENTS_MAX).forEach(function (mark) { list.append(momentOf(mark)); });
    if (marks.length > MOMENTS_MAX) {
      var more = document.createElement("li");
      more.textContent = "and " + (marks.length - MOMENTS_MAX) + " more, which the tables have";
      list.append(more);
    }
    svg.closest(".wide").after(list);
  }

  // Of a window: when it opens.
  function timeOf(mark) { return Number(mark.dataset.t === undefined ? mark.dataset.f : mark.dataset.t); }

  function momentOf(mark) {
    var line = document.createElement("li"), time = document.createElement("time"), words = document.createElement("span");
    var title = mark.querySelector("title"), use = mark.querySelector("use"), link = mark.closest("a");
    var t = clock(timeOf(mark)), text = title ? title.textContent : "";
    time.textContent = t;
    words.textContent = text.split("\n").map(function (part) {
      return part.indexOf(t + " ") === 0 ? part.slice(t.length + 1) : part;
    }).join("; ");
    if (link) {
      var leads = document.createElement("a");
      leads.href = link.getAttribute("href");
      leads.textContent = words.textContent;
      words.replaceChildren(leads);
    }
    if (mark.dataset.c) line.dataset.c = mark.dataset.c;
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

  // Of what has just been made.
  relaylab.dressTimeline = function (svg) {
    nameMarks(svg);
    addControls(svg);
    if (narrow.matches) addMoments(svg);
  };
  relaylab.button = button;

  narrow.addEventListener("change", function () {
    if (narrow.matches) document.querySelectorAll("svg[data-unit]").forEach(addMoments);
  });
}());
