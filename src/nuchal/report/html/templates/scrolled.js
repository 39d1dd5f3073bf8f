"use strict";
// A table that is wider than the page can be scrolled with the keyboard, too.
const scrolled = new ResizeObserver((seen) => seen.forEach(({ target: box }) => {
  const wide = box.scrollWidth > box.clientWidth;
  const name = box.querySelector("caption") || box.closest("section")?.querySelector("h2, h3");
  for (const [key, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", name?.textContent || "Table"]]) {
    if (wide) box.setAttribute(key, value);
    else box.removeAttribute(key);
  }
}));
document.querySelectorAll(".scroll").forEach((box) => scrolled.observe(box));
