// On paper a long picture is in parts, each of which fits a page. None of them ends inside a row.
function dividePicture() {
  joinPicture();
  const picture = document.querySelector("#ladder .ladder:not(.phone)");
  const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  const ends = [...picture.querySelectorAll(".row")].map(row =>
    Number(row.getAttribute("y")) + Number(row.getAttribute("height")) + 1);
  const count = Math.ceil(height / width / 1.25);
  for (let part = 1, top = 0; part <= count; part++) {
    const wanted = height * part / count, copy = picture.cloneNode(true);
    const bottom = part === count ? height
      : ends.reduce((best, end) => Math.abs(end - wanted) < Math.abs(best - wanted) ? end : best);
    copy.setAttribute("viewBox", `0 ${top} ${width} ${bottom - top}`);
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
