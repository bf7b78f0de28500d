// Keeps the live page fresh: asks for the numbers every few seconds and writes them into the page. Draws nothing by itself.

const EVERY_MS = 3000;
const SLOWEST_MS = 60000;
const SVG = "http://www.w3.org/2000/svg";

const page = document.getElementById("live");
const language = page.dataset.language;
const numbers = new Intl.NumberFormat(language === "en" ? "en-GB" : "vi-VN");
const clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "vi-VN", {
  timeStyle: "medium",
  timeZone: page.dataset.zone,
  hourCycle: "h23",
});

let wait = EVERY_MS;
let latest = "";

function put(element, text) {
  if (!element || element.textContent === text) return;
  element.textContent = text;
  element.classList.remove("changed");
  void element.offsetWidth; // begin the animation again
  element.classList.add("changed");
}

function showFigures(data) {
  for (const figure of data.figures) {
    const box = page.querySelector(`[data-figure="${CSS.escape(figure.name)}"]`);
    if (box) put(box.querySelector("dd.number"), numbers.format(figure.value));
  }
  const devices = page.querySelector('[data-figure="devices"]');
  put(devices.querySelector("dd.number"), numbers.format(data.devices.online));
  const note = devices.querySelector(".live-note");
  note.textContent = note.dataset.words.replace("{n}", numbers.format(data.devices.enrolled));
}

function showHours(hours) {
  const top = Math.max(1, ...hours.map((hour) => hour.count));
  const peak = document.getElementById("peak");
  peak.textContent = peak.dataset.words.replace("{n}", numbers.format(Math.max(0, ...hours.map((hour) => hour.count))));
  const bars = document.querySelectorAll("#chart rect");
  const labels = document.querySelectorAll("#axis li");
  hours.forEach((hour, place) => {
    const height = Math.max((hour.count / top) * 290, hour.count ? 3 : 1);
    bars[place].setAttribute("y", String(300 - height));
    bars[place].setAttribute("height", String(height));
    let title = bars[place].querySelector("title");
    if (!title) title = bars[place].appendChild(document.createElementNS(SVG, "title"));
    title.textContent = `${hour.label}:00 – ${numbers.format(hour.count)}`;
    labels[place].textContent = hour.label;
  });
  document.getElementById("chart-words").textContent = hours
    .filter((hour) => hour.count)
    .map((hour) => `${hour.label}:00 ${hour.count}`)
    .join("; ");
}

function showSites(sites) {
  const table = document.getElementById("sites");
  table.hidden = sites.length === 0;
  document.getElementById("no-sites").hidden = sites.length > 0;
  table.tBodies[0].replaceChildren(
    ...sites.map((site) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = site.site;
      const state = document.createElement("span");
      state.className = `badge badge--${site.online ? "ok" : "warning"}`;
      state.textContent = site.online ? table.dataset.up : table.dataset.quiet;
      row.append(name);
      for (const count of [site.today, site.this_hour]) {
        const cell = row.insertCell();
        cell.className = "number";
        cell.textContent = numbers.format(count);
      }
      row.insertCell().append(state);
      return row;
    }),
  );
}

function showState(stale) {
  const state = document.getElementById("state");
  if (stale && !latest) return;
  state.classList.toggle("live-state--stale", stale);
  const words = (stale ? state.dataset.stale : state.dataset.updated).replace("{t}", latest);
  const shown = document.getElementById("state-words");
  if (shown.textContent !== words) shown.textContent = words;
}

async function refresh() {
  try {
    const answer = await fetch(page.dataset.source, { headers: { "X-Kiosk-Poll": "1" }, signal: AbortSignal.timeout(10000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    latest = clock.format(new Date(data.server_time_ms));
    showFigures(data);
    showHours(data.hours);
    showSites(data.sites);
    showState(false);
    wait = EVERY_MS;
  } catch {
    showState(true);
    wait = Math.min(wait * 2, SLOWEST_MS);
  }
  setTimeout(refresh, wait);
}

refresh();
