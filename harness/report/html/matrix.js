// Filters the rows of the matrix, shows details and comparisons in a panel, keeps what is shown in the URL, obeys keys.
(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var output = form.querySelector("output");
  var panel = document.querySelector("dialog.panel"), help = document.querySelector("dialog.help");
  var names = Array.from(document.querySelectorAll("#rows thead [data-i]")).map(function (th) { return th.textContent; });
  var other = panel.querySelector("select");
  var hiding = document.createElement("style");
  var open = ""; // the id of the cell whose details are shown
  var texts = new Map(); // of each row, in lower case, for the search

  document.head.append(hiding);

  // What is heavy stands in <noscript>: text, until it is needed. Its markup was escaped when it was written.
  function made(source) {
    var template = document.createElement("template");
    template.innerHTML = source.textContent;
    return template.content;
  }

  function fill(details) {
    var source = details.querySelector(":scope > noscript");
    if (source) source.replaceWith(made(source));
  }

  // ---- rows ----

  function rows() { return Array.from(document.querySelectorAll(".grid tr[data-row]")); }

  function shownTargets() {
    var chosen = [form.a.value, form.b.value].filter(function (one) { return one !== ""; });
    return chosen.length > 0 ? chosen : names.map(function (name, i) { return String(i); });
  }

  function cellsOf(row, targets) {
    return Array.from(row.querySelectorAll("td")).filter(function (td) { return targets.indexOf(td.dataset.i) >= 0; });
  }

  function wordsOf(td) { return td.querySelector(".words").textContent; }

  function differ(cells) {
    return cells.some(function (td) { return wordsOf(td) !== wordsOf(cells[0]) || td.className !== cells[0].className; });
  }

  function isWanted(row, words, targets) {
    var cells = cellsOf(row, targets);
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return (!form.differ.checked || differ(cells)) &&
      (!form.bugs.checked || cells.some(function (td) { return td.className === "failed"; })) &&
      words.every(function (word) { return texts.get(row).indexOf(word) >= 0; });
  }

  function hideColumns(targets) {
    hiding.textContent = names.map(function (name, i) { return String(i); })
      .filter(function (i) { return targets.indexOf(i) < 0; })
      .map(function (i) { return ".grid [data-i=\"" + i + "\"] { display: none !important; }"; }).join("\n");
  }

  // A heading without rows is hidden, too.
  function hideSections() {
    document.querySelectorAll("tr.section").forEach(function (section) {
      var row = section.nextElementSibling;
      while (row && row.dataset.row && row.hidden) row = row.nextElementSibling;
      section.hidden = !row || !row.dataset.row;
    });
  }

  function apply() {
    var words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean), targets = shownTargets();
    var all = rows(), shown = 0;
    all.forEach(function (row) {
      row.hidden = !isWanted(row, words, targets);
      shown += row.hidden ? 0 : 1;
    });
    hideColumns(targets);
    hideSections();
    document.body.dataset.show = form.show.value;
    output.textContent = shown + " of " + all.length + " rows";
  }

  // ---- the URL ----

  function write() {
    var query = new URLSearchParams();
    ["differ", "bugs"].forEach(function (name) { if (form[name].checked) query.set(name, "1"); });
    ["q", "a", "b"].forEach(function (name) {
      var value = form[name].value;
      if (value !== "") query.set(name, name === "q" ? value : form[name].selectedOptions[0].textContent);
    });
    if (form.show.value !== "words") query.set("show", form.show.value);
    var text = String(query);
    history.replaceState(null, "", "#" + open + (text ? "?" + text : ""));
  }

  function choose(select, name) {
    select.value = "";
    Array.from(select.options).forEach(function (option) { if (option.textContent === name) select.value = option.value; });
  }

  function read() {
    var hash = location.hash.slice(1), at = hash.indexOf("?");
    var query = new URLSearchParams(at < 0 ? "" : hash.slice(at + 1));
    try { open = decodeURIComponent(at < 0 ? hash : hash.slice(0, at)); } catch (error) { open = ""; }
    ["differ", "bugs"].forEach(function (name) { form[name].checked = query.has(name); });
    form.q.value = query.get("q") || "";
    choose(form.a, query.get("a"));
    choose(form.b, query.get("b"));
    form.show.value = ["verdicts", "times"].indexOf(query.get("show")) >= 0 ? query.get("show") : "words";
    apply();
    if (articleOf(open)) showPanel();
    else if (panel.open) panel.close();
  }

  // ---- details ----

  // null: the id is that of something else, or there is none.
  function articleOf(id) {
    var found = document.getElementById(id);
    return found && found.matches("article.run") ? found : null;
  }

  function sideOf(article) {
    var side = document.createElement("section"), head = document.createElement("h3");
    head.append(article.querySelector("h3").textContent, " ", article.querySelector(".badge").cloneNode(true));
    var body = made(article.querySelector("noscript"));
    body.querySelectorAll("[id]").forEach(function (one) { one.removeAttribute("id"); });
    body.querySelectorAll(".here").forEach(function (one) { one.remove(); });
    side.append(head, body);
    return side;
  }

  function targetsToShow(target) {
    var chosen = shownTargets();
    if (form.a.value === "" || form.b.value === "") return [target];
    return chosen.map(function (i) { return form.a.options[Number(i) + 1].textContent; });
  }

  function showPanel() {
    var cut = open.indexOf("/"), key = open.slice(cut + 1), sides = panel.querySelector(".sides");
    var row = rows().find(function (one) { return one.dataset.row === key; });
    var title = articleOf(open).querySelector(".title").textContent;
    panel.querySelector("h2").textContent = (row && row.closest("#rows") ? "When " : "") + title;
    sides.textContent = "";
    var targets = targetsToShow(open.slice(0, cut));
    other.value = targets.length > 1 ? form[targets[0] === open.slice(0, cut) ? "b" : "a"].value : "";
    targets.forEach(function (target) {
      var article = articleOf(target + "/" + key);
      if (article) sides.append(sideOf(article));
    });
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
  }

  // Compares what is shown with another relay.
  other.addEventListener("input", function () {
    choose(form.a, other.value === "" ? "" : open.slice(0, open.indexOf("/")));
    form.b.value = other.value;
    apply();
    write();
    showPanel();
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest(".grid td > a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open = decodeURIComponent(link.getAttribute("href").slice(1));
      write();
      showPanel();
    }
    if (event.target.closest("[data-close]") || event.target === panel) panel.close();
    if (event.target.closest("[data-keys]")) help.showModal();
  });
  panel.addEventListener("close", function () {
    open = "";
    write();
  });

  // ---- downloads ----

  function table() {
    return rows().filter(function (row) { return !row.hidden && row.closest("#rows"); }).map(function (row) {
      return {
        row: row.dataset.row, when: row.querySelector("th").firstChild.textContent,
        scenario: row.querySelector("th code").textContent,
        cells: cellsOf(row, shownTargets()).map(function (td) {
          return {target: td.dataset.k, tone: td.className, words: wordsOf(td), more: (td.querySelector(".more") || td.querySelector(".none") || {textContent: ""}).textContent};
        })
      };
    });
  }

  function field(text) {
    return "\"" + (/^[=+@-]/.test(text) ? "'" : "") + text.replace(/"/g, "\"\"") + "\"";
  }

  var makers = {
    json: function () { return JSON.stringify(table(), null, 2) + "\n"; },
    csv: function () {
      return ["row,when,scenario,target,tone,words,more\r\n"].concat(table().map(function (row) {
        return row.cells.map(function (cell) {
          return [row.row, row.when, row.scenario, cell.target, cell.tone, cell.words, cell.more].map(field).join(",") + "\r\n";
        }).join("");
      })).join("");
    }
  };

  form.querySelectorAll("[data-save]").forEach(function (button) {
    button.addEventListener("click", function () {
      var kind = button.dataset.save, link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([makers[kind]()], {type: kind === "csv" ? "text/csv" : "application/json"}));
      link.download = "matrix." + kind;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  });

  // ---- keys ----

  function isShown(td) { return td.getClientRects().length > 0; }

  // From a cell to its neighbour; cells without details are passed over.
  function move(down, right) {
    var cell = document.activeElement.closest(".grid td");
    var lines = rows().filter(function (row) { return isShown(row); });
    var grid = lines.map(function (row) {
      return Array.from(row.querySelectorAll("td")).filter(isShown).map(function (td) { return td.querySelector("a"); });
    });
    if (grid.length === 0) return;
    var y = cell ? lines.indexOf(cell.parentNode) : -1, x = cell && y >= 0 ? grid[y].indexOf(cell.querySelector("a")) : 0;
    if (y < 0) { y = 0; down = right = 0; }
    do {
      y += down;
      x += right;
    } while (grid[y] && x >= 0 && x < grid[y].length && !grid[y][x]);
    if (grid[y] && grid[y][x]) grid[y][x].focus();
  }

  function toggle(name) {
    form[name].checked = !form[name].checked;
    apply();
    write();
  }

  function show(mode) {
    form.show.value = mode;
    apply();
    write();
  }

  var keys = {
    ArrowLeft: function () { move(0, -1); }, ArrowRight: function () { move(0, 1); },
    ArrowUp: function () { move(-1, 0); }, ArrowDown: function () { move(1, 0); },
    d: function () { toggle("differ"); }, b: function () { toggle("bugs"); },
    w: function () { show("words"); }, v: function () { show("verdicts"); }, t: function () { show("times"); },
    c: function () { form.a.focus(); }, "/": function () { form.q.focus(); },
    "?": function () { if (help.open) help.close(); else help.showModal(); }
  };

  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|SELECT)$/.test(event.target.tagName) && !/^(checkbox|radio)$/.test(event.target.type);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (panel.open || (help.open && event.key !== "?")) return;
    if (event.key.indexOf("Arrow") === 0 && (event.target.type === "radio" || !document.activeElement.closest(".grid td") && event.key !== "ArrowDown")) return;
    event.preventDefault();
    keys[event.key]();
  });

  // ---- the start ----

  form.addEventListener("input", function () {
    apply();
    write();
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  document.querySelectorAll("details.part").forEach(function (details) {
    details.addEventListener("toggle", function () {
      if (!details.open) return;
      fill(details);
      apply();
    });
  });
  window.addEventListener("hashchange", read);
  document.body.classList.add("script");
  form.hidden = false;
  read();
}());
