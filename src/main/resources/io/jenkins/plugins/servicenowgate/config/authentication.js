/* Shows of a connection only what the selected authentication needs. Hidden fields keep their values. */
(() => {
  "use strict";

  const PREFIX = "servicenow-gate-needed-by-";

  const show = (select) => {
    const connection = select.closest(".repeated-chunk");
    if (!connection) {
      return;
    }
    connection.querySelectorAll("[class*='" + PREFIX + "']").forEach((entry) => {
      if (entry.classList.contains(PREFIX + select.value)) {
        entry.classList.remove("jenkins-hidden");
      } else {
        entry.classList.add("jenkins-hidden");
      }
    });
  };

  // The options of a select arrive after the form; the event is fired then, too.
  Behaviour.specify("select.servicenow-gate-authentication", "servicenow-gate-authentication", 0, (select) => {
    select.addEventListener("change", () => show(select));
    select.addEventListener("filled", () => show(select));
    if (select.value) {
      show(select);
    }
  });
})();
