// Filters, searches and sorts what is in the page. It writes no markup, keeps nothing and asks nobody.
"use strict";

(function () {
  const WAIT = 60;

  // A list of items with controls above it, and groups that vanish with the last of their items.
  class List {
    constructor(section) {
      this.section = section;
      this.controls = section.querySelector(".controls");
      this.status = section.querySelector("[role=status]");
      this.said = this.status.textContent;
      this.text = this.controls.querySelector("[data-text]");
      this.selects = [...this.controls.querySelectorAll("select")];
      this.boxes = [...this.controls.querySelectorAll("[data-mark]")];
      this.items = [...section.querySelectorAll("[data-item]")].map((node) => ({ node, data: { ...node.dataset }, text: null }));
      this.regroup();
      this.controls.hidden = false;
      let timer = 0;
      this.controls.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.apply(), WAIT);
      });
      this.controls.querySelector("[data-reset]").addEventListener("click", () => {
        this.set({});
        this.text.focus();
      });
    }

    // Sets all controls: those that are not named are cleared.
    set(values) {
      this.text.value = "";
      for (const select of this.selects) select.value = values[select.dataset.filter] || "";
      for (const box of this.boxes) box.checked = (values.marks || "").includes(box.dataset.mark);
      this.apply();
    }

    apply() {
      const words = this.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const marks = this.boxes.filter((box) => box.checked).map((box) => box.dataset.mark);
      const wanted = this.selects.filter((select) => select.value).map((select) => [select.dataset.filter, select.value]);
      let shown = 0;
      for (const item of this.items) {
        const fits =
          marks.every((mark) => item.data.marks.includes(mark)) &&
          wanted.every(([name, value]) => holds(name, item.data[name], value)) &&
          (words.length === 0 || words.every((word) => this.textOf(item).includes(word)));
        if (fits) shown += 1;
        if (item.node.hidden === fits) item.node.hidden = !fits;
      }
      for (const [group, items] of this.groups) {
        const empty = items.every((node) => node.hidden);
        if (group.hidden !== empty) group.hidden = empty;
      }
      const all = this.items.length;
      const what = this.status.dataset.what;
      this.status.textContent = shown === all ? this.said : `${shown} of ${all} ${what} shown`;
    }

    regroup() {
      const groups = [...this.section.querySelectorAll("[data-group]")];
      this.groups = groups.map((group) => [group, [...group.querySelectorAll("[data-item]")]]);
    }

    textOf(item) {
      if (item.text === null) item.text = item.node.textContent.toLowerCase();
      return item.text;
    }
  }

  // Whether the attribute of an item is what a select asks for. The strength is a bound; what is unknown may be weaker.
  function holds(name, has, value) {
    if (name !== "strength" || value === "?") return has.split(" ").includes(value);
    return has === "?" ? value !== "0" : has !== "-" && Number(has) <= Number(value);
  }

  const lists = new Map();
  for (const section of document.querySelectorAll("[data-list]")) {
    if (section.querySelector(".controls")) lists.set(section.id, new List(section));
  }

  // Sorting: up, down, and back to the order of the page. Sorted rows stand in bodies of a few rows each, as those of the
  // page do, since only whole bodies are left out of the layout.
  const ROWS = 40;

  function sortable(table) {
    const list = lists.get(table.closest("section").id);
    const bodies = [...table.tBodies];
    const places = bodies.map((body) => [...body.rows]);
    const rows = places.flat();
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const order = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort") || "none"];
        for (const other of heads) other.removeAttribute("aria-sort");
        if (order !== "none") head.setAttribute("aria-sort", order);
        for (const body of [...table.tBodies]) body.remove();
        if (order === "none") {
          bodies.forEach((body, which) => body.append(...places[which]));
          attach(table, bodies);
        } else {
          attach(table, chunks(sorted(rows, at, head.dataset.sort, order === "descending")));
        }
        list.regroup();
        list.apply();
      });
    });
  }

  // New bodies would be laid out once, wherever they are: those out of sight wait for the next frame.
  function attach(table, bodies) {
    const far = bodies.slice(2);
    for (const body of far) body.className = "far";
    table.append(...bodies);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const body of far) body.classList.remove("far");
    }));
  }

  function sorted(rows, at, by, down) {
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    const keys = rows.map((row, place) => ({
      row,
      place,
      key: by === "text" ? row.cells[at].textContent : Number(row.dataset[by]),
    }));
    keys.sort((a, b) => (by === "text" ? compare(a.key, b.key) : a.key - b.key) * (down ? -1 : 1) || a.place - b.place);
    return keys.map((key) => key.row);
  }

  function chunks(rows) {
    const bodies = [];
    for (let start = 0; start < rows.length; start += ROWS) {
      const body = document.createElement("tbody");
      body.setAttribute("role", "rowgroup");
      body.dataset.group = "";
      body.append(...rows.slice(start, start + ROWS));
      bodies.push(body);
    }
    return bodies;
  }

  for (const table of document.querySelectorAll(".matrix")) sortable(table);

  // A link to something that a filter hides takes the filter away; one to an explanation opens it.
  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (target === null) return;
    const list = target.closest("[data-list]");
    if (target.hidden && list) lists.get(list.id).set({});
    if (target.tagName === "DETAILS") target.open = true;
    // What is not laid out, as rows that were just sorted, has no place to scroll to; asked for its size, it is.
    const rows = target.closest("tbody, .chunk");
    rows?.classList.add("near");
    rows?.getBoundingClientRect();
    target.scrollIntoView();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link === null) return;
    if (link.dataset.set !== undefined) {
      const list = lists.get(link.hash.slice(1));
      const pairs = link.dataset.set.split(" ").filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]);
      if (list) list.set(Object.fromEntries(pairs));
    }
    // Also where the address is that of the link already.
    setTimeout(reveal, 0);
  });
  window.addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // What is folded on the screen is open on paper.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });
})();
