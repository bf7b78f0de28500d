// The camera of a phone or tablet on a staff page: pictures go to the appliance, about four a second and only while something moves.
// Reads no code. The page has a box #camera, hidden at first, with a video #camera-video in it.

import { newKey } from "./scan.js";

const LOOK_MS = 125; // between looks for motion
const SEND_MS = 250; // at most four pictures a second
const STILL_SEND_MS = 1500; // a code that is held quite still is found within this
const WIDTH = 960; // pixels: a code of version 15 has 2.5 of them a module when it fills a third of the picture
const FILE_WIDTH = 1600; // of a photograph, in which the code may be small
const SMALL = [32, 24];
const MOVED = 6; // mean difference of grey values that counts as motion

/** A picture file, small enough to send; as it is where the browser cannot open it. */
export async function smaller(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return file;
  const scale = Math.min(1, FILE_WIDTH / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.9));
}

export class Camera {
  #video = document.getElementById("camera-video");
  #box = document.getElementById("camera");
  #canvas = document.createElement("canvas");
  #small = document.createElement("canvas");
  #before = null;
  #sent = 0;
  #busy = false;
  #timer = 0;
  #stream = null;

  /** @param send (blob, key) -> promise of whether a code was in it */
  constructor(send) {
    this.send = send;
    [this.#small.width, this.#small.height] = SMALL;
  }

  get on() {
    return this.#stream !== null;
  }

  /** Begin; "" where it runs, else the key of the words for why it does not. */
  async start() {
    if (!navigator.mediaDevices?.getUserMedia) return "camera_insecure";
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
      });
    } catch {
      return "camera_denied";
    }
    this.#video.srcObject = this.#stream;
    await this.#video.play().catch(() => {});
    this.#box.hidden = false;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    return "";
  }

  stop() {
    clearInterval(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#box.hidden = true;
    this.#before = null;
  }

  async #look() {
    if (this.#busy || document.hidden || !this.#video.videoWidth) return;
    const now = performance.now();
    const moved = this.#moved();
    if (now - this.#sent < (moved ? SEND_MS : STILL_SEND_MS)) return;
    this.#busy = true;
    this.#sent = now;
    try {
      const picture = await this.#picture();
      if (picture) await this.send(picture, newKey());
    } finally {
      this.#busy = false;
    }
  }

  #moved() {
    const context = this.#small.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.#video, 0, 0, ...SMALL);
    const { data } = context.getImageData(0, 0, ...SMALL);
    const grey = new Uint8Array(data.length / 4);
    let difference = 0;
    for (let at = 0; at < grey.length; at += 1) {
      grey[at] = (data[at * 4] * 2 + data[at * 4 + 1] * 5 + data[at * 4 + 2]) >> 3;
      if (this.#before) difference += Math.abs(grey[at] - this.#before[at]);
    }
    const first = !this.#before;
    this.#before = grey;
    return first || difference / grey.length > MOVED;
  }

  #picture() {
    const scale = Math.min(1, WIDTH / this.#video.videoWidth);
    this.#canvas.width = Math.round(this.#video.videoWidth * scale);
    this.#canvas.height = Math.round(this.#video.videoHeight * scale);
    this.#canvas.getContext("2d").drawImage(this.#video, 0, 0, this.#canvas.width, this.#canvas.height);
    return new Promise((resolve) => this.#canvas.toBlob(resolve, "image/jpeg", 0.8));
  }
}
