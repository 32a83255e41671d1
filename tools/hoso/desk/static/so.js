// The list of books: what does not hold every word typed is put out of sight, accents or not.
"use strict";
(() => {
  const box = document.getElementById("loc");
  const told = document.getElementById("loc-nhac");
  const usual = told.textContent;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
  const parts = [...document.querySelectorAll(".ke-so")].map((part) => ({
    part,
    groups: [...part.querySelectorAll("details")].map((one) => [one, one.open]),
    rows: [...part.querySelectorAll("tbody tr")].map((row) => {
      const group = row.closest("details");
      const above = group ? group.querySelector("summary").firstChild.textContent : "";
      return [row, fold(`${part.querySelector("h2").textContent} ${above} ${row.cells[0].textContent} ${row.cells[1].textContent}`)];
    }),
  }));
  box.closest(".loc").hidden = !parts.length;
  box.addEventListener("input", () => {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    const found = new Set();
    for (const { part, groups, rows } of parts) {
      for (const [row, text] of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) found.add(row.querySelector("a").href);
      }
      for (const [one, open] of groups) {
        one.hidden = !one.querySelector("tbody tr:not([hidden])");
        one.open = words.length ? !one.hidden : open;
      }
      part.hidden = !part.querySelector("tbody tr:not([hidden])");
    }
    told.textContent = words.length ? `${found.size} trang khớp.` : usual;
  });
})();
