
// A timeline is drawn when its run is opened for the first time, in place of the list of what happened.
for (const run of document.querySelectorAll("details.run")) {
  const show = () => {
    const box = run.querySelector(".drawn:not(.done)");
    if (!run.open || !box) return;
    const timeline = JSON.parse(box.querySelector("script").textContent);
    box.classList.add("done");
    box.replaceChildren(picture(timeline.lanes, timeline.steps, timeline.left_out));
  };
  run.addEventListener("toggle", show);
  show();
}
