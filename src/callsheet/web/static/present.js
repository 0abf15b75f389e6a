// For whoever presents a post-mortem: keys turn the page, and a clock holds each part of the session against its plan.
// The page is whole without it: links turn it, and the run of show stands beside it.
"use strict";

const ASLEEP = 5 * 60_000;
const page = document.documentElement;

const turn = (rel) => document.querySelector(`.turns a[rel=${rel}]`)?.click();
const atTop = () => scrollY <= 1;
const atEnd = () => scrollY + innerHeight >= page.scrollHeight - 1;

// Space, and a presenter's remote, read on first, and turn the page at its end. What a key does elsewhere it still does.
const KEYS = {
  ArrowRight: () => turn("next"),
  ArrowLeft: () => turn("prev"),
  PageDown: () => atEnd() && turn("next"),
  PageUp: () => atTop() && turn("prev"),
  " ": (event) => (event.shiftKey ? atTop() && turn("prev") : atEnd() && turn("next")),
};

addEventListener("keydown", (event) => {
  const another = event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.defaultPrevented;
  const field = event.target.closest("input, select, textarea, [tabindex='0']");
  const pressed = event.key === " " && event.target.closest("button, summary");
  if (!another && !field && !pressed) KEYS[event.key]?.(event);
});

// The clock runs once somebody starts it, over all sections of this tab, and says no more than whole minutes: nobody is
// read a number every second, and nothing blinks.
const parts = [...document.querySelectorAll(".show dd[data-minutes]")];
const now = parts.findIndex((part) => part.previousElementSibling.matches("[aria-current]"));
const button = document.querySelector(".show + button");
const clock = document.querySelector(".clock");
const plain = parts.map((part) => part.textContent);

function kept() {
  const found = JSON.parse(sessionStorage.getItem(location.pathname) ?? "null");
  return found?.spent.length === parts.length ? found : null;
}

function told(part, spent) {
  const minutes = Math.floor(spent / 60_000);
  part.classList.toggle("late", minutes >= Number(part.dataset.minutes) + 1);
  return `${minutes} of ${part.dataset.minutes} min`;
}

function tick() {
  const state = kept();
  button.textContent = state ? "Stop the clock" : "Start the clock";
  clock.hidden = !state;
  if (!state) return;
  const passed = Date.now() - state.since;
  // A machine that slept was in no session.
  if (passed > 0 && passed < ASLEEP) state.spent[now] += passed;
  state.since = Date.now();
  sessionStorage.setItem(location.pathname, JSON.stringify(state));
  parts.forEach((part, at) => {
    part.textContent = at === now || state.spent[at] ? told(part, state.spent[at]) : plain[at];
  });
  clock.textContent = `${parts[now].previousElementSibling.textContent.split(":")[0]}: ${parts[now].textContent}`;
}

function begin() {
  if (kept()) {
    sessionStorage.removeItem(location.pathname);
    parts.forEach((part, at) => {
      part.textContent = plain[at];
      part.classList.remove("late");
    });
  } else {
    sessionStorage.setItem(location.pathname, JSON.stringify({ spent: parts.map(() => 0), since: Date.now() }));
  }
  tick();
}

document.querySelector(".keys")?.removeAttribute("hidden");
if (now >= 0) {
  tick();
  button.hidden = false;
  button.addEventListener("click", begin);
  setInterval(tick, 1000);
}
