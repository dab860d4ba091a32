/** Parts of a page that show what is so just now: each looks again after its own seconds. */
const LIVE = "[data-live]";

/** Nothing is taken from under somebody's hands: while a form is open, or the pointer's focus is inside, a part waits. */
function isInUse(part: Element): boolean {
  return part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
}

for (const part of document.querySelectorAll<HTMLElement>(LIVE)) {
  const everyMs = Number(part.dataset["live"]) * 1_000;
  setInterval(() => {
    // htmx asks and puts the answer in place.
    if (!document.hidden && !isInUse(part)) part.dispatchEvent(new Event("look"));
  }, everyMs);
}

/** A form that an operator has opened is where the next key goes. */
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!(target instanceof HTMLDetailsElement) || !target.open) return;
    target.querySelector<HTMLElement>("input:not([type=hidden])")?.focus();
  },
  { capture: true },
);

/** Escape closes the form again. */
document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape" || !(target instanceof Element)) return;
  const open = target.closest<HTMLDetailsElement>("details.act[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
});

/** A page that has messages to check brings the script that does it when it is asked to. */
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-check]")) {
  const section = button.closest<HTMLElement>("[data-verify]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { verifyIn } = await import(section?.dataset["script"] ?? "");
      if (section) await verifyIn(section);
    } catch {
      const verdict = section?.querySelector("[data-verdict]");
      if (verdict) verdict.textContent = "The messages could not be read. Try again.";
      button.disabled = false;
    }
  });
}

/** On a phone the rooms' names scroll sideways: the one that is open is in sight. */
document
  .querySelector("nav [aria-current]")
  ?.scrollIntoView({ inline: "center", block: "nearest" });
