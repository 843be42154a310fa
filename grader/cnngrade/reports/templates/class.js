// Sorts and filters the list of students. The page's content security policy allows this text by its hash.
"use strict";
(() => {
  const table = document.getElementById("students");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent.trim();
  const sort = (column, numeric, down) => {
    const compare = numeric
      ? (a, b) => Number(key(a, column)) - Number(key(b, column))
      : (a, b) => collator.compare(key(a, column), key(b, column));
    rows.sort((a, b) => (down ? -compare(a, b) : compare(a, b)));
    body.append(...rows);
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(column, head.dataset.sort === "number", down);
    });
  });
  const name = document.getElementById("filter-name");
  const status = document.getElementById("filter-status");
  const task = document.getElementById("filter-task");
  const shown = document.getElementById("shown");
  const filter = () => {
    const part = name.value.trim().toLocaleLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits =
        row.cells[0].textContent.toLocaleLowerCase().includes(part) &&
        (!status.value || row.dataset.status === status.value) &&
        (!task.value || row.dataset.lost.split(" ").includes(task.value));
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  for (const control of [name, status, task]) control.addEventListener("input", filter);
  document.getElementById("filters").hidden = false;
  // A link such as index.html#sort=score opens the page sorted.
  const wanted = new URLSearchParams(location.hash.slice(1)).get("sort");
  table.querySelector(`th[data-name="${CSS.escape(wanted ?? "")}"] button`)?.click();
  filter();
})();
