element.addEventListener("click", (event) => {
  const card = event.target.closest(".textreel-card");
  if (card) trigger("select", { name: card.dataset.name });
});
