// Makes the form quicker where scripts run: finds places while one types, sends a chosen picture at once. Nothing depends on it.

import { Combo } from "./combo.js";

document.documentElement.classList.add("scripted");

for (const group of document.querySelectorAll(".area")) {
  const combos = [...group.querySelectorAll("select[data-area]")].map((select) => new Combo(select, group.dataset.none));
  combos.forEach((combo, place) => {
    const next = combos[place + 1];
    if (!next) return;
    combo.onPick = async (code) => {
      combos.slice(place + 1).forEach((one) => one.offer([]));
      if (!code) return;
      next.offer(await children(group.dataset.source + code));
      next.focus();
    };
  });
}

async function children(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : [];
  } catch {
    return []; // without a network the form still says what is missing, and the server then sends the list
  }
}

const picture = document.getElementById("card_picture");
const fillIn = document.getElementById("prefill-go");
picture?.addEventListener("change", () => picture.files.length && fillIn.click());
document.getElementById("card_text")?.addEventListener("change", (event) => event.target.value.trim() && fillIn.click());
document.getElementById("card_text")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.value.trim()) return;
  event.preventDefault(); // a scanner's Enter fills in; it does not go on
  fillIn.click();
});

document.getElementById("print")?.addEventListener("click", () => window.print());
document.getElementById("problems")?.focus();
