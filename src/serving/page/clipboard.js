// Puts text on the clipboard, and says so on the button.
const SAID_MS = 1200;

// Throws where the browser does not allow it. button: the one that was meant, or null.
export async function toClipboard(text, button) {
  await navigator.clipboard.writeText(text);
  if (!button || button.dataset.busy) return;
  button.dataset.busy = "yes";
  const before = [...button.childNodes];
  button.textContent = "Copied";
  setTimeout(() => {
    button.replaceChildren(...before);
    delete button.dataset.busy;
  }, SAID_MS);
}
