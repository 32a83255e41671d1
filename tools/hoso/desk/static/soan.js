// Keeps what is being written: every few seconds as a draft, and a warning where that fails.
"use strict";
(() => {
  const form = document.getElementById("bai");
  const said = document.getElementById("luu");
  if (!form || !said) return;
  let timer = 0;
  let dirty = false;
  let leaving = false;

  const save = async () => {
    const content = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "_t") content.append(name, value);
    }
    dirty = false;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: content,
        headers: { "X-Hoso-T": form.elements._t.value },
        redirect: "manual",
      });
      if (answer.ok) {
        said.textContent = "đã lưu nháp";
        said.className = "";
        return;
      }
      const told = await answer.json().catch(() => ({}));
      throw new Error(told.loi || "chưa lưu được nháp");
    } catch (error) {
      dirty = true;
      said.textContent = error instanceof TypeError ? "mất kết nối, đang thử lưu lại" : error.message;
      said.className = "loi-o";
      timer = window.setTimeout(save, 8000);
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    dirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 1500);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    window.clearTimeout(timer);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
})();
