// Moves the drawn phone to the reader and back while nobody is served. Still where less motion is wanted.

const REST_MS = 3_000; // long beside the 0.6 s of movement: redrawing costs, and a calm sign is read more easily

export function moveDrawing(screens) {
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  const near = (on) => document.body.classList.toggle("phone-near", on);
  near(true);
  setInterval(() => {
    if (document.hidden || !["idle", "preview"].includes(screens.current)) return;
    near(less.matches || !document.body.classList.contains("phone-near"));
  }, REST_MS);
}
