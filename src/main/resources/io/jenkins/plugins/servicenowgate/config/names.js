/* Says while somebody types that a name is there twice; the server refuses it in any case. */
(() => {
  "use strict";

  const check = (list) => {
    const inputs = [...list.querySelectorAll("input[name='_.name']")].filter(
      // A repeatable list keeps a template for new entries, and entries may have lists of their own.
      (input) => !input.closest(".to-be-removed") && input.closest("[data-servicenow-gate-unique]") === list,
    );
    inputs.forEach((input) => {
      const name = input.value.trim();
      const twice = name !== "" && inputs.some((other) => other !== input && other.value.trim() === name);
      let warning = input.parentElement.querySelector(".servicenow-gate-twice");
      if (twice && !warning) {
        warning = document.createElement("div");
        warning.className = "servicenow-gate-twice error";
        warning.setAttribute("role", "alert");
        warning.textContent = list.dataset.servicenowGateUnique;
        input.parentElement.append(warning);
      } else if (!twice && warning) {
        warning.remove();
      }
    });
  };

  document.addEventListener("input", (event) => {
    const list = event.target.closest && event.target.closest("[data-servicenow-gate-unique]");
    if (list && event.target.name === "_.name") {
      check(list);
    }
  });
})();
