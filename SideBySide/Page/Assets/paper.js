// On paper a long picture is in parts, each of which fits a page and has the headings. No part ends inside a row.
function dividePicture() {
  joinPicture();
  const [headings, picture] = document.querySelectorAll("#ladder .ladder:not(.phone)");
  const [, start, width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  const ends = [...picture.querySelectorAll(".row")].map(row =>
    Number(row.getAttribute("y")) + Number(row.getAttribute("height")) + 1);
  const count = Math.ceil(height / width / 1.25);
  for (let part = 1, top = start; part <= count; part++) {
    const wanted = start + height * part / count, copy = picture.cloneNode(true);
    const bottom = part === count ? start + height
      : ends.reduce((best, end) => Math.abs(end - wanted) < Math.abs(best - wanted) ? end : best);
    copy.setAttribute("viewBox", `0 ${top - start} ${width} ${bottom - top + start}`);
    copy.append(makeSvg("g", { transform: `translate(0 ${top - start})` },
      makeSvg("rect", { class: "gap", width, height: start }), ...headings.cloneNode(true).children));
    byId("paper").append(copy);
    top = bottom;
  }
  byId("ladder").classList.add("in-parts");
}

function joinPicture() {
  byId("paper").replaceChildren();
  byId("ladder").classList.remove("in-parts");
}

addEventListener("beforeprint", dividePicture);
addEventListener("afterprint", joinPicture);
byId("all").append(make("h2", {}, "All steps"), ...run.steps.map((_, i) =>
  make("article", {}, describe(i, "h3"), make("p", {}, states(i)))));
