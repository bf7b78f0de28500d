// Says that a list is on its way, and beforehand that one is too large. Reads nothing of it.

const MOST = 12_000_000; // bytes; the page says 12 MB
const by = (id) => document.getElementById(id);
const buttons = [...by("import").querySelectorAll("button")];

by("file").addEventListener("change", () => {
  const large = (by("file").files[0]?.size ?? 0) > MOST;
  by("too-large").hidden = !large;
  for (const button of buttons) button.disabled = large;
});

by("import").addEventListener("submit", (event) => {
  if (event.submitter?.value === "report") return; // a download: the page stays as it is
  by("importing").hidden = false;
  setTimeout(() => { for (const button of buttons) button.disabled = true; }); // after the form has been read
});

// back from the next page, as browsers keep this one
window.addEventListener("pageshow", () => {
  by("importing").hidden = true;
  for (const button of buttons) button.disabled = false;
});
