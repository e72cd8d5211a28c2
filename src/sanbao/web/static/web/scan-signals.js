// What the ear and the hand are told: one high tone and one buzz for "well", two low tones and three buzzes for "no".
const TONES = { ok: [[1480, 0.1]], refused: [[200, 0.18], [0, 0.08], [200, 0.18]], kept: [[620, 0.06]] };
const BUZZES = { ok: [70], refused: [120, 80, 120, 80, 120], kept: [25] };
const LOUD = 0.22;
const MUTED = "sanbao:scan:muted";
let context = null;

export const muted = () => localStorage.getItem(MUTED) === "1";

export function mute(yes) {
  localStorage.setItem(MUTED, yes ? "1" : "0");
}

// Browsers let a page sound only after somebody has touched it.
export function wake() {
  if (muted() || !("AudioContext" in window)) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
}

function sound(tones) {
  wake();
  if (!context || muted()) return;
  let at = context.currentTime;
  for (const [hertz, seconds] of tones) {
    if (hertz) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = hertz < 400 ? "square" : "sine";
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(LOUD, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + seconds);
    }
    at += seconds;
  }
}

export function signal(kind) {
  sound(TONES[kind]);
  navigator.vibrate?.(BUZZES[kind]);
}

for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, wake, { passive: true, capture: true });
