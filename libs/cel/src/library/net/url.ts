import { boolType, listType, mapType, opaqueType, stringType } from '../../types/type';
import { EvaluationError } from '../../values/evaluation-error';
import { ArrayList } from '../../values/lists';
import { LiteralMap } from '../../values/maps';
import { type MapValue, OpaqueValue } from '../../values/value';
import { func, global, instanceOf, member, string } from '../declare';

export const urlType = opaqueType('kubernetes.URL');

/** The parts of a URL as Go's url.ParseRequestURI finds them. */
interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly escapedPath: string;
  readonly query: string;
}

class UrlValue extends OpaqueValue {
  readonly typeName = urlType.name;

  constructor(
    readonly text: string,
    readonly parts: UrlParts,
  ) {
    super();
  }

  equals(other: UrlValue): boolean {
    return this.text === other.text;
  }
}

const conversion = 'URL parse error during conversion from string: ';
const malformed = (text: string, why: string): string => `${conversion}parse ${JSON.stringify(text)}: ${why}`;

const hasControl = (text: string): boolean => Array.from(text).some((found) => found < ' ' || found === '\x7f');

/** Upstream: k8s.io/apiserver/pkg/cel/library/urls.go, and net/url of Go. The text's parts, or why it is no URL. */
function read(text: string): UrlParts | string {
  if (hasControl(text)) return malformed(text, 'net/url: invalid control character in URL');
  if (text === '') return malformed(text, 'empty url');
  const schemed = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(text);
  if (!schemed && /^[^/?#]*:/.test(text) && !text.startsWith('/'))
    return malformed(
      text,
      text.startsWith(':') ? 'missing protocol scheme' : 'first path segment in URL cannot contain colon',
    );
  const scheme = schemed?.[1]?.toLowerCase() ?? '';
  const [beforeQuery = '', ...queries] = (schemed?.[2] ?? text).split('?');
  if (!beforeQuery.startsWith('/')) return malformed(text, 'invalid URI for request');
  const query = queries.join('?');
  if (!beforeQuery.startsWith('//') || (scheme === '' && beforeQuery.startsWith('///')))
    return pathProblem(text, beforeQuery) ?? { scheme, host: '', escapedPath: beforeQuery, query };
  const cut = beforeQuery.indexOf('/', 2);
  const authority = beforeQuery.slice(2, cut < 0 ? undefined : cut);
  const escapedPath = cut < 0 ? '' : beforeQuery.slice(cut);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return (
    hostProblem(text, host) ??
    pathProblem(text, escapedPath) ?? { scheme, host, escapedPath: encodePath(escapedPath), query }
  );
}

function pathProblem(text: string, path: string): string | undefined {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(path);
  return bad ? malformed(text, `invalid URL escape ${JSON.stringify(bad[0])}`) : undefined;
}

function hostProblem(text: string, host: string): string | undefined {
  const bad = /[ <>"]|[^\x21-\x7e\u0080-\uffff]/.exec(host);
  if (bad) return malformed(text, `invalid character ${JSON.stringify(bad[0])} in host name`);
  if (host.startsWith('[')) {
    const close = host.lastIndexOf(']');
    if (close < 0) return malformed(text, "missing ']' in host");
    return portProblem(text, host.slice(close + 1));
  }
  const colon = host.lastIndexOf(':');
  return colon < 0 ? undefined : portProblem(text, host.slice(colon));
}

const portProblem = (text: string, port: string): string | undefined =>
  /^(?::\d*)?$/.test(port) ? undefined : malformed(text, `invalid port ${JSON.stringify(port)} after host`);

/** What is not allowed in a path is shown escaped; what was escaped stays. */
const encodePath = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@%!'()*[\]]/gu, (found) => encodeURIComponent(found));

function parseUrl(text: string): UrlValue {
  const parts = read(text);
  if (typeof parts === 'string') throw new EvaluationError(parts);
  return new UrlValue(text, parts);
}

function hostname({ parts: { host } }: UrlValue): string {
  if (host.startsWith('[')) return host.slice(1, host.lastIndexOf(']'));
  const colon = host.lastIndexOf(':');
  return colon < 0 ? host : host.slice(0, colon);
}

function port({ parts: { host } }: UrlValue): string {
  const rest = host.slice(host.lastIndexOf(']') + 1);
  const colon = rest.lastIndexOf(':');
  return colon < 0 ? '' : rest.slice(colon + 1);
}

function decode(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const spaced = text.replaceAll('+', ' ');
  return Buffer.from(
    spaced.replace(/%([0-9a-fA-F]{2})|[\u0080-\uffff]+/g, (found, hex: string | undefined) =>
      hex === undefined ? Buffer.from(found).toString('latin1') : String.fromCharCode(parseInt(hex, 16)),
    ),
    'latin1',
  ).toString();
}

/** Pairs that are malformed are left out, as in Go. */
function query({ parts }: UrlValue): MapValue {
  const values = new Map<string, string[]>();
  for (const pair of parts.query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const cut = pair.indexOf('=');
    const key = decode(cut < 0 ? pair : pair.slice(0, cut));
    const value = decode(cut < 0 ? '' : pair.slice(cut + 1));
    if (key === undefined || value === undefined) continue;
    const known = values.get(key);
    if (known) known.push(value);
    else values.set(key, [value]);
  }
  const map = new LiteralMap();
  for (const [key, found] of values) map.insert(key, new ArrayList(found), () => new EvaluationError('repeated key'));
  return map;
}

/** What is wrong with a URL, without the words around it; nothing, if it is one. */
export function urlProblem(text: string): readonly string[] {
  const found = read(text);
  return typeof found === 'string' ? [found.slice(conversion.length)] : [];
}

const url = instanceOf(urlType, UrlValue);

export const urls = [
  func('url', global('string_to_url', [string], urlType, parseUrl)),
  func(
    'isURL',
    global('is_url_string', [string], boolType, (text) => typeof read(text) !== 'string'),
  ),
  func(
    'getScheme',
    member('url_get_scheme', [url], stringType, ({ parts }) => parts.scheme),
  ),
  func(
    'getHost',
    member('url_get_host', [url], stringType, ({ parts }) => parts.host),
  ),
  func('getHostname', member('url_get_hostname', [url], stringType, hostname)),
  func('getPort', member('url_get_port', [url], stringType, port)),
  func(
    'getEscapedPath',
    member('url_get_escaped_path', [url], stringType, ({ parts }) => parts.escapedPath),
  ),
  func('getQuery', member('url_get_query', [url], mapType(stringType, listType(stringType)), query)),
];
