// Shows a multipart stream of JPEG pictures on a canvas as they arrive, says how many a second they are, and plays the
// 16-bit sound that comes with them.
const SOUND_AHEAD = 0.08, SOUND_BEHIND = 0.4;
let shown = new AbortController();

function joined(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function headEnd(bytes) {
  for (let at = 0; at + 3 < bytes.length; at += 1)
    if (bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4;
  return -1;
}

// Plays pieces of sound after each other; where they came late, or run too far ahead, it begins anew from now.
function player(button) {
  let context = null, gain = null, next = 0;
  const loud = () => { if (gain) gain.gain.value = button.getAttribute("aria-pressed") === "true" ? 1 : 0; };
  button.onclick = () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    context?.resume();
    loud();
  };
  return {
    play(kind, bytes) {
      const rate = Number(/rate=(\d+)/.exec(kind)[1]);
      if (!context) {
        context = new AudioContext();
        gain = context.createGain();
        gain.connect(context.destination);
        loud();
      }
      const samples = new DataView(bytes.buffer), buffer = context.createBuffer(2, bytes.length / 4, rate);
      for (let side = 0; side < 2; side += 1) {
        const channel = buffer.getChannelData(side);
        for (let at = 0; at < channel.length; at += 1) channel[at] = samples.getInt16(4 * at + 2 * side) / 32768;
      }
      const now = context.currentTime;
      if (next < now || next > now + SOUND_BEHIND) next = now + SOUND_AHEAD;
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(gain);
      source.start(next);
      next += buffer.duration;
    },
    close() { context?.close(); },
  };
}

async function* parts(reader) {
  const text = new TextDecoder();
  let bytes = new Uint8Array(0);
  for (;;) {
    const head = headEnd(bytes);
    const said = head < 0 ? "" : text.decode(bytes.subarray(0, head));
    const length = /content-length: *(\d+)/i.exec(said);
    const end = length ? head + Number(length[1]) : Infinity;
    if (bytes.length >= end) {
      yield { kind: /content-type: *([^\r]+)/i.exec(said)[1], bytes: bytes.slice(head, end) };
      bytes = bytes.slice(end);
      continue;
    }
    const { done, value } = await reader.read();
    if (done) return;
    bytes = joined(bytes, value);
  }
}

async function show() {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  const stage = element.querySelector("[data-source]");
  if (!stage) return;
  const canvas = stage.querySelector("canvas"), rate = stage.querySelector("output");
  const times = [], sound = player(stage.querySelector("button"));
  signal.addEventListener("abort", () => sound.close());
  try {
    const response = await fetch(`${stage.dataset.source}?sound=1`, { signal });
    if (!response.ok) throw new Error(response.status);
    for await (const { kind, bytes } of parts(response.body.getReader())) {
      if (kind.startsWith("audio/")) {
        sound.play(kind, bytes);
        stage.dataset.sounds = Number(stage.dataset.sounds ?? 0) + 1;
        continue;
      }
      const bitmap = await createImageBitmap(new Blob([bytes], { type: kind }));
      if (signal.aborted) return;
      if (canvas.width !== bitmap.width) [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      times.push(performance.now());
      if (times.length > 48) times.shift();
      stage.dataset.frames = Number(stage.dataset.frames ?? 0) + 1;
      const seconds = (times.at(-1) - times[0]) / 1000;
      if (seconds > 0.5) rate.textContent = `${((times.length - 1) / seconds).toFixed(1)} frames a second`;
    }
    rate.textContent = "ended";
  } catch (error) {
    if (!signal.aborted) rate.textContent = "the stream has ended: press Start";
  }
}
watch("value", show);
show();
