// The search page, which works without this: what is suggested while somebody types stands in a list under the field,
// as in the combobox of the ARIA practices; and the address tells only what was chosen.

const field = document.querySelector("[data-combobox] input");
const list = document.querySelector("[data-combobox] [role=listbox]");
let isWanted = false;

field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-controls", list.id);

const options = () => [...list.children];
const active = () => list.querySelector("[aria-selected=true]");

const mark = (option) => {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
};

const show = (isOpen) => {
  list.hidden = !isOpen;
  field.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) mark(null);
};

const close = () => {
  isWanted = false;
  show(false);
};

const choose = (option) => {
  field.value = option.dataset.value;
  close();
  field.form.requestSubmit();
};

// From the field through the list and back to the field, either way round.
const move = (step) => {
  const places = [null, ...options()];
  mark(places.at((places.indexOf(active()) + step) % places.length));
};

field.addEventListener("input", () => {
  isWanted = field.value.trim() !== "";
  if (!isWanted) show(false);
});
// What was asked for may come when it is no longer wanted.
list.addEventListener("htmx:afterSwap", () => show(isWanted && document.activeElement === field && options().length > 0));

field.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const isOpen = !list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!isOpen && options().length > 0 && field.value.trim()) show(true);
    if (list.hidden) return;
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && isOpen && active()) choose(active());
  else if (event.key === "Escape" && isOpen) close();
  else return;
  event.preventDefault();
});
field.addEventListener("blur", close);
field.form.addEventListener("submit", close);

// The field keeps the focus while an option is pressed.
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) choose(option);
});

field.form.addEventListener("htmx:configRequest", (event) => {
  const chosen = event.detail.formData;
  for (const [name, value] of [...chosen]) if (value === "") chosen.delete(name);
});

show(false);
