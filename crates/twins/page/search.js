// Search over titles and lessons, in the table of contents.

function search(query) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const link of findAll("#contents [data-page]")) {
    const page = document.getElementById(link.dataset.page);
    const text = [link.dataset.page, find("h2", page).textContent, find(".lesson", page).textContent]
      .join(" ").toLocaleLowerCase();
    const found = words.every((word) => text.includes(word));
    link.parentElement.hidden = !found;
    count += Number(found);
  }
  for (const section of findAll("#contents section")) {
    section.hidden = !find("li:not([hidden])", section);
  }
  find("#found").textContent = words.length ? inLanguage(`${count} pairs`, `пар: ${count}`) : "";
}
