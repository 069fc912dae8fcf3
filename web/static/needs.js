// What the need's pages do beyond plain HTML: slider figures, copy, print. Everything works without it.
"use strict";

const sliders = () => Array.from(document.querySelectorAll(".slider input[type=range]"));
const weighed = () => sliders().reduce((sum, slider) => sum + Number(slider.value), 0);

const showShares = () => {
  const total = weighed();
  const complaint = document.getElementById("no-weight");
  if (complaint) complaint.hidden = total > 0;
  for (const slider of sliders()) {
    const share = total ? Math.round((100 * Number(slider.value)) / total) : 0;
    slider.parentElement.querySelector("output").textContent = share + " %";
  }
};
document.addEventListener("input", (event) => {
  if (event.target.matches(".slider input[type=range]")) showShares();
});
// All at zero rank nothing: neither asked for nor kept.
const weightless = (event) => {
  if (event.target.id === "weights" && !weighed()) event.preventDefault();
};
document.addEventListener("htmx:config:request", weightless);
document.addEventListener("submit", weightless);

// A switch of the order asks for the page anew: the sliders, too, must carry it.
document.addEventListener("change", (event) => {
  const switches = event.target.closest("form.order-switches");
  if (switches) switches.requestSubmit();
});

// The parks chosen for compare stay chosen when the list is ranked anew; at the most allowed no other can be ticked.
const chosen = new Set();
const boxes = () => Array.from(document.querySelectorAll("ol.ranking input[name=park]"));
const limitChoice = () => {
  const most = document.querySelector("[data-most]");
  if (!most) return;
  const full = boxes().filter((box) => box.checked).length >= Number(most.dataset.most);
  for (const box of boxes()) box.disabled = full && !box.checked;
};
const chooseAgain = () => {
  for (const box of boxes()) box.checked = box.checked || chosen.has(box.value);
  limitChoice();
};
document.addEventListener("change", (event) => {
  if (!event.target.matches("ol.ranking input[name=park]")) return;
  if (event.target.checked) chosen.add(event.target.value);
  else chosen.delete(event.target.value);
  limitChoice();
});
document.addEventListener("htmx:after:swap", chooseAgain);
window.addEventListener("pageshow", () => {
  for (const box of boxes()) if (box.checked) chosen.add(box.value);
  limitChoice();
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

// How sure each place is comes after the list; beside each park stands what the table below says of it.
const showChances = () => {
  for (const chance of document.querySelectorAll("#sure [data-sure-of]")) {
    const place = document.getElementById("sure-" + chance.dataset.sureOf);
    if (place && !place.firstChild) place.append(chance.cloneNode(true));
  }
};
document.addEventListener("htmx:after:swap", showChances);
