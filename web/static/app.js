// What the pages do beyond plain HTML: keys in lists, focus on complaints. Everything works without it.
"use strict";

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !field) {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const rows = Array.from(document.querySelectorAll("[data-rows] .name a"));
  const at = rows.indexOf(document.activeElement);
  const fromSearch = field && field.type === "search" && event.key === "ArrowDown";
  if (!rows.length || (at < 0 && !fromSearch)) return;
  event.preventDefault();
  const next = rows[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) next.focus();
});

const showComplaints = () => {
  const complaints = document.getElementById("complaints");
  if (complaints) complaints.focus();
};
document.addEventListener("DOMContentLoaded", showComplaints);
document.addEventListener("htmx:after:swap", showComplaints);
