/* The steps at the head of the page are elements without a role: they become buttons of a group,
   one of them the current one, which space and Enter press. Whoever goes on from the end of a step
   is at the beginning of the next, not nowhere. A field to choose from that has a name but no label
   has it around what the keyboard reaches, not on it. The line at the top that tells of any traffic
   says nothing. */
(() => {
  let shown = null;

  function name(head) {
    head.setAttribute("role", "group");
    head.setAttribute("aria-label", "Steps");
    for (const step of head.querySelectorAll(".q-stepper__tab")) {
      const current = step.classList.contains("q-stepper__tab--active");
      step.setAttribute("role", "button");
      if (current) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    const now = head.querySelector("[aria-current]")?.textContent ?? null;
    if (shown !== null && now !== shown) setTimeout(begin, 0);
    shown = now;
  }

  function begin() {
    if (document.activeElement && document.activeElement !== document.body) return;
    document.querySelector(".q-stepper__step-content .unseen")?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.(".q-stepper__tab")) return;
    event.preventDefault();
    event.target.click();
  });

  function look() {
    due = false;
    document.querySelectorAll(".q-stepper__header").forEach(name);
    for (const field of document.querySelectorAll(".q-field__native[aria-label] > .q-select__focus-target"))
      field.setAttribute("aria-label", field.parentElement.getAttribute("aria-label"));
    document.querySelectorAll(".q-loading-bar").forEach((bar) => bar.setAttribute("aria-hidden", "true"));
  }

  let due = false;
  const changes = new MutationObserver(() => {
    if (!due) requestAnimationFrame(look);
    due = true;
  });
  changes.observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["class"] });
})();
