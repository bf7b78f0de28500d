// How a person in the observation room is shown on a tablet, and the bar of time that television and tablet share.

import { element, mark } from "/static/js/staff-words.js";

const SVG = "http://www.w3.org/2000/svg";

/** How much of the time is over, as a bar; the minutes stand beside it in words. */
export function leftBar(one, name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 4");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const over = Math.max(0, Math.min(100, 100 - (100 * one.minutes_left) / one.minutes));
  for (const width of [100, over]) {
    const bar = document.createElementNS(SVG, "rect");
    bar.setAttribute("width", String(width));
    bar.setAttribute("height", "4");
    svg.append(bar);
  }
  return svg;
}

/** A tile with a button as large as itself. `open` gets the person. */
export function personTile(words, one, time, open) {
  const state = one.reaction ? "reaction" : one.done ? "done" : one.unsure ? "unsure" : "watched";
  const item = element("li", "", { class: "obs-tile", "data-state": state, "data-dose": one.dose });
  const button = element("button", "", { type: "button", class: "obs-tile-button" });
  const head = element("span", "", { class: "obs-tile-head" });
  head.append(element("b", one.ticket || "–", { class: "obs-ticket" }), element("span", one.name, { class: "obs-name" }));
  button.append(head, word(words, one, state, time));
  if (state === "watched") button.append(leftBar(one, "obs-bar"));
  button.append(element("span", [one.product, words.get("dose_n", { n: one.number })].join(" · "), { class: "obs-line" }));
  button.addEventListener("click", () => open(one));
  item.append(button);
  return item;
}

function word(words, one, state, time) {
  const line = element("span", "", { class: "obs-left" });
  if (state === "reaction") line.append(mark("refuse"), element("b", one.grade ? `${words.get("reaction")} · ${words.get("signs_n", { n: roman(one.grade) })}` : words.get("reaction")));
  else if (state === "done") line.append(mark("admit"), element("b", words.get("done_tile")));
  else if (state === "unsure") line.append(mark("refer"), element("b", words.get("unsure")));
  else line.append(element("b", String(one.minutes_left), { class: "number" }), element("span", words.get("minutes")), element("span", words.get("until", { t: time(one.ends_ms) }), { class: "obs-until" }));
  return line;
}

export const roman = (grade) => ["0", "I", "II", "III", "IV"][grade] ?? String(grade);
