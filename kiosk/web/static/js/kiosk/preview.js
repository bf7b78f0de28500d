// The live picture: asked for only while it is shown, since each viewer costs the appliance a thread and frames.

const AGAIN_MS = 4_000;

export class Preview {
  #picture = document.getElementById("preview-picture");
  #drawing = document.getElementById("preview-drawing");
  #url;
  #timer = 0;
  #wanted = false;

  constructor(url) {
    this.#url = url;
    this.#picture.addEventListener("load", () => this.#wanted && this.#draw(true));
    this.#picture.addEventListener("error", () => {
      if (!this.#wanted) return;
      this.#draw(false);
      this.#timer = setTimeout(() => this.#open(), AGAIN_MS);
    });
  }

  get available() {
    return Boolean(this.#url);
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = this.available;
    this.#draw(false);
    if (this.#wanted) this.#open();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#picture.removeAttribute("src"); // ends the request, and with it the appliance's work
    this.#draw(false);
  }

  #open() {
    const mark = this.#url.includes("?") ? "&" : "?";
    this.#picture.src = `${this.#url}${mark}t=${Date.now()}`; // the same address would not be asked again after an error
  }

  #draw(live) {
    this.#picture.hidden = !live;
    this.#drawing.hidden = live;
  }
}
