const colours = ['#2563a8', '#7a4bb5', '#b3261e', '#1a7f4b', '#b06000', '#3f6f7a', '#5b5b5b'];

/** The page's style: a class `s<n>` for each colour, which both words and bars take up. */
export const style = `
:root { color-scheme: light; font: 14px/1.5 system-ui, 'DejaVu Sans', sans-serif; color: #1f2328; background: #fff; }
body { margin: 20px 24px; }
h1 { font-size: 20px; margin: 0; }
p { margin: 2px 0 8px; color: #59636e; }
.legend span { margin-right: 16px; font-weight: 600; color: var(--c); }
.legend span::before { content: ''; display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px; background: var(--c); }
.legend i { font-style: normal; }
label { color: #59636e; margin-left: 4px; }
${colours.map((colour, index) => `.s${index} { --c: ${colour}; }`).join('\n')}
.line { display: flex; align-items: center; height: 22px; border-bottom: 1px solid #f0f2f4; }
.line b { flex: 0 0 52%; box-sizing: border-box; font-weight: 600; color: var(--c); overflow: hidden; white-space: nowrap; text-overflow: ellipsis; padding-right: 10px; }
.line s { text-decoration: none; font-weight: 400; color: #3d444d; }
.line i { font-style: normal; color: #8b949e; margin-right: 3px; }
.line strong { color: #b3261e; margin-left: 8px; }
.track { position: relative; flex: 1; height: 100%; margin-right: 60px; }
.track u { position: absolute; top: 5px; height: 12px; min-width: 2px; border-radius: 2px; background: var(--c); }
.track small { position: absolute; top: 0; line-height: 22px; padding: 0 5px; font-size: 11px; color: #59636e; white-space: nowrap; }
.axis { position: sticky; top: 0; background: #fff; z-index: 1; margin-top: 8px; }
.axis em { position: absolute; font-style: normal; font-size: 11px; line-height: 22px; padding-left: 4px; border-left: 1px solid #d1d9e0; color: #59636e; white-space: nowrap; }
summary { list-style: none; cursor: pointer; position: relative; }
summary::-webkit-details-marker { display: none; }
summary b::before { content: '+'; display: inline-block; width: 0.9em; margin-left: -0.9em; color: #8b949e; font-weight: 400; }
details[open] > summary b::before { content: '−'; }
body:not(:has(#everything:checked)) .inner > summary b::before { content: ''; }
summary:hover .line, .leaf:hover .line { background: #f6f8fa; }
.quiet { display: none; }
body:has(#everything:checked) .quiet { display: block; }
`;
