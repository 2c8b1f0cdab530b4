// The branding editor: what is being edited shows at once, in the frame and as contrast figures. Without this file the
// same comes with saving the draft.
const $ = (sel, root = document) => root.querySelector(sel);
const all = (sel, root = document) => [...root.querySelectorAll(sel)];
const form = $("#brand"), view = $("#preview"), frame = $("iframe[name=preview]");

// The picker of a colour and its field say the same.
for (const picker of all("[data-colour]")) {
  const field = document.getElementById(picker.dataset.colour);
  picker.hidden = false;
  picker.addEventListener("input", () => { field.value = picker.value; field.dispatchEvent(new Event("input", { bubbles: true })); });
  field.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value.toLowerCase(); });
}

// One language's words at a time.
const langs = $("[data-words-lang]");
const words = () => { for (const group of all("[data-words]")) group.hidden = group.dataset.words !== langs.value; };
langs.hidden = false;
langs.addEventListener("change", () => { words(); view.elements["lang-shown"].value = langs.value; draw(); });
if (!$("[data-words] [aria-invalid]")) words();

// The frame shows the page with what the forms say now. It moves without leaving steps behind for "Back".
function draw() {
  const url = new URL(form.dataset.preview, location.href);
  for (const [name, value] of new FormData(view)) if (name !== "device") url.searchParams.set(name, value);
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !name.startsWith("_") && name !== "client" && name !== "revision") url.searchParams.append(name, value);
  }
  frame.contentWindow.location.replace(url);
}
async function measure() {
  const url = new URL(form.dataset.contrast, location.href);
  url.searchParams.set("primary", form.elements.primary.value.trim());
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return; // a colour that is not whole yet
  for (const [name, value] of Object.entries(await answer.json())) $(`[data-ratio="${CSS.escape(name)}"]`).textContent = value;
}
let waiting = 0;
function changed() {
  $("[data-unsaved]").hidden = false;
  clearTimeout(waiting);
  waiting = setTimeout(() => { draw(); measure(); }, 250);
}
form.addEventListener("input", (e) => { if (e.target !== langs) changed(); });
view.addEventListener("change", () => { draw(); history.replaceState(null, "", `?${new URLSearchParams(new FormData(view))}`); });
