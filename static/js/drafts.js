// Keeps what is being typed in a <form data-draft="key">, so that an expired sign-in, a lost network or a page closed by
// mistake loses nothing. The page works without it.
//
// - Drafts live in sessionStorage alone: they are gone when the tab is closed, and when somebody signs out.
//   The key holds who is writing, so that nobody is shown the draft of another.
// - A draft that was sent is dropped when the server answers with an address that ends in #gemt: then it is stored.
// - [data-draft-restored] in the form is the sentence shown when a draft came back; [data-draft-discard] drops it.

const PREFIX = "draft:";
const SAVED = "#gemt";

// A browser may refuse storage altogether, or be out of room; the form is used as it is then.
const store = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(PREFIX + key));
    } catch {
      return null;
    }
  },
  write(key, draft) {
    try {
      sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
    } catch {
      // Nothing to do: the text is still in the form.
    }
  },
  drop(key) {
    try {
      sessionStorage.removeItem(PREFIX + key);
    } catch {
      // It was never kept.
    }
  },
  keys() {
    try {
      return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
    } catch {
      return [];
    }
  },
};

function valuesOf(form) {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
}

function fill(form, values) {
  for (const field of form.elements) {
    if (!field.name || field.name === "csrfmiddlewaretoken") continue;
    const kept = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = kept.includes(field.value);
      if (field.checked) field.closest("details")?.setAttribute("open", "");
    } else if (kept.length) {
      field.value = kept[0];
    }
  }
}

function keepDraft(form) {
  const key = form.dataset.draft;
  const sentence = form.querySelector("[data-draft-restored]");
  const asServed = valuesOf(form);
  const draft = store.read(key);
  // A form that comes back with errors holds what was sent, and perhaps a newer note of what it began from.
  const isAnswer = draft?.sent && form.querySelector(".error-summary");

  if (draft && !isAnswer && JSON.stringify(draft.values) !== JSON.stringify(asServed)) {
    fill(form, draft.values);
    if (sentence) sentence.hidden = false;
  }
  form.addEventListener("input", () => store.write(key, { values: valuesOf(form), sent: false }));
  form.addEventListener("submit", () => store.write(key, { values: valuesOf(form), sent: true }));
  form.querySelector("[data-draft-discard]")?.addEventListener("click", () => {
    store.drop(key);
    fill(form, asServed);
    if (sentence) sentence.hidden = true;
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
}

if (location.hash === SAVED) {
  store.keys().filter((key) => store.read(key)?.sent).forEach((key) => store.drop(key));
  history.replaceState(history.state, "", location.pathname + location.search);
}
document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.addEventListener("submit", (event) => {
  // getAttribute, as a field of the form may be named "action".
  if (event.target.getAttribute("action")?.endsWith("/logout/")) store.keys().forEach((key) => store.drop(key));
});
