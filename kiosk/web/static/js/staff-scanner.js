// The scanner test: asks once a second whether something was scanned. Its asking does not count as somebody being at work.
"use strict";

(() => {
  const list = document.getElementById("last-scan");
  const empty = document.getElementById("no-scan");
  if (!list || !empty) return;
  let shown = "";

  const show = (scan) => {
    if (!scan.at) return;
    list.hidden = false;
    empty.hidden = true;
    for (const part of list.querySelectorAll("[data-part]")) {
      const text = String(scan[part.dataset.part]);
      // only what changed, or a screen reader would read everything every second
      if (part.textContent !== text && (part.dataset.part !== "seconds" || scan.at !== shown || !document.hidden)) part.textContent = text;
    }
    shown = scan.at;
  };

  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(list.dataset.url, { headers: { "X-Kiosk-Poll": "1", Accept: "application/json" } });
      if (answer.status === 401 || answer.status === 403) clearInterval(asking);
      else if (answer.ok) show(await answer.json());
    } catch {
      // the appliance restarts just now: the next second asks again
    }
  };
  const asking = setInterval(ask, 1000);
})();
