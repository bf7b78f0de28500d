// A signature pad: strokes of a finger, a pen or a mouse, kept as points in a field of 400 × 150 whatever the screen's size.

const WIDTH = 400;
const HEIGHT = 150;
const LEAST = 60; // length of all strokes together, in the field: a tap is no signature
const MOST = 1200; // points

export class Signature {
  #canvas;
  #strokes = [];
  #current = null;

  constructor(canvas) {
    this.#canvas = canvas;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    // a slow device brings several points of a stroke in one event
    canvas.addEventListener("pointermove", (event) => {
      const points = event.getCoalescedEvents?.() ?? [];
      for (const one of points.length ? points : [event]) this.#move(one);
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { this.#current = null; });
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  clear() {
    this.#strokes = [];
    this.#draw();
  }

  /** ``x,y x,y;x,y …``, or "" while it is too short to be a signature. */
  get value() {
    const length = this.#strokes.reduce((sum, stroke) => sum + stroke.reduce((part, [x, y], at) => (at ? part + Math.hypot(x - stroke[at - 1][0], y - stroke[at - 1][1]) : 0), 0), 0);
    return length < LEAST ? "" : this.#strokes.map((stroke) => stroke.map(([x, y]) => `${x},${y}`).join(" ")).join(";");
  }

  #begin(event) {
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#current = [];
    this.#strokes.push(this.#current);
    this.#move(event);
  }

  #move(event) {
    if (!this.#current || this.#strokes.flat().length >= MOST) return;
    const box = this.#canvas.getBoundingClientRect();
    const x = Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * WIDTH);
    const y = Math.round(Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)) * HEIGHT);
    const last = this.#current.at(-1);
    if (last && last[0] === x && last[1] === y) return;
    this.#current.push([x, y]);
    this.#draw();
  }

  #draw() {
    const box = this.#canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(box.width * ratio);
    this.#canvas.height = Math.round(box.height * ratio);
    const context = this.#canvas.getContext("2d");
    context.scale(this.#canvas.width / WIDTH, this.#canvas.height / HEIGHT);
    context.lineWidth = 2;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = "#07315b";
    for (const stroke of this.#strokes) {
      context.beginPath();
      stroke.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
      if (stroke.length === 1) context.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
      context.stroke();
    }
  }
}
