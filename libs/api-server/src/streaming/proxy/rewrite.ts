import { posix } from 'node:path';
import { Transform } from 'node:stream';

/** Turns a URL of what is proxied into one by which it is reached through the proxy; leaves others alone. */
export type RewriteUrl = (url: string) => string;

/**
 * @param prefix the path before the part that the proxied server sees.
 * @param host the proxied server's address, as its URLs name it.
 */
export function urlRewriter(prefix: string, host: string): RewriteUrl {
  return (url) => {
    const [, , authority, path = '', rest = ''] =
      /^([a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is.exec(url) ?? [];
    const elsewhere = authority !== undefined && authority !== '' && authority !== host;
    if (elsewhere || !path.startsWith('/')) return url;
    return (path.startsWith(prefix) ? path : posix.join(prefix, path)) + rest;
  };
}

/** Attributes that hold URLs, by element. */
const urlAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/** A tag that is longer is not looked at. */
const longestTag = 1 << 16;

/** Rewrites the URLs in the tags of an HTML document as it passes. */
export function htmlRewriter(rewrite: RewriteUrl): Transform {
  // One character for each byte: what is not rewritten stays as it is, whatever its encoding.
  let pending = '';
  return new Transform({
    transform(data: Buffer, _, done) {
      pending += data.toString('latin1');
      const open = pending.lastIndexOf('<');
      const complete = open < 0 || pending.includes('>', open) || pending.length - open > longestTag;
      const end = complete ? pending.length : open;
      const ready = pending.slice(0, end);
      pending = pending.slice(end);
      done(null, Buffer.from(rewriteTags(ready, rewrite), 'latin1'));
    },
    flush: (done) => done(null, Buffer.from(rewriteTags(pending, rewrite), 'latin1')),
  });
}

/** Takes linear time: a tag ends at the first bracket that closes. */
function rewriteTags(html: string, rewrite: RewriteUrl): string {
  const parts: string[] = [];
  let done = 0;
  for (let open = html.indexOf('<'); open >= 0; open = html.indexOf('<', Math.max(open + 1, done))) {
    const [, element = ''] = tagName.exec(html.slice(open + 1, open + longestName)) ?? [];
    const names = urlAttributes[element.toLowerCase()];
    if (!names) continue;
    const close = html.indexOf('>', open);
    if (close < 0) break;
    const start = open + 1 + element.length;
    parts.push(html.slice(done, start), rewriteAttributes(html.slice(start, close), names, rewrite));
    done = close;
  }
  return parts.join('') + html.slice(done);
}

const tagName = /^([a-z]+)\s/i;
/** Longer than the names of all elements that refer to something. */
const longestName = 16;

function rewriteAttributes(attributes: string, names: readonly string[], rewrite: RewriteUrl): string {
  return attributes.replace(
    /(\s)([a-z]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/gi,
    (whole, space: string, name: string, equals: string, value: string) => {
      if (!names.includes(name.toLowerCase())) return whole;
      const quote = value.startsWith('"') || value.startsWith("'") ? (value[0] ?? '') : '';
      return `${space}${name}${equals}${quote}${rewrite(quote ? value.slice(1, -1) : value)}${quote}`;
    },
  );
}
