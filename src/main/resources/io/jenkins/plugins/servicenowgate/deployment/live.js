/* Keeps relative times and waiting deployments up to date, and adds the viewer's local time to tooltips. */
(() => {
  "use strict";

  const interval = 5000;
  const language = document.documentElement.lang || undefined;
  const local = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" });
  // Without it, the relative times stay as they were when the page was rendered.
  const relative = Intl.RelativeTimeFormat && new Intl.RelativeTimeFormat(language);
  const units = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];

  const distance = (instant, upcoming) => {
    const seconds = Math.max((instant.getTime() - Date.now()) / 1000, upcoming ? 0 : -Infinity);
    const [unit, length] = units.find((each) => Math.abs(seconds) >= each[1]) || ["second", 1];
    return relative.format(Math.trunc(seconds / length), unit);
  };

  const showTimes = () => {
    document.querySelectorAll("time.servicenow-gate-moment").forEach((time) => {
      const instant = new Date(time.dateTime);
      if (Number.isNaN(instant.getTime())) {
        return;
      }
      if (!time.dataset.local) {
        time.dataset.local = "true";
        time.title = `${local.format(instant)} (${time.title})`;
      }
      if (relative) {
        const text = distance(instant, time.dataset.upcoming);
        time.textContent = time.dataset.both ? `${text}, ${time.title}` : text;
      }
    });
  };

  const follow = (live) => {
    let shown = null;

    const show = (html) => {
      const withoutTimes = html.replace(/(<time [^>]*>)[^<]*/g, "$1");
      if (withoutTimes !== shown) {
        shown = withoutTimes;
        live.innerHTML = html;
        showTimes();
      }
    };

    const reload = () => {
      if (!live.isConnected || !live.querySelector("[data-live='true']")) {
        return;
      }
      if (document.hidden || live.contains(document.activeElement)) {
        setTimeout(reload, interval);
        return;
      }
      fetch(live.dataset.servicenowGateLive, { credentials: "same-origin" })
        .then((answer) => {
          if (answer.redirected || answer.status === 403 || answer.status === 404) {
            return false;
          }
          return answer.ok ? answer.text().then(show).then(() => true) : true;
        })
        // Jenkins may be unavailable for a while, for example during a restart.
        .catch(() => true)
        .then((again) => {
          if (again) {
            setTimeout(reload, interval);
          }
        });
    };
    setTimeout(reload, interval);
  };

  // One listener for all buttons, because the cards are replaced.
  const checkNow = (event) => {
    const button = event.target.closest("[data-servicenow-gate-check]");
    if (!button) {
      return;
    }
    button.disabled = true;
    button.blur();
    fetch(button.dataset.servicenowGateCheck, {
      method: "POST",
      credentials: "same-origin",
      headers: window.crumb ? window.crumb.wrap({}) : {},
    })
      .catch(() => null)
      .then(() =>
        setTimeout(() => {
          button.disabled = false;
          if (!button.closest("[data-servicenow-gate-live]")) {
            window.location.reload();
          }
        }, 2000),
      );
  };

  const begin = () => {
    document.addEventListener("click", checkNow);
    showTimes();
    if (relative) {
      setInterval(showTimes, interval);
    }
    document.querySelectorAll("[data-servicenow-gate-live]").forEach(follow);
  };

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", begin);
  } else {
    begin();
  }
})();
