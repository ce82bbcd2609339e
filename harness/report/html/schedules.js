/* The page of schedules: one host at a time, and a line that answers for each row. Without this, both are shown. */
(function () {
  "use strict";
  var hosts = Array.from(document.querySelectorAll(".host"));
  var choices = Array.from(document.querySelectorAll(".hosts input"));
  var back = 11400;

  function length(s) {
    var words = "";
    s = Math.round(s);
    [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]].forEach(function (unit) {
      if (s >= unit[1]) {
        words += Math.floor(s / unit[1]) + unit[0];
        s %= unit[1];
      }
    });
    return words || "0s";
  }

  /* ---- the axis: harness/report/html/time_scale.c ---- */

  function Scale(table) {
    this.unit = Number(table.dataset.unit);
    this.end = Number(table.dataset.end);
  }
  Scale.prototype.part = function (s) {
    return Math.log1p(Math.min(Math.max(s, 0), this.end) / this.unit) / Math.log1p(this.end / this.unit);
  };
  Scale.prototype.time = function (part) {
    return Math.expm1(Math.min(Math.max(part, 0), 1) * Math.log1p(this.end / this.unit)) * this.unit;
  };

  /* A step of the line: fine where minutes matter, coarse where days do. */
  function step(s) {
    return s < 3600 ? 60 : s < 21600 ? 300 : s < 86400 ? 900 : 3600;
  }

  function rounded(s) {
    return Math.round(s / step(s)) * step(s);
  }

  /* ---- rows ---- */

  function answer(row, scale) {
    var at = row.at, before = at.findIndex(function (t) { return t >= back; });
    var found = before >= 0, line = 1000 * scale.part(back);
    if (!found) before = at.length;
    row.arrives.textContent = found ? length(at[before]) : at.length < row.all ? "not in the record" : "never";
    row.late.textContent = found ? "+" + length(at[before] - back) : "–";
    row.before.textContent = before;
    row.line.setAttribute("transform", "translate(" + line + ")");
    row.veil.setAttribute("x", line);
    row.veil.setAttribute("width", 1000 - line);
    row.arrival.style.display = found ? "" : "none";
    row.arrival.setAttribute("transform", "translate(" + (found ? 1000 * scale.part(at[before]) : 0) + ")");
  }

  var tables = Array.from(document.querySelectorAll(".rugs")).map(function (table) {
    return {
      scale: new Scale(table), handle: table.querySelector(".handle"), track: table.querySelector(".track"),
      said: table.querySelector(".handle output"), element: table,
      rows: Array.from(table.querySelectorAll("tbody tr")).map(function (row) {
        return {
          at: row.dataset.at.split(" ").map(Number), all: Number(row.dataset.all), arrives: row.querySelector(".arrives"),
          late: row.querySelector(".late"), before: row.querySelector(".before"), line: row.querySelector(".line"),
          veil: row.querySelector(".veil"), arrival: row.querySelector(".arrival")
        };
      })
    };
  });

  function keep() {
    var host = hosts.find(function (one) { return !one.hidden; });
    history.replaceState(null, "", "#" + host.id + "?back=" + back);
  }

  function move(s) {
    back = Math.min(Math.max(s, 0), Math.min.apply(null, tables.map(function (table) { return table.scale.end; })));
    tables.forEach(function (table) {
      table.rows.forEach(function (row) { answer(row, table.scale); });
      table.said.textContent = length(back);
      table.handle.style.left = 100 * table.scale.part(back) + "%";
      table.handle.setAttribute("aria-valuenow", Math.round(back));
      table.handle.setAttribute("aria-valuetext", length(back));
    });
  }

  /* ---- mouse, touch, keys ---- */

  function listen(table) {
    var dragged = false;
    function follow(event) {
      var box = table.track.getBoundingClientRect();
      move(rounded(table.scale.time((event.clientX - box.left) / box.width)));
    }
    table.handle.setAttribute("role", "slider");
    table.handle.setAttribute("tabindex", "0");
    table.handle.setAttribute("aria-label", "The host is back at");
    table.handle.setAttribute("aria-valuemin", "0");
    table.handle.setAttribute("aria-valuemax", Math.round(table.scale.end));
    table.element.addEventListener("pointerdown", function (event) {
      if (event.button !== 0 || !event.target.closest(".rug, .track")) return;
      dragged = true;
      if (event.isTrusted) table.element.setPointerCapture(event.pointerId);
      table.handle.focus({preventScroll: true});
      event.preventDefault();
      follow(event);
    });
    table.element.addEventListener("pointermove", function (event) { if (dragged) follow(event); });
    ["pointerup", "pointercancel", "lostpointercapture"].forEach(function (name) {
      table.element.addEventListener(name, function () {
        if (dragged) keep();
        dragged = false;
      });
    });
    table.handle.addEventListener("keydown", function (event) {
      var steps = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 12, PageDown: -12}[event.key];
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Home") move(0);
      else if (event.key === "End") move(table.scale.end);
      else if (steps) move(rounded(back + steps * step(steps > 0 ? back : back - 1)));
      else return;
      event.preventDefault();
      keep();
    });
  }

  /* ---- which host ---- */

  function show(id) {
    hosts.forEach(function (host) { host.hidden = host.id !== id; });
    choices.forEach(function (choice) { choice.checked = choice.value === id; });
  }

  /* "#never-answers?back=3600" */
  function read() {
    var parts = location.hash.slice(1).split("?back=");
    var host = hosts.find(function (one) { return one.id === parts[0]; }) || hosts[0];
    show(host.id);
    if (parts.length > 1 && Number(parts[1]) >= 0) move(Number(parts[1]));
    else move(back);
  }

  if (tables.length === 0) return;
  document.documentElement.classList.add("scripted");
  document.querySelector(".hosts").hidden = false;
  tables.forEach(listen);
  choices.forEach(function (choice) {
    choice.addEventListener("change", function () {
      show(choice.value);
      keep();
    });
  });
  window.addEventListener("hashchange", read);
  read();
}());
