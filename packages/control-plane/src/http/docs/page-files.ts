/** Hides the calls that do not hold what is searched; nothing else on the page needs a script. */
export const pageScript = `'use strict';
const search = document.getElementById('search');
const found = document.getElementById('found');
const articles = [...document.querySelectorAll('article[data-call]')];
const texts = new Map(articles.map((article) => [article, article.textContent.toLowerCase()]));
const links = new Map([...document.querySelectorAll('li[data-call]')].map((link) => [link.dataset.call, link]));
const apply = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const article of articles) {
    const matches = words.every((word) => texts.get(article).includes(word));
    article.hidden = !matches;
    const link = links.get(article.dataset.call);
    if (link) link.hidden = !matches;
    if (matches) count += 1;
  }
  found.textContent = words.length === 0 ? '' : count === 1 ? '1 call' : count + ' calls';
};
search.addEventListener('input', apply);
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});
apply();
`;

export const pageStyles = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2430, #e6e9ee);
  --muted: light-dark(#566070, #a3adbb);
  --page: light-dark(#ffffff, #12161c);
  --panel: light-dark(#f5f6f8, #1b2129);
  --line: light-dark(#dde1e7, #2e3640);
  --accent: light-dark(#1f5fbf, #8ab4f8);
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--page); font: 15px/1.55 system-ui, sans-serif; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; z-index: 1; padding: 8px; background: var(--page); }
nav { padding: 16px 20px; background: var(--panel); border-bottom: 1px solid var(--line); }
nav .name { margin: 0 0 12px; font-weight: 600; }
nav h2 { margin: 16px 0 4px; font-size: 13px; text-transform: capitalize; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li a { display: block; padding: 3px 0; color: inherit; text-decoration: none; }
nav li a:hover { text-decoration: underline; }
label { display: block; font-size: 13px; }
input { width: 100%; padding: 6px 8px; color: inherit; background: var(--page); border: 1px solid var(--muted); border-radius: 6px; font: inherit; }
#found { min-height: 1.5em; margin: 4px 0 0; color: var(--muted); font-size: 13px; }
main { padding: 16px 20px 80px; min-width: 0; }
main:focus { outline: none; }
section > h2 { margin: 40px 0 4px; text-transform: capitalize; }
article { padding: 20px 0; border-top: 1px solid var(--line); }
h3 { margin: 0; }
h4 { margin: 16px 0 4px; font-size: 13px; color: var(--muted); }
a { color: var(--accent); }
code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { max-height: 340px; margin: 4px 0; padding: 12px; overflow: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
pre code { overflow-wrap: normal; }
.method { display: inline-block; min-width: 52px; font: 600 12px ui-monospace, monospace; }
.path { margin: 4px 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 5px 10px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 500; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }
@media (min-width: 900px) {
  body { display: grid; grid-template-columns: 320px minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-right: 1px solid var(--line); border-bottom: 0; }
  main { max-width: 980px; padding: 24px 40px 120px; }
}
`;
