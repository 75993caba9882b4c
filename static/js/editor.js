// A page in Wagtail's editor that is sent while it saves itself is stored once.
//
// Wagtail saves a page as it is typed, and sends the form without waiting for that. A page that is being made would be
// made twice on a slow line: the browser drops the answer to the first, which would have told it where the page is now,
// and the second is refused because the first has taken its address. So sending waits for the save under way, and no
// save begins after it.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const autosave = window.wagtail.app.getControllerForElementAndIdentifier(form, "w-autosave");
    if (!autosave) return;
    autosave.activeValue = false;
    const saving = autosave.submitPromise;
    if (!saving) return;
    event.preventDefault();
    event.stopPropagation();
    // Wagtail disables the button that was pressed, and a disabled one is not sent.
    const { submitter } = event;
    if (submitter?.name) {
      const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value });
      form.append(pressed);
    }
    saving.then(() => form.requestSubmit());
  },
  { capture: true },
);
