/* What the pages do beyond Material; every page is complete without it. */
(function () {
  "use strict";

  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  }

  /* An event that is over since the page was built is no longer coming. */
  function settleEvents() {
    var now = new Date();
    var pad = function (n) { return String(n).padStart(2, "0"); };
    var today = now.getFullYear() + "-" + pad(now.getMonth() + 1) + "-" + pad(now.getDate());
    document.querySelectorAll("[data-an-khi-qua], [data-chuyen-khi-qua]").forEach(function (list) {
      var over = Array.from(list.children).filter(function (tile) { return tile.dataset.den < today; });
      var past = document.getElementById(list.dataset.chuyenKhiQua || "");
      if (!past && over.length === list.children.length) { return; }
      over.forEach(function (tile) { if (past) { past.prepend(tile); } else { tile.remove(); } });
    });
  }

  function filterTable(form) {
    var table = document.getElementById(form.dataset.loc);
    var count = document.querySelector('[data-dem="' + form.dataset.loc + '"]');
    var rows = Array.from(table.tBodies[0].rows);
    var box = form.querySelector("input");
    var choices = Array.from(form.querySelectorAll("select"));
    rows.forEach(function (row) { row.folded = fold(row.textContent); });

    function show() {
      var words = fold(box.value).split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row) {
        var fits = words.every(function (word) { return row.folded.indexOf(word) >= 0; }) &&
          choices.every(function (choice) { return !choice.value || row.dataset[choice.dataset.cot] === choice.value; });
        row.hidden = !fits;
        if (fits) { shown += 1; }
      });
      count.textContent = shown === rows.length ? shown + " văn bản" : shown + " trong " + rows.length + " văn bản";
    }

    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("input", show);
    form.hidden = false;
    sortable(table, rows);
    show();
  }

  function sortable(table, rows) {
    var heads = Array.from(table.tHead.rows[0].cells).filter(function (head) { return head.dataset.sap; });
    heads.forEach(function (head) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", function () {
        var way = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", way);
        var sign = way === "ascending" ? 1 : -1;
        var name = head.dataset.sap;
        rows.sort(function (a, b) {
          return sign * a.dataset[name].localeCompare(b.dataset[name], "vi", { numeric: true });
        });
        table.tBodies[0].append.apply(table.tBodies[0], rows);
      });
    });
  }

  settleEvents();
  document.querySelectorAll("form[data-loc]").forEach(filterTable);
})();
