import { posix } from 'node:path';

/** The parts of a request's target, as it was sent. */
export interface SentTarget {
  /** Still escaped. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly search: string;
}

/** What is handed on of a target: its path as it is, its query in Go's form. */
export function sentTarget(target: string): SentTarget {
  const [asked = ''] = target.split('#', 1);
  const mark = asked.indexOf('?');
  const path = mark < 0 ? asked : asked.slice(0, mark);
  const query = mark < 0 ? '' : encodeQuery(asked.slice(mark + 1));
  return { path: path || '/', search: query && `?${query}` };
}

/** The query as Go's url.Values encodes it: in the order of its names, those of one name as they came. */
function encodeQuery(query: string): string {
  const values = new URLSearchParams(query);
  values.sort();
  return [...values].map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`).join('&');
}

const escapeQuery = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

/** A path as `X-Forwarded-Uri` tells it: without needless parts, with its slash at the end. */
export function forwardedUri(path: string): string {
  const joined = posix.join('/', path).replace(/\/$/, '') || '/';
  return path.endsWith('/') && !joined.endsWith('/') ? `${joined}/` : joined;
}
