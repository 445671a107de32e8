"use strict";
// The list of cases. Words of cases become text nodes and nothing else.
(() => {
  const PAGE = 50;
  const $ = (id) => document.getElementById(id);
  const whole = new Promise((done) => document.addEventListener("DOMContentLoaded", done));

  // Blocks of data: base64 of gzipped JSON, opened when they are first needed.

  const opened = new Map();
  const block = (name) => {
    if (!opened.has(name)) opened.set(name, unpacked(name));
    return opened.get(name);
  };

  async function unpacked(name) {
    if (!$(`block-${name}`)) await whole;
    const letters = atob($(`block-${name}`).textContent);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  const item = async (kind, number) => {
    const size = index.sizes[kind];
    return (await block(`${kind}-${Math.floor(number / size)}`))[number % size];
  };

  // Elements.

  function h(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) {
      if (value !== undefined && value !== false) element.setAttribute(key, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** Words of a case: their direction is their own, and does not reach beyond them. */
  const words = (name, text, attributes) => h(name, { dir: "auto", ...attributes }, text);
  const list = (kind, items) => h(kind, { class: "texts" }, items);
  const titled = (title, ...children) => [h("h4", null, title), ...children];

  // Searching: without accents and capitals.

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const TOKEN = /[\p{L}\p{N}\p{M}]+/gu;
  const ARTICLES = new Set(["a", "an", "the"]);

  const tokens = (text) =>
    [...text.matchAll(TOKEN)]
      .map((found) => ({ word: folded(found[0]), start: found.index, end: found.index + found[0].length }))
      .filter((token) => !ARTICLES.has(token.word));

  /** `text` as nodes, the gold answers in it marked: whole words, as the metrics find them. */
  function marked(text, gold) {
    const all = tokens(text);
    const ranges = [];
    for (const wanted of gold.map((answer) => tokens(answer).map((token) => token.word)).filter((w) => w.length)) {
      for (let i = 0; i + wanted.length <= all.length; i++) {
        if (wanted.every((word, j) => all[i + j].word === word)) ranges.push([all[i].start, all[i + wanted.length - 1].end]);
      }
    }
    ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    const nodes = [];
    let done = 0;
    for (const [start, end] of ranges) {
      if (start < done) continue;
      nodes.push(text.slice(done, start), h("mark", null, text.slice(start, end)));
      done = end;
    }
    return [...nodes, text.slice(done)];
  }

  // One case, whole.

  async function drawn(number) {
    const one = await item("cases", number);
    const id = index.cases[number][0];
    const asked = h("div", null,
      one.history.length ? titled("Asked before", list("ol", one.history.map(([question, answer]) =>
        h("li", null, words("p", question, { class: "statement" }), words("p", answer, { class: "statement quiet" }))))) : null,
      titled(one.all ? "Gold answers (all are wanted)" : "Gold answers", one.gold.length
        ? list("ul", one.gold.map((answer) => words("li", answer)))
        : h("p", null, one.answerable === false ? "None: the articles do not answer this." : "None given.")),
      one.wrong.length ? titled("Wrong answers", list("ul", one.wrong.map((answer) => words("li", answer)))) : null,
      one.evidence.length ? titled("Gold evidence", list("ul", one.evidence.map(([quote, article]) =>
        h("li", null, h("q", { dir: "auto" }, marked(quote, one.gold)), " ", words("span", article, { class: "id quiet" })))))
        : one.articles.length ? titled("Gold articles", list("ul", one.articles.map((article) => words("li", article)))) : null,
    );
    const sides = await Promise.all(one.sides.map((side, i) => answered(side, one.gold, index.sides[i])));
    return h("div", { class: "case" },
      h("p", { class: "quiet" }, `As of ${one.asOf}`, one.filters ? [" · ", words("span", one.filters)] : null, " · ",
        one.tags.length ? ["Tags: ", words("span", one.tags.join(", ")), " · "] : null,
        h("a", { href: link(id) }, "Link to this case")),
      asked, h("div", { class: "sides" }, sides));
  }

  async function answered(side, gold, name) {
    const passages = await Promise.all(side.found.map(([number]) => item("passages", number)));
    const answer = side.error ? words("p", side.error, { class: "failed" })
      : side.answered && side.statements.length ? side.statements.map((statement) => stated(statement, side.citations, gold))
      : words("p", side.text || "No text.", { class: "statement" });
    const notes = [
      side.error ? null : side.answered ? "answered" : `refused${side.reason ? ` (${side.reason})` : ""}`,
      side.confidence === null ? null : `confidence ${side.confidence.toFixed(3)}`,
      ...side.milliseconds.map(([step, time]) => `${step} ${time} ms`),
      side.calls ? `${side.calls} model calls` : null,
    ];
    return h("div", { class: "side" },
      titled(name ? `Answer of ${name}` : "Answer", answer, words("p", notes.filter(Boolean).join(" · "), { class: "quiet" })),
      h("details", null, h("summary", { class: "quiet" }, "Scores"), h("dl", { class: "scores" }, side.scores.map((score, i) =>
        h("div", null, h("dt", null, index.metrics[i]), h("dd", null, score === null ? "not scored" : String(Number(score.toFixed(3)))))))),
      titled("Passages found", passages.length
        ? h("ol", { class: "passages" }, passages.map((passage, i) => shelved(passage, side.found[i], i + 1, gold)))
        : h("p", null, "None.")));
  }

  function stated([parts, markers, support], citations, gold) {
    const text = parts.join("");
    const cited = citations.filter(([marker]) => markers.includes(marker));
    return h("div", { class: "stated" },
      h("p", { class: "statement", dir: "auto" },
        parts.map((part, i) => (i % 2 ? h("mark", null, part) : part)),
        markers.map((marker) => ` [${marker}]`),
        support === "quoted" ? null : h("span", { class: "quiet" }, ` ${support}`)),
      cited.map(([marker, quote, where, url]) => h("div", { class: "quiet" },
        `[${marker}] `, url ? words("a", where, { href: url, rel: "noopener noreferrer" }) : words("span", where),
        // A quoted statement is its quote: it is not said twice.
        quote === text ? null : h("blockquote", { dir: "auto" }, marked(quote, gold)))));
  }

  function shelved([text, title, article, published, id], [, score, isGold], rank, gold) {
    return h("li", { class: isGold ? "gold" : undefined },
      h("div", { class: "row" }, h("strong", null, `${rank}.`), isGold ? h("span", { class: "badge is-right" }, "Gold") : null,
        words("span", title), words("span", [article, id, published, score].filter((part) => part !== "").join(" · "), { class: "quiet" })),
      text ? h("p", { dir: "auto" }, marked(text, gold)) : h("p", { class: "quiet" }, "Its text was not kept."));
  }

  // The list: one page of it at a time.

  let index;
  let searched = [];
  let found = [];
  let first = 0;

  const link = (id) => `#case-${encodeURIComponent(id)}`;
  const named = (hash) => {
    try {
      return decodeURIComponent(hash.slice("#case-".length));
    } catch {
      return hash; // a stray % in an address that nobody copied from here
    }
  };
  const chosen = () => document.querySelector("input[name=kind]:checked").value;

  function row(number) {
    const [id, question, , , , , badges] = index.cases[number];
    const details = h("details", null,
      h("summary", null,
        h("span", { class: "badges" }, badges.map(([look, word], i) => [i ? "→" : null, h("span", { class: `badge is-${look}` }, word)])),
        h("span", { class: "about" }, h("h3", { dir: "auto" }, question), words("span", id, { class: "id quiet" }))));
    details.addEventListener("toggle", () => details.open && fill(details, number));
    return h("li", { "data-case": number }, details);
  }

  async function fill(details, number) {
    if (details.dataset.filled) return;
    details.dataset.filled = "yes";
    try {
      details.append(await drawn(number));
    } catch (error) {
      details.append(h("p", { class: "failed" }, `This case cannot be shown: ${error.message}`));
    }
  }

  function show() {
    const page = found.slice(first, first + PAGE);
    $("list").replaceChildren(...page.map(row));
    const many = (count) => `${count.toLocaleString("en")} ${count === 1 ? "case" : "cases"}`;
    $("found").textContent = found.length === index.cases.length ? many(found.length)
      : `${found.length.toLocaleString("en")} of ${many(index.cases.length)}`;
    $("place").textContent = `${first + 1} to ${first + page.length} of ${found.length.toLocaleString("en")}`;
    $("previous").disabled = first === 0;
    $("next").disabled = first + PAGE >= found.length;
    document.querySelector(".pager").hidden = found.length <= PAGE;
  }

  function search() {
    const wanted = folded($("search").value).split(/\s+/).filter(Boolean);
    const kind = chosen();
    const tag = $("tag")?.value ?? "";
    found = [];
    index.cases.forEach(([, , , , kinds, tags], number) => {
      if (!kinds.includes(kind) || (tag && !tags.includes(Number(tag)))) return;
      if (wanted.length) {
        searched[number] ??= folded(index.cases[number].slice(0, 4).flat().join("\n"));
        if (!wanted.every((word) => searched[number].includes(word))) return;
      }
      found.push(number);
    });
    first = 0;
    show();
  }

  function turn(to) {
    first = to;
    show();
    $("list").focus({ preventScroll: true });
    $("list").scrollIntoView();
  }

  /** Opens the case that the address names, whatever was searched for before. */
  function follow() {
    if (!location.hash.startsWith("#case-")) return;
    const number = index.cases.findIndex(([id]) => id === named(location.hash));
    if (number < 0) return;
    if (!found.includes(number)) {
      $("search").value = "";
      if ($("tag")) $("tag").value = "";
      document.querySelector("input[name=kind]").checked = true;
      search();
    }
    first = Math.floor(found.indexOf(number) / PAGE) * PAGE;
    show();
    const details = document.querySelector(`[data-case="${number}"] > details`);
    details.open = true;
    details.firstElementChild.focus({ preventScroll: true });
    details.scrollIntoView();
  }

  const all = (open) => document.querySelectorAll("#list > li > details").forEach((details) => { details.open = open; });

  async function start() {
    index = await block("index");
    $("search").addEventListener("input", search);
    $("tag")?.addEventListener("change", search);
    document.querySelectorAll("input[name=kind]").forEach((input) => input.addEventListener("change", search));
    $("previous").addEventListener("click", () => turn(first - PAGE));
    $("next").addEventListener("click", () => turn(first + PAGE));
    $("open-all").addEventListener("click", () => all(true));
    $("close-all").addEventListener("click", () => all(false));
    window.addEventListener("hashchange", follow);
    document.querySelector(".tools").hidden = false;
    search();
    follow();
    document.documentElement.dataset.ready = "yes";
  }

  // A definition that shows is put away with Escape, and comes back at the next place.
  document.addEventListener("keydown", (event) => event.key === "Escape" && document.body.classList.add("no-tips"));
  for (const moved of ["focusin", "mouseover"]) {
    document.addEventListener(moved, (event) => event.target.closest?.("th") && document.body.classList.remove("no-tips"));
  }

  start().catch((error) => {
    document.querySelector(".tools").hidden = false;
    $("found").textContent = `The cases cannot be read: ${error.message}. A browser of 2023 or newer is needed.`;
  });
})();
