"use strict";
// Filters and copy buttons are an addition: without them everything is there to be read.
for (const block of document.querySelectorAll("pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const text = block.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page opened from a file may have no clipboard: the text is selected instead.
      getSelection().selectAllChildren(block.querySelector("code"));
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  block.append(button);
}
const form = document.querySelector("form.filter");
if (form) {
  const apply = () => {
    const { hazard, group } = Object.fromEntries(new FormData(form));
    let shown = 0;
    for (const section of document.querySelectorAll("section.group")) {
      const rightGroup = !group || section.dataset.group === group;
      let some = false;
      for (const step of section.querySelectorAll("article.step")) {
        const fits = rightGroup && (!hazard || step.dataset.hazards.split(/\s+/).includes(hazard));
        step.hidden = !fits;
        some = some || fits;
        shown += fits ? 1 : 0;
      }
      section.hidden = !some;
    }
    form.querySelector("output").textContent = `${shown} of ${document.querySelectorAll("article.step").length} steps`;
  };
  form.hidden = false;
  form.addEventListener("change", apply);
  apply();
}
