// Search over titles and lessons, in the table of contents.

function search(query) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const link of findAll("#contents [data-page]")) {
    const text = pages.source(pages.get(link.dataset.page)).toLocaleLowerCase();
    const found = words.every((word) => text.includes(word));
    link.parentElement.hidden = !found;
    count += Number(found);
  }
  for (const section of findAll("#contents section")) {
    section.hidden = !find("li:not([hidden])", section);
  }
  find("#found").textContent = words.length ? inLanguage(`${count} pairs`, `пар: ${count}`) : "";
}
