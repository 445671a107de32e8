// What the page does by itself: hands clicks and forms to the server as actions, keeps focus
// and scrolling where a reader expects them, and knows the keyboard. It draws nothing.
(() => {
  "use strict";

  // Actions that ask something: one at a time, until the page is drawn anew.
  const asks = new Set(["suggested", "ask-instead", "retry", "drop"]);
  const PATIENCE = 3000;
  let asked = 0;

  const NARROW = matchMedia("(max-width: 70rem)"); // an article lies over the answer
  let back = ""; // the form opened last, whose button gets the focus back
  let acted = false;

  /** Called by each panel once: `element` is its root, `trigger` sends an action, `watch` tells
   *  of new contents. */
  function attach(element, trigger, watch) {
    const act = (data) => {
      if (asks.has(data.act)) {
        if (Date.now() - asked < PATIENCE) return; // pressed twice
        asked = Date.now();
      }
      if (data.act === "form") back = data.form;
      acted = true;
      trigger("act", { ...data, narrow: NARROW.matches });
    };
    window.pullquote.act ??= act;

    element.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || !element.contains(button)) return;
      if (button.dataset.do) return perform(button);
      if (!button.dataset.act) return;
      if (button.dataset.act === "cite" || button.dataset.act === "read") opener = button;
      closeMenus();
      act({ ...button.dataset });
    });
    // A drawing that comes between pressing and letting go takes the pressed button away, and
    // the click with it.
    let pressed = null;
    element.addEventListener("pointerdown", (event) => {
      pressed = event.target.closest("button, summary");
    });
    element.addEventListener("pointerup", (event) => {
      const button = event.target.closest("button, summary");
      if (pressed && !pressed.isConnected && button?.isEqualNode(pressed)) button.click();
      pressed = null;
    });
    element.addEventListener("change", (event) => {
      if (event.target.type === "checkbox" && event.target.dataset.act) {
        act({ ...event.target.dataset, chosen: event.target.checked });
      }
    });
    element.addEventListener("submit", (event) => {
      if (event.target.method === "dialog") return;
      event.preventDefault();
      act(filled(event.target));
    });
    let waiting;
    element.addEventListener("input", (event) => {
      const form = event.target.closest("form[data-on=input]");
      if (!form) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => act(filled(form)), 350);
    });
    element.addEventListener("mouseover", (event) => place(event.target.closest(".pq-cite")));
    element.addEventListener("focusin", (event) => place(event.target.closest(".pq-cite")));
    watch("value", () => drawn(element));
    drawn(element);
  }

  const filled = (form) => ({ ...form.dataset, ...Object.fromEntries(new FormData(form)) });

  // What was unfolded stays so when it is drawn anew.
  const unfolded = new Set();
  document.addEventListener("toggle", ({ target }) => {
    const { kept } = target.dataset;
    if (kept) unfolded[target.open ? "add" : "delete"](kept);
  }, true);

  // What a new drawing asks for.

  let opener = null;
  let turn = null;
  let reading = null;

  function drawn(element) {
    const wanted = element.querySelector("[data-focus]:not([data-had])");
    if (wanted) {
      wanted.dataset.had = "";
      wanted.focus();
    }
    for (const details of element.querySelectorAll("details[data-kept]")) {
      details.open = unfolded.has(details.dataset.kept);
    }
    const transcript = element.querySelector(".pq-transcript");
    if (transcript) {
      asked = 0;
      followed(transcript);
    }
    if (element.closest("#reader")) read(element.querySelector(".pq-reader"));
    if (acted) setTimeout(refocus, 50);
    const bar = element.querySelector(".pq-bar");
    if (bar) addressed(bar.dataset);
    if (bar) bar.querySelector("[data-do=menu]").setAttribute("aria-expanded", menuOpen());
  }

  /** What had the focus may be gone; whoever uses the keyboard goes on where they were. */
  function refocus() {
    if (!acted || document.activeElement !== document.body) return;
    acted = false;
    const opened = back ? document.querySelector(`[data-form="${CSS.escape(back)}"]`) : null;
    const button = opened?.closest("details")?.querySelector("summary") ?? opened;
    (button ?? document.querySelector(".pq-heading[aria-current]") ?? question())?.focus();
  }

  let awaited = null; // the conversation that going back or forward leads to
  const shown = () => new URL(location.href).searchParams.get("c") ?? "";

  /** The address names the conversation. Only what answers an action says which that is: of an
   *  answer that was followed something may still be drawn. */
  function addressed({ conversation }) {
    if (awaited !== null && awaited !== conversation) return;
    awaited = null;
    if (shown() === conversation) return;
    const url = new URL(location.href);
    if (conversation) url.searchParams.set("c", conversation);
    else url.searchParams.delete("c");
    // The way back leads through conversations, not out of the window.
    if (turn === null) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
  }

  function followed(transcript) {
    const { turn: newest } = transcript.dataset;
    if (newest === turn) return;
    turn = newest;
    if (newest) {
      // An answer is read from its question on.
      document.getElementById(`turn-${newest}`)?.scrollIntoView({ block: "start" });
      menu(false);
    }
  }

  window.addEventListener("popstate", () => {
    const conversation = (awaited = shown());
    window.pullquote.act(conversation ? { act: "conversation", conversation } : { act: "new" });
  });

  function read(reader) {
    const now = reader?.dataset.at === undefined ? null : `${reader.dataset.article} ${reader.dataset.at}`;
    document.body.classList.toggle("pq-reading", Boolean(reader));
    if (now === reading) return;
    reading = now;
    if (reader) {
      const target = reader.querySelector("mark.pq-now");
      target?.scrollIntoView({ block: "center" });
      if (!reader.contains(document.activeElement)) {
        (target ?? reader.querySelector("h2")).focus({ preventScroll: true });
      }
    } else if (document.activeElement !== document.body) {
      return; // who closed it is somewhere else by now
    } else if (opener?.isConnected) {
      opener.focus();
    } else {
      question()?.focus();
    }
  }

  /** Keeps a citation's card within its column. */
  function place(cite) {
    if (!cite) return;
    cite.classList.remove("pq-hush");
    const card = cite.querySelector(".pq-card");
    const column = cite.closest(".pq-answer").getBoundingClientRect();
    const marker = cite.getBoundingClientRect();
    const width = card.offsetWidth;
    const left = Math.max(column.left, Math.min(marker.left - 24, column.right - width));
    card.style.left = `${left - marker.left}px`;
    card.classList.toggle("pq-above", marker.bottom + card.offsetHeight + 12 > window.innerHeight);
  }

  // What needs no server.

  function perform(button) {
    if (button.dataset.do === "copy") copy(button);
    if (button.dataset.do === "theme") theme();
    if (button.dataset.do === "help") help();
    if (button.dataset.do === "menu") menu(!menuOpen());
  }

  async function copy(button) {
    const text = button.dataset.text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages that came by plain http from another machine may not use the clipboard.
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 1500);
  }

  const DARK = "pullquote-dark";

  function theme() {
    const dark = document.body.classList.toggle("dark");
    localStorage.setItem(DARK, dark ? "1" : "0");
  }

  function themed() {
    const chosen = localStorage.getItem(DARK);
    if (chosen !== null) document.body.classList.toggle("dark", chosen === "1");
  }

  function help() {
    const dialog = document.querySelector("dialog.pq-help");
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  const menuOpen = () => document.body.classList.contains("pq-menu-open");

  function menu(open) {
    document.body.classList.toggle("pq-menu-open", open);
    document.querySelector("[data-do=menu]")?.setAttribute("aria-expanded", open);
    if (open) document.querySelector("#pq-search")?.focus();
  }

  function closeMenus() {
    for (const details of document.querySelectorAll("details.pq-more[open]")) details.open = false;
  }

  const question = () => document.querySelector("#question textarea");

  // The keyboard.

  const keys = {
    "/": () => question()?.focus(),
    n: () => window.pullquote.act({ act: "new" }),
    a: () => {
      const other = document.querySelector(".pq-views button:not([aria-current])");
      window.pullquote.act({ ...other.dataset });
    },
    s: () => {
      menu(true);
      document.querySelector("#pq-search")?.focus();
    },
    "]": () => window.pullquote.act({ act: "turn", step: "1" }),
    "[": () => window.pullquote.act({ act: "turn", step: "-1" }),
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return escape(event);
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const action = keys[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  function escape(event) {
    const cite = event.target.closest?.(".pq-cite");
    if (cite && !cite.classList.contains("pq-hush")) return cite.classList.add("pq-hush");
    if (document.querySelector("dialog[open], details.pq-more[open]")) return closeMenus();
    if (document.querySelector("[data-act=close-form]")) {
      return window.pullquote.act({ act: "close-form" });
    }
    if (document.querySelector(".pq-reader")) return window.pullquote.act({ act: "close-reader" });
    menu(false);
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("details.pq-more summary")) closeMenus();
    if (menuOpen() && !event.target.closest("#rail, [data-do=menu]")) menu(false);
  });

  // Gradio dresses the page by the system's preference once it has loaded.
  new MutationObserver(themed).observe(document.documentElement, { childList: true });
  document.addEventListener("DOMContentLoaded", themed);

  window.pullquote = { attach };
})();
