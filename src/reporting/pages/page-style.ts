/** The look of the report: the reader's own fonts, light or dark as their system is. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #fbfaf8; --card: #ffffff; --ink: #22252a; --dim: #6d737d; --line: #e4e1dc;
  --accent: #2f6f8f; --held: #e0a33a; --warn: #b3452c; --tint: #f1efeb; }
@media (prefers-color-scheme: dark) { :root { --ground: #15171a; --card: #1d2024; --ink: #e6e4df; --dim: #949aa5;
  --line: #30343a; --accent: #6fb3d2; --held: #d9a54a; --warn: #e8836a; --tint: #262a2f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 80px; }
h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 44px 0 12px; }
p { margin: 4px 0; }
.dim { color: var(--dim); }
.warn { color: var(--warn); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin-top: 22px; }
.facts b { display: block; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.class { display: grid; grid-template-columns: minmax(110px, 190px) minmax(120px, 1fr) auto; gap: 8px 18px;
  align-items: center; padding: 9px 0; border-bottom: 1px solid var(--line); }
.class:last-child { border-bottom: 0; }
.class > :first-child { overflow-wrap: anywhere; }
.bar { display: flex; height: 14px; border-radius: 4px; overflow: hidden; }
.bar i { background: var(--accent); }
.bar i + i { background: var(--held); }
.key::before { content: ''; display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 5px 0 12px;
  background: var(--accent); }
.key.held::before { background: var(--held); }
.strip { display: flex; gap: 5px; min-width: 291px; }
figure { margin: 0; }
img { display: block; object-fit: contain; background: var(--tint); border-radius: 5px; }
.strip img { width: 44px; height: 44px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 18px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--dim); font: 11px system-ui, sans-serif; }
svg rect { fill: var(--accent); }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; font-weight: 400; }
tr:last-child > * { border-bottom: 0; }
th { color: var(--dim); white-space: nowrap; }
.groups { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 14px; }
.group { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.group figure { width: 92px; }
.group img { width: 92px; height: 92px; }
figcaption { font-size: 11px; line-height: 1.35; color: var(--dim); overflow-wrap: anywhere; margin-top: 3px; }
code { font: 13px ui-monospace, monospace; background: var(--tint); border-radius: 4px; padding: 1px 5px; }
.advice td:first-child { width: 220px; white-space: normal; }
@media (max-width: 720px) { .class { grid-template-columns: 1fr; } .strip { min-width: 0; flex-wrap: wrap; } }
`;
