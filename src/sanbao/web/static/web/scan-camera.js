// The camera as a scanner: the browser's own decoder where it has one, else ours in WebAssembly, fetched when needed.
import { make } from "./words.js";

const EVERY = 110;
const WIDEST = 1280;
const PHOTOGRAPH = 2400;
const NATIVE = ["qr_code", "data_matrix", "code_128", "code_39", "code_93", "ean_13", "ean_8", "itf", "pdf417", "aztec"];
const OURS = ["QRCode", "DataMatrix", "Code128", "Code39", "Code93", "EAN13", "EAN8", "ITF", "PDF417", "Aztec"];
const RELEASE = 60_000;
let decode = null;

function script(src) {
  return new Promise((done, fail) => {
    const element = make("script", { src });
    element.addEventListener("load", done);
    element.addEventListener("error", () => fail(new Error(src)));
    document.head.append(element);
  });
}

async function native() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats();
  if (!known.includes("qr_code") || !known.includes("code_128")) return null;
  const detector = new BarcodeDetector({ formats: NATIVE.filter((format) => known.includes(format)) });
  return async (source) => (await detector.detect(source)).map(({ rawValue, boundingBox: box }) => ({ text: rawValue, x: box.x + box.width / 2, y: box.y + box.height / 2 }));
}

async function ours({ decoder, wasm }) {
  await script(decoder);
  ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  const canvas = make("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  return async (source, width, height, widest) => {
    const scale = Math.min(1, widest / Math.max(width, height));
    canvas.width = width * scale;
    canvas.height = height * scale;
    paper.drawImage(source, 0, 0, canvas.width, canvas.height);
    const picture = paper.getImageData(0, 0, canvas.width, canvas.height);
    const found = await ZXingWASM.readBarcodes(picture, { formats: OURS, tryHarder: true, textMode: "Plain", maxNumberOfSymbols: 8 });
    return found.filter(({ isValid }) => isValid).map(({ text, contentType, symbologyIdentifier, position: at }) => ({
      text: contentType === "GS1" ? symbologyIdentifier + text : text,
      x: (at.topLeft.x + at.bottomRight.x) / 2 / scale,
      y: (at.topLeft.y + at.bottomRight.y) / 2 / scale,
    }));
  };
}

async function read(source, width, height, files, widest = WIDEST) {
  decode ??= (await native().catch(() => null)) ?? (await ours(files));
  const found = await decode(source, width, height, widest);
  const away = ({ x, y }) => (x - width / 2) ** 2 + (y - height / 2) ** 2;
  return found.sort((a, b) => away(a) - away(b))[0]?.text ?? "";
}

// A photograph instead, where the page may not use the camera itself (plain HTTP, or it was not allowed).
export async function photograph(file, files) {
  const picture = await createImageBitmap(file);
  return read(picture, picture.width, picture.height, files, PHOTOGRAPH);
}

export const allowed = () => Boolean(navigator.mediaDevices?.getUserMedia);

export class Camera {
  constructor(view, files, heard) {
    Object.assign(this, { view, files, heard, video: view.querySelector("video"), stream: null, device: "", timer: 0, looking: 0, on: false });
    addEventListener("pagehide", () => this.release());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.close());
  }

  async open() {
    clearTimeout(this.timer);
    // One request a visit: some browsers ask the person each time.
    this.stream ??= await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 }, height: { ideal: 720 }, ...(this.device ? { deviceId: { exact: this.device } } : { facingMode: { ideal: "environment" } }) } });
    this.track.enabled = true;
    this.view.hidden = false;
    this.video.srcObject = this.stream;
    await this.video.play();
    await this.tools();
    this.on = true;
    this.look((this.looking += 1));
  }

  get track() {
    return this.stream.getVideoTracks()[0];
  }

  async tools() {
    const torch = this.view.querySelector("[data-scan-torch]");
    torch.hidden = !this.track.getCapabilities?.().torch;
    torch.setAttribute("aria-pressed", "false");
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    this.view.querySelector("[data-scan-flip]").hidden = cameras.length < 2;
  }

  async torch(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    await this.track.applyConstraints({ advanced: [{ torch: on }] });
    button.setAttribute("aria-pressed", on);
  }

  async flip() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    const at = cameras.findIndex(({ deviceId }) => deviceId === this.track.getSettings().deviceId);
    this.device = cameras[(at + 1) % cameras.length].deviceId;
    this.release();
    await this.open();
  }

  async look(mine) {
    while (true) {
      await new Promise((done) => setTimeout(done, EVERY));
      if (!this.on || mine !== this.looking) return;
      if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) continue;
      const text = await read(this.video, this.video.videoWidth, this.video.videoHeight, this.files).catch((error) => this.fail(error));
      if (text && this.on) this.heard(text);
    }
  }

  fail(error) {
    this.close();
    this.view.dispatchEvent(new CustomEvent("camera:failed", { detail: error }));
  }

  close() {
    if (!this.stream) return;
    this.on = false;
    this.view.hidden = true;
    this.track.enabled = false;
    this.video.pause();
    this.timer = setTimeout(() => this.release(), RELEASE);
  }

  release() {
    this.on = false;
    this.view.hidden = true;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }
}
