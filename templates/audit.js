"use strict";
const part = id => document.getElementById(id), all = [...document.querySelectorAll("article")];
const text = new Map(all.map(e => [e, e.textContent.toLowerCase()]));
const keys = { decision: "f-d", reason: "f-c", by: "f-b", reviewer: "f-r", notice: "f-m", q: "f-q" };
function filter() {
  const v = Object.fromEntries(Object.entries(keys).map(([key, id]) => [key, part(id).value]));
  const words = v.q.toLowerCase().split(/\s+/).filter(Boolean);
  let n = 0;
  for (const e of all) {
    const d = e.dataset;
    const show = (!v.decision || d.decision === v.decision) && (!v.reason || d.reason === v.reason) && (!v.by || d.by === v.by)
      && (!v.reviewer || d.reviewers.split("\n").includes(v.reviewer)) && (!v.notice || d.notices.split("\n").includes(v.notice))
      && words.every(w => text.get(e).includes(w));
    e.hidden = !show;
    n += show;
  }
  part("f-n").textContent = n + " of " + all.length + " records";
}
function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const [key, id] of Object.entries(keys)) part(id).value = asked.get(key) || "";
  filter();
}
function toAddress() {
  const set = Object.entries(keys).map(([key, id]) => [key, part(id).value]).filter(([, value]) => value);
  history.replaceState(null, "", "#" + new URLSearchParams(set));
  filter();
}
part("filters").hidden = false;
part("filters").addEventListener("submit", e => e.preventDefault());
for (const id of Object.values(keys)) part(id).addEventListener("input", toAddress);
part("open").addEventListener("click", () => all.forEach(e => { if (!e.hidden) e.querySelector("details").open = true; }));
part("close").addEventListener("click", () => all.forEach(e => { e.querySelector("details").open = false; }));
part("clear").addEventListener("click", () => { history.replaceState(null, "", "#"); fromAddress(); part("f-q").focus(); });
addEventListener("hashchange", fromAddress);
addEventListener("beforeprint", () => all.forEach(e => { if (!e.hidden) e.querySelector("details").open = true; }));
fromAddress();
