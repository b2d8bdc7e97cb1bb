// The chips of a prompt: a popover opens beneath its chip; what is pressed in it is chosen, and the chip keeps the focus.
let focused = null;

element.addEventListener("toggle", (event) => {
  const popover = event.target;
  if (event.newState !== "open") return;
  const chip = element.querySelector(`[popovertarget="${popover.id}"]`).getBoundingClientRect();
  const room = document.documentElement.clientWidth - popover.offsetWidth - 8;
  const below = chip.bottom + 4;
  const fits = below + popover.offsetHeight <= window.innerHeight;
  popover.style.left = `${Math.max(8, Math.min(chip.left, room))}px`;
  popover.style.top = `${fits ? below : Math.max(8, chip.top - popover.offsetHeight - 4)}px`;
}, true);

element.addEventListener("click", (event) => {
  const choice = event.target.closest(".textreel-choice button");
  if (!choice) return;
  const { start, end, value } = choice.dataset;
  choice.closest("[popover]").hidePopover();
  focused = start;
  trigger("select", { start: Number(start), end: Number(end), value });
});

watch("value", () => {
  if (focused === null) return;
  const start = focused;
  focused = null;
  requestAnimationFrame(() => element.querySelector(`.textreel-chip[data-start="${start}"]`)?.focus());
});
