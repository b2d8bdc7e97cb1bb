// Shows a multipart stream of JPEG pictures on a canvas as they arrive, and says how many a second they are.
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

async function* pictures(reader) {
  const text = new TextDecoder();
  let bytes = new Uint8Array(0);
  for (;;) {
    const head = headEnd(bytes);
    const length = head < 0 ? null : /content-length: *(\d+)/i.exec(text.decode(bytes.subarray(0, head)));
    const end = length ? head + Number(length[1]) : Infinity;
    if (bytes.length >= end) {
      yield new Blob([bytes.slice(head, end)], { type: "image/jpeg" });
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
  const times = [];
  try {
    const response = await fetch(stage.dataset.source, { signal });
    if (!response.ok) throw new Error(response.status);
    for await (const picture of pictures(response.body.getReader())) {
      const bitmap = await createImageBitmap(picture);
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
