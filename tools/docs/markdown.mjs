/** A page without its code: what stands there is no link, and no heading. */
function prose(markdown) {
  return markdown
    .replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2[^\n]*$/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/`[^`\n]*`/g, '');
}

/** The targets of all links and images of a page that lead to files or headings of the repository. */
export function linksIn(markdown) {
  const text = prose(markdown);
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const defined = [...text.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm)];
  return [...inline, ...defined].map(([, target]) => target).filter((target) => !/^[a-z][a-z\d+.-]*:/i.test(target));
}

/** The names by which links lead to the headings of a page, as GitHub makes them. */
export function anchorsIn(markdown) {
  const seen = new Map();
  const withoutFences = markdown.replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2[^\n]*$/gm, '');
  return new Set(
    [...withoutFences.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) => {
      const name = slug(heading);
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      return before === 0 ? name : `${name}-${before}`;
    }),
  );
}

const slug = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
