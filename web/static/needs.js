// What the need's pages do beyond plain HTML: slider figures, copy, print. Everything works without it.
"use strict";

const showShares = () => {
  const sliders = Array.from(document.querySelectorAll(".slider input[type=range]"));
  const total = sliders.reduce((sum, slider) => sum + Number(slider.value), 0);
  for (const slider of sliders) {
    const share = total ? Math.round((100 * Number(slider.value)) / total) : 0;
    slider.parentElement.querySelector("output").textContent = share + " %";
  }
};
document.addEventListener("input", (event) => {
  if (event.target.matches(".slider input[type=range]")) showShares();
});

const reveal = () => {
  for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;
};
document.addEventListener("DOMContentLoaded", reveal);
document.addEventListener("DOMContentLoaded", () => {
  if (!window.matchMedia("(max-width: 991.98px)").matches) return;
  for (const fold of document.querySelectorAll("[data-fold-small]")) fold.open = false;
});
document.addEventListener("htmx:after:swap", reveal);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (!copy) return;
  const letter = copy.closest("details").querySelector("textarea");
  letter.select();
  if (navigator.clipboard) navigator.clipboard.writeText(letter.value);
  else document.execCommand("copy");
});
