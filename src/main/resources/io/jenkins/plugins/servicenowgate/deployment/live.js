/* Shows instants in the viewer's own time, and keeps what waits up to date. */
(() => {
  "use strict";

  const own = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    dateStyle: "medium",
    timeStyle: "long",
  });

  const showOwnTime = (root) => {
    root.querySelectorAll("time.servicenow-gate-moment:not([data-own])").forEach((time) => {
      const instant = new Date(time.dateTime);
      if (Number.isNaN(instant.getTime())) {
        return;
      }
      const utc = time.textContent;
      time.dataset.own = "true";
      time.title = utc;
      time.textContent = time.dataset.both ? `${own.format(instant)} (${utc})` : own.format(instant);
    });
  };

  const follow = (live) => {
    const interval = 5000;
    let shown = null;

    const show = (html) => {
      if (html !== shown) {
        shown = html;
        live.innerHTML = html;
        showOwnTime(live);
      }
    };

    const look = () => {
      if (!live.isConnected || !live.querySelector("[data-waiting='true']")) {
        return;
      }
      if (document.hidden || live.contains(document.activeElement)) {
        setTimeout(look, interval);
        return;
      }
      fetch(live.dataset.servicenowGateLive, { credentials: "same-origin" })
        .then((answer) => {
          if (answer.redirected || answer.status === 403 || answer.status === 404) {
            return false;
          }
          return answer.ok ? answer.text().then(show).then(() => true) : true;
        })
        // Jenkins may be away for a while; a later look finds it again.
        .catch(() => true)
        .then((again) => {
          if (again) {
            setTimeout(look, interval);
          }
        });
    };
    setTimeout(look, interval);
  };

  const begin = () => {
    showOwnTime(document);
    document.querySelectorAll("[data-servicenow-gate-live]").forEach(follow);
  };

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", begin);
  } else {
    begin();
  }
})();
