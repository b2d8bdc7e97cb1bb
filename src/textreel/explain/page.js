"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);

function make(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  if (text !== undefined && text !== null) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
function picture(source, caption, width) {
  const figure = make("figure");
  const image = make("img", null, { src: source, alt: caption, ...(width ? { width } : {}) });
  figure.append(image, make("figcaption", caption));
  return figure;
}
function row(table, cells, tag = "td") {
  const line = table.insertRow();
  for (const cell of cells) {
    const number = typeof cell === "object" && cell !== null && "number" in cell;
    const node = make(tag, number ? "" : typeof cell === "object" ? "" : cell);
    if (number) { node.className = "number"; node.textContent = cell.number; }
    if (cell instanceof Node) node.append(cell);
    line.append(node);
  }
  return line;
}
const percent = (value) => `${(100 * value).toFixed(Math.abs(value) < 0.0995 ? 1 : 0)} %`;
function bar(share) {
  const cell = make("span");
  const length = make("span", "", { class: "bar" });
  length.style.width = `${Math.max(0, Math.min(1, share)) * 6}em`;
  cell.append(length, percent(share));
  return cell;
}
function opened(map) {  // {shape, lowest, highest, data} -> values
  const bytes = Uint8Array.from(atob(map.data), (letter) => letter.charCodeAt(0));
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = map.lowest + (bytes[i] / 255) * (map.highest - map.lowest);
  return { shape: map.shape, values };
}
const HEAT = [[13, 8, 60], [126, 3, 140], [225, 85, 60], [252, 200, 50], [255, 255, 220]];
function heat(value) {
  const place = Math.max(0, Math.min(0.9999, value)) * (HEAT.length - 1), step = Math.floor(place), share = place - step;
  return HEAT[step].map((part, i) => part + share * (HEAT[step + 1][i] - part));
}
function drawn(values, height, width, most) {  // a map as a small picture, transparent where nothing is
  const canvas = make("canvas", null, { width, height }), pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const value = Math.max(0, values[i]) / (most || 1);
    const [red, green, blue] = heat(value);
    image.data.set([red, green, blue, 255 * Math.min(0.85, 1.6 * value)], 4 * i);
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

function framed(image, camera) {  // the camera's windows over a place that is 2 world units wide and 1.25 high
  image.onload = () => {
    image.onload = null;
    const sheet = make("canvas", null, { width: image.naturalWidth * 2, height: image.naturalHeight * 2 }), brush = sheet.getContext("2d"), unit = sheet.width / 2;
    brush.drawImage(image, 0, 0, sheet.width, sheet.height);
    camera.forEach(([x, y, zoom, roll], i) => {
      brush.save();
      brush.translate((((((x + 1) % 2) + 2) % 2)) * unit, y * unit);
      brush.rotate(roll);
      brush.lineWidth = 2;
      brush.strokeStyle = `rgba(255, 255, 255, ${0.25 + (0.75 * (i + 1)) / camera.length})`;
      brush.strokeRect(-unit / zoom / 2, -unit / zoom / 2, unit / zoom, unit / zoom);
      brush.restore();
    });
    image.replaceWith(sheet);
  };
}

const METHODS = { "leaving out": "leaving the word out", attention: "attention", gradients: "integrated gradients" };
for (const shot of data.shots) for (const word of shot.words) {
  word.shot = shot;
  for (const method of Object.keys(word.maps)) word.maps[method] = opened(word.maps[method]);
}
const words = data.shots.flatMap((shot) => shot.words);
const methods = Object.keys(METHODS).filter((method) => words.some((word) => word.maps[method]));
const state = { frame: 0, word: words.find((word) => word.has_effect) || words[0], method: methods[0], playing: null, place: null };
const film = data.film.map((source) => { const image = new Image(); image.src = source; return image; });

at("prompt").textContent = data.prompt;
at("made").textContent = `Model ${data.model} (${data.weights_hash.slice(0, 12)}), seed ${data.seed}, ${data.frames} frames at ${data.fps} a second.`;
for (const method of methods) at("method").append(make("option", METHODS[method], { value: method }));
for (const word of words) {
  const chip = make("button", word.text, { type: "button", "aria-pressed": "false" });
  if (!word.has_effect) { chip.className = "idle"; chip.title = word.known ? "Left out, the film stays the same." : "The model cannot read this word."; }
  chip.addEventListener("click", () => {
    state.word = word;
    const frames = word.shot.frames;
    if (state.frame < frames[0] || state.frame > frames[frames.length - 1]) state.frame = frames[0];
    show();
  });
  word.chip = chip;
  at("words").append(chip);
}
const shotAt = (frame) => data.shots.reduce((best, shot) => (shot.frames[0] <= frame ? shot : best), data.shots[0]);
function nearest(shot, frame) {
  let best = 0;
  shot.frames.forEach((each, i) => { if (Math.abs(each - frame) < Math.abs(shot.frames[best] - frame)) best = i; });
  return best;
}
const screen = at("screen"), pen = screen.getContext("2d");
function show() {
  const image = film[state.frame], word = state.word;
  pen.imageSmoothingEnabled = true;
  if (image.complete) pen.drawImage(image, 0, 0, screen.width, screen.height);
  else image.onload = show;
  const map = word.maps[state.method];
  if (at("overlay").checked && map && word.shot === shotAt(state.frame)) {
    const [, height, width] = map.shape, start = nearest(word.shot, state.frame) * height * width;
    const most = map.values.reduce((a, b) => Math.max(a, b), 0);
    if (most > 0) pen.drawImage(drawn(map.values.subarray(start, start + height * width), height, width, most), 0, 0, screen.width, screen.height);
  }
  if (state.place) {
    pen.strokeStyle = "white"; pen.lineWidth = 3; pen.beginPath();
    pen.arc(state.place[0] * screen.width, state.place[1] * screen.height, 9, 0, 7); pen.stroke();
    pen.strokeStyle = "black"; pen.lineWidth = 1; pen.stroke();
  }
  for (const each of words) each.chip.setAttribute("aria-pressed", String(each === word));
  at("time").value = state.frame;
  at("clock").textContent = `${(state.frame / data.fps).toFixed(2)} s`;
  if (state.place) tell();
}
function tell() {
  const [x, y] = state.place, shot = shotAt(state.frame), frame = nearest(shot, state.frame);
  const caused = shot.words.filter((word) => word.maps[state.method]).map((word) => {
    const { shape: [, height, width], values } = word.maps[state.method];
    const line = Math.min(height - 1, Math.floor(y * height)), column = Math.min(width - 1, Math.floor(x * width));
    return [word, Math.max(0, values[frame * height * width + line * width + column])];
  });
  const total = caused.reduce((sum, [, value]) => sum + value, 0);
  caused.sort((a, b) => b[1] - a[1]);
  at("here-where").textContent = total ? `${percent(x)} from the left, ${percent(y)} from the top, by ${METHODS[state.method]}.` : "No word caused this place by this method.";
  at("here").replaceChildren();
  for (const [word, value] of caused.slice(0, 6)) if (value > 0) row(at("here"), [word.text, bar(value / total)]);
}
function choose(x, y) { state.place = [Math.max(0, Math.min(1, x)), Math.max(0, Math.min(1, y))]; show(); }
screen.addEventListener("click", (event) => {
  const box = screen.getBoundingClientRect();
  choose((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
});
screen.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!way) return;
  event.preventDefault();
  const [x, y] = state.place || [0.5, 0.5];
  choose(x + way[0] / 32, y + way[1] / 32);
});
at("time").max = data.frames - 1;
at("time").addEventListener("input", () => { state.frame = Number(at("time").value); show(); });
at("method").addEventListener("change", () => { state.method = at("method").value; show(); });
at("overlay").addEventListener("change", show);
at("play").addEventListener("click", () => {
  if (state.playing) { clearInterval(state.playing); state.playing = null; at("play").textContent = "Play"; return; }
  at("play").textContent = "Pause";
  state.playing = setInterval(() => { state.frame = (state.frame + 1) % data.frames; show(); }, 1000 / data.fps);
});

function sounding(word) {
  if (!word.sounds.length) return "";
  const cell = bar(word.sound_share);
  cell.append(` ${word.sounds.join(", ")}`);
  return cell;
}
const table = at("table");
const parts = [...new Set(data.shots.flatMap((shot) => Object.keys(shot.parts)))];
const audible = words.some((word) => word.sound_share !== null);
row(table, ["word", ...methods.map((method) => `share by ${METHODS[method]}`), "left out, it changes", "mostly", ...(audible ? ["share of the sounds"] : [])], "th");
for (const word of words) {
  const strongest = parts.map((part) => [part, (word.by_part["leaving out"] || {})[part] || 0]).sort((a, b) => b[1] - a[1])[0];
  const change = word.known ? `${word.change.toFixed(1)} levels of 255` : "cannot be read";
  row(table, [word.text, ...methods.map((method) => (word.known ? bar(word.shares[method]) : "")), { number: change }, word.change && word.has_effect && strongest ? strongest[0] : "", ...(audible ? [sounding(word)] : [])]);
}
const idle = data.words_without_effect;
at("without").textContent = idle.length ? `Without effect: ${idle.join(", ")}. These can be left out, and the film stays the same to the eye.` : "Every word has an effect.";
const sums = data.shots.flatMap((shot) => Object.entries(shot.completeness).map(([part, sum]) => `${part} ${sum.toFixed(2)}`));
at("completeness").textContent = sums.length ? `Integrated gradients come to (1 is exact): ${sums.join(", ")}.` : "";

const trust = at("trust");
if (data.trust.length) {
  const figures = make("table");
  row(figures, ["measured of this model", "value", "chance", "n"], "th");
  for (const each of data.trust) {
    const said = (value) => (value === null || value === undefined || Number.isNaN(value) ? "" : each.unit === "share" ? percent(value) : Number(value).toFixed(2));
    row(figures, [each.name, { number: said(each.value) }, { number: said(each.chance) }, { number: each.n }]);
  }
  trust.append(figures);
} else trust.append(make("p", `Nobody has measured explanations of these weights yet: textreel evaluate ${data.model} --metrics explanation -o explanation.json, and put that file beside the weights.`));
for (const each of data.missing) trust.append(make("p", `Not explained: ${each}.`, { class: "quiet" }));

for (const shot of data.shots) {
  const several = data.shots.length > 1 ? `Shot ${shot.index + 1}: ` : "";
  for (const each of shot.counterfactuals) {
    const changed = each.instead ? `“${each.word}” replaced by “${each.instead}”` : `without “${each.word}”`;
    at("counterfactuals").append(picture(each.picture, `${several}${changed}: ${each.attribute.replace("_", " ")} ${each.before} becomes ${each.after} (the judge is ${percent(each.confidence)} sure)`, 160));
  }
  for (const [name, source] of Object.entries(shot.layers)) {
    const figure = picture(source, several + name + (name === "place" ? ", and what the camera sees of it from first to last" : ""));
    if (name === "place") framed(figure.querySelector("img"), shot.camera);
    at("layers").append(figure);
  }
  for (const each of shot.directions) {
    const figure = make("figure"), strip = make("div", null, { class: "strip" });
    each.strip.forEach((source, i) => strip.append(make("img", null, { src: source, alt: `${each.name}, ${i - 2} deviations` })));
    const strongest = Object.entries(each.responses).sort((a, b) => b[1] - a[1]).slice(0, 3).map(([name, value]) => `${name.replace("_", " ")} ${percent(value)}`);
    figure.append(strip, make("figcaption", `${several}${each.name}. ${each.method}, acts on: ${each.acts_on}, holds ${percent(each.explains)} of what the noise does there.${strongest.length ? ` The judge responds in ${strongest.join(", ")}.` : ""}`));
    at("directions").append(figure);
  }
  for (const each of shot.beliefs) {
    at("beliefs").append(make("h3", `${several}the ${each.judge} discriminator: ${each.logit > 0 ? "real" : "not real"} (logit ${each.logit.toFixed(2)})${each.least_real ? `; least real: ${each.least_real}` : ""}`));
    for (const [kind, said] of [["looks", "where it looks"], ["doubts", "what it finds least real"]]) {
      const map = opened(each[kind]), [count, height, width] = map.shape, figure = make("figure"), strip = make("div", null, { class: "strip" });
      each.pictures.slice(0, count).forEach((source, i) => {
        const sheet = make("canvas", null, { width: 128, height: 128, "aria-label": said }), brush = sheet.getContext("2d"), image = new Image();
        image.onload = () => { brush.drawImage(image, 0, 0, 128, 128); brush.drawImage(drawn(map.values.subarray(i * height * width, (i + 1) * height * width), height, width, 1), 0, 0, 128, 128); };
        image.src = source;
        strip.append(sheet);
      });
      figure.append(strip, make("figcaption", said));
      at("beliefs").append(figure);
    }
  }
}
if (!at("counterfactuals").childElementCount) at("counterfactuals").append(make("p", "None was found among changes of one word.", { class: "quiet" }));
if (!at("beliefs").childElementCount) at("beliefs").append(make("p", "The discriminators' weights are not at hand; see above.", { class: "quiet" }));
if (!at("layers").childElementCount) at("layers").append(make("p", "This model paints whole frames; there are no layers to take apart.", { class: "quiet" }));

const board = at("storyboard"), quoted = (span) => (span ? ` “${span.text}”` : "");
row(board, ["shot", "time", "words for the generator", "camera", "then"], "th");
for (const shot of data.storyboard.shots) {
  const moves = shot.moves.map((move) => `${move.kind} ${move.direction || ""}${quoted(move.words)}`).join("; ");
  const carried = (shot.carried || []).filter((each) => each.shot !== shot.index).map((each) => `${each.role}${quoted(each.words)} from shot ${each.shot + 1}`).join(", ");
  const then = shot.transition ? `${shot.transition.kind}${quoted(shot.transition.words)}` : "";
  row(board, [String(shot.index + 1), `${shot.start_seconds} to ${shot.start_seconds + shot.seconds} s${quoted(shot.timing)}`, shot.text + (carried ? ` (${carried})` : ""), moves || "nothing said", then]);
}
for (const note of data.storyboard.notes || []) row(board, ["", "", `${quoted(note.words)}: ${note.reason}`, "", ""]);

const read = opened(data.attention.frames_by_words), [frames, count] = read.shape, over = make("table");
data.attention.words.forEach((word, column) => {
  const line = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) line[frame] = read.values[frame * count + column];
  const canvas = drawn(line, 1, frames, read.values.reduce((a, b) => Math.max(a, b), 0));
  canvas.style.cssText = "width:min(32rem,60vw);height:1.1em;image-rendering:pixelated";
  canvas.setAttribute("aria-label", `attention to ${word} over time`);
  row(over, [word, canvas]);
});
at("attention").append(over);

const said = new Set(data.analysis.tokens.map((token) => token.text.toLowerCase()));
const space = "http://www.w3.org/2000/svg", sky = document.createElementNS(space, "svg");
sky.setAttribute("viewBox", "0 0 720 460"); sky.setAttribute("role", "img"); sky.setAttribute("aria-label", "Words in two dimensions");
for (const [word, [x, y]] of Object.entries(data.constellation)) {
  const star = document.createElementNS(space, "circle"), name = document.createElementNS(space, "text");
  const left = 340 + x * 300, top = 230 + y * 200;
  star.setAttribute("cx", left); star.setAttribute("cy", top); star.setAttribute("r", said.has(word) ? 5 : 3);
  name.setAttribute("x", left + 7); name.setAttribute("y", top + 4); name.textContent = word;
  if (said.has(word)) { star.setAttribute("class", "said"); name.setAttribute("class", "said"); }
  sky.append(star, name);
}
at("constellation").append(sky);
show();
