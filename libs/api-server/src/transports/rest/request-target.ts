/** What a request's first line names. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A path in which nothing is encoded, relative or empty: it stands for itself. */
const plainPath = /^(?:\/[\w~:@-][\w.~:@-]*)+$/;

/** Reads a request's target, whatever it is. Most are plain, and need no parser. */
export function readTarget(target: string): RequestTarget {
  const fragment = target.indexOf('#');
  const asked = fragment < 0 ? target : target.slice(0, fragment);
  const mark = asked.indexOf('?');
  const path = mark < 0 ? asked : asked.slice(0, mark);
  if (plainPath.test(path)) return { path, query: new URLSearchParams(mark < 0 ? '' : asked.slice(mark + 1)) };
  // Two slashes at the beginning are part of the path, not of a host; what is no path may be a whole URL.
  const whole = asked.startsWith('/') ? `https://server${asked}` : asked;
  if (!URL.canParse(whole)) return { path: asked, query: new URLSearchParams() };
  const url = new URL(whole);
  return { path: url.pathname, query: url.searchParams };
}
