// Small conveniences; every page works without them.

// An error summary takes focus, so that a screen reader and a keyboard start there.
document.querySelector(".error-summary")?.focus();

// The account menu closes with Escape and when something else is clicked.
const account = document.querySelector("details.account");
if (account) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && account.open) {
      account.open = false;
      account.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!account.contains(event.target)) account.open = false;
  });
}

// A form is sent once, however often its button is pressed; a page fetched back from the browser's memory works again.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  else event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Filters lie folded on a phone and open beside the results where there is room.
const openWhereThereIsRoom = () => {
  if (!window.matchMedia("(min-width: 60rem)").matches) return;
  document.querySelectorAll("details[data-open-wide]").forEach((fold) => (fold.open = true));
};
openWhereThereIsRoom();
document.addEventListener("htmx:afterSwap", openWhereThereIsRoom);
