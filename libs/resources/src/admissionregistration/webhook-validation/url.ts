import type { ErrorList } from '@skiff/apimachinery';

const form = '; desired format: https://host[/path]';

/** The parts of a URL as Go parses it. */
interface ParsedUrl {
  readonly scheme: string;
  readonly host: string;
  readonly user: string | undefined;
  readonly query: string;
  readonly fragment: string;
}

/**
 * Rules of a webhook's URL.
 * Upstream: ValidateWebhookURL in staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go.
 */
export function validateWebhookUrl(url: string, path: string, to: ErrorList): void {
  const parsed = parse(url);
  if (typeof parsed === 'string') {
    to.required(path, `url must be a valid URL: parse ${JSON.stringify(url)}: ${parsed}${form}`);
    return;
  }
  const { scheme, host, user, query, fragment } = parsed;
  if (scheme !== 'https') to.invalid(path, scheme, `'https' is the only allowed URL scheme${form}`);
  if (host === '') to.invalid(path, host, `host must be provided${form}`);
  if (user !== undefined) to.invalid(path, user, 'user information is not permitted in the URL');
  if (fragment !== '') to.invalid(path, fragment, 'fragments are not permitted in the URL');
  if (query !== '') to.invalid(path, query, 'query parameters are not permitted in the URL');
}

/** The parts, or why there are none, in Go's words. Upstream: net/url. */
function parse(url: string): ParsedUrl | string {
  if ([...url].some((sign) => sign < ' ' || sign === '\u007f')) return 'net/url: invalid control character in URL';
  const [beforeFragment = '', fragment = ''] = splitOnce(url, '#');
  const found = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(beforeFragment);
  if (!found && beforeFragment.startsWith(':')) return 'missing protocol scheme';
  const [scheme = '', rest = ''] = found ? [found[1]?.toLowerCase(), found[2]] : ['', beforeFragment];
  const [hierarchy = '', query = ''] = splitOnce(rest, '?');
  const authority = /^\/\/([^/]*)/.exec(hierarchy)?.[1];
  if (authority === undefined) {
    if (!found && /^[^/]*:/.test(hierarchy)) return 'first path segment in URL cannot contain colon';
    return { scheme, host: '', user: undefined, query, fragment };
  }
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const wrong = wrongHost(host);
  if (wrong !== undefined) return wrong;
  return { scheme, host, user: at < 0 ? undefined : authority.slice(0, at), query, fragment };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function wrongHost(host: string): string | undefined {
  if (host.startsWith('[') && !host.includes(']')) return "missing ']' in host";
  const port = host.startsWith('[') ? host.slice(host.lastIndexOf(']') + 1) : host.slice(portStart(host));
  if (port !== '' && !/^:\d*$/.test(port)) return `invalid port ${JSON.stringify(port)} after host`;
  const character = /[\s"<>\\^`{|}]/.exec(host)?.[0];
  return character === undefined ? undefined : `invalid character ${JSON.stringify(character)} in host name`;
}

function portStart(host: string): number {
  const at = host.indexOf(':');
  return at < 0 ? host.length : at;
}
