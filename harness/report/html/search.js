// The search: which runs a query finds. It reads the markup of those that were never opened.
var relaylab = {};
(function () {
  "use strict";
  var texts = new Map(); // of runs, made when they are first searched
  var entities = {"&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&#10;": " ", "&amp;": "&"};

  // "RFC 5321 §4.2" is found however it is written.
  function plain(text) {
    return text.toLowerCase().replace(/§\s+/g, "§").replace(/\brfc\s+(?=\d)/g, "rfc").replace(/\s+/g, " ");
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
    // An enhanced status code, or its first numbers: 4.4.7, 4.4, 4. A clause is none.
    status: function (status) {
      var parts = status.replace(/\.\*/g, "").split(".").filter(Boolean);
      if (!/^[245](\.\d{1,3}){0,2}$/.test(parts.join("."))) return null;
      while (parts.length < 3) parts.push("\\d{1,3}");
      return "(^|[^\\d.§])" + parts.join("\\.") + "(?!\\d|\\.\\d)";
    },
    // A clause, and those below it: 5321, 5321#4.5.
    rfc: function (clause) {
      var parts = /^(\d+)(?:[#§]+([\d.]*))?$/.exec(clause);
      return parts ? "rfc" + parts[1] + "(?!\\d)" + (parts[2] ? " §" + escaped(parts[2].replace(/\.$/, "")) + "(?!\\d)" : "") : null;
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
  relaylab.testsOf = function (query) {
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
  };
}());
