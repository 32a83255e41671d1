"use strict";
// Follows a running audit and shows its report when there is one; without this, reloading does.
const bar = document.getElementById("tien-do");
const said = document.getElementById("tien-do-loi");

async function look() {
  try {
    const answer = await fetch("/kiem-toan/tien-do", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    if (!state.dang_chay) {
      window.location.reload();
      return;
    }
    if (state.tong) {
      bar.max = state.tong;
      bar.value = state.xong;
      said.textContent = `${state.xong} trên ${state.tong} mục nhật ký`;
    }
  } catch {
    said.textContent = "Mất liên lạc với máy chủ, đang thử lại.";
  }
  window.setTimeout(look, 1000);
}

if (bar) window.setTimeout(look, 500);
