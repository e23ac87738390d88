'use strict';

// Rows are kept and only their texts change, so that an update never takes the focus or what somebody is typing.
(() => {
  const everyMilliseconds = 2000;
  const rows = new Map();
  const linked = /sys_id=([0-9a-f]{32})/.exec(new URLSearchParams(location.search).get('uri') || '');
  const isLink = location.pathname === '/nav_to.do';
  const byId = (id) => document.getElementById(id);

  function say(text) {
    const message = byId('message');
    if (message.textContent !== text) {
      message.textContent = text;
    }
  }

  async function call(path, body) {
    const options = body === undefined ? {} : {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(body),
    };
    const response = await fetch('/simulator/api/' + path, options);
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(answer.message);
    }
    return answer;
  }

  async function act(path, body) {
    try {
      await call(path, body);
      say('');
    } catch (problem) {
      say(problem.message);
    }
    await update();
  }

  function put(row, field, text) {
    const element = row.querySelector(`[data-field="${field}"]`);
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  function create(change) {
    const row = byId('change').content.firstElementChild.cloneNode(true);
    const path = (action) => `changes/${change.number}/${action}`;
    const link = row.querySelector('[data-link]');
    link.textContent = change.number;
    link.href = '/nav_to.do?uri=' + encodeURIComponent('change_request.do?sys_id=' + change.sysId);
    for (const button of row.querySelectorAll('button[type="button"]')) {
      button.addEventListener('click', () => act(path(button.dataset.action), {}));
    }
    for (const group of row.querySelectorAll('.actions')) {
      group.setAttribute('aria-label', 'Actions on ' + change.number);
    }
    for (const form of row.querySelectorAll('form')) {
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        act(path(form.dataset.form), Object.fromEntries(new FormData(form)));
      });
    }
    const plan = row.querySelector('[data-form="window"]');
    plan.elements.start.value = change.start.replace(' ', 'T');
    plan.elements.end.value = change.end.replace(' ', 'T');
    return row;
  }

  /** Adds what is new to a list that only grows. */
  function append(row, count, list, texts) {
    put(row, count, String(texts.length));
    const shown = row.querySelector(list);
    for (const text of texts.slice(shown.children.length)) {
      const item = document.createElement('li');
      item.textContent = text;
      shown.append(item);
    }
  }

  /** Replaces the texts of a list whose entries change. */
  function replace(row, count, list, texts) {
    put(row, count, String(texts.length));
    const shown = row.querySelector(list);
    const key = JSON.stringify(texts);
    if (shown.dataset.shown === key) {
      return;
    }
    shown.dataset.shown = key;
    shown.replaceChildren(...texts.map((text) => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    }));
  }

  function describe(row, texts) {
    put(row, 'textCount', String(Object.keys(texts).length));
    const list = row.querySelector('[data-texts]');
    const key = JSON.stringify(texts);
    if (list.dataset.shown === key) {
      return;
    }
    list.dataset.shown = key;
    list.replaceChildren();
    for (const [label, text] of Object.entries(texts)) {
      const pair = document.createElement('div');
      const term = document.createElement('dt');
      const value = document.createElement('dd');
      term.textContent = label;
      value.textContent = text;
      pair.append(term, value);
      list.append(pair);
    }
  }

  function fill(row, change) {
    put(row, 'title', change.title);
    put(row, 'type', change.type);
    put(row, 'state', change.state);
    put(row, 'approval', change.approval);
    put(row, 'hold', change.onHold ? 'On hold' + (change.holdReason ? ': ' + change.holdReason : '') : 'No');
    put(row, 'window', change.start || change.end ? `${change.start || 'any time'} to ${change.end || 'any time'}` : 'None');
    put(row, 'item', change.item || 'None');
    put(row, 'service', change.service || 'None');
    describe(row, change.texts);
    replace(row, 'approvalCount', '[data-approvals]', change.approvals);
    append(row, 'noteCount', '[data-notes]', change.workNotes);
    append(row, 'attachmentCount', '[data-attachments]', change.attachments);
    for (const button of row.querySelectorAll('button')) {
      const useless = !change.active || (button.dataset.action === 'resume' && !change.onHold);
      // A button that is disabled while it has the focus would throw keyboard users back to the top.
      button.disabled = useless && button !== document.activeElement;
    }
  }

  function show(overview) {
    const list = byId('changes');
    const seen = new Set();
    let before = null;
    for (const change of overview.changes) {
      seen.add(change.sysId);
      let row = rows.get(change.sysId);
      if (!row) {
        row = create(change);
        rows.set(change.sysId, row);
        // Newest first: a new row goes right after the one handled last.
        list.insertBefore(row, before ? before.nextSibling : list.firstChild);
      }
      fill(row, change);
      before = row;
    }
    for (const [sysId, row] of rows) {
      if (!seen.has(sysId)) {
        row.remove();
        rows.delete(sysId);
      }
    }
    byId('empty').hidden = overview.changes.length > 0;
    byId('heading').textContent = isLink ? 'Change' : `Changes (${overview.total})`;
    const chosen = document.querySelector(`input[name="fault"][value="${overview.fault}"]`);
    if (!byId('faults').contains(document.activeElement)) {
      chosen.checked = true;
    }
  }

  async function update() {
    try {
      const answer = await call('changes' + (isLink ? '?sys_id=' + (linked ? linked[1] : 'none') : ''));
      if (byId('message').dataset.offline) {
        delete byId('message').dataset.offline;
        say('');
      }
      show(answer);
    } catch (problem) {
      byId('message').dataset.offline = 'yes';
      say('The simulator does not answer: ' + problem.message);
    }
  }

  byId('create').addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.target;
    await act('changes', Object.fromEntries(new FormData(form)));
    form.reset();
  });
  byId('faults').addEventListener('change', (event) => act('fault', {fault: event.target.value}));
  if (isLink) {
    byId('all-link').hidden = false;
    byId('create').hidden = true;
    byId('empty').textContent = 'No such change.';
  }
  update();
  setInterval(update, everyMilliseconds);
})();
